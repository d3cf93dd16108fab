"""`kentongan serve` on a clock that stands in office hours: at night and on Sundays no officer is written to."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import bot.app
from bot.__main__ import main
from bot.app import knowledge
from bot.clock import SystemClock
from routing.deadlines import WorkingTime

REGION = "64.72"
ENOUGH = timedelta(hours=1)
"""Left of the day when the story begins, or it begins on the next morning."""


def _ahead() -> timedelta:
    """From now to the next moment with an hour of open offices before it ends."""
    work = WorkingTime(knowledge()[0].regions[REGION])
    now = datetime.now(UTC)
    if work.in_office_hours(now) and work.in_office_hours(now + ENOUGH):
        return timedelta(0)
    return work.next_opening(now + ENOUGH) + timedelta(minutes=30) - now


class OfficeClock(SystemClock):
    """The machine's clock, some hours ahead."""

    ahead = _ahead()

    def now(self) -> datetime:
        return super().now() + self.ahead


if __name__ == "__main__":
    bot.app.SystemClock = OfficeClock  # type: ignore[attr-defined, misc]
    sys.argv = [sys.argv[0], "serve"]
    main()
