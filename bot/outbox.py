"""What is to be said goes out: claimed, put into words, sent, recorded. A crash may repeat a line, never lose one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import Engine

from bot.apply import Applier
from bot.backoff import waiting_time
from bot.channels.base import (
    Blocked,
    Channel,
    Limits,
    NeedsTemplate,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    Sent,
    StoredFile,
)
from bot.clock import Clock
from bot.logs import place_of
from bot.media import Media
from bot.pace import Checkpoint, Pace, unwatched
from bot.store import outbound
from bot.store.database import reading
from bot.store.outbound import NEEDS_TEMPLATE, Address, ClaimedLetter
from bot.unreachable import tell_somebody
from handlers.messages import Say

Render = Callable[[Sequence[Say], Limits], Sequence[Rendered]]

UNTIL_TEMPLATE = timedelta(days=1)
"""How long a message waits for its person to write before it is tried once more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Parcel:
    """A letter in words, on its way to one address."""

    letter: ClaimedLetter
    address: Address
    parts: tuple[Rendered, ...]


class Outbox:
    """Sends what is due. Any number of them may work on one database; a person's messages keep their order."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        channels: Mapping[str, Channel],
        render: Render,
        applier: Applier,
        media: Media,
        pace: Pace,
        at: Checkpoint = unwatched,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._render = render
        self._applier = applier
        self._media = media
        self._pace = pace
        self._at = at
        # What this process sent of letters that are not recorded yet: letter, address, provider's ids of the parts.
        self._gone: defaultdict[int, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))

    def send_due(self, limit: int = 50) -> int:
        """Sends at most `limit` messages, one for each person; tells how many were tried."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            letters = outbound.claim(connection, now, now + self._pace.lease, limit)
        if letters:
            self._at("outbox.claimed")
        tried = 0
        # A send that begins late might still run when the lease ends and somebody else sends the same message.
        while tried < len(letters) and self._clock.now() <= now + self._pace.lease / 3:
            self._deliver(letters[tried])
            tried += 1
        if tried < len(letters):
            with self._engine.begin() as connection:
                outbound.release(connection, letters[tried:])
        return tried

    def _deliver(self, letter: ClaimedLetter) -> None:
        with reading(self._engine) as connection:
            address = outbound.address_for(connection, letter.person_id, letter.reply_channel, self._channels)
        if address is None:
            self._give_up(letter, "no_address")
            return
        try:
            parcel = _Parcel(letter, address, self._in_words(letter, address))
            sent = self._send(parcel)
        except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not hold up all others
            self._later(letter, None, place_of(error))
            return
        self._at("outbox.sent")
        self._record(parcel, sent)

    def _in_words(self, letter: ClaimedLetter, address: Address) -> tuple[Rendered, ...]:
        parts = self._render(letter.says, self._channels[address.channel].limits)
        return tuple(
            replace(part, key=f"o{letter.id}.{place}", files=self._files(part)) for place, part in enumerate(parts)
        )

    def _files(self, part: Rendered) -> tuple[StoredFile, ...]:
        if not part.files:
            return ()
        with reading(self._engine) as connection:
            kept = outbound.attachments_by_id(connection, [file.id for file in part.files])
        return tuple(
            StoredFile(file_id, one.kind, one.media_type, self._media.load(one.ref)) for file_id, one in kept.items()
        )

    def _send(self, parcel: _Parcel) -> Sent:
        """All parts, going on after those that this process knows to have reached this address before.

        When only the record of it failed the last time, nothing is sent again.
        """
        channel = self._channels[parcel.address.channel]
        gone = self._gone[parcel.letter.id][parcel.address.id]
        for part in parcel.parts[len(gone) :]:
            sent = channel.send(parcel.address.contact, part)
            if not isinstance(sent, Ok):
                return sent
            gone.append(sent.external_id)
        return Ok(gone[-1]) if gone else Refused("nothing_to_say")

    def _record(self, parcel: _Parcel, sent: Sent) -> None:
        letter = parcel.letter
        match sent:
            case Ok(external_id):
                self._sent(letter, external_id)
            case RetryLater(after_seconds):
                after = None if after_seconds is None else timedelta(seconds=after_seconds)
                self._later(letter, after, "retry_later")
            case NeedsTemplate():
                self._later(letter, UNTIL_TEMPLATE, NEEDS_TEMPLATE)
            case Refused(code):
                self._give_up(letter, code)
            case Blocked():
                self._blocked(parcel)

    def _sent(self, letter: ClaimedLetter, external_id: str) -> None:
        with self._engine.begin() as connection:
            if not outbound.record_sent(connection, letter, external_id, self._clock.now()):
                log.warning("outbox.overtaken", outbox=letter.id)
        self._gone.pop(letter.id, None)
        self._at("outbox.recorded")

    def _later(self, letter: ClaimedLetter, after: timedelta | None, failure: str) -> None:
        if letter.tries >= self._pace.max_tries:
            self._give_up(letter, failure)
            return
        wait = after or waiting_time(letter.tries, timedelta(seconds=30), 5)
        with self._engine.begin() as connection:
            outbound.retry(connection, letter, self._clock.now() + wait, failure)
        log.info("outbox.later", outbox=letter.id, failure=failure)

    def _blocked(self, parcel: _Parcel) -> None:
        now = self._clock.now()
        with self._engine.begin() as connection:
            outbound.block(connection, parcel.address.id, now)
            other = outbound.address_for(connection, parcel.letter.person_id, None, self._channels)
            if other is not None:
                outbound.retry_elsewhere(connection, parcel.letter, now)
                return
        self._give_up(parcel.letter, "blocked")

    def _give_up(self, letter: ClaimedLetter, failure: str) -> None:
        now = self._clock.now()
        with self._engine.begin() as connection:
            if outbound.give_up(connection, letter, now, failure):
                tell_somebody(connection, self._applier, letter, now)
        self._gone.pop(letter.id, None)
        log.warning("outbox.given_up", outbox=letter.id, failure=failure)
