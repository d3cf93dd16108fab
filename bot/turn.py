"""One turn of a person: what they wrote in one breath, decided outside any write transaction, written in one commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from time import perf_counter
from uuid import uuid4

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from structlog.contextvars import bound_contextvars

from bot import edits
from bot.apply import Applier
from bot.apply_people import InvitationGoneError
from bot.apply_reports import IllegalChangeError
from bot.at_work import AtWork
from bot.backoff import waiting_time
from bot.bursts import due_turn, up_to_tap
from bot.channels.base import Channel
from bot.clock import Clock
from bot.flood import GATHERED, Flood
from bot.glance import Glance, parsed
from bot.logs import place_of
from bot.media import Media
from bot.metrics import Metrics
from bot.pace import Checkpoint, Pace, unwatched
from bot.scene_of import Opened, Stage
from bot.store import conversations, inbound
from bot.store.aliases import one_person
from bot.store.conversations import Lease, LeaseLostError
from bot.store.database import reading
from bot.store.inbound import Glimpse, Message
from bot.store.outbound import Letter, post
from bot.store.persons import count_wrong_codes
from bot.window import just_reads
from handlers.messages import Incoming, Say
from handlers.scene import Outcome, Scene, State

Respond = Callable[[Scene], Outcome]

AT_ONCE = 2_000
"""Waiting messages looked at in one go; the others wait for the next."""
ATTEMPTS = 3
"""How often a turn is thought through, when somebody else changes the same report meanwhile."""

_SOMEBODY_WAS_QUICKER = (IllegalChangeError, InvitationGoneError, OperationalError)

log = structlog.get_logger(__name__)


class Turns:
    """Handles what waits in the inbox. Any number of them may work on one database."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        channels: Mapping[str, Channel],
        stage: Stage,
        applier: Applier,
        media: Media,
        respond: Respond,
        pace: Pace,
        at: Checkpoint = unwatched,
        metrics: Metrics | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._stage = stage
        self._applier = applier
        self._media = media
        self._respond = respond
        self._pace = pace
        self._at = at
        self._metrics = metrics or Metrics()
        self._glance = Glance(engine, channels, stage.reader, stage.default_region)
        self._at_work = AtWork()
        self._flood = Flood()

    def run_due(
        self, limit: int = 50, *, quiet_over: bool = False, give_way: Callable[[], object] = lambda: None
    ) -> int:
        """Handles turns that are due, urgent ones first, one for each person; tells how many were handled.

        `quiet_over` takes the quiet time as passed. `give_way` is called before each turn.
        """
        now = self._clock.now()
        with reading(self._engine) as connection:
            waiting = inbound.glimpse(connection, now, AT_ONCE)
        if not quiet_over:
            waiting = self._glance.over(waiting)
        senders: defaultdict[object, list[Glimpse]] = defaultdict(list)
        for one in sorted(waiting, key=lambda glimpse: glimpse.id):
            senders[one.sender].append(one)
        due = [pieces for pieces in senders.values() if due_turn(pieces, now, self._pace.quiet, over=quiet_over)]
        due.sort(key=lambda pieces: not any(piece.urgent for piece in pieces))
        done = 0
        for pieces in due[:limit]:
            give_way()
            done += self._turn_of(pieces[0], quiet_over=quiet_over)
        return done

    def _turn_of(self, glimpse: Glimpse, *, quiet_over: bool) -> bool:
        with self._at_work.only(glimpse.sender) as free:
            taken = self._take(glimpse, quiet_over=quiet_over) if free else None
            if taken is None:
                return False
            self._at("turn.leased")
            return self._watched(*taken) != "overtaken"

    def _watched(self, held: Lease, messages: Sequence[Message]) -> str:
        began, channel = perf_counter(), messages[-1].channel
        with bound_contextvars(turn=f"t{messages[0].id}"):
            result = self._try(held, messages)
            seconds = perf_counter() - began
            log.info("turn", person=held.person_id, channel=channel, result=result, ms=round(seconds * 1000))
        self._metrics.turn(channel, result, seconds)
        return result

    def _try(self, held: Lease, messages: Sequence[Message]) -> str:
        try:
            self._handle(held, messages)
        except LeaseLostError:
            return "overtaken"
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, what the person wrote is kept
            self._failed(held, messages, error)
            return "failed"
        return "done"

    def _take(self, glimpse: Glimpse, *, quiet_over: bool) -> tuple[Lease, tuple[Message, ...]] | None:
        """The lease of the person and the messages of this turn; None when there is nothing for us to do."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            person_id = glimpse.person_id
            if person_id is None:
                (message,) = inbound.messages_by_id(connection, [glimpse.id])
                also = parsed(message, self._channels).also
                person_id = conversations.meet(connection, message.channel, message.contact, now, also)
            held = conversations.lease(connection, person_id, uuid4().hex, now, now + self._pace.lease)
            if held is None:
                return None
            waiting = inbound.messages_of(connection, held.person_id, now)
            gathered = None if quiet_over else self._flood.until(person_id, waiting, now)
            if gathered is not None and gathered > now:
                inbound.wait(connection, [message.id for message in waiting], gathered)
                waiting = []
            quiet = self._pace.quiet if gathered is None else GATHERED
            messages = due_turn(waiting, now, quiet, over=quiet_over or gathered is not None)
            if not messages:
                conversations.give_back(connection, held)
                return None
            if held.taken_over:
                inbound.count_try(connection, [message.id for message in messages])
        self._flood.count(person_id, now)
        return held, messages

    def _handle(self, held: Lease, messages: Sequence[Message]) -> None:
        worn_out = held.taken_over and max(message.tries for message in messages) >= self._pace.max_tries
        if worn_out:
            raise ProcessDiedError
        incoming = self._read(messages)
        messages = messages[: len(incoming)]
        self._at("turn.read")
        if not one_person(self._engine, held, incoming, self._clock.now()):
            return
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._decide_and_write(held, messages, incoming)
            except _SOMEBODY_WAS_QUICKER:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    def _read(self, messages: Sequence[Message]) -> tuple[Incoming, ...]:
        heard = up_to_tap([parsed(message, self._channels) for message in messages])
        incoming = edits.settled(self._engine, self._channels, messages[: len(heard)], heard)
        return tuple(
            self._media.take_in(one, self._channels[one.channel]) if one.attachments else one for one in incoming
        )

    def _decide_and_write(self, held: Lease, messages: Sequence[Message], incoming: tuple[Incoming, ...]) -> None:
        now = self._clock.now()
        fresh = f"{held.person_id}-{messages[0].id}"
        with reading(self._engine) as connection:
            scene, opened = self._stage.scene(connection, held, incoming, now, fresh)
            only_reads = just_reads(connection, held.person_id, incoming)
        # *OK* to an announcement is answered by what was announced, which goes out now.
        outcome = Outcome(scene.state) if only_reads else self._respond(scene)
        self._at("turn.decided")
        with self._engine.begin() as connection:
            self._write(connection, held, messages, scene, opened, outcome)
            self._at("turn.written")
        self._at("turn.committed")
        for one in incoming:
            if one.receipt:
                self._channels[one.channel].acknowledge(one)
        self._media.throw_away(scene, outcome)

    def _write(
        self,
        connection: Connection,
        held: Lease,
        messages: Sequence[Message],
        scene: Scene,
        opened: Opened,
        outcome: Outcome,
    ) -> None:
        ids = [message.id for message in messages]
        if inbound.mark_handled(connection, ids, scene.now) != len(ids):
            raise LeaseLostError
        last = {(one.channel, one.contact): (one, read) for one, read in zip(messages, scene.incoming, strict=True)}
        for (channel, contact), (one, read) in last.items():
            if read.gone:
                conversations.gone_from(connection, channel, contact, one.received_at)
            else:
                conversations.heard_from(connection, held.person_id, channel, contact, one.received_at)
        if opened.wrong:
            count_wrong_codes(connection, held.person_id, scene.now, opened.wrong)
        sender = self._applier.turn(
            connection,
            origin=_named_for_all_time(messages[0]),
            now=scene.now,
            sender=held.person_id,
            reply_channel=messages[-1].channel,
            region=scene.region,
            says=outcome.says,
            effects=outcome.effects,
        )
        self._media.settle(connection, scene, outcome, heir=sender)
        if sender != held.person_id:
            conversations.hand_state(connection, sender, outcome.state)
        conversations.finish(connection, held, outcome.state if sender == held.person_id else State())

    def _failed(self, held: Lease, messages: Sequence[Message], error: Exception) -> None:
        now = self._clock.now()
        place = place_of(error)
        log.error("turn.failed", person=held.person_id, inbox=[message.id for message in messages], error=place)
        with self._engine.begin() as connection:
            if not conversations.give_back(connection, held):
                return
            for message in messages:
                self._keep(connection, held.person_id, message, now, place)

    def _keep(self, connection: Connection, person_id: int, message: Message, now: datetime, place: str) -> None:
        tries = message.tries + 1
        if tries < self._pace.max_tries:
            wait = waiting_time(tries, timedelta(seconds=5), 4)
            inbound.put_back(connection, message, now + wait, place)
            return
        inbound.park(connection, message, now, place)
        # One honest line a day is enough, however many messages of theirs we cannot handle.
        line = Letter(
            person_id=person_id,
            says=(Say("common.received_parked"),),
            dedupe=f"parked:{person_id}:{now.date().isoformat()}",
            due_at=now,
            reply_channel=message.channel,
        )
        post(connection, line, now)


class ProcessDiedError(Exception):
    """These messages took one process after another down with them; they are parked like any that fails."""


def _named_for_all_time(first: Message) -> str:
    """By what the channel calls the message as well: SQLite gives the number of an erased row to a later one."""
    sent = blake2b(f"{first.channel}:{first.external_id}".encode(), digest_size=8).hexdigest()
    return f"t{first.id}.{sent}"
