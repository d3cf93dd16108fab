"""Whose turn it is: people behind contacts, the lease of a conversation and its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update

from bot.store.tables import addresses, asks, conversations, outbox, people
from bot.store.upsert import insert_into
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


def person_of(connection: Connection, channel: str, contact: str) -> int | None:
    return connection.scalar(
        select(addresses.c.person_id).where(addresses.c.channel == channel, addresses.c.contact_hash == contact)
    )


def meet(connection: Connection, channel: str, contact: str, now: datetime) -> int:
    """The person behind a contact; somebody new becomes a person with this one address."""
    known = person_of(connection, channel, contact)
    if known is not None:
        return known
    person_id: int = connection.execute(
        insert_into(connection, people).values(facts={}, created_at=now, made_up=False).returning(people.c.id)
    ).scalar_one()
    address = connection.scalar(
        insert_into(connection, addresses)
        .values(person_id=person_id, channel=channel, contact_hash=contact, contact=contact)
        .on_conflict_do_nothing(index_elements=["channel", "contact_hash"])
        .returning(addresses.c.id)
    )
    if address is not None:
        return person_id
    connection.execute(delete(people).where(people.c.id == person_id))  # another worker met them at the same moment
    met = person_of(connection, channel, contact)
    assert met is not None
    return met


def lease(connection: Connection, person_id: int, owner: str, now: datetime, until: datetime) -> Lease | None:
    """None when somebody else holds it; a lease whose time is over is taken over."""
    connection.execute(
        insert_into(connection, conversations)
        .values(person_id=person_id, state=STATE.dump_python(State(), mode="json"), version=0)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    row = connection.execute(
        select(conversations).where(conversations.c.person_id == person_id).with_for_update()
    ).one()
    if row.lease_until is not None and row.lease_until > now:
        return None
    connection.execute(
        update(conversations).where(conversations.c.person_id == person_id).values(lease_until=until, lease_owner=owner)
    )
    state = STATE.validate_python(row.state)
    return Lease(person_id, owner, state, row.version, taken_over=row.lease_until is not None)


def finish(connection: Connection, held: Lease, state: State) -> None:
    """Writes the new state and gives the lease back. Raises LeaseLostError when the conversation went on without us."""
    done = connection.execute(
        update(conversations)
        .where(_held(held), conversations.c.version == held.version)
        .values(
            state=STATE.dump_python(state, mode="json"),
            version=held.version + 1,
            lease_until=None,
            lease_owner=None,
        )
    )
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
    connection.execute(
        update(addresses)
        .where(addresses.c.channel == channel, addresses.c.contact_hash == contact)
        .values(last_inbound_at=at, blocked_at=None)
    )
    connection.execute(
        update(outbox)
        .where(
            outbox.c.person_id == person_id,
            outbox.c.failure == "needs_template",
            outbox.c.sent_at.is_(None),
            outbox.c.failed_at.is_(None),
        )
        .values(due_at=at, failure=None)
    )


def open_asks(connection: Connection, person_id: int) -> tuple[Ask, ...]:
    """Newest first; of those asked at the same moment, the one that was opened last."""
    return _asks(connection, asks.c.person_id == person_id, asks.c.closed_at.is_(None))


def settled_ask(connection: Connection, person_id: int, ask_id: int) -> Ask | None:
    """The question of that number, if it was put to this person and is closed."""
    found = _asks(connection, asks.c.id == ask_id, asks.c.person_id == person_id, asks.c.closed_at.is_not(None))
    return found[0] if found else None


def _asks(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Ask, ...]:
    newest_first = select(asks).where(*conditions).order_by(asks.c.asked_at.desc(), asks.c.id.desc())
    rows = connection.execute(newest_first).all()
    sent_as = _sent_as(connection, [row.id for row in rows])
    return tuple(_ask(row, tuple(sent_as[row.id])) for row in rows)


def _ask(row: Row[Any], message_ids: tuple[str, ...]) -> Ask:
    newest = message_ids[-1] if message_ids else None
    return Ask(row.id, row.kind, row.report_id, row.asked_at, newest, message_ids)


def _sent_as(connection: Connection, ask_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The provider's ids of the letters that asked, oldest first."""
    sent: defaultdict[int, list[str]] = defaultdict(list)
    letters = select(outbox.c.ask_id, outbox.c.external_id).order_by(outbox.c.id)
    were_sent = letters.where(outbox.c.ask_id.in_(ask_ids), outbox.c.external_id.is_not(None))
    for ask_id, external_id in connection.execute(were_sent):
        sent[ask_id].append(external_id)
    return sent


def _held(held: Lease) -> ColumnElement[bool]:
    return and_(conversations.c.person_id == held.person_id, conversations.c.lease_owner == held.owner)
