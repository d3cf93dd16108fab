"""What a due fire does to the report as it is now."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from routing.deadlines import WorkingTime
from routing.model import FINISHED, FireKind, Report, Role, Status, StoryLine
from routing.region import load_atlas
from routing.remind import (
    Alarm,
    Decision,
    Escalate,
    Later,
    LetGo,
    MoveOn,
    NextKader,
    NobodyOnDuty,
    SecondContact,
    Send,
    Skip,
    decide,
    next_alarm,
    watched_by,
)


@pytest.fixture(scope="module")
def work() -> WorkingTime:
    return WorkingTime(load_atlas().regions["64.72"])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OPEN = utc("2026-11-30T02:00")
"""Monday, 30 November 2026, 10.00 in Samarinda."""
NIGHT = utc("2026-11-30T14:00")
TUESDAY = utc("2026-11-30T23:30")
"""Tuesday's opening at 07.30."""

REPORT = Report(
    id=1,
    ticket="SMD-0123",
    region="64.72",
    status=Status.REPORTED,
    text="parit tersumbat",
    field="pekerjaan_umum",
    category="drainase",
    place_code="64.72.06.1001",
    rt="05",
    rw=None,
    office="PU",
    received_at=utc("2026-11-22T02:00"),
    promise_by=date(2026, 11, 30),
    verify_by=None,
    respond_by=utc("2026-11-27T08:00"),
    resolve_by=utc("2026-11-27T08:00"),
    story=(StoryLine(utc("2026-11-13T02:00"), "forwarded"),),
)

OFFICER, KADER = Role.OFFICER, Role.KADER
F, S = FireKind, Status
MOVED = Skip("moved_on")

DECISIONS: list[tuple[FireKind, int, Status, Decision]] = [
    (F.VERIFY_REMIND, 1, S.REPORTED, Send(KADER, "remind.verify")),
    (F.VERIFY_REMIND, 1, S.VERIFIED, MOVED),
    (F.VERIFY_REMIND, 1, S.FORWARDED, MOVED),
    (F.VERIFY_NEXT, 1, S.REPORTED, NextKader()),
    (F.VERIFY_NEXT, 1, S.FORWARDED, MOVED),
    (F.FORWARD_PROMISE, 1, S.REPORTED, MoveOn(S.UNVERIFIED)),
    (F.FORWARD_PROMISE, 1, S.HOLDING, Escalate(4)),
    (F.FORWARD_PROMISE, 1, S.VERIFIED, Escalate(4)),
    (F.FORWARD_PROMISE, 1, S.ACCEPTED, MOVED),
    (F.RESPOND_REMIND, 1, S.FORWARDED, Escalate(2)),
    (F.RESPOND_REMIND, 9, S.FORWARDED, Escalate(2)),
    (F.RESPOND_REMIND, 1, S.ACCEPTED, MOVED),
    (F.RESPOND_REMIND, 2, S.NOT_OURS, MOVED),
    (F.RESOLVE_REMIND, 1, S.ACCEPTED, Escalate(2)),
    (F.RESOLVE_REMIND, 2, S.IN_PROGRESS, Escalate(2)),
    (F.RESOLVE_REMIND, 1, S.REOPENED, Escalate(2)),
    (F.RESOLVE_REMIND, 1, S.FORWARDED, MOVED),
    (F.RESOLVE_REMIND, 1, S.WAITING_REPORTER, Later(TUESDAY)),
    (F.RESOLVE_REMIND, 1, S.RESOLVED, MOVED),
    (F.ANSWER_WAIT, 1, S.WAITING_REPORTER, MoveOn(S.ACCEPTED)),
    (F.ANSWER_WAIT, 1, S.IN_PROGRESS, MOVED),
    (F.CLOSE_QUIET, 1, S.RESOLVED, MoveOn(S.CLOSED)),
    (F.CLOSE_QUIET, 1, S.REOPENED, MOVED),
]


@pytest.mark.parametrize(("kind", "step", "status", "expected"), DECISIONS)
def test_in_office_hours(work: WorkingTime, kind: FireKind, step: int, status: Status, expected: Decision) -> None:
    assert decide(replace(REPORT, status=status), kind, step, OPEN, work) == expected


