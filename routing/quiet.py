"""When nobody is written to unasked: residents and kader at night, who works in an office while it is closed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from routing.deadlines import WorkingTime
from routing.model import Role

EVENING = time(20)
MORNING = time(7)
NEWS_TOGETHER = timedelta(hours=1)
"""News of less than this after other news waits for the rest of it, and leaves as one message."""

_IN_AN_OFFICE = frozenset({Role.OFFICER, Role.COORDINATOR})


def not_before(role: Role, now: datetime, work: WorkingTime) -> datetime | None:
    """When somebody may be told at `now` (aware) what they did not ask for; None: at once. Aware UTC.

    Danger, the restricted track and answers to what a person wrote are no matter of this (`domain.md §6.4`).
    """
    if role in _IN_AN_OFFICE:
        return None if work.in_office_hours(now) else work.next_opening(now)
    local = now.astimezone(work.region.tz)
    if MORNING <= local.time() < EVENING:
        return None
    day = local.date() + timedelta(days=1) if local.time() >= EVENING else local.date()
    return datetime.combine(day, MORNING, tzinfo=work.region.tz).astimezone(UTC)


def news_not_before(last: datetime | None, wrote: datetime | None, now: datetime) -> datetime | None:
    """When news may go to a resident whose `last` news went, or is to go, at that time; None: now.

    Who `wrote` since is there, and reads them as they come. All aware.
    """
    if last is None or last + NEWS_TOGETHER <= now:
        return None
    if last > now:
        return last
    return None if wrote is not None and wrote > last else last + NEWS_TOGETHER
