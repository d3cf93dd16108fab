"""Working days in the region's zone (`domain.md §5`): WITA in Samarinda and Kutai Kartanegara, WIB in Palangka Raya."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from routing.deadlines import (
    WorkingTime,
    after_waiting,
    deadlines_for,
    missing_years,
    office_clocks,
    office_deadlines,
)
from routing.region import Atlas, DayOff, Ramadan, Region, load_atlas


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
    found = office_clocks(samarinda, category, local(samarinda, "2026-11-23T10:00"))
    assert found.acknowledge_by == local(samarinda, "2026-11-24T16:00")


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


DECREE_OF_2026 = (
    *("01-01", "01-16", "02-17", "03-19", "03-21", "03-22", "04-03", "04-05", "05-01", "05-14", "05-27", "05-31"),
    *("06-01", "06-16", "08-17", "08-25", "12-25"),
)
SHARED_LEAVE_OF_2026 = ("02-16", "03-18", "03-20", "03-23", "03-24", "05-15", "05-28", "12-24")
"""SKB 1497/2025, 2/2025 and 5/2025 (`domain.md §5`)."""


@pytest.mark.parametrize("code", ["64.72", "64.02", "62.71"])
def test_the_year_has_the_days_off_of_the_decree_and_no_others(atlas: Atlas, code: str) -> None:
    assert (len(DECREE_OF_2026), len(SHARED_LEAVE_OF_2026)) == (17, 8)
    work = WorkingTime(atlas.regions[code])
    year = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    off = {f"{day:%m-%d}" for day in year if day.weekday() < 5 and not work.is_working_day(day)}
    decreed = {*DECREE_OF_2026, *SHARED_LEAVE_OF_2026}
    assert off == {day for day in decreed if date.fromisoformat(f"2026-{day}").weekday() < 5}


@pytest.mark.parametrize("code", ["64.72", "64.02", "62.71"])
def test_the_shared_leave_of_the_decree_can_be_edited(atlas: Atlas, code: str) -> None:
    listed = {f"{one.day:%m-%d}" for one in atlas.regions[code].days_off if one.day.year == 2026}
    assert listed == set(SHARED_LEAVE_OF_2026)


def test_a_region_has_the_last_word_about_a_day(samarinda: Region) -> None:
    day = date(2026, 12, 24)
    worked = replace(samarinda, days_off=(*samarinda.days_off, DayOff(day, "Tetap masuk", "work")))
    assert not WorkingTime(samarinda).is_working_day(day)
    assert WorkingTime(worked).is_working_day(day)


def test_a_local_day_of_an_unknown_year_does_not_stand_for_its_shared_leave(samarinda: Region) -> None:
    local_day = replace(samarinda, days_off=(DayOff(date(2040, 11, 27), "Pilkada", "off"),))
    assert missing_years(local_day, 2040)


def test_ramadan_has_hours_of_its_own(samarinda: Region) -> None:
    hours = {day: (time(8), time(15)) for day in range(4)} | {4: (time(8), time(15, 30))}
    fasting = replace(samarinda, ramadan=(Ramadan(date(2027, 2, 8), date(2027, 3, 9), hours),))
    work = WorkingTime(fasting)
    found = {day: (work.start_of(day), work.end_of(day)) for day in (date(2027, 2, 5), date(2027, 2, 8))}
    assert found == {
        date(2027, 2, 5): (local(fasting, "2027-02-05T07:30"), local(fasting, "2027-02-05T16:30")),
        date(2027, 2, 8): (local(fasting, "2027-02-08T08:00"), local(fasting, "2027-02-08T15:00")),
    }
    assert work.digest_at(date(2027, 2, 12)) == local(fasting, "2027-02-12T08:15")
    assert work.received_day(local(fasting, "2027-02-08T15:30")) == date(2027, 2, 9)


def test_daylight_saving_of_another_zone_moves_no_office_hour(samarinda: Region) -> None:
    """Clocks go forward on Sunday, 4 October 2026, and back on 5 April 2026 there."""
    sydney = replace(samarinda, zone="Australia/Sydney")
    work = WorkingTime(sydney)
    before, after = work.start_of(date(2026, 10, 2)), work.start_of(date(2026, 10, 5))
    assert (before.hour, after.hour) == (21, 20)
    friday = local(sydney, "2026-10-02T15:30")
    assert work.add_hours(friday, 2) == local(sydney, "2026-10-05T08:30")
    assert work.days_later(work.end_of(date(2026, 4, 2)), 2) == local(sydney, "2026-04-07T16:00")
    night = local(sydney, "2026-10-04T02:30")  # an hour that does not exist
    assert work.next_opening(night) == local(sydney, "2026-10-05T07:30")


def test_a_category_may_have_clocks_of_its_own(samarinda: Region) -> None:
    quick = replace(samarinda.clocks, plan=2, forward_promise=3)
    changed = replace(samarinda, special_clocks={"drainase": quick})
    at = local(changed, "2026-11-23T10:00")
    assert [deadlines_for(changed, one, at).promise_by.day for one in ("drainase", "sanitasi")] == [26, 30]
    assert [office_deadlines(changed, one, at)[0].day for one in ("drainase", "sanitasi")] == [25, 30]


def test_an_emergency_has_minutes(samarinda: Region) -> None:
    at = local(samarinda, "2026-11-27T22:00")
    clock = office_clocks(samarinda, "kebakaran", at, emergency=True)
    assert clock.acknowledge_by == clock.first_look == local(samarinda, "2026-11-27T22:30")
    assert clock.respond_by == local(samarinda, "2026-12-01T16:00")


FIRST_LOOKS = [
    ("2026-11-23T10:00", "2026-11-24T07:30"),
    ("2026-11-23T05:00", "2026-11-23T07:30"),
    ("2026-11-23T20:00", "2026-11-24T07:30"),
    ("2026-12-23T10:00", "2026-12-28T07:30"),
]


@pytest.mark.parametrize(("at", "morning"), FIRST_LOOKS)
def test_an_office_is_looked_at_on_the_next_morning(samarinda: Region, at: str, morning: str) -> None:
    assert office_clocks(samarinda, "drainase", local(samarinda, at)).first_look == local(samarinda, morning)


WAITS = [
    ("2026-11-23T10:00", "2026-11-23T15:00", "2026-11-30T16:00", "the same day"),
    ("2026-11-23T10:00", "2026-11-25T08:00", "2026-12-02T16:00", "two working days"),
    ("2026-11-27T10:00", "2026-11-30T08:00", "2026-12-01T16:00", "a weekend is one"),
    ("2026-11-23T10:00", "2026-12-18T08:00", "2026-12-07T16:00", "five at the most"),
    ("2026-11-25T10:00", "2026-11-23T10:00", "2026-11-30T16:00", "a clock set back"),
]


@pytest.mark.parametrize(("since", "until", "then", "why"), WAITS, ids=[row[3] for row in WAITS])
def test_waiting_for_the_reporter_stops_the_clock(
    samarinda: Region, since: str, until: str, then: str, why: str
) -> None:
    deadline, work = local(samarinda, "2026-11-30T16:00"), WorkingTime(samarinda)
    assert after_waiting(work, deadline, local(samarinda, since), local(samarinda, until)) == local(samarinda, then)


WEEKS = [("2026-11-23", True), ("2026-11-24", False), ("2026-05-26", False), ("2026-06-02", True)]


@pytest.mark.parametrize(("day", "first"), WEEKS)
def test_the_first_working_day_of_a_week(samarinda: Region, day: str, first: bool) -> None:
    assert WorkingTime(samarinda).begins_week(date.fromisoformat(day)) is first
