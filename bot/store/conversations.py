"""Whose turn it is: people behind contacts, the lease of a conversation and its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, delete, select, update

from bot.store.outbound import unpark
from bot.store.tables import addresses, asks, conversations, outbox, people
from bot.store.upsert import insert_into, insert_once
from handlers.scene import STATE, Ask, State


class LeaseLostError(Exception):
    """Somebody else took over this conversation meanwhile; what we prepared must not be written."""


@dataclass(frozen=True)
class Lease:
    """The right to handle one person's messages. `taken_over`: its holder before us never came back."""

    person_id: int
    owner: str
    state: State
    version: int
    taken_over: bool


_WHOSE = select(addresses.c.person_id).where(
    addresses.c.channel == bindparam("channel"), addresses.c.contact_hash == bindparam("contact")
)
_PERSON = conversations.c.person_id == bindparam("person")
_LOCKED = select(conversations).where(_PERSON).with_for_update()
_TAKE = update(conversations).where(_PERSON).values(lease_until=bindparam("until"), lease_owner=bindparam("owner"))
_FINISH = (
    update(conversations)
    .where(
        _PERSON,
        conversations.c.lease_owner == bindparam("owner"),
        conversations.c.version == bindparam("read"),
    )
    .values(state=bindparam("written"), version=bindparam("next"), lease_until=None, lease_owner=None)
)
_HEARD = (
    update(addresses)
    .where(addresses.c.channel == bindparam("on"), addresses.c.contact_hash == bindparam("hashed"))
    .values(last_inbound_at=bindparam("at"), blocked_at=None)
)
_NEWEST_FIRST = (asks.c.asked_at.desc(), asks.c.id.desc())
_OPEN = select(asks).where(asks.c.person_id == bindparam("person"), asks.c.closed_at.is_(None)).order_by(*_NEWEST_FIRST)
_SETTLED = (
    select(asks)
    .where(asks.c.id == bindparam("ask"), asks.c.person_id == bindparam("person"), asks.c.closed_at.is_not(None))
    .order_by(*_NEWEST_FIRST)
)
_SENT_AS = (
    select(outbox.c.ask_id, outbox.c.external_id)
    .where(outbox.c.ask_id.in_(bindparam("asks", expanding=True)), outbox.c.external_id.is_not(None))
    .order_by(outbox.c.id)
)


def person_of(connection: Connection, channel: str, contact: str) -> int | None:
    found: int | None = connection.scalar(_WHOSE, {"channel": channel, "contact": contact})
    return found


def meet(connection: Connection, channel: str, contact: str, now: datetime, also: Sequence[str] = ()) -> int:
    """The person behind a contact, or behind another one of the same account; somebody new becomes a person."""
    for name in (contact, *also):
        known = person_of(connection, channel, name)
        if known is not None:
            if name != contact:
                add_address(connection, known, channel, contact)
            return known
    person_id: int = connection.execute(
        insert_into(connection, people).values(facts={}, created_at=now, made_up=False).returning(people.c.id)
    ).scalar_one()
    if add_address(connection, person_id, channel, contact):
        return person_id
    connection.execute(delete(people).where(people.c.id == person_id))  # another worker met them at the same moment
    met = person_of(connection, channel, contact)
    assert met is not None
    return met


def add_address(connection: Connection, person_id: int, channel: str, contact: str) -> bool:
    """False when this contact is somebody's already."""
    added = connection.scalar(
        insert_into(connection, addresses)
        .values(person_id=person_id, channel=channel, contact_hash=contact, contact=contact)
        .on_conflict_do_nothing(index_elements=["channel", "contact_hash"])
        .returning(addresses.c.id)
    )
    return added is not None


def lease(connection: Connection, person_id: int, owner: str, now: datetime, until: datetime) -> Lease | None:
    """None when somebody else holds it; a lease whose time is over is taken over."""
    row = connection.execute(_LOCKED, {"person": person_id}).one_or_none()
    if row is None:
        _begin(connection, person_id)
        row = connection.execute(_LOCKED, {"person": person_id}).one()
    if row.lease_until is not None and row.lease_until > now:
        return None
    connection.execute(_TAKE, {"person": person_id, "until": until, "owner": owner})
    state = STATE.validate_python(row.state)
    return Lease(person_id, owner, state, row.version, taken_over=row.lease_until is not None)


