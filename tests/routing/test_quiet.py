"""When nobody is written to unasked, and when news waits for the news before it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from routing.deadlines import WorkingTime
from routing.model import Role
from routing.quiet import news_not_before, not_before
from routing.region import load_atlas

REGION = load_atlas().regions["64.72"]
WORK = WorkingTime(REGION)
CENTRAL = load_atlas().regions["62.71"]


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=REGION.tz)


@pytest.mark.parametrize(
    ("role", "now", "then"),
    [
        (Role.RESIDENT, "2026-11-23 06:59", "2026-11-23 07:00"),
        (Role.RESIDENT, "2026-11-23 07:00", None),
        (Role.RESIDENT, "2026-11-23 19:59", None),
        (Role.RESIDENT, "2026-11-23 20:00", "2026-11-24 07:00"),
        (Role.KADER, "2026-11-29 23:30", "2026-11-30 07:00"),
        (Role.KADER, "2026-11-29 12:00", None),
        (Role.OFFICER, "2026-11-23 07:29", "2026-11-23 07:30"),
        (Role.OFFICER, "2026-11-23 07:30", None),
        (Role.OFFICER, "2026-11-27 17:00", "2026-11-30 07:30"),
        (Role.COORDINATOR, "2026-11-29 12:00", "2026-11-30 07:30"),
        (Role.OFFICER, "2026-12-24 09:00", "2026-12-28 07:30"),
    ],
)
def test_when_somebody_may_be_told(role: Role, now: str, then: str | None) -> None:
    assert not_before(role, at(now), WORK) == (None if then is None else at(then))


def test_the_night_is_that_of_the_region() -> None:
    """Seven in Samarinda is six in Palangka Raya."""
    assert not_before(Role.RESIDENT, at("2026-11-23 07:30"), WORK) is None
    later = not_before(Role.RESIDENT, at("2026-11-23 07:30"), WorkingTime(CENTRAL))
    assert later == at("2026-11-23 08:00")


@pytest.mark.parametrize(
    ("last", "wrote", "then"),
    [
        (None, None, None),
        (-61, None, None),
        (-60, None, None),
        (-59, None, 1),
        (-20, None, 40),
        (-20, -30, 40),
        (-20, -10, None),
        (40, None, 40),
        (40, -5, 40),
    ],
)
def test_news_waits_for_the_rest_of_the_hour(last: int | None, wrote: int | None, then: int | None) -> None:
    """Minutes from now: the last news, their last message, and when the next one goes."""
    now = at("2026-11-23 10:00")

    def moment(minutes: int | None) -> datetime | None:
        return None if minutes is None else now + timedelta(minutes=minutes)

    assert news_not_before(moment(last), moment(wrote), now) == moment(then)
