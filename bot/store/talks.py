"""Talks with a person at rest: who waits for somebody, and who answers whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, or_, select, update

from bot.store.tables import memberships, people, talks
from handlers.scene import Person
from handlers.talks import Talk
from routing.model import Role

_STILL_THERE = exists().where(
    memberships.c.person_id == talks.c.operator_id,
    memberships.c.role == Role.COORDINATOR,
    memberships.c.region == talks.c.region,
    memberships.c.active.is_(True),
)
"""Who took it is a coordinator there yet. Words of a resident go to nobody who was one; such a talk is over."""
_OPEN = (
    select(talks, people.c.name)
    .join(people, people.c.id == talks.c.person_id)
    .where(talks.c.closed_at.is_(None), or_(talks.c.operator_id.is_(None), _STILL_THERE))
    .order_by(talks.c.id)
)

_OF_PERSON = _OPEN.where(talks.c.person_id == bindparam("person"))
_TAKEN = _OPEN.where(talks.c.operator_id == bindparam("person"))
_FREE = _OPEN.where(
    talks.c.operator_id.is_(None),
    talks.c.region.in_(bindparam("regions", expanding=True)),
    talks.c.person_id != bindparam("person"),
)


def of_person(connection: Connection, person_id: int) -> Talk | None:
    """The talk this resident waits for or has."""
    return next(iter(_found(connection, _OF_PERSON, person=person_id)), None)


def taken_by(connection: Connection, person: Person) -> Talk | None:
    """The talk in which this coordinator answers."""
    if not person.has(Role.COORDINATOR):
        return None
    return next(iter(_found(connection, _TAKEN, person=person.id)), None)


def waiting_for(connection: Connection, person: Person) -> tuple[Talk, ...]:
    """Talks that nobody took yet and this coordinator may take, the oldest first."""
    regions = [hat.region for hat in person.memberships if hat.role is Role.COORDINATOR]
    if not regions:
        return ()
    return _found(connection, _FREE, person=person.id, regions=regions)


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


def _found(connection: Connection, query: Select[Any], **of: object) -> tuple[Talk, ...]:
    rows = connection.execute(query, of)
    return tuple(Talk(row.person_id, row.region, row.opened_at, row.name, row.operator_id) for row in rows)