@pytest.mark.parametrize(("kind", "step", "status", "expected"), DECISIONS)
def test_outside_office_hours_everything_that_would_happen_waits(
    work: WorkingTime, kind: FireKind, step: int, status: Status, expected: Decision
) -> None:
    found = decide(replace(REPORT, status=status), kind, step, NIGHT, work)
    assert found == (expected if isinstance(expected, Skip) else Later(TUESDAY))


EMERGENCY = replace(
    REPORT,
    status=S.FORWARDED,
    urgent=True,
    category="kebakaran",
    acknowledge_by=utc("2026-11-30T14:00"),
    story=(StoryLine(utc("2026-11-30T13:30"), "forwarded"),),
)
ALARMED = [
    (1, "2026-11-30T13:59", Later(NIGHT)),
    (1, "2026-11-30T14:00", Alarm(1)),
    (2, "2026-11-30T14:00", Later(utc("2026-11-30T14:30"))),
    (2, "2026-11-30T14:31", Alarm(2)),
    (4, "2026-11-30T17:30", Alarm(4)),
    (5, "2026-11-30T17:31", Later(TUESDAY)),
    (5, "2026-11-30T23:30", Escalate(2)),
]


@pytest.mark.parametrize(("step", "at", "expected"), ALARMED)
def test_an_emergency_calls_by_minutes_day_and_night_and_in_the_morning_like_any_other(
    work: WorkingTime, step: int, at: str, expected: Decision
) -> None:
    assert decide(EMERGENCY, F.RESPOND_REMIND, step, utc(at), work) == expected


@pytest.mark.parametrize(("step", "at", "expected"), ALARMED[:5])
def test_an_emergency_in_the_pen_calls_its_coordinator_by_minutes_too(
    work: WorkingTime, step: int, at: str, expected: Decision
) -> None:
    """However often its reporter writes more, or neighbours join: they are no answer."""
    joined = StoryLine(utc("2026-11-30T13:55"), "joined")
    story = (StoryLine(utc("2026-11-30T13:30"), "holding"), joined)
    held = replace(EMERGENCY, status=S.HOLDING, office=None, story=story)
    assert decide(held, F.FORWARD_PROMISE, step, utc(at), work) == expected
    assert decide(held, F.FORWARD_PROMISE, 5, TUESDAY, work) == Escalate(4)


def test_an_emergency_goes_on_calling_through_days_off(work: WorkingTime) -> None:
    """From Christmas Eve to the Sunday after it no office opens and no digest comes."""
    at = utc("2026-12-23T13:30")
    filed = replace(EMERGENCY, received_at=at, story=(StoryLine(at, "forwarded"),))
    assert decide(filed, F.RESPOND_REMIND, 7, at + timedelta(hours=24), work) == Alarm(7)
    assert decide(filed, F.RESPOND_REMIND, 10, at + timedelta(hours=96), work) == Alarm(10)
    assert decide(filed, F.RESPOND_REMIND, 11, at + timedelta(hours=120), work) != Alarm(11)


