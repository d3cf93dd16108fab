"""Who answers for an office, with rank and leave: what `handlers/standing_in.py` decides on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, or_, select, tuple_

from bot.store.tables import addresses, memberships, people
from handlers.scene import Colleague, Person
from routing.model import Role


def of_office(connection: Connection, region: str, office: str) -> tuple[Colleague, ...]:
    """Everybody of one office, without their names: who is to be told something is chosen among them."""
    hats = select(memberships).where(_officer(), memberships.c.region == region, memberships.c.office == office)
    return tuple(_colleague(row, "", reachable=True) for row in connection.execute(hats.order_by(memberships.c.id)))


def colleagues_of(connection: Connection, person: Person, *, made_up: bool) -> tuple[Colleague, ...]:
    """Everybody of the offices this person answers for; of a coordinator's region all officers."""
    offices = sorted(person.offices())
    regions = sorted({hat.region for hat in person.memberships if hat.role is Role.COORDINATOR})
    if not offices and not regions:
        return ()
    same = tuple_(memberships.c.region, memberships.c.office).in_(offices) if offices else false()
    reachable = select(addresses.c.person_id).where(addresses.c.blocked_at.is_(None))
    known = and_(memberships.c.person_id.in_(reachable), people.c.stopped_at.is_(None))
    found = connection.execute(
        select(memberships, people.c.name, known.label("reachable"))
        .join(people, people.c.id == memberships.c.person_id)
        .where(_officer(), or_(same, memberships.c.region.in_(regions)), _allowed(made_up=made_up))
        .order_by(memberships.c.id)
    )
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


def _officer() -> ColumnElement[bool]:
    return and_(memberships.c.role == Role.OFFICER, memberships.c.active.is_(True), memberships.c.office.is_not(None))


def _allowed(*, made_up: bool) -> ColumnElement[bool]:
    return people.c.made_up.in_((True, False) if made_up else (False,))


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
