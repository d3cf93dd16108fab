"""Answers that wait at rest: of an officer, and of whoever else answers for the same office."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, select, tuple_

from bot.store.errands import read
from bot.store.tables import errands, memberships
from handlers.errands import Errand, ErrandKind
from handlers.scene import Person
from routing.model import Role

_COLLEAGUES = select(memberships.c.person_id).where(
    memberships.c.role == Role.OFFICER,
    tuple_(memberships.c.region, memberships.c.office).in_(bindparam("offices", expanding=True)),
)
_WAITING = (
    select(errands)
    .where(
        errands.c.done_at.is_(None),
        errands.c.kind == ErrandKind.ANSWER,
        or_(errands.c.person_id == bindparam("person"), errands.c.person_id.in_(_COLLEAGUES)),
    )
    .order_by(errands.c.id)
)


def held_with(connection: Connection, person: Person) -> tuple[Errand, ...]:
    """Those that have not taken effect, the oldest first; none for who answers for no office."""
    offices = person.offices()
    if not offices:
        return ()
    found = connection.execute(_WAITING, {"person": person.id, "offices": sorted(offices)})
    return tuple(read(row) for row in found)
