"""Whether this machine's clock is right, by the Date that a provider's answer carries: deadlines hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.checkup.finding import Finding, warns

TOLERATED_SECONDS = 60


def compare(date_header: str | None, now: datetime) -> Iterator[Finding]:
    """`now` is aware UTC. Nothing without a Date, or with one that cannot be read."""
    try:
        theirs = parsedate_to_datetime(date_header or "")
    except ValueError:
        return
    if theirs.tzinfo is None:
        return
    ahead = round((now - theirs).total_seconds())
    if abs(ahead) > TOLERATED_SECONDS:
        yield warns("checkup.clock_fast" if ahead > 0 else "checkup.clock_slow", seconds=abs(ahead))
