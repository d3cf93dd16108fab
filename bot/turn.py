"""One turn of a person: what they wrote in one breath, decided outside any write transaction, written in one commit."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.apply import Applier
from bot.apply_people import InvitationGoneError
from bot.apply_reports import IllegalChangeError
from bot.backoff import waiting_time
from bot.bursts import due_turn
from bot.channels.base import Channel
from bot.clock import Clock
from bot.glance import Glance, parsed
from bot.logs import place_of
from bot.media import PREFIX, Media
from bot.pace import Checkpoint, Pace, unwatched
from bot.scene_of import Opened, Stage
from bot.store import conversations, inbound
from bot.store.conversations import Lease, LeaseLostError
from bot.store.database import reading
from bot.store.inbound import Glimpse, Message
from bot.store.outbound import Letter, post
from bot.store.persons import count_wrong_codes
from handlers.effects import Attach
from handlers.messages import Incoming, Say
from handlers.scene import STATE, Outcome, Scene, State

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
        self._glance = Glance(engine, channels, stage.reader)

    def run_due(self, limit: int = 50, *, quiet_over: bool = False) -> int:
        """Handles turns that are due, urgent ones first, one for each person; tells how many were handled.

        `quiet_over` takes the quiet time as passed.
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
        return sum(self._turn_of(pieces[0], quiet_over=quiet_over) for pieces in due[:limit])

    def _turn_of(self, glimpse: Glimpse, *, quiet_over: bool) -> bool:
        held = self._lease(glimpse)
        if held is None:
            return False
        self._at("turn.leased")
        messages = self._take(held, quiet_over=quiet_over)
        try:
            if messages:
                self._handle(held, messages)
        except LeaseLostError:
            log.warning("turn.overtaken", person=held.person_id)
            return False
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, what the person wrote is kept
            self._failed(held, messages, error)
        return bool(messages)

    def _lease(self, glimpse: Glimpse) -> Lease | None:
        now = self._clock.now()
        with self._engine.begin() as connection:
            person_id = glimpse.person_id
            if person_id is None:
                (message,) = inbound.messages_by_id(connection, [glimpse.id])
                person_id = conversations.meet(connection, message.channel, message.contact, now)
            return conversations.lease(connection, person_id, uuid4().hex, now, now + self._pace.lease)

    def _take(self, held: Lease, *, quiet_over: bool) -> tuple[Message, ...]:
        """The messages of this turn; without any, the lease is given back at once."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            waiting = inbound.messages_of(connection, held.person_id, now)
            messages = due_turn(waiting, now, self._pace.quiet, over=quiet_over)
            if not messages:
                conversations.give_back(connection, held)
            elif held.taken_over:
                inbound.count_try(connection, [message.id for message in messages])
        return messages

    def _handle(self, held: Lease, messages: Sequence[Message]) -> None:
        worn_out = held.taken_over and max(message.tries for message in messages) >= self._pace.max_tries
        if worn_out:
            raise ProcessDiedError
        incoming = tuple(self._read(message) for message in messages)
        self._at("turn.read")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._decide_and_write(held, messages, incoming)
            except _SOMEBODY_WAS_QUICKER:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    def _read(self, message: Message) -> Incoming:
        incoming = parsed(message, self._channels)
        if not incoming.attachments:
            return incoming
        return self._media.take_in(incoming, self._channels[message.channel])

    def _decide_and_write(self, held: Lease, messages: Sequence[Message], incoming: tuple[Incoming, ...]) -> None:
        now = self._clock.now()
        fresh = f"{held.person_id}-{messages[0].id}"
        with reading(self._engine) as connection:
            scene, opened = self._stage.scene(connection, held, incoming, now, fresh)
        outcome = self._respond(scene)
        self._at("turn.decided")
        with self._engine.begin() as connection:
            self._write(connection, held, messages, scene, opened, outcome)
            self._at("turn.written")
        self._at("turn.committed")
        self._throw_away(scene, outcome)

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
        for (channel, contact), at in {(one.channel, one.contact): one.received_at for one in messages}.items():
            conversations.heard_from(connection, held.person_id, channel, contact, at)
        if opened.wrong:
            count_wrong_codes(connection, held.person_id, scene.now, opened.wrong)
        sender = self._applier.turn(
            connection,
            origin=f"t{ids[0]}",
            now=scene.now,
            sender=held.person_id,
            reply_channel=messages[-1].channel,
            region=scene.region,
            says=outcome.says,
            effects=outcome.effects,
        )
        if sender != held.person_id:
            conversations.hand_state(connection, sender, outcome.state)
        conversations.finish(connection, held, outcome.state if sender == held.person_id else State())

    def _throw_away(self, scene: Scene, outcome: Outcome) -> None:
        """Files that came or waited but belong to nothing any more (`domain.md §6.5`: no pictures of violence)."""
        had = [file for message in scene.incoming for file in message.attachments]
        refs = {file.ref for file in (*had, *scene.state.files) if file.ref.startswith(PREFIX)}
        if not refs:
            return
        attached = {file.ref for effect in outcome.effects if isinstance(effect, Attach) for file in effect.files}
        remembered = json.dumps(STATE.dump_python(outcome.state, mode="json"))
        for ref in refs - attached:
            if ref not in remembered:
                self._media.discard(ref)

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
