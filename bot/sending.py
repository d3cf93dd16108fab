"""One letter on its way to one address, part by part: each is noted before the provider is called, and looked up before
it is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import structlog
from sqlalchemy import Connection, Engine

from bot import rates
from bot.channels.base import (
    Blocked,
    CannotTell,
    Channel,
    NeedsTemplate,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    Sent,
    Unsure,
)
from bot.clock import Clock
from bot.metrics import Metrics
from bot.pace import Checkpoint
from bot.store import sends
from bot.store.outbound import Address, ClaimedLetter
from bot.store.sends import Begun, Key

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parcel:
    """One letter in words, and those that travel in the same message; the first names it. Never empty.

    `before`: what is known of parts that were begun earlier.
    """

    letters: tuple[ClaimedLetter, ...]
    address: Address
    parts: tuple[Rendered, ...]
    before: Mapping[int, Begun]

    @property
    def first(self) -> ClaimedLetter:
        return self.letters[0]

    def key(self, part: int) -> Key:
        return Key(self.first.id, self.address.id, part)


@dataclass(frozen=True)
class Reached:
    """How far it got: what became of `part`, all earlier ones being recorded as sent."""

    part: int
    sent: Sent


@dataclass(frozen=True)
class Wait:
    """Too fast for the channel: nothing was sent, nothing failed. `until` is aware UTC."""

    until: datetime


class Sender:
    """Hands the parts of parcels to their channels. Shared by threads."""

    def __init__(
        self, engine: Engine, clock: Clock, channels: Mapping[str, Channel], metrics: Metrics, at: Checkpoint
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._metrics = metrics
        self._at = at
        # What this process knows to be sent and could not record, because the database was away at that moment.
        self._unrecorded: dict[Key, Ok] = {}

    def send(self, parcel: Parcel) -> Reached | Wait:
        """All parts that have not reached this address before. The last one's fate is left to the caller to record
        (`record`), together with that of the letter. Raises whatever the channel raises: the fate is then unknown."""
        last: Reached | None = None
        for number, part in enumerate(parcel.parts):
            ok = self._gone_before(parcel, number)
            if ok is None:
                wait = self._begin(parcel, number, last)
                if wait is not None:
                    return wait
                sent = self._call(parcel, number, part)
                if not isinstance(sent, Ok):
                    return Reached(number, sent)
                ok = sent
            last = Reached(number, ok)
        return last or Reached(0, Refused("nothing_to_say"))

    def record(self, connection: Connection, parcel: Parcel, reached: Reached, now: datetime) -> None:
        """What became of a part that was begun."""
        key = parcel.key(reached.part)
        match reached.sent:
            case Ok(external_id, price_kind):
                sends.sent(connection, key, external_id, price_kind, now)
            case Refused(code) | Blocked(code):
                sends.refused(connection, key, code, now)
            case RetryLater() | NeedsTemplate():
                sends.not_sent(connection, key)
            case Unsure():
                """It stays as it was noted, and is looked up the next time."""

    def recorded(self, parcel: Parcel) -> None:
        """The database knows as much as we do."""
        for number in range(len(parcel.parts)):
            self._unrecorded.pop(parcel.key(number), None)

    def _gone_before(self, parcel: Parcel, number: int) -> Ok | None:
        begun = parcel.before.get(number)
        if begun is None or begun.failed:
            return None
        if begun.external_id is not None:
            return Ok(begun.external_id)
        return self._unrecorded.get(parcel.key(number)) or self._looked_up(parcel, number, begun)

    def _looked_up(self, parcel: Parcel, number: int, begun: Begun) -> Ok | None:
        """The provider's own word on a part whose fate we do not know. If it has none, the part is sent again: a line
        twice is better than a line lost (`platform.md §3`)."""
        channel = self._channels[parcel.address.channel]
        try:
            return channel.look_up(parcel.address.contact, parcel.parts[number], begun.started_at)
        except CannotTell:
            log.warning("outbox.sent_perhaps_twice", outbox=parcel.first.id, part=number, channel=channel.name)
            self._metrics.perhaps_twice(channel.name)
            return None

    def _begin(self, parcel: Parcel, number: int, last: Reached | None) -> Wait | None:
        """In one commit: the part before is recorded, our turn on the channel is taken, this part is noted."""
        address, part = parcel.address, parcel.parts[number]
        limits = self._channels[address.channel].limits
        now = self._clock.now()
        with self._engine.begin() as connection:
            if last is not None:
                self.record(connection, parcel, last, now)
            until = rates.take(connection, limits, address.channel, address.contact, now)
            if until is None:
                name = part.template.name if part.template else None
                sends.note(connection, parcel.key(number), address.channel, now, template=name, billed=limits.billed)
        if until is not None:
            return Wait(until)
        self._at("outbox.noted")
        return None

    def _call(self, parcel: Parcel, number: int, part: Rendered) -> Sent:
        channel = self._channels[parcel.address.channel]
        began, result = perf_counter(), "failed"
        try:
            sent = channel.send(parcel.address.contact, part)
            result = type(sent).__name__.lower()
        finally:
            seconds = perf_counter() - began
            self._metrics.sent(channel.name, result, seconds)
            ms = round(seconds * 1000)
            log.info("send", outbox=parcel.first.id, part=number, channel=channel.name, result=result, ms=ms)
        if isinstance(sent, Ok):
            self._unrecorded[parcel.key(number)] = sent
        return sent
