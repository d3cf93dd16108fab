"""Who answers for what: people found by the hats they wear, and whether a message can reach them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, Connection, and_, bindparam, func, or_, select, true, update

from bot.store.keeping_from import may_hear_of
from bot.store.tables import addresses, events, followers, memberships, people, posyandu, reports
from routing.assign import KaderCandidate
from routing.model import FINISHED, Role

_REACHABLE = (
    select(addresses.c.person_id)
    .join(people, people.c.id == addresses.c.person_id)
    .where(
        addresses.c.person_id.in_(bindparam("people", expanding=True)),
        addresses.c.blocked_at.is_(None),
        or_(people.c.made_up.is_(False), bindparam("made_up", type_=Boolean).is_(True)),
        or_(people.c.stopped_at.is_(None), people.c.id == bindparam("asking")),
    )
)
_MAY_HEAR = _REACHABLE.where(may_hear_of(bindparam("report")))
_JOINED = (
    select(followers.c.person_id)
    .where(followers.c.report_id == bindparam("report"))
    .order_by(followers.c.joined_at, followers.c.person_id)
)


def coordinators(connection: Connection, region: str) -> list[int]:
    return _wearing(connection, memberships.c.role == Role.COORDINATOR, memberships.c.region == region)


def followers_of(connection: Connection, report_id: int) -> list[int]:
    """Everybody who joined the report; its reporter is not among them."""
    return list(connection.scalars(_JOINED, {"report": report_id}))


def kaders(connection: Connection, region: str, place_code: str | None) -> list[KaderCandidate]:
    """Who wears the hat of a kader where `place_code` lies (None: in the region), with what tells whose turn it is."""
    at_work = (reports.c.kader_id == memberships.c.person_id, reports.c.status.not_in(FINISHED))
    open_tasks = select(func.count()).select_from(reports).where(*at_work).scalar_subquery()
    rows = connection.execute(
        select(memberships, people.c.name, posyandu.c.place_code, open_tasks.label("open_tasks"))
        .join(people, people.c.id == memberships.c.person_id)
        .outerjoin(posyandu, posyandu.c.id == memberships.c.posyandu_id)
        .where(memberships.c.role == Role.KADER, memberships.c.region == region, memberships.c.active.is_(True))
        .where(_answers_for(place_code))
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
            rank=row.contact_rank,
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


def reachable(
    connection: Connection,
    person_ids: Collection[int],
    report_id: int | None = None,
    *,
    made_up: bool,
    asking: int | None = None,
) -> set[int]:
    """Those with an address that takes messages; demonstration people only where `made_up` allows them.

    Nobody whom the report `report_id` is kept from, and nobody who said *berhenti*, unless it is `asking` now.
    """
    if not person_ids:
        return set()
    of = {"people": list(person_ids), "asking": asking, "made_up": made_up}
    if report_id is None:
        return set(connection.scalars(_REACHABLE, of))
    return set(connection.scalars(_MAY_HEAR, {**of, "report": report_id}))


def _answers_for(place_code: str | None) -> ColumnElement[bool]:
    """Roughly: whoever may answer for the place; `routing.assign` decides exactly. A regency has thousands of kader."""
    if place_code is None:
        return true()
    wider = [place_code[:length] for length in range(5, len(place_code) + 1)]
    own = memberships.c.place_codes
    named = or_(*(own.contains(code, autoescape=True) for code in {place_code, place_code[:8]}))
    return or_(named, and_(own == "", or_(posyandu.c.place_code.in_(wider), posyandu.c.place_code.is_(None))))


def _wearing(connection: Connection, *hat: ColumnElement[bool]) -> list[int]:
    found = select(memberships.c.person_id).where(*hat, memberships.c.active.is_(True)).order_by(memberships.c.id)
    return list(dict.fromkeys(connection.scalars(found)))
