"""Deadlines that reach into a year whose shared leave nobody has decreed or entered yet may come too early: say so."""

from __future__ import annotations

from datetime import datetime

import structlog

from routing.deadlines import WorkingTime, missing_years

log = structlog.get_logger(__name__)

_warned: set[tuple[str, int]] = set()


def warn_of_unknown_days(work: WorkingTime, deadline: object) -> None:
    """Once for each region and year while the service runs. `deadline` is an aware moment, or None."""
    if not isinstance(deadline, datetime):
        return
    reached = (work.region.code, work.local_day(deadline).year)
    if reached not in _warned and missing_years(work.region, reached[1]):
        log.warning("days_off.unknown", region=reached[0], year=reached[1])
    _warned.add(reached)
