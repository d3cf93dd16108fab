"""How far a report has climbed on a day, and when it is next brought up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.deadlines import WorkingTime, office_clocks
from routing.ladder import current_deadline, forwarded_at, missed_clocks, next_due, rung, running_clock
from routing.model import FINISHED, Report, Status, StoryLine
from routing.region import load_atlas

SAMARINDA = load_atlas().regions["64.72"]
S = Status


@pytest.fixture(scope="module")
def work() -> WorkingTime:
    return WorkingTime(SAMARINDA)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAMARINDA.tz).astimezone(UTC)


MONDAY = local("2026-11-02T10:00")
"""Forwarded to the office: no holiday for seven weeks after it."""


def report(status: Status = S.FORWARDED, category: str = "drainase", at: datetime = MONDAY, **more: Any) -> Report:
    """At its office since `at`, all clocks new."""
    values: dict[str, Any] = {
        "id": 1,
        "ticket": "SMD-0123",
        "region": "64.72",
        "text": "parit tersumbat",
        "field": "pekerjaan_umum",
        "place_code": "64.72.06.1001",
        "rt": "05",
        "rw": None,
        "office": "PU",
        "verify_by": None,
        "promise_by": date(2026, 11, 6),
        "received_at": at - timedelta(days=3),
        **office_clocks(SAMARINDA, category, at).stamps(),
        "story": (StoryLine(at, "forwarded"),),
    }
    return Report(status=status, category=category, **{**values, **more})


def on(day: str) -> date:
    return date.fromisoformat(f"2026-{day}")


def line(status: Status, at: str) -> StoryLine:
    return StoryLine(local(at), status)


FORWARDED = report()
ACCEPTED = report(S.ACCEPTED)
AT_WORK = (*FORWARDED.story, line(S.IN_PROGRESS, "2026-11-03T09:00"))
WORKING = report(S.IN_PROGRESS, story=AT_WORK)
REOPENED = report(
    S.REOPENED, story=(*AT_WORK, line(S.RESOLVED, "2026-11-27T09:00"), line(S.REOPENED, "2026-11-30T12:00"))
)
HELD = report(S.HOLDING, story=(line(S.HOLDING, "2026-11-05T12:00"),), office=None)
PROMISED = {"promised_on": on("11-13")}
AFTER_HOURS = report(at=local("2026-11-02T20:00"))
BEFORE_A_MONDAY_OFF = report(at=local("2026-05-18T10:00"))
TWO_MONTHS = replace(WORKING, resolve_by=local("2027-01-21T16:00"))


def working(**fields: Any) -> Report:
    return replace(WORKING, **fields)


CLIMBS: list[tuple[str, Report, str, str]] = [
    ("the first morning; then late, a step each morning; then weekly", FORWARDED, "11-02", "01234 40000 40000"),
    ("sent after hours: the next morning is its first", AFTER_HOURS, "11-02", "01023 40000"),
    ("accepted: half and four fifths of five days", ACCEPTED, "11-02", "00011 02340 40000"),
    ("at work: half and four fifths of fourteen", WORKING, "11-02", "00000 00100 00100 23400 40000"),
    ("a promise keeps quiet, is asked for, is told above", working(**PROMISED), "11-09", "00001 22200 23400"),
    ("promised for a Saturday: asked on Monday", working(promised_on=on("11-07")), "11-02", "00000 12220"),
    ("a promise beyond the deadline moves nothing", working(promised_on=on("12-09")), "11-16", "00000 23400"),
    ("put off", working(put_off_until=on("11-25")), "11-09", "00000 00000 00234 40000"),
    ("put off to a day before the deadline", working(put_off_until=on("11-12")), "11-09", "00010 00100"),
    ("reopened after the deadline: late from then on", REOPENED, "11-30", "02340 40000"),
    ("held: the coordinator's, from the next morning", HELD, "11-02", "00004 44000 40000"),
    ("held and put off", replace(HELD, put_off_until=on("11-18")), "11-02", "00000 00000 00444 40000"),
    ("waiting for the reporter", working(status=S.WAITING_REPORTER), "11-16", "00000 00000 00000"),
    ("solved", working(status=S.RESOLVED), "11-16", "00000 00000 00000"),
    ("restricted", replace(FORWARDED, restricted=True), "11-02", "00000 00000"),
    ("before there was a first clock", replace(FORWARDED, acknowledge_by=None), "11-02", "00011 02340 40000"),
    ("a Monday off: the week begins on Tuesday", BEFORE_A_MONDAY_OFF, "05-18", "01234 400 4000"),
    ("two months: few reminders", TWO_MONTHS, "11-30", "00000 00100 00000 000 0000 0010 00000 00002"),
]


def climb(one: Report, work: WorkingTime, first: str, days: int) -> str:
    """The rung of each working day from `first` on, one digit each; a bar between two weeks."""
    day, found = on(first), ""
    while len(found.replace(" ", "")) < days:
        if work.is_working_day(day):
            found += (" " if work.begins_week(day) and found else "") + str(rung(one, work.digest_at(day), work))
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(("why", "one", "first", "expected"), CLIMBS, ids=[row[0] for row in CLIMBS])
def test_who_hears_each_morning(work: WorkingTime, why: str, one: Report, first: str, expected: str) -> None:
    assert climb(one, work, first, len(expected.replace(" ", ""))) == expected


@pytest.mark.parametrize(("why", "one", "first", "expected"), CLIMBS, ids=[row[0] for row in CLIMBS])
def test_the_next_fire_lies_on_the_next_morning_with_something_to_say(
    work: WorkingTime, why: str, one: Report, first: str, expected: str
) -> None:
    spoken_of = [n for n, digit in enumerate(expected.replace(" ", "")) if digit != "0"]
    before = work.start_of(on(first)) - timedelta(minutes=1)
    days = [day for day, _ in zip(work.mornings_after(before), range(60), strict=False)]
    if spoken_of:
        assert next_due(one, before, work) == work.start_of(days[spoken_of[0]])
    else:
        assert next_due(one, before, work) > before


QUIET = [
    ("a day off", "2026-11-07T10:00", {}),
    ("an answer that takes effect in ten minutes", "2026-11-04T10:00", {"answer_due_at": local("2026-11-04T10:10")}),
]


@pytest.mark.parametrize(("why", "at", "fields"), QUIET, ids=[row[0] for row in QUIET])
def test_nobody_hears_on(work: WorkingTime, why: str, at: str, fields: dict[str, Any]) -> None:
    assert rung(replace(FORWARDED, **fields), local(at), work) == 0


def test_the_hour_does_not_matter_and_a_clock_set_back_climbs_down(work: WorkingTime) -> None:
    assert {rung(FORWARDED, local(f"2026-11-04T{hour:02}:00"), work) for hour in range(24)} == {2}
    assert rung(FORWARDED, local("2026-10-01T10:00"), work) == 0


CLOCKS = [
    (FORWARDED, "acknowledge", "2026-11-03T16:00"),
    (ACCEPTED, "plan", "2026-11-09T16:00"),
    (replace(ACCEPTED, **PROMISED), "resolve", "2026-11-20T16:30"),
    (WORKING, "resolve", "2026-11-20T16:30"),
    (replace(WORKING, status=S.ACCEPTED), "resolve", "2026-11-20T16:30"),
    (REOPENED, "resolve", "2026-11-20T16:30"),
]


@pytest.mark.parametrize(("one", "name", "due"), CLOCKS)
def test_the_clock_that_runs(one: Report, name: str, due: str) -> None:
    clock = running_clock(one)
    assert clock is not None
    assert (clock.name, clock.due_at, clock.since) == (name, local(due), MONDAY)
    assert current_deadline(one) == clock.due_at


@pytest.mark.parametrize("status", [*sorted(FINISHED), S.HOLDING, S.REPORTED, S.WAITING_REPORTER, S.RESOLVED])
def test_no_clock_of_an_office_runs(status: Status) -> None:
    assert current_deadline(report(status)) is None


def test_the_last_office_counts() -> None:
    passed_on = replace(FORWARDED, story=(*FORWARDED.story, line(S.FORWARDED, "2026-11-05T10:00")))
    assert forwarded_at(passed_on) == local("2026-11-05T10:00")


NEVER_AT_AN_OFFICE: dict[str, Any] = {"story": (), "verify_by": local("2026-11-03T16:00")}
MISSES = [
    (FORWARDED, "2026-11-03T15:59", []),
    (FORWARDED, "2026-11-03T16:01", ["acknowledge"]),
    (FORWARDED, "2026-11-09T16:01", ["acknowledge", "plan"]),
    (FORWARDED, "2026-11-20T16:31", ["acknowledge", "plan", "resolve"]),
    (ACCEPTED, "2026-11-09T16:01", ["plan"]),
    (replace(ACCEPTED, **PROMISED), "2026-11-19T16:01", []),
    (WORKING, "2026-11-20T16:31", ["resolve"]),
    (replace(WORKING, status=S.RESOLVED), "2026-12-20T16:31", []),
    (replace(WORKING, status=S.WAITING_REPORTER), "2026-12-20T16:31", []),
    (report(S.REPORTED, **NEVER_AT_AN_OFFICE), "2026-11-03T16:01", ["verify"]),
    (report(S.REPORTED, visit_on=on("11-05"), **NEVER_AT_AN_OFFICE), "2026-11-05T16:01", []),
    (report(S.REPORTED, **NEVER_AT_AN_OFFICE), "2026-11-06T16:31", ["verify", "forward"]),
    (report(S.HOLDING, story=()), "2026-11-06T16:29", []),
    (report(S.HOLDING, story=()), "2026-11-06T16:31", ["forward"]),
    (HELD, "2026-11-06T16:31", ["forward"]),
    (replace(HELD, story=(*FORWARDED.story, *HELD.story)), "2026-11-06T16:31", []),
    (replace(FORWARDED, restricted=True), "2026-12-20T16:31", []),
]


@pytest.mark.parametrize(("one", "at", "expected"), MISSES)
def test_what_ran_out(work: WorkingTime, one: Report, at: str, expected: list[str]) -> None:
    assert [name for name, _ in missed_clocks(one, local(at), work)] == expected


@settings(max_examples=30, deadline=None)
@given(
    minutes=st.integers(0, 500_000),
    status=st.sampled_from([S.FORWARDED, S.ACCEPTED, S.IN_PROGRESS, S.REOPENED, S.HOLDING]),
    promised=st.none() | st.integers(0, 40),
)
def test_a_silent_report_comes_up_again_and_again_but_once_a_day_and_always_at_an_opening(
    work: WorkingTime, minutes: int, status: Status, promised: int | None
) -> None:
    moment = local("2026-01-01T00:00") + timedelta(minutes=minutes)
    day = None if promised is None else work.local_day(moment) + timedelta(days=promised)
    one = report(status, "drainase", moment, promised_on=day, story=(StoryLine(moment, status),))
    rungs, now = [], moment
    for _ in range(12):
        due = next_due(one, now, work)
        assert due > now
        assert work.local_day(due) > work.local_day(now) or now == moment
        assert work.is_working_day(work.local_day(due))
        assert due == work.start_of(work.local_day(due))
        rungs.append(rung(one, due, work))
        now = due
    assert rungs == sorted(rungs), "nobody climbs down while nothing happens"
    assert rungs[-1] == 4, "in the end the coordinator hears"
    assert min(rungs) > 0