def _begin(connection: Connection, person_id: int) -> None:
    """A conversation in which nothing was said yet, unless somebody else began it at the same moment."""
    new = {"person_id": person_id, "state": STATE.dump_python(State(), mode="json"), "version": 0}
    connection.execute(insert_once(connection, conversations, "person_id"), new)


def finish(connection: Connection, held: Lease, state: State) -> None:
    """Writes the new state and gives the lease back. Raises LeaseLostError when the conversation went on without us."""
    written = STATE.dump_python(state, mode="json")
    ours = {"person": held.person_id, "owner": held.owner, "read": held.version}
    done = connection.execute(_FINISH, {**ours, "written": written, "next": held.version + 1})
    if done.rowcount != 1:
        raise LeaseLostError


def give_back(connection: Connection, held: Lease) -> bool:
    """Gives the lease back without a word about the state; False when it is not ours any more."""
    done = connection.execute(update(conversations).where(_held(held)).values(lease_until=None, lease_owner=None))
    return done.rowcount == 1


def hand_state(connection: Connection, person_id: int, state: State) -> None:
    """Another person's conversation goes on from `state`; a turn of theirs under way will notice and start anew."""
    written = STATE.dump_python(state, mode="json")
    connection.execute(
        insert_into(connection, conversations)
        .values(person_id=person_id, state=written, version=0)
        .on_conflict_do_update(
            index_elements=["person_id"],
            set_={
                "state": written,
                "version": conversations.c.version + 1,
                "lease_until": None,
                "lease_owner": None,
            },
        )
    )


def heard_from(connection: Connection, person_id: int, channel: str, contact: str, at: datetime) -> None:
    """This address works: the person wrote from it. Messages that waited for that may go out."""
    connection.execute(_HEARD, {"on": channel, "hashed": contact, "at": at})
    unpark(connection, person_id, at)


def gone_from(connection: Connection, channel: str, contact: str, at: datetime) -> None:
    """This address takes nothing from us any more, until somebody writes from it again."""
    connection.execute(
        update(addresses)
        .where(addresses.c.channel == channel, addresses.c.contact_hash == contact)
        .values(blocked_at=at)
    )


def open_asks(connection: Connection, person_id: int) -> tuple[Ask, ...]:
    """Newest first; of those asked at the same moment, the one that was opened last."""
    return _asks(connection, _OPEN, {"person": person_id})


def settled_ask(connection: Connection, person_id: int, ask_id: int) -> Ask | None:
    """The question of that number, if it was put to this person and is closed."""
    found = _asks(connection, _SETTLED, {"ask": ask_id, "person": person_id})
    return found[0] if found else None


def _asks(connection: Connection, which: Select[Any], of: Mapping[str, int]) -> tuple[Ask, ...]:
    rows = connection.execute(which, of).all()
    sent_as = _sent_as(connection, [row.id for row in rows])
    return tuple(_ask(row, tuple(sent_as[row.id])) for row in rows)


def _ask(row: Row[Any], message_ids: tuple[str, ...]) -> Ask:
    newest = message_ids[-1] if message_ids else None
    return Ask(row.id, row.kind, row.report_id, row.asked_at, newest, message_ids)


def _sent_as(connection: Connection, ask_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The provider's ids of the letters that asked, oldest first."""
    sent: defaultdict[int, list[str]] = defaultdict(list)
    for ask_id, external_id in connection.execute(_SENT_AS, {"asks": list(ask_ids)}) if ask_ids else ():
        sent[ask_id].append(external_id)
    return sent


def _held(held: Lease) -> ColumnElement[bool]:
    return and_(conversations.c.person_id == held.person_id, conversations.c.lease_owner == held.owner)
