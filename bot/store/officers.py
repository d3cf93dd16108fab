"""Who answers for an office, with rank and leave: what `handlers/standing_in.py` decides on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Row, and_, bindparam, exists, or_, select, tuple_

from bot.store.tables import addresses, memberships, people
from handlers.scene import Colleague, Person
from routing.model import Role


def _officer() -> ColumnElement[bool]:
    return and_(memberships.c.role == Role.OFFICER, memberships.c.active.is_(True), memberships.c.office.is_not(None))


_OF_OFFICE = (
    select(memberships)
    .where(_officer(), memberships.c.region == bindparam("where"), memberships.c.office == bindparam("which"))
    .order_by(memberships.c.id)
)
_WITH_ADDRESS = (
    exists()
    .where(addresses.c.person_id == memberships.c.person_id, addresses.c.blocked_at.is_(None))
    .correlate(memberships)
)
_SAME = or_(
    tuple_(memberships.c.region, memberships.c.office).in_(bindparam("offices", expanding=True)),
    memberships.c.region.in_(bindparam("regions", expanding=True)),
)
_COLLEAGUES = (
    select(memberships, people.c.name, and_(_WITH_ADDRESS, people.c.stopped_at.is_(None)).label("reachable"))
    .join(people, people.c.id == memberships.c.person_id)
    .where(_officer(), _SAME, or_(people.c.made_up.is_(False), bindparam("made_up", type_=Boolean).is_(True)))
    .order_by(memberships.c.id)
)


def of_office(connection: Connection, region: str, office: str) -> tuple[Colleague, ...]:
    """Everybody of one office, without their names: who is to be told something is chosen among them."""
    found = connection.execute(_OF_OFFICE, {"where": region, "which": office})
    return tuple(_colleague(row, "", reachable=True) for row in found)


def colleagues_of(connection: Connection, person: Person, *, made_up: bool) -> tuple[Colleague, ...]:
    """Everybody of the offices this person answers for; of a coordinator's region all officers."""
    offices = sorted(person.offices())
    regions = sorted({hat.region for hat in person.memberships if hat.role is Role.COORDINATOR})
    if not offices and not regions:
        return ()
    found = connection.execute(_COLLEAGUES, {"offices": offices, "regions": regions, "made_up": made_up})
    return tuple(_colleague(row, row.name or "", reachable=bool(row.reachable)) for row in found)


def hats_of(connection: Connection, person_id: int, regions: Collection[str] | None = None) -> list[tuple[str, str]]:
    """(region, office) of the active officer's hats of a person, those in `regions` only if given."""
    hats = select(memberships.c.region, memberships.c.office).where(_officer(), memberships.c.person_id == person_id)
    if regions is not None:
        hats = hats.where(memberships.c.region.in_(regions))
    return [(row.region, row.office) for row in connection.execute(hats.order_by(memberships.c.id))]


def all_hats(connection: Connection) -> list[tuple[int, str, str]]:
    """(person, region, office) of every active officer's hat; an office has a handful of them."""
    hats = select(memberships.c.person_id, memberships.c.region, memberships.c.office).where(_officer())
    return [(row.person_id, row.region, row.office) for row in connection.execute(hats.order_by(memberships.c.id))]


def _colleague(row: Row[Any], name: str, *, reachable: bool) -> Colleague:
    return Colleague(
        person_id=row.person_id,
        name=name,
        region=row.region,
        office=row.office,
        rank=row.contact_rank,
        away_until=row.away_until,
        stand_in=row.stand_in_id,
        reachable=reachable,
    )
