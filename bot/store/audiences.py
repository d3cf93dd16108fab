"""Who answers for what: people found by the hats they wear, and whether a message can reach them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.store.tables import addresses, events, followers, memberships, people, posyandu, reports
from routing.assign import KaderCandidate
from routing.model import FINISHED, Role


def coordinators(connection: Connection, region: str) -> list[int]:
    return _wearing(connection, memberships.c.role == Role.COORDINATOR, memberships.c.region == region)


def officers(connection: Connection, region: str, office: str) -> list[int]:
    same = (memberships.c.region == region, memberships.c.office == office)
    return _wearing(connection, memberships.c.role == Role.OFFICER, *same)


def followers_of(connection: Connection, report_id: int) -> list[int]:
    """Everybody who joined the report; its reporter is not among them."""
    joined = select(followers.c.person_id).where(followers.c.report_id == report_id)
    return list(connection.scalars(joined.order_by(followers.c.joined_at, followers.c.person_id)))


def kaders(connection: Connection, region: str) -> list[KaderCandidate]:
    """Everybody who wears the hat of a kader in this region, with what tells whose turn it is."""
    at_work = (reports.c.kader_id == memberships.c.person_id, reports.c.status.not_in(FINISHED))
    open_tasks = select(func.count()).select_from(reports).where(*at_work).scalar_subquery()
    rows = connection.execute(
        select(memberships, people.c.name, posyandu.c.place_code, open_tasks.label("open_tasks"))
        .join(people, people.c.id == memberships.c.person_id)
        .outerjoin(posyandu, posyandu.c.id == memberships.c.posyandu_id)
        .where(memberships.c.role == Role.KADER, memberships.c.region == region, memberships.c.active.is_(True))
        .order_by(memberships.c.id)
    )
    return [
        KaderCandidate(
            person_id=row.person_id,
            field=row.field,
            place_codes=tuple(code.strip() for code in row.place_codes.split(",") if code.strip()),
            posyandu_place=row.place_code,
            open_tasks=row.open_tasks,
            last_asked_at=row.last_asked_at,
            name=row.name or "",
        )
        for row in rows
    ]


def asked_about(connection: Connection, report_id: int) -> set[int]:
    """Every kader who was asked about this report before."""
    asked = select(events.c.person_id).where(events.c.report_id == report_id, events.c.kind == "kader_asked")
    return {person_id for person_id in connection.scalars(asked) if person_id is not None}


def mark_asked(connection: Connection, person_id: int, region: str, now: datetime) -> None:
    """The next report of this place goes to somebody else."""
    same = (memberships.c.person_id == person_id, memberships.c.region == region)
    connection.execute(update(memberships).where(*same, memberships.c.role == Role.KADER).values(last_asked_at=now))


def reachable(connection: Connection, person_ids: Collection[int], *, made_up: bool) -> set[int]:
    """Those with an address that takes messages; demonstration people only where `made_up` allows them."""
    if not person_ids:
        return set()
    allowed = people.c.made_up.in_((True, False) if made_up else (False,))
    found = (
        select(addresses.c.person_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(addresses.c.person_id.in_(person_ids), addresses.c.blocked_at.is_(None), allowed)
    )
    return set(connection.scalars(found))


def _wearing(connection: Connection, *hat: ColumnElement[bool]) -> list[int]:
    found = select(memberships.c.person_id).where(*hat, memberships.c.active.is_(True)).order_by(memberships.c.id)
    return list(dict.fromkeys(connection.scalars(found)))
