"""Working days in the region's zone (`domain.md §5`): WITA in Samarinda and Kutai Kartanegara, WIB in Palangka Raya."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from routing.deadlines import WorkingTime, acknowledge_by, deadlines_for, missing_years, office_deadlines
from routing.region import Atlas, DayOff, Region, load_atlas


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def samarinda(atlas: Atlas) -> Region:
    return atlas.regions["64.72"]


def local(region: Region, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=region.tz)


WORKING_DAYS = [
    ("2026-11-23", True, "a Monday"),
    ("2026-11-22", False, "a Sunday"),
    ("2026-03-20", False, "cuti bersama"),
    ("2026-08-17", False, "national holiday"),
    ("2026-05-28", False, "cuti bersama of Idul Adha"),
    ("2026-12-24", False, "cuti bersama of Christmas"),
    ("2026-12-28", True, "between the years"),
]


@pytest.mark.parametrize(("day", "works", "why"), WORKING_DAYS)
def test_working_days(samarinda: Region, day: str, works: bool, why: str) -> None:
    assert WorkingTime(samarinda).is_working_day(date.fromisoformat(day)) is works, why


RECEIVED = [
    ("2026-11-23T09:00", "2026-11-23"),
    ("2026-11-23T05:00", "2026-11-23"),
    ("2026-11-23T15:59", "2026-11-23"),
    ("2026-11-23T16:00", "2026-11-24"),
    ("2026-11-27T16:15", "2026-11-27"),
    ("2026-11-27T16:30", "2026-11-30"),
    ("2026-11-22T10:00", "2026-11-23"),
    ("2026-12-23T20:00", "2026-12-28"),
]


@pytest.mark.parametrize(("at", "day"), RECEIVED)
def test_what_comes_after_hours_is_received_on_the_next_working_day(samarinda: Region, at: str, day: str) -> None:
    assert WorkingTime(samarinda).received_day(local(samarinda, at)) == date.fromisoformat(day)


def test_a_sunday_report_is_promised_for_the_monday_after(samarinda: Region) -> None:
    times = deadlines_for(samarinda, "air_bersih", local(samarinda, "2026-11-22T10:00"))
    assert times.promise_by == date(2026, 11, 30)
    assert times.verify_by == local(samarinda, "2026-11-24T16:00")
    assert times.forward_at == local(samarinda, "2026-11-30T07:30")
    assert (times.respond_by, times.resolve_by) == (None, None)


def test_the_same_moment_may_be_another_day_in_another_zone(atlas: Atlas) -> None:
    at = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    days = {code: WorkingTime(region).received_day(at) for code, region in atlas.regions.items()}
    assert days == {"64.72": date(2026, 11, 24), "64.02": date(2026, 11, 24), "62.71": date(2026, 11, 23)}


def test_leave_days_push_the_promise(samarinda: Region) -> None:
    times = deadlines_for(samarinda, "drainase", local(samarinda, "2026-03-16T10:00"))
    assert times.promise_by == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("category", "resolve"), [("drainase", "2026-12-11T16:30"), ("bantuan_sosial", "2026-12-11T16:30")]
)
def test_an_office_has_its_own_clocks(samarinda: Region, category: str, resolve: str) -> None:
    respond, resolved = office_deadlines(samarinda, category, local(samarinda, "2026-11-23T10:00"))
    assert respond == local(samarinda, "2026-11-30T16:00")
    assert resolved == local(samarinda, resolve)
    assert acknowledge_by(samarinda, local(samarinda, "2026-11-23T10:00")) == local(samarinda, "2026-11-24T16:00")


def test_what_needs_inspection_has_sixty_working_days(samarinda: Region) -> None:
    work = WorkingTime(samarinda)
    _, resolved = office_deadlines(samarinda, "rtlh", local(samarinda, "2026-11-23T10:00"))
    assert work.working_days_between(date(2026, 11, 23), work.local_day(resolved)) == 60


def test_the_restricted_track_counts_office_hours(samarinda: Region) -> None:
    during = deadlines_for(samarinda, "kdrt", local(samarinda, "2026-11-23T10:00"))
    at_night = deadlines_for(samarinda, "kdrt", local(samarinda, "2026-11-27T22:00"))
    assert during.respond_by == local(samarinda, "2026-11-23T12:00")
    assert at_night.respond_by == local(samarinda, "2026-11-30T09:30")


HOURS = [
    ("2026-11-23T10:00", 2, "2026-11-23T12:00"),
    ("2026-11-23T15:00", 2, "2026-11-24T08:30"),
    ("2026-11-27T16:00", 1, "2026-11-30T08:00"),
    ("2026-11-21T12:00", 8.5, "2026-11-23T16:00"),
    ("2026-11-23T06:00", 20, "2026-11-25T10:30"),
]


@pytest.mark.parametrize(("at", "hours", "then"), HOURS)
def test_office_hours_add_up(samarinda: Region, at: str, hours: float, then: str) -> None:
    assert WorkingTime(samarinda).add_hours(local(samarinda, at), hours) == local(samarinda, then)


OPENINGS = [
    ("2026-11-23T10:00", "2026-11-23T10:00", True),
    ("2026-11-23T07:29", "2026-11-23T07:30", False),
    ("2026-11-23T16:00", "2026-11-24T07:30", False),
    ("2026-11-28T10:00", "2026-11-30T07:30", False),
    ("2026-12-25T10:00", "2026-12-28T07:30", False),
]


@pytest.mark.parametrize(("at", "opening", "is_open"), OPENINGS)
def test_next_opening(samarinda: Region, at: str, opening: str, is_open: bool) -> None:
    work = WorkingTime(samarinda)
    moment = local(samarinda, at).astimezone(UTC)
    assert work.next_opening(moment) == local(samarinda, opening)
    assert work.in_office_hours(moment) is is_open


def test_working_days_between(samarinda: Region) -> None:
    work = WorkingTime(samarinda)
    monday = date(2026, 11, 23)
    between = {n: work.working_days_between(monday, monday + timedelta(days=n)) for n in (0, 1, 5, 7, -3)}
    assert between == {0: 0, 1: 1, 5: 4, 7: 5, -3: -1}


def test_a_local_day_off_and_a_worked_holiday(samarinda: Region) -> None:
    changed = replace(
        samarinda,
        days_off=(DayOff(date(2026, 11, 25), "Pilkada", "off"), DayOff(date(2026, 11, 28), "Sabtu kerja", "work")),
    )
    work = WorkingTime(changed)
    assert not work.is_working_day(date(2026, 11, 25))
    assert work.is_working_day(date(2026, 11, 28))
    assert work.end_of(date(2026, 11, 28)) == local(changed, "2026-11-28T16:00")
    assert work.day_after(local(changed, "2026-11-23T10:00"), 5) == date(2026, 11, 30)


def test_a_year_without_decreed_leave_is_reported(samarinda: Region) -> None:
    assert [year for year in (2026, 2027, 2040) if missing_years(samarinda, year)] == [2040]
    filled = replace(samarinda, days_off=(DayOff(date(2040, 12, 24), "Cuti bersama", "off"),))
    assert not missing_years(filled, 2040)
