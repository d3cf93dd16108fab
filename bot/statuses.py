"""What a provider tells of a message after it took it: how far it came, or that it will not arrive after all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.apply import Applier
from bot.channels.base import Blocked, NeedsTemplate, Refused, RetryLater, Sent
from bot.metrics import Metrics
from bot.store import outbound, sends, templates
from bot.store.outbound import NEEDS_TEMPLATE, ClaimedLetter
from bot.store.sends import Moved, Sending
from bot.unreachable import tell_somebody

AGAIN = timedelta(minutes=10)
"""When a message goes out again whose provider found it too much at that moment (63018)."""

log = structlog.get_logger(__name__)


class Statuses:
    """Takes what status callbacks tell. `channels`: the names of those that are set up."""

    def __init__(self, applier: Applier, channels: Collection[str], metrics: Metrics, max_tries: int) -> None:
        self._applier = applier
        self._channels = channels
        self._metrics = metrics
        self._max_tries = max_tries

    def advance(
        self,
        connection: Connection,
        channel: str,
        external_id: str,
        status: str,
        error: str | None,
        at: datetime,
        means: Sent | None = None,
    ) -> Moved:
        """Moves a message forward, in the transaction of whoever calls; a failure has its consequences there.

        `means` is what the provider's `error` would have been as an answer to `send`; without it a failure is final.
        `unknown` tells that no such message is recorded, perhaps not yet: the provider should tell again.
        """
        moved, sending = sends.advance(connection, channel, external_id, status, error, at)
        if sending is not None and status.lower() in sends.FAILED:
            log.warning("send.failed_late", outbox=sending.outbox_id, channel=channel, error=error)
            for letter in outbound.recalled(connection, sending.outbox_id):
                self._did_not_arrive(connection, sending, letter, means or Refused(error or status), at)
        return moved

    def _did_not_arrive(
        self, connection: Connection, sending: Sending, letter: ClaimedLetter, means: Sent, at: datetime
    ) -> None:
        match means:
            case NeedsTemplate():
                self._closed_after_all(connection, sending, letter, at)
            case RetryLater() if letter.tries >= self._max_tries:
                self._lose(connection, letter, "retry_later", at)
            case RetryLater(after_seconds):
                wait = AGAIN if after_seconds is None else timedelta(seconds=after_seconds)
                outbound.send_again(connection, letter, at + wait, "retry_later")
            case Blocked(code):
                outbound.block(connection, sending.address_id, at)
                if outbound.address_for(connection, letter.person_id, None, self._channels) is not None:
                    outbound.send_again(connection, letter, at, code)
                else:
                    self._lose(connection, letter, code, at)
            case Refused(code):
                self._lose(connection, letter, code, at)

    def _closed_after_all(self, connection: Connection, sending: Sending, letter: ClaimedLetter, at: datetime) -> None:
        """The window was closed, or the template cannot be used: it is decided anew how the letter may go."""
        if sending.template is not None:
            templates.refused_now(connection, sending.template)
        if letter.notice:
            outbound.lose(connection, letter, at, "no_template")  # nobody misses an announcement
        else:
            outbound.send_again(connection, letter, at, NEEDS_TEMPLATE)

    def _lose(self, connection: Connection, letter: ClaimedLetter, failure: str, at: datetime) -> None:
        outbound.lose(connection, letter, at, failure)
        tell_somebody(connection, self._applier, letter, at)
        self._metrics.given_up()
