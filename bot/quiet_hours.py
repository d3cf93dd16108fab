"""Quiet hours of every region, for letters that nobody asked for: when they are written, and once more when they are
sent late, after a failure or while the service stood still."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import Connection, select

from bot.store.outbound import ClaimedLetter
from bot.store.tables import reports
from bot.templates_catalogue import for_office, for_staff
from routing import quiet
from routing.deadlines import WorkingTime
from routing.model import Role
from routing.region import Atlas

_ALWAYS = ("ppa.", "safety.", "cover.", "hold.restricted")
"""Lines of the restricted track go by its own clocks (`domain.md §6.4`)."""


def never_waits(key: str) -> bool:
    return key.startswith(_ALWAYS)


class QuietHours:
    """Built once, shared by threads."""

    def __init__(self, atlas: Atlas) -> None:
        self._work = {code: WorkingTime(region) for code, region in atlas.regions.items()}

    def not_before(self, role: Role, region: str, at: datetime) -> datetime | None:
        """When somebody of this role may be told at `at`; None: then."""
        return quiet.not_before(role, at, self._work[region])

    def day_began(self, region: str, at: datetime) -> datetime:
        """When the local day of `at` began, aware UTC."""
        work = self._work[region]
        return datetime.combine(work.local_day(at), time(), tzinfo=work.region.tz).astimezone(UTC)

    def late(self, connection: Connection, letter: ClaimedLetter, now: datetime) -> datetime | None:
        """Until when a letter that comes to be sent only now has to wait; None: it goes, or was asked for."""
        if letter.not_before is None:
            return None
        times = {code: quiet.not_before(_read_as(letter, work), now, work) for code, work in self._work.items()}
        if not any(times.values()):
            return None
        region = connection.scalar(select(reports.c.region).where(reports.c.id == letter.report_id))
        if region in times:
            return times[region]
        # About no report: it waits only while it is quiet everywhere.
        return None if None in times.values() else min(filter(None, times.values()))


def _read_as(letter: ClaimedLetter, work: WorkingTime) -> Role:
    """As what its reader gets it: at work, or at home, as whatever could have gone while the offices are closed."""
    at_work = all(for_staff(say.key) and for_office(say.key) for say in letter.says)
    in_hours = letter.not_before is not None and work.in_office_hours(letter.not_before)
    return Role.OFFICER if at_work and in_hours else Role.RESIDENT
