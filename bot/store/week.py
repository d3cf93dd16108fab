"""A coordinator's week, counted: what came, what was solved, which clocks ran out, and what is late now, where and with
whom. Nothing of a restricted report but how many are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from bot.store.keeping_from import not_kept_from
from bot.store.reports import reports_with
from bot.store.tables import events, misses, reports
from bot.store.whose import overdue
from handlers.week_figures import Week
from handlers.worklist import SHOWN
from routing.model import FINISHED, Actor, Report, Status
from routing.region import Atlas

LENGTH = timedelta(days=7)
KECAMATAN = 8
"""Letters of a place's code that name its kecamatan."""


def week_of(connection: Connection, person_id: int, region: str, now: datetime, atlas: Atlas) -> Week:
    """As this coordinator may see it: reports that are kept from them count nowhere. What was put off is not late."""
    shown = and_(reports.c.region == region, reports.c.restricted.is_(False), not_kept_from(person_id))
    today = now.astimezone(atlas.regions[region].tz).date()
    due = or_(reports.c.put_off_until.is_(None), reports.c.put_off_until <= today)
    since = _since(now).label("since")
    found = select(reports.c.id, reports.c.office, reports.c.place_code, since).where(shown, overdue(now), due)
    late = connection.execute(found.order_by(since, reports.c.id)).all()
    return Week(
        came=_count(connection, shown, reports.c.received_at > now - LENGTH),
        solved=_count(connection, shown, _solved(now - LENGTH)),
        missed=_count(connection, shown, _missed(region, now - LENGTH)),
        restricted=_count(
            connection,
            reports.c.region == region,
            reports.c.restricted.is_(True),
            reports.c.status.not_in(FINISHED),
        ),
        held=_count(connection, shown, reports.c.status == Status.HOLDING),
        late_in_all=len(late),
        late=_longest(connection, late[:SHOWN]),
        by_office=_counted(row.office for row in late),
        by_kecamatan=_counted((row.place_code or "")[:KECAMATAN] for row in late),
    )


def _since(now: datetime) -> ColumnElement[Any]:
    """The deadline that passed, as `overdue` and `routing/ladder.py` see it."""
    unplanned = and_(reports.c.status == Status.ACCEPTED, reports.c.promised_on.is_(None), reports.c.respond_by < now)
    return case(
        (reports.c.status == Status.FORWARDED, func.coalesce(reports.c.acknowledge_by, reports.c.respond_by)),
        (unplanned, reports.c.respond_by),
        else_=reports.c.resolve_by,
    )


def _solved(since: datetime) -> ColumnElement[bool]:
    """Called solved by its office, or over without one, as its reporter said."""
    said = or_(events.c.kind == Status.RESOLVED, and_(events.c.kind == Status.CLOSED, events.c.actor == Actor.REPORTER))
    return reports.c.id.in_(select(events.c.report_id).where(events.c.at > since, said))


def _missed(region: str, since: datetime) -> ColumnElement[bool]:
    lately = (misses.c.region == region, misses.c.missed_at > since)
    return reports.c.id.in_(select(misses.c.report_id).where(*lately))


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(reports).where(*conditions)).scalar_one()


def _longest(connection: Connection, rows: Sequence[Any]) -> tuple[tuple[Report, datetime], ...]:
    known = {one.id: one for one in reports_with(connection, [row.id for row in rows])}
    return tuple((known[row.id], row.since) for row in rows if row.id in known)


def _counted(names: Iterable[str | None]) -> Mapping[str, int]:
    return dict(Counter(name for name in names if name).most_common())