def test_alarms_come_further_and_further_apart() -> None:
    minutes = [(next_alarm(EMERGENCY, step) - utc("2026-11-30T13:30")).seconds // 60 for step in (1, 2, 3, 4)]
    assert minutes == [60, 120, 240, 480]


@pytest.mark.parametrize("status", [S.ACCEPTED, S.IN_PROGRESS])
def test_an_emergency_that_was_answered_wakes_nobody(work: WorkingTime, status: Status) -> None:
    answered = replace(EMERGENCY, status=status)
    assert decide(answered, F.RESPOND_REMIND, 1, NIGHT, work) == MOVED
    assert decide(answered, F.RESOLVE_REMIND, 1, NIGHT, work) == Later(TUESDAY)


def test_danger_that_an_office_does_not_answer_by_minutes_waits_for_the_morning(work: WorkingTime) -> None:
    urgent = replace(REPORT, urgent=True, status=S.FORWARDED)
    assert decide(urgent, F.RESPOND_REMIND, 1, NIGHT, work) == Later(TUESDAY)


LATER = utc("2026-12-18T08:30")
QUIET = [
    ("its answer takes effect in ten minutes", {"answer_due_at": utc("2026-11-30T02:07")}, "2026-11-30T02:07"),
    ("the coordinator put it off", {"put_off_until": date(2026, 12, 3)}, "2026-12-02T23:30"),
    (
        "its day is promised",
        {"promised_on": date(2026, 12, 2), "resolve_by": utc("2026-12-18T08:30")},
        "2026-12-01T23:30",
    ),
    ("its deadline was moved", {"resolve_by": utc("2026-12-08T08:00")}, "2026-12-02T23:30"),
]


@pytest.mark.parametrize(("why", "fields", "until"), QUIET)
def test_nobody_is_reminded_while(work: WorkingTime, why: str, fields: dict[str, object], until: str) -> None:
    report = replace(REPORT, status=S.IN_PROGRESS, **fields)  # type: ignore[arg-type]
    assert decide(report, F.RESOLVE_REMIND, 1, OPEN, work) == Later(utc(until)), why


@pytest.mark.parametrize("status", sorted(set(Status) - FINISHED))
def test_every_open_report_has_a_fire_that_would_bring_it_up(work: WorkingTime, status: Status) -> None:
    """And a fire of that kind is not thrown away when it comes."""
    report = replace(REPORT, status=status)
    kind, due_at = watched_by(report, OPEN, work)
    assert due_at > OPEN
    if status is not S.ACKNOWLEDGED:  # the restricted track has clocks of its own
        assert not isinstance(decide(report, kind, 1, due_at, work), Skip)


@pytest.mark.parametrize("kind", list(FireKind))
@pytest.mark.parametrize("status", sorted(FINISHED))
def test_a_finished_report_reminds_nobody(work: WorkingTime, kind: FireKind, status: Status) -> None:
    assert decide(replace(REPORT, status=status), kind, 1, OPEN, work) == Skip("finished")


@pytest.mark.parametrize("kind", [kind for kind in FireKind if kind is not F.RESOLVE_REMIND])
@pytest.mark.parametrize("status", [S.REPORTED, S.ACKNOWLEDGED, S.RESOLVED, S.WAITING_REPORTER])
@pytest.mark.parametrize(
    ("step", "wanted"), [(1, SecondContact()), (2, NobodyOnDuty()), (3, Send(OFFICER, "remind.restricted"))]
)
@pytest.mark.parametrize("now", [OPEN, NIGHT])
def test_a_restricted_report_that_nobody_opens_climbs_its_own_ladder_and_no_other(
    work: WorkingTime, kind: FireKind, status: Status, step: int, wanted: Decision, now: datetime
) -> None:
    found = decide(replace(REPORT, restricted=True, status=status), kind, step, now, work)
    awaited = kind is F.RESPOND_REMIND and status in (S.REPORTED, S.ACKNOWLEDGED)
    assert found == (wanted if awaited else Skip("restricted"))


@pytest.mark.parametrize(
    ("kind", "status", "now", "wanted"),
    [
        (F.RESOLVE_REMIND, S.ACKNOWLEDGED, OPEN, Send(OFFICER, "ppa.unmarked")),
        (F.RESOLVE_REMIND, S.ACKNOWLEDGED, NIGHT, Later(TUESDAY)),
        (F.RESOLVE_REMIND, S.REPORTED, OPEN, Skip("restricted")),
        (F.RESOLVE_REMIND, S.HANDED_OVER, OPEN, Skip("finished")),
        (F.CLOSE_QUIET, S.CANCELLED, NIGHT, LetGo()),
        (F.CLOSE_QUIET, S.HANDED_OVER, OPEN, Skip("finished")),
    ],
)
def test_a_restricted_report_is_let_go_once_it_is_marked_or_was_withdrawn(
    work: WorkingTime, kind: FireKind, status: Status, now: datetime, wanted: Decision
) -> None:
    assert decide(replace(REPORT, restricted=True, status=status), kind, 1, now, work) == wanted


def test_before_the_promised_morning_nothing_is_forwarded_unverified(work: WorkingTime) -> None:
    early = utc("2026-11-27T02:00")
    assert decide(REPORT, F.FORWARD_PROMISE, 1, early, work) == Later(utc("2026-11-29T23:30"))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-11-16T02:00", MoveOn(S.CLOSED)),
        ("2026-11-20T02:00", Later(utc("2026-12-03T23:30"))),
    ],
)
def test_ten_quiet_working_days_close_a_resolved_report(work: WorkingTime, last: str, expected: Decision) -> None:
    story = (StoryLine(utc("2026-11-10T02:00"), "resolved"), StoryLine(utc(last), "note"))
    assert decide(replace(REPORT, status=S.RESOLVED, story=story), F.CLOSE_QUIET, 1, OPEN, work) == expected
