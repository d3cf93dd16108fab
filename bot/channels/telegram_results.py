"""What Telegram's refusals and failures mean for a message of ours."""

from __future__ import annotations

import re
from time import monotonic

import httpx
import structlog
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import Blocked, Refused, RetryLater, Sent, Unsure
from bot.logs import place_of

NOT_OURS_TO_SEND = 60.0
"""Seconds until the next try while Telegram does not know our token: a person has to put that right."""
NOBODY_THERE = frozenset({"chat_not_found", "user_not_found", "peer_id_invalid"})
"""An account that is gone, or a chat of another bot than ours: no other message would arrive there either."""
_NEVER_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

log = structlog.get_logger(__name__)


class Floods:
    """Telegram tells a chat to wait, but not whether it is that chat alone: when a second one is held up while the
    first still is, it is everybody (`platform.md §1`)."""

    def __init__(self) -> None:
        self._held: dict[str, float] = {}

    def later(self, contact: str, seconds: float) -> RetryLater:
        now = monotonic()
        self._held = {one: until for one, until in self._held.items() if until > now}
        everybody = any(one != contact for one in self._held)
        self._held[contact] = now + seconds
        return RetryLater(seconds, everybody=everybody)


def waiting_seconds(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    told = error.retry_after
    return float(told) if isinstance(told, int | float) else told.total_seconds()


def result_of(error: Exception, contact: str, floods: Floods) -> Sent:
    """What became of a message whose sending raised `error`."""
    match error:
        case RetryAfter():
            return floods.later(contact, waiting_seconds(error))
        case Forbidden():
            return Blocked(code_of(error))
        case InvalidToken() | Conflict():
            log.error("telegram.token_refused", failure=code_of(error))
            return RetryLater(NOT_OURS_TO_SEND, everybody=True)
        case BadRequest():
            code = code_of(error)
            return Blocked(code) if code in NOBODY_THERE else Refused(code)
        case NetworkError():
            return _broken(error)
    # An answer that is no answer, such as a page of a proxy: it may have been carried out all the same.
    log.warning("telegram.no_answer", error=place_of(error))
    return Unsure("no_answer")


def _broken(error: NetworkError) -> Sent:
    cause = error.__cause__
    if isinstance(cause, _NEVER_WRITTEN):
        return RetryLater()
    said = error.message.lower()
    if said.startswith("too many requests"):
        return RetryLater()
    if said.startswith("request entity too large"):
        return Refused("too_large")
    if isinstance(cause, httpx.HTTPError):
        return Unsure(type(cause).__name__)
    return Unsure("server_error")


def code_of(error: TelegramError) -> str:
    """Telegram's reason in one word of ours, such as `bot_was_blocked_by_the_user`; what it quotes stays out."""
    said = error.message.lower().removeprefix("forbidden: ").replace("can't", "cannot")
    reason = re.split(r"""["':;,]|\d""", said)[0]
    return re.sub(r"[^a-z]+", "_", reason).strip("_")[:60] or "refused"
