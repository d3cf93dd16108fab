"""What is to be said goes out: claimed, put into words, sent, recorded. A crash may repeat a line, never lose one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine

from bot.apply import Applier
from bot.bundles import BARE, bundled, overtaken, without_overtaken
from bot.bundles import Render as Render
from bot.channels.base import Channel, Limits, Ok, Rendered, StoredFile
from bot.clock import Clock
from bot.logs import place_of
from bot.media import Media
from bot.metrics import Metrics
from bot.pace import Checkpoint, Pace, unwatched
from bot.quiet_hours import QuietHours
from bot.reachable_at import names_a_number, with_numbers
from bot.sending import Parcel, Reached, Sender, Wait
from bot.settling import Settling
from bot.store import outbound, parking, sends, together, waiting
from bot.store.database import reading
from bot.store.outbound import UNPARKED, Address, ClaimedLetter
from bot.store.sends import Begun
from bot.window import ByTemplate, Drop, Free, Park, Way, Window
from handlers.messages import Say


class Outbox:
    """Sends what is due. Any number of them may work on one database; a person's messages keep their order."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        channels: Mapping[str, Channel],
        render: Render,
        window: Window,
        applier: Applier,
        media: Media,
        pace: Pace,
        hours: QuietHours,
        at: Checkpoint = unwatched,
        metrics: Metrics | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._hours = hours
        self._render = render
        self._window = window
        self._media = media
        self._pace = pace
        self._at = at
        self._metrics = metrics or Metrics()
        self._sender = Sender(engine, clock, channels, self._metrics, at)
        self._settling = Settling(clock, channels, applier, pace, self._metrics)

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
        try:
            tried = self._attempt(letter)
        except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not hold up all others
            with self._engine.begin() as connection:
                self._settling.try_again(connection, letter, None, place_of(error))
            return
        if tried is not None:
            self._at("outbox.sent")
            self._record(*tried)

    def _attempt(self, letter: ClaimedLetter) -> tuple[Parcel, Reached] | None:
        """None when it was settled without a call: parked, dropped, given up, or not now: too fast, too late."""
        with reading(self._engine) as connection:
            until = self._hours.late(connection, letter, self._clock.now())
            address = outbound.address_for(connection, letter.person_id, letter.reply_channel, self._channels)
            way = None if address is None else self._way(connection, letter, address)
            before = {} if address is None else sends.begun(connection, letter.id, address.id)
        if until is not None and not before:
            with self._engine.begin() as connection:
                waiting.hold(connection, letter, until)
            return None
        if address is None or not isinstance(way, Free | ByTemplate):
            self._without_a_call(letter, way)
            return None
        if isinstance(way, ByTemplate) and not before and self._overtaken(letter):
            with self._engine.begin() as connection:
                self._settling.drop(connection, letter, waiting.NOT_NEEDED)
            return None
        letters: tuple[ClaimedLetter, ...] = (letter,)
        if isinstance(way, Free):
            letters = self._still_asking((letter, *self._companions(letter, address, before)))
        parcel = Parcel(letters, address, self._in_words(letters, address, way), before)
        reached = self._sender.send(parcel)
        if isinstance(reached, Wait):
            with self._engine.begin() as connection:
                for one in letters:
                    outbound.put_back(connection, one, reached.until)
            return None
        return parcel, reached

    def _way(self, connection: Connection, letter: ClaimedLetter, address: Address) -> Way:
        limits = self._channels[address.channel].limits
        return self._window.way(connection, letter, address, limits, self._clock.now())

    def _without_a_call(self, letter: ClaimedLetter, way: Way | None) -> None:
        with self._engine.begin() as connection:
            match way:
                case Park():
                    self._settling.park(connection, letter, way)
                case Drop(why):
                    self._settling.drop(connection, letter, why)
                case _:
                    self._settling.lose(connection, letter, "no_address")

    def _companions(
        self, letter: ClaimedLetter, address: Address, before: Mapping[int, Begun]
    ) -> tuple[ClaimedLetter, ...]:
        """Those that leave in the same message; of a message that was begun, exactly those that did then."""
        if letter.notice:
            return ()
        limits = self._channels[address.channel].limits
        now = self._clock.now()
        with reading(self._engine) as connection:
            settled, due = together.companions(connection, letter, now)
            held = [] if settled or before else together.held_news(connection, letter, now)
        others = due if settled else []
        if not settled and not before:
            others = bundled(letter, due, held, address, limits, self._render)
        if not others:
            return ()
        with self._engine.begin() as connection:
            return together.take_along(connection, letter, others, now, now + self._pace.lease)

    def _overtaken(self, letter: ClaimedLetter) -> bool:
        """Templates leave one by one: news that the next one says as well is not paid for."""
        if len(letter.says) != 1 or letter.says[0].key not in BARE:
            return False
        with reading(self._engine) as connection:
            _, due = together.companions(connection, letter, self._clock.now())
        return overtaken(letter.says[0], [say for one in due for say in one.says])

    def _still_asking(self, letters: tuple[ClaimedLetter, ...]) -> tuple[ClaimedLetter, ...]:
        if all(one.failure != UNPARKED for one in letters):
            return letters
        with reading(self._engine) as connection:
            return parking.still_asking(connection, letters)

    def _in_words(
        self, letters: Sequence[ClaimedLetter], address: Address, way: Free | ByTemplate
    ) -> tuple[Rendered, ...]:
        if isinstance(way, ByTemplate):
            return (replace(way.message, key=f"o{letters[0].id}.0"),)
        # What waited was written earlier, and is read first; a question of the letter that took it along stays last.
        in_order = sorted(letters, key=lambda one: one.id)
        says = self._with_numbers(without_overtaken([say for letter in in_order for say in letter.says]))
        first, limits = letters[0], self._channels[address.channel].limits
        whole = (replace(one, files=self._files(one, first.person_id)) for one in self._render(says, limits))
        parts = (part for one in whole for part in _sound_apart(one, limits))
        return tuple(replace(part, key=f"o{first.id}.{place}") for place, part in enumerate(parts))

    def _with_numbers(self, says: Sequence[Say]) -> tuple[Say, ...]:
        if not names_a_number(says):
            return tuple(says)
        with reading(self._engine) as connection:
            return with_numbers(connection, self._channels, says)

    def _files(self, part: Rendered, person_id: int) -> tuple[StoredFile, ...]:
        if not part.files:
            return ()
        with reading(self._engine) as connection:
            kept = outbound.attachments_by_id(connection, [file.id for file in part.files])
        return tuple(
            StoredFile(file_id, one.kind, one.media_type, self._media.load(one.ref), person_id, one.title)
            for file_id, one in kept.items()
        )

    def _record(self, parcel: Parcel, reached: Reached) -> None:
        """The fate of the last part that was begun and of its letters, in one commit."""
        with self._engine.begin() as connection:
            self._sender.record(connection, parcel, reached, self._clock.now())
            self._settling.settle(connection, parcel, reached.part, reached.sent)
        self._sender.recorded(parcel)
        if isinstance(reached.sent, Ok):
            self._at("outbox.recorded")


def _sound_apart(message: Rendered, limits: Limits) -> tuple[Rendered, ...]:
    """Words that cannot go with a sound go ahead of it, as a message that is noted, billed and looked up by itself."""
    sounds = any(file.media_type.startswith("audio/") for file in message.files)
    if limits.words_with_sound or not sounds or not message.text.strip():
        return (message,)
    return replace(message, files=()), Rendered("", files=message.files)
