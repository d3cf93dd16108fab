"""The Telegram bot as Telegram sees it: whose token it is, where its updates go, and what went wrong there lately."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram_client import PROVIDER
from bot.checkup import clock
from bot.checkup.finding import Finding, done, fine, stops, warns

SECONDS = 10.0
CROWD = 100
"""Updates that wait at Telegram while the service runs well: a handful."""
RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """How updates should come. `url` None: the service asks for them itself (long polling)."""

    url: str | None
    secret: str = ""
    updates: tuple[str, ...] = ()
    connections: int = 40


@dataclass(frozen=True)
class _Seen:
    username: str
    webhook: WebhookInfo
    date: str | None


def look_at_telegram(token: str, api: str | None, wanted: Wanted, now: datetime, *, fix: bool) -> Iterator[Finding]:
    """`now` is aware UTC. With `fix` a webhook that is not as wanted is set anew, its secret with it."""
    try:
        seen = asyncio.run(_look(token, api, wanted if fix else None))
    except (InvalidToken, Forbidden):
        yield stops("checkup.telegram.token")
        return
    except RetryAfter:
        yield warns("checkup.telegram.busy")
        return
    except TelegramError as error:
        yield _refused(error, token)
        return
    if fix:
        yield done("checkup.telegram.webhook_set" if wanted.url else "checkup.telegram.webhook_removed")
    yield from _judge(seen, wanted, now, token)


def _refused(error: TelegramError, token: str) -> Finding:
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):  # the library counts it among them
        return stops("checkup.telegram.unreachable")
    return stops("checkup.telegram.refused", reason=_clean(str(error), token))


def _judge(seen: _Seen, wanted: Wanted, now: datetime, token: str) -> Iterator[Finding]:
    problems = [*_place(seen.webhook, wanted), *_troubles(seen.webhook, now, token), *clock.compare(seen.date, now)]
    yield from problems
    if not problems:
        yield fine("checkup.telegram.fine", bot=seen.username)


def _place(webhook: WebhookInfo, wanted: Wanted) -> Iterator[Finding]:
    """An address of somebody else is not repeated: it may hold a secret of theirs."""
    if wanted.url is None:
        if webhook.url:
            yield warns("checkup.telegram.webhook_in_the_way")
    elif not webhook.url:
        yield stops("checkup.telegram.no_webhook")
    elif webhook.url != wanted.url:
        yield stops("checkup.telegram.webhook_elsewhere", address=wanted.url)
    elif missing := sorted(set(wanted.updates) - set(webhook.allowed_updates or wanted.updates)):
        yield stops("checkup.telegram.updates", missing=", ".join(missing))


def _troubles(webhook: WebhookInfo, now: datetime, token: str) -> Iterator[Finding]:
    if webhook.pending_update_count > CROWD:
        yield warns("checkup.telegram.crowd", count=webhook.pending_update_count)
    at = webhook.last_error_date
    if at is not None and now - at < RECENT:
        minutes = max(1, round((now - at).total_seconds() / 60))
        reason = _clean(webhook.last_error_message or "?", token)
        yield warns("checkup.telegram.last_error", minutes=minutes, reason=reason)


def _clean(reason: str, token: str) -> str:
    return " ".join(reason.replace(token, "…").split())[:200]


async def _look(token: str, api: str | None, to_set: Wanted | None) -> _Seen:
    dates: list[str | None] = []

    async def keep_date(answer: httpx.Response) -> None:
        dates.append(answer.headers.get("date"))

    async with _bot(token, api, keep_date) as bot:
        if to_set is not None:
            await _set(bot, to_set)
        webhook = await bot.get_webhook_info()
        return _Seen(bot.username, webhook, dates[-1])


async def _set(bot: Bot, wanted: Wanted) -> None:
    if wanted.url is None:
        await bot.delete_webhook()
        return
    await bot.set_webhook(
        wanted.url,
        secret_token=wanted.secret,
        allowed_updates=list(wanted.updates),
        max_connections=wanted.connections,
    )


def _bot(token: str, api: str | None, on_answer: object) -> Bot:
    """The library hands out no headers, so the clock's one is kept on its way in."""
    request = HTTPXRequest(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        httpx_kwargs={"event_hooks": {"response": [on_answer]}},
    )
    return Bot(token, base_url=f"{(api or PROVIDER).rstrip('/')}/bot", request=request)
