"""Talks with a person at rest: who waits for somebody, and who answers whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.store.tables import people, talks
from handlers.scene import Person
from handlers.talks import Talk
from routing.model import Role

_OPEN = (
    select(talks, people.c.name)
    .join(people, people.c.id == talks.c.person_id)
    .where(talks.c.closed_at.is_(None))
    .order_by(talks.c.id)
)


def of_person(connection: Connection, person_id: int) -> Talk | None:
    """The talk this resident waits for or has."""
    return next(iter(_found(connection, _OPEN.where(talks.c.person_id == person_id))), None)


def taken_by(connection: Connection, person: Person) -> Talk | None:
    """The talk in which this coordinator answers."""
    if not person.has(Role.COORDINATOR):
        return None
    return next(iter(_found(connection, _OPEN.where(talks.c.operator_id == person.id))), None)


def waiting_for(connection: Connection, person: Person) -> tuple[Talk, ...]:
    """Talks that nobody took yet and this coordinator may take, the oldest first."""
    regions = [hat.region for hat in person.memberships if hat.role is Role.COORDINATOR]
    if not regions:
        return ()
    free = (talks.c.operator_id.is_(None), talks.c.region.in_(regions), talks.c.person_id != person.id)
    return _found(connection, _OPEN.where(*free))


def open_talk(connection: Connection, person_id: int, region: str, now: datetime) -> None:
    """Nothing where one is open."""
    if of_person(connection, person_id) is None:
        connection.execute(talks.insert().values(person_id=person_id, region=region, opened_at=now))


def take(connection: Connection, person_id: int, operator: int, now: datetime) -> bool:
    """False when it is over, or a colleague was quicker."""
    free = (talks.c.person_id == person_id, talks.c.closed_at.is_(None), talks.c.operator_id.is_(None))
    taken = update(talks).where(*free).values(operator_id=operator, taken_at=now)
    return connection.execute(taken).rowcount > 0


def end(connection: Connection, person_id: int, now: datetime) -> None:
    open_ = (talks.c.person_id == person_id, talks.c.closed_at.is_(None))
    connection.execute(update(talks).where(*open_).values(closed_at=now))


def _found(connection: Connection, query: Select[Any]) -> tuple[Talk, ...]:
    rows = connection.execute(query)
    return tuple(Talk(row.person_id, row.region, row.opened_at, row.name, row.operator_id) for row in rows)
