"""An office that nobody can be reached in: its coordinators hear it at once, and once a day, not for every report."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store import audiences, errands, officers
from bot.store.tables import reports
from handlers.errands import Errand, ErrandKind
from handlers.standing_in import at_work
from handlers.worklist import WITH_OFFICE
from routing.model import Status
from routing.region import Atlas


def alarm_if_unmanned(
    connection: Connection, region: str, office: str, now: datetime, atlas: Atlas, *, made_up: bool
) -> bool:
    """Whether the office is unmanned; its coordinators have an errand then that says so, with what waits for it."""
    today = now.astimezone(atlas.regions[region].tz).date()
    there = [one.person_id for one in officers.of_office(connection, region, office) if at_work(one, today)]
    if audiences.reachable(connection, there, made_up=made_up):
        return False
    data: dict[str, object] = {"office": office, "count": _waiting(connection, region, office)}
    errand = Errand(ErrandKind.UNMANNED, f"{region}:{office}:{today.isoformat()}", region, data)
    for coordinator in audiences.coordinators(connection, region):
        errands.plan(connection, coordinator, errand, now)
    return True


def _waiting(connection: Connection, region: str, office: str) -> int:
    """What lies there, and what is held because no office of the region had anybody; nothing restricted."""
    counted = select(func.count()).select_from(reports)
    ordinary = counted.where(reports.c.region == region, reports.c.restricted.is_(False))
    lying = ordinary.where(reports.c.office == office, reports.c.status.in_(WITH_OFFICE))
    held = ordinary.where(reports.c.status == Status.HOLDING, reports.c.hold_reason == "no_officer")
    return connection.execute(lying).scalar_one() + connection.execute(held).scalar_one()
