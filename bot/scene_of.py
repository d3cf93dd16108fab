"""Builds what a handler may know: who wrote, what is open for them, what codes in their words open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot import invitation_code, report_code
from bot.channels.base import Channel
from bot.store import conversations, reports, talks
from bot.store.alike import look_alike
from bot.store.conversations import Lease
from bot.store.held import held_with
from bot.store.invitations import find_invitation
from bot.store.officers import colleagues_of
from bot.store.persons import may_try_code, person_by_id
from handlers import safety
from handlers.messages import Incoming
from handlers.scene import Ask, Person, Scene, State
from handlers.standing_in import with_ranks
from routing import answers
from routing.model import Report, Role
from routing.region import Atlas
from routing.tickets import normal_ticket
from routing.understand import Reader

_START = re.compile(r"/start(?:@\w+)?\s+(\S+)\s*")
CODES_A_TURN = 3
"""A code and the words around it that look like one; more would be guessing."""

_ANSWER = re.compile(r"a(\d+):")

Invited = tuple[int | None, Literal["", "expired", "used", "unknown"]]
_UNKNOWN: Invited = (None, "unknown")


@dataclass(frozen=True)
class Opened:
    """What the codes in a message opened; how many were `wrong` counts against the person who wrote it."""

    report: Report | None = None
    wrong: int = 0


@dataclass(frozen=True)
class Stage:
    """Where scenes are set: the same for every turn of a deployment."""

    atlas: Atlas
    reader: Reader
    default_region: str
    channels: Mapping[str, Channel]
    made_up: bool

    def scene(
        self, connection: Connection, held: Lease, incoming: tuple[Incoming, ...], now: datetime, fresh: str
    ) -> tuple[Scene, Opened]:
        person = person_by_id(connection, held.person_id, made_up=self.made_up)
        colleagues = colleagues_of(connection, person, made_up=self.made_up)
        may_try = may_try_code(connection, person.id, now) if _tries_codes(incoming) else True
        opened = _report_by_code(connection, incoming) if may_try else Opened()
        (invitation, invitation_problem), wrong = _invitation(connection, incoming, now, may_try=may_try)
        opened = replace(opened, wrong=opened.wrong + wrong)
        written_to = [(self.channels[one.channel], one.contact) for one in incoming if one.channel in self.channels]
        scene = Scene(
            person=with_ranks(person, colleagues, now, self.atlas),
            state=held.state,
            incoming=incoming,
            now=now,
            atlas=self.atlas,
            reader=self.reader,
            region=self._region(person),
            fresh=fresh,
            mine=reports.reports_of(connection, person.id),
            tasks=reports.tasks_of(connection, person, now) if person.memberships else (),
            named=reports.named_for(connection, person, self._tickets(person, held.state, incoming), now),
            colleagues=colleagues,
            asks=conversations.open_asks(connection, person.id),
            stale_ask=_stale_ask(connection, person.id, incoming),
            by_code=opened.report,
            own_request=_own_request(connection, person.id, held.state),
            invitation=invitation,
            invitation_problem=invitation_problem,
            talk=talks.of_person(connection, person.id),
            helps=talks.taken_by(connection, person),
            calls=talks.waiting_for(connection, person),
            unsends=any(channel.limits.unsend for channel, _ in written_to),
            numbered=any(channel.number(contact) for channel, contact in written_to),
            held=held_with(connection, person),
            look_alike=look_alike(connection.engine, person.id, now),
            counts=reports.counts_for(connection, person, now),
        )
        return scene, opened

    def _tickets(self, person: Person, state: State, incoming: tuple[Incoming, ...]) -> list[str]:
        """What a coordinator speaks of: numbers in the words, in what waits for an answer, and in the last list."""
        hats = [hat.region for hat in person.memberships if hat.role is Role.COORDINATOR]
        if not hats:
            return []
        own = self.atlas.regions[hats[0]].ticket_prefix
        words = " ".join((state.pending or "", *(f"{one.text} {one.choice_id or ''}" for one in incoming)))
        prefixes = [region.ticket_prefix for region in self.atlas.regions.values()]
        spoken = (normal_ticket(prefix or own, str(number)) for prefix, number in answers.tickets(words, prefixes))
        return list(dict.fromkeys((*spoken, *state.listed)))

    def _region(self, person: Person) -> str:
        told = person.facts.get("region")
        if told is not None and told in self.atlas.regions:
            return told
        worn = (hat.region for hat in person.memberships if hat.region in self.atlas.regions)
        return next(worn, self.default_region)


def _tries_codes(incoming: tuple[Incoming, ...]) -> bool:
    texts = [message.text for message in incoming]
    return any(report_code.codes_in(text) or invitation_code.codes_in(text) for text in texts)


def _report_by_code(connection: Connection, incoming: tuple[Incoming, ...]) -> Opened:
    codes = [code for message in incoming for code in report_code.codes_in(message.text)][:CODES_A_TURN]
    found = (reports.report_by_code(connection, code) for code in codes)
    report = next((one for one in found if one is not None), None)
    return Opened(report, wrong=0 if report else len(codes))


def _own_request(connection: Connection, person_id: int, state: State) -> Report | None:
    """The restricted request this conversation is about, or was before it turned to other matters."""
    ref = (state.ref if state.dialogue == safety.NAME else None) or state.request
    return None if ref is None else reports.request_of(connection, person_id, ref)


def _invitation(
    connection: Connection, incoming: tuple[Incoming, ...], now: datetime, *, may_try: bool
) -> tuple[Invited, int]:
    """What a code opens, and how many opened nothing. `/start` with anything behind it always means an invitation;
    words that open none are just words. Who guessed too often is told of every code that it is unknown."""
    wrong = 0
    for message in incoming:
        for code in invitation_code.codes_in(message.text)[:CODES_A_TURN] if may_try else ():
            found = find_invitation(connection, code, now)
            if found != _UNKNOWN:
                return found, 0
            wrong += 1
        if _START.fullmatch(message.text.strip()):
            return _UNKNOWN, wrong
    return (None, ""), wrong


def _stale_ask(connection: Connection, person_id: int, incoming: tuple[Incoming, ...]) -> Ask | None:
    for message in incoming:
        answer = _ANSWER.match(message.choice_id or "")
        if answer:
            settled = conversations.settled_ask(connection, person_id, int(answer[1]))
            if settled is not None:
                return settled
    return None
