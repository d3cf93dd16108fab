"""Open reports that a new one may repeat: the same category in the same kelurahan, never a restricted one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Engine, func, or_, select

from bot.store.database import reading
from bot.store.keeping_from import not_kept_from
from bot.store.tables import followers, reports
from routing.alike import Seen, comparable, rules
from routing.model import FINISHED, Status

ABOUT_STAFF = "about_staff"
"""A complaint about somebody who works here is shown to nobody who was not asked to decide on it."""

LookAlike = Callable[[str, str], tuple[Seen, ...]]


def look_alike(engine: Engine, person_id: int, now: datetime) -> LookAlike:
    """(category, place code) to the reports to compare with. Nothing is read before it is called, and once for each:
    most turns never ask."""

    @cache
    def look(category: str, place_code: str) -> tuple[Seen, ...]:
        with reading(engine) as connection:
            return alike_in(connection, person_id, category, place_code, now)

    return look


def alike_in(connection: Connection, person_id: int, category: str, place_code: str, now: datetime) -> tuple[Seen, ...]:
    """Newest first; without what is kept from this person, and nothing for a category that is not a public matter."""
    if not comparable(category, place_code):
        return ()
    of_it = followers.c.report_id == reports.c.id
    follows = select(followers.c.person_id).where(of_it, followers.c.person_id == person_id).exists()
    many = select(func.count()).select_from(followers).where(of_it).scalar_subquery()
    wanted = (
        reports.c.place_code == place_code,
        reports.c.region == place_code[:5],
        reports.c.category == category,
        reports.c.restricted.is_(False),
        reports.c.status.not_in(FINISHED),
        reports.c.received_at > now - timedelta(days=rules().days),
        or_(reports.c.hold_reason.is_(None), reports.c.hold_reason != ABOUT_STAFF),
        not_kept_from(person_id),
    )
    found = select(reports, follows.label("followed"), many.label("followers")).where(*wanted)
    newest = found.order_by(reports.c.id.desc()).limit(rules().candidates)
    return tuple(
        Seen(
            id=row.id,
            ticket=row.ticket,
            status=Status(row.status),
            category=row.category,
            place_code=row.place_code,
            text=row.text,
            received_at=row.received_at,
            rt=row.rt,
            point=_point(row.point),
            own=row.reporter_id == person_id,
            followed=bool(row.followed),
            followers=row.followers,
        )
        for row in connection.execute(newest)
    )


def _point(stored: str | None) -> tuple[float, float] | None:
    if not stored:
        return None
    latitude, _, longitude = stored.partition(",")
    return float(latitude), float(longitude)
