"""A person as handlers see one: name, hats, small facts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from bot.store.tables import memberships, people, posyandu
from handlers.scene import Membership, Person
from routing.model import Role

WRONG_CODES = "wrong_codes"
"""Fact that holds when this person tried codes that open nothing: times in seconds, divided by blanks."""
WRONG_CODES_AN_HOUR = 5


_PERSON = select(people).where(people.c.id == bindparam("person"))
_HATS = (
    select(memberships, posyandu.c.name.label("posyandu_name"))
    .outerjoin(posyandu, posyandu.c.id == memberships.c.posyandu_id)
    .where(memberships.c.person_id == bindparam("person"), memberships.c.active.is_(True))
    .order_by(memberships.c.id)
)


def person_by_id(connection: Connection, person_id: int, *, made_up: bool) -> Person:
    """Hats of demonstration people count only where `made_up` allows them."""
    row = connection.execute(_PERSON, {"person": person_id}).one()
    hats = _hats(connection, person_id) if made_up or not row.made_up else ()
    facts = {name: value for name, value in row.facts.items() if name != WRONG_CODES}
    return Person(row.id, row.name, hats, facts)


def _hats(connection: Connection, person_id: int) -> tuple[Membership, ...]:
    rows = connection.execute(_HATS, {"person": person_id})
    return tuple(
        Membership(
            Role(row.role),
            row.region,
            row.office,
            tuple(code for code in row.place_codes.split(",") if code),
            row.field,
            row.posyandu_name,
            row.contact_rank,
            row.away_until,
            row.stand_in_id,
        )
        for row in rows
    )


def may_try_code(connection: Connection, person_id: int, now: datetime) -> bool:
    """Whether fewer than five wrong codes came from this person within an hour (`domain.md §6.4`)."""
    return len(_wrong_codes(connection, person_id, now)) < WRONG_CODES_AN_HOUR


def count_wrong_codes(connection: Connection, person_id: int, now: datetime, count: int) -> None:
    times = [*_wrong_codes(connection, person_id, now), *[int(now.timestamp())] * count]
    facts = connection.execute(select(people.c.facts).where(people.c.id == person_id).with_for_update()).scalar_one()
    written = " ".join(str(time) for time in times[-WRONG_CODES_AN_HOUR:])
    connection.execute(update(people).where(people.c.id == person_id).values(facts={**facts, WRONG_CODES: written}))


def _wrong_codes(connection: Connection, person_id: int, now: datetime) -> list[int]:
    facts = connection.execute(select(people.c.facts).where(people.c.id == person_id)).scalar_one()
    since = (now - timedelta(hours=1)).timestamp()
    return [int(time) for time in facts.get(WRONG_CODES, "").split() if int(time) > since]
