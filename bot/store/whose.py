"""Whose work a report is: conditions for queries over `reports`, told of the person by bound values.

They are built once for each set of hats: most of what is asked in a turn is the same as in the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, or_, select, tuple_

from bot.store.columns import UtcTime
from bot.store.keeping_from import not_kept_from
from bot.store.tables import asks, events, reports
from handlers.scene import Person
from routing.model import FINISHED, Role, Status

RECENT = timedelta(days=30)
"""How long a finished report stays at hand for those who worked on it."""
VIEWED = "viewed"
"""Kind of the event that somebody was shown a restricted report; no change, so it keeps nothing at hand."""
AT_OFFICE = (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED)

_WITH_OFFICE = (*AT_OFFICE, Status.WAITING_REPORTER, Status.RESOLVED)
_PERSON: BindParameter[int] = bindparam("person")
_REGIONS: BindParameter[str] = bindparam("regions", expanding=True)
_OFFICES: BindParameter[str] = bindparam("offices", expanding=True)
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcTime())
_NEWS = (events.c.report_id == reports.c.id, events.c.at > bindparam("recent"), events.c.kind != VIEWED)
_AT_HAND = or_(reports.c.status.not_in(FINISHED), select(events.c.id).where(*_NEWS).exists())
_ASKED = select(asks.c.report_id).where(
    asks.c.person_id == _PERSON, asks.c.kind.in_(("verify", "listen")), asks.c.closed_at.is_(None)
)


def told_of(person: Person, now: datetime) -> dict[str, object]:
    """What the conditions here have to be told."""
    return {
        "person": person.id,
        "offices": sorted(person.offices()),
        "regions": sorted({one.region for one in person.memberships if one.role is Role.COORDINATOR}),
        "now": now,
        "recent": now - RECENT,
    }


def worn(person: Person) -> frozenset[Role]:
    """The hats that bring work; an officer's only with an office."""
    here = (one.role for one in person.memberships if one.role is not Role.OFFICER)
    return frozenset((*here, *([Role.OFFICER] if person.offices() else [])))


def may_act_on(hats: frozenset[Role]) -> ColumnElement[bool]:
    """What who wears these may act on; nothing without a hat."""
    return or_(false(), *_of(hats))


def _of(hats: frozenset[Role]) -> Iterator[ColumnElement[bool]]:
    ordinary = reports.c.restricted.is_(False)
    shown = not_kept_from(_PERSON)
    if Role.KADER in hats:
        # Who was asked first and answers late, after the next kader was asked too, still knows the neighbourhood.
        yield and_(or_(reports.c.kader_id == _PERSON, reports.c.id.in_(_ASKED)), ordinary, shown, _AT_HAND)
    if Role.OFFICER in hats:
        # A restricted report is led by the PPA office alone, so only its officers find it here (`domain.md §6.5`).
        led = tuple_(reports.c.region, reports.c.office).in_(_OFFICES)
        reached = or_(reports.c.status.in_((*_WITH_OFFICE, *FINISHED)), reports.c.restricted.is_(True))
        yield and_(led, reached, shown, _AT_HAND)
    if Role.COORDINATOR in hats:
        stuck = or_(reports.c.status.in_((Status.HOLDING, Status.NOT_OURS)), overdue(_NOW))
        yield and_(coordinated(), stuck)


def coordinated() -> ColumnElement[bool]:
    """The ordinary reports of a coordinator's regions."""
    return and_(reports.c.region.in_(_REGIONS), reports.c.restricted.is_(False), not_kept_from(_PERSON))


def open_and_restricted() -> ColumnElement[bool]:
    """Of a coordinator's regions; they learn how many there are, and nothing else."""
    return and_(reports.c.region.in_(_REGIONS), reports.c.restricted.is_(True), reports.c.status.not_in(FINISHED))


def overdue(now: datetime | BindParameter[datetime] = _NOW) -> ColumnElement[bool]:
    """An office has let a day pass that it was given. Computed from the days, never stored."""
    unplanned = and_(reports.c.status == Status.ACCEPTED, reports.c.promised_on.is_(None), reports.c.respond_by < now)
    late = or_(reports.c.respond_by < now, reports.c.acknowledge_by < now)
    return or_(
        and_(reports.c.status == Status.FORWARDED, late),
        unplanned,
        and_(reports.c.status.in_(AT_OFFICE), reports.c.resolve_by < now),
    )
