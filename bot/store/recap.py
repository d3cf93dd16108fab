"""What happened in a month to the reports that some kader had to look at: steps and days, never a word of anybody.

Nothing of a restricted report, and of no report that is kept from one of these kader (`domain.md §6.5`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, union

from bot.store.tables import events, kept_from, memberships, misses, people, posyandu, reports
from routing.model import Actor, Role, Status
from routing.recap import NOT_SO, REOPENED, Happened, Step

ASKED = "kader_asked"
_CHECKS = (Status.VERIFIED, Status.REFUSED, Status.DUPLICATE)
_BY_KADER = (Actor.KADER, Actor.REPORTER)
"""A kader who reports what she saw herself has checked it as its reporter."""
_DOWN_THE_ROAD = (
    Status.FORWARDED,
    Status.ACCEPTED,
    Status.IN_PROGRESS,
    Status.RESOLVED,
    Status.CLOSED,
    Status.NOT_OURS,
    Status.REOPENED,
)


@dataclass(frozen=True)
class Post:
    """A posyandu and those who were ever kader there."""

    id: int
    name: str
    region: str
    place_code: str
    kader: tuple[int, ...]


def happened(
    connection: Connection, kader: Collection[int], region: str, since: datetime, until: datetime, zone: tzinfo
) -> tuple[Happened, ...]:
    """In order of time. `since` and `until` (without) are aware UTC; days are those of `zone`."""
    if not kader:
        return ()
    late = _misses(connection, kader, region, since, until, zone)
    found = [*_events(connection, kader, since, until, zone), *late]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def posts(connection: Connection, region: str) -> Iterator[Post]:
    """Every posyandu of a region, by place and name."""
    rows = select(posyandu).where(posyandu.c.region == region).order_by(posyandu.c.place_code, posyandu.c.name)
    for row in connection.execute(rows).all():
        yield _post(connection, row)


def post_of(connection: Connection, person_id: int) -> Post | None:
    """The posyandu this person is a kader of; None for a kader without one."""
    hat = (memberships.c.person_id == person_id, memberships.c.role == Role.KADER, memberships.c.active.is_(True))
    worn = select(posyandu).join(memberships, memberships.c.posyandu_id == posyandu.c.id).where(*hat)
    row = connection.execute(worn.order_by(memberships.c.id).limit(1)).one_or_none()
    return None if row is None else _post(connection, row)


def name_of(connection: Connection, person_id: int) -> str:
    return connection.scalar(select(people.c.name).where(people.c.id == person_id)) or ""


def _post(connection: Connection, row: Any) -> Post:
    there = select(memberships.c.person_id).where(memberships.c.posyandu_id == row.id, memberships.c.role == Role.KADER)
    kader = tuple(dict.fromkeys(connection.scalars(there.order_by(memberships.c.id))))
    return Post(row.id, row.name, row.region, row.place_code, kader)


_Dated = tuple[datetime, Happened]


def _events(
    connection: Connection, kader: Collection[int], since: datetime, until: datetime, zone: tzinfo
) -> Iterator[_Dated]:
    theirs = and_(events.c.person_id.in_(kader), or_(events.c.kind == ASKED, _checked()))
    # One set of numbers and no OR: with it the whole of events would be read for each kader.
    has = select(reports.c.id).where(reports.c.kader_id.in_(kader))
    checked = select(events.c.report_id).where(events.c.person_id.in_(kader), _checked())
    further = and_(events.c.report_id.in_(union(has, checked)), events.c.kind.in_(_DOWN_THE_ROAD))
    rows = (
        select(events, reports.c.ticket, reports.c.field)
        .join(reports, reports.c.id == events.c.report_id)
        .where(events.c.at >= since, events.c.at < until, _told_to(kader))
        .order_by(events.c.id)
    )
    for which in (theirs, further):
        for row in connection.execute(rows.where(which)):
            for what in _steps(row):
                yield row.at, Happened(row.report_id, row.ticket, row.field, row.at.astimezone(zone).date(), what)


def _checked() -> ColumnElement[bool]:
    return and_(events.c.kind.in_(_CHECKS), events.c.actor.in_(_BY_KADER))


def _misses(
    connection: Connection, kader: Collection[int], region: str, since: datetime, until: datetime, zone: tzinfo
) -> Iterator[_Dated]:
    """A day that a kader let pass; whose day it was stands in the row."""
    rows = (
        select(misses.c.report_id, misses.c.missed_at, reports.c.ticket, reports.c.field)
        .join(reports, reports.c.id == misses.c.report_id)
        .where(misses.c.region == region, misses.c.missed_at >= since, misses.c.missed_at < until)
        .where(misses.c.clock == "verify", misses.c.person_id.in_(kader), _told_to(kader))
        .order_by(misses.c.id)
    )
    for row in connection.execute(rows):
        day = row.missed_at.astimezone(zone).date()
        yield row.missed_at, Happened(row.report_id, row.ticket, row.field, day, Step.LATE)


def _told_to(kader: Collection[int]) -> ColumnElement[bool]:
    hidden = select(kept_from.c.report_id).where(
        kept_from.c.report_id == reports.c.id, kept_from.c.person_id.in_(kader)
    )
    return and_(reports.c.restricted.is_(False), ~hidden.exists())


def _steps(row: Any) -> Iterable[str]:
    """What one event counts as."""
    match row.kind:
        case "kader_asked":
            return (Step.RECEIVED,)
        case Status.VERIFIED:
            return (Step.RECEIVED, Step.CHECKED) if row.actor == Actor.REPORTER else (Step.CHECKED,)
        case Status.REFUSED:
            return (NOT_SO,)
        case Status.DUPLICATE:
            return (Step.CHECKED, Step.DUPLICATE)
        case Status.FORWARDED:
            return (Step.FORWARDED,)
        case Status.ACCEPTED | Status.IN_PROGRESS:
            return (Step.TAKEN_UP,) if row.actor == Actor.OFFICER else ()
        case Status.RESOLVED:
            return (Step.TAKEN_UP, Step.SOLVED)
        case Status.CLOSED:
            # Its reporter said so; that nobody objected for ten days is no second solution.
            by_itself = row.actor == Actor.REPORTER and row.data.get("from") != Status.RESOLVED
            return (Step.SOLVED,) if by_itself else ()
        case Status.NOT_OURS:
            return (Step.NOT_OURS,)
    return (REOPENED,)
