"""One account under two names: a WhatsApp number and the business-scoped id beside it. Whoever is known under either is
one person (`platform.md §0.1`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    select,
    update,
)

from bot.store.changed_hands import hand_on
from bot.store.conversations import Lease, LeaseLostError, add_address, give_back, hand_state
from bot.store.database import reading
from bot.store.tables import addresses, conversations, memberships, metadata, people
from handlers.messages import Incoming
from handlers.scene import STATE, State


def one_person(engine: Engine, held: Lease, incoming: Iterable[Incoming], now: datetime) -> bool:
    """Makes every name of the sender an address of the one who is held.

    False when somebody else was known by one of them: the two are one now, or the number changed hands
    (`bot/store/changed_hands.py`), nobody holds a lease, and the turn begins anew. While somebody is at work for the
    other one, all stays as it is until the next message. Raises LeaseLostError.
    """
    named = {one.channel: (one.contact, *one.also) for one in incoming if one.also}
    if not named:
        return True
    with reading(engine) as connection:
        behind = {channel: persons_behind(connection, channel, names) for channel, names in named.items()}
    if all(len(known) == len(named[channel]) for channel, known in behind.items()) and all(
        person == held.person_id for known in behind.values() for person in known.values()
    ):
        return True
    with engine.begin() as connection:
        if any(hand_on(connection, channel, names, now) for channel, names in named.items()):
            if not give_back(connection, held):
                raise LeaseLostError
            return False
        return all(_learnt(connection, held, channel, names, now) for channel, names in named.items())


def _learnt(connection: Connection, held: Lease, channel: str, names: Sequence[str], now: datetime) -> bool:
    """Looked at again, inside the transaction that writes. False as soon as two became one."""
    known = persons_behind(connection, channel, names)
    for name in names:
        if name not in known:
            add_address(connection, held.person_id, channel, name)
    others = sorted(set(known.values()) - {held.person_id})
    return all(merge(connection, held.person_id, other, now, held.owner) is None for other in others)


def persons_behind(connection: Connection, channel: str, contacts: Sequence[str]) -> Mapping[str, int]:
    """Who is known by which of these contacts."""
    wanted = select(addresses.c.contact, addresses.c.person_id).where(
        addresses.c.channel == channel, addresses.c.contact_hash.in_(contacts)
    )
    return {row.contact: row.person_id for row in connection.execute(wanted)}


def merge(connection: Connection, one: int, other: int, now: datetime, owner: str | None = None) -> int | None:
    """Two people become one, who is told: the one with a hat, or else the older one, with all that was the other's.

    None, and nothing is changed, while somebody holds the lease of either, `owner` excepted.
    """
    rows = connection.execute(
        select(conversations)
        .where(conversations.c.person_id.in_((one, other)))
        .order_by(conversations.c.person_id)
        .with_for_update()
    ).all()
    if any(row.lease_until is not None and row.lease_until > now and row.lease_owner != owner for row in rows):
        return None
    keep, gone = _who_stays(connection, one, other)
    states = {row.person_id: STATE.validate_python(row.state) for row in rows}
    _join_conversations(connection, keep, gone, states)
    _join_people(connection, keep, gone)
    for table, column in _references():
        reassign(connection, table, column, keep, gone)
    connection.execute(delete(people).where(people.c.id == gone))
    return keep


def _who_stays(connection: Connection, one: int, other: int) -> tuple[int, int]:
    hats = select(memberships.c.person_id).where(memberships.c.person_id.in_((one, other)), memberships.c.active)
    with_hat = set(connection.scalars(hats))
    keep, gone = sorted((one, other), key=lambda person: (person not in with_hat, person))
    return keep, gone


def _join_conversations(connection: Connection, keep: int, gone: int, states: Mapping[int, State]) -> None:
    """The one who is in the middle of something goes on; with both, the one who stays. A turn of theirs that is under
    way notices by the version, and begins anew."""
    kept, other = states.get(keep, State()), states.get(gone, State())
    state = other if kept.dialogue is None and other.dialogue is not None else kept
    connection.execute(delete(conversations).where(conversations.c.person_id == gone))
    hand_state(connection, keep, state)


def _join_people(connection: Connection, keep: int, gone: int) -> None:
    rows = {row.id: row for row in connection.execute(select(people).where(people.c.id.in_((keep, gone))))}
    connection.execute(
        update(people)
        .where(people.c.id == keep)
        .values(name=rows[keep].name or rows[gone].name, facts={**rows[gone].facts, **rows[keep].facts})
    )


def _references() -> Iterable[tuple[Table, Column[int]]]:
    """Every column that names a person, also of tables that are added one day."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is people.c.id for key in column.foreign_keys):
                yield table, column
    yield memberships, memberships.c.stand_in_id  # no foreign key: SQLite adds none to a table that is there


def reassign(connection: Connection, table: Table, column: Column[int], keep: int, gone: int) -> None:
    """What was the one's in this table is the other's; what both have stays once."""
    for unique in (one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)):
        if column.name in unique.columns:
            rest = [one for one in unique.columns if one is not column]
            _drop_doubles(connection, table, column, rest, keep, gone)
    connection.execute(update(table).where(column == gone).values({column: keep}))


def _drop_doubles(
    connection: Connection, table: Table, column: Column[int], rest: Sequence[Column[Any]], keep: int, gone: int
) -> None:
    """Where both stand already, such as two followers of the same report, or two round-ups of one morning."""
    both = table.alias()
    same = select(both).where(both.c[column.name] == keep, *(both.c[one.name] == one for one in rest)).exists()
    connection.execute(delete(table).where(column == gone, same))
