"""What becomes of letters after an attempt to send them: sent, tried again, parked, or given up and told of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot import rates
from bot.apply import Applier
from bot.backoff import waiting_time
from bot.channels.base import Blocked, NeedsTemplate, Ok, Refused, RetryLater, Sent, Unsure
from bot.clock import Clock
from bot.metrics import Metrics
from bot.pace import Pace
from bot.sending import Parcel
from bot.store import outbound, parking
from bot.store import templates as kept
from bot.store.outbound import NEEDS_TEMPLATE, ClaimedLetter
from bot.templates import ROUND_UP
from bot.unreachable import tell_somebody
from bot.window import Park

PAUSE = timedelta(seconds=5)
"""How long a whole channel rests when its provider wants quiet and does not say for how long."""

log = structlog.get_logger(__name__)


class Settling:
    """Every method writes in the transaction of whoever calls."""

    def __init__(self, clock: Clock, channels: Collection[str], applier: Applier, pace: Pace, metrics: Metrics) -> None:
        self._clock = clock
        self._channels = channels
        self._applier = applier
        self._pace = pace
        self._metrics = metrics

    def settle(self, connection: Connection, parcel: Parcel, part: int, sent: Sent) -> None:
        """The fate of all letters of a parcel, as that of its last part that was begun."""
        now = self._clock.now()
        match sent:
            case NeedsTemplate():
                self._closed_after_all(connection, parcel, part)
            case Blocked():
                outbound.block(connection, parcel.address.id, now)
            case RetryLater(after_seconds, everybody=True):
                until = now + (PAUSE if after_seconds is None else timedelta(seconds=after_seconds))
                rates.pause(connection, parcel.address.channel, until)
        for letter in parcel.letters:
            self._one(connection, letter, sent)

    def _one(self, connection: Connection, letter: ClaimedLetter, sent: Sent) -> None:
        now = self._clock.now()
        match sent:
            case Ok(external_id):
                if not outbound.record_sent(connection, letter, external_id, now):
                    log.warning("outbox.overtaken", outbox=letter.id)
            case RetryLater(after_seconds, everybody=True):
                pause = PAUSE if after_seconds is None else timedelta(seconds=after_seconds)
                outbound.put_back(connection, letter, now + pause)
            case RetryLater(after_seconds):
                after = None if after_seconds is None else timedelta(seconds=after_seconds)
                self.try_again(connection, letter, after, "retry_later")
            case Unsure(code):
                self.try_again(connection, letter, None, code)
            case Refused(code):
                self.lose(connection, letter, code)
            case Blocked(code):
                self._elsewhere(connection, letter, code)

    def _closed_after_all(self, connection: Connection, parcel: Parcel, part: int) -> None:
        """The provider knows better than our clock, or than what it told us of a template: decided anew at once."""
        now, template = self._clock.now(), parcel.parts[part].template
        if template is not None:
            kept.refused_now(connection, template.name)
            log.warning("template.refused_now", template=template.name)
        for letter in parcel.letters:
            if letter.notice:
                self.drop(connection, letter, "no_template")
            elif letter.tries >= self._pace.max_tries:
                outbound.park(connection, letter, now)
            else:
                outbound.retry(connection, letter, now, NEEDS_TEMPLATE)

    def try_again(self, connection: Connection, letter: ClaimedLetter, after: timedelta | None, failure: str) -> None:
        """Later, until it was tried often enough."""
        if letter.tries >= self._pace.max_tries:
            self.lose(connection, letter, failure)
            return
        wait = after or waiting_time(letter.tries, timedelta(seconds=30), 5)
        outbound.retry(connection, letter, self._clock.now() + wait, failure)
        log.info("outbox.later", outbox=letter.id, failure=failure)

    def park(self, connection: Connection, letter: ClaimedLetter, way: Park) -> None:
        """It waits for its person; they learn that something does, once in a while."""
        now = self._clock.now()
        if not outbound.park(connection, letter, now):
            return
        if any(say.key == ROUND_UP for say in letter.says):
            parking.supersede(connection, letter, ROUND_UP, now)
        told = way.notice is not None and parking.announce(connection, letter, way.notice, now, pressing=way.pressing)
        log.info("outbox.parked", outbox=letter.id, announced=told)

    def drop(self, connection: Connection, letter: ClaimedLetter, why: str) -> None:
        """An announcement nobody misses."""
        outbound.give_up(connection, letter, self._clock.now(), why)
        log.info("outbox.dropped", outbox=letter.id, why=why)

    def lose(self, connection: Connection, letter: ClaimedLetter, failure: str) -> None:
        """It will never arrive: somebody who can act is told in the same commit."""
        now = self._clock.now()
        if outbound.give_up(connection, letter, now, failure):
            tell_somebody(connection, self._applier, letter, now)
        self._metrics.given_up()
        log.warning("outbox.given_up", outbox=letter.id, failure=failure)

    def _elsewhere(self, connection: Connection, letter: ClaimedLetter, code: str) -> None:
        """Another address of the same person may still work."""
        if outbound.address_for(connection, letter.person_id, None, self._channels) is None:
            self.lose(connection, letter, code)
        else:
            outbound.retry_elsewhere(connection, letter, self._clock.now())
