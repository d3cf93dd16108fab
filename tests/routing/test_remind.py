"""What a due fire does to the report as it is now."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from routing.deadlines import WorkingTime
from routing.model import FINISHED, FireKind, Report, Role, Status, StoryLine
from routing.region import load_atlas
from routing.remind import (
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
)

OFFICER, COORDINATOR, KADER = Role.OFFICER, Role.COORDINATOR, Role.KADER
F, S = FireKind, Status
MOVED = Skip("moved_on")

DECISIONS: list[tuple[FireKind, int, Status, Decision]] = [
    (F.VERIFY_REMIND, 1, S.REPORTED, Send(KADER, "remind.verify")),
    (F.VERIFY_REMIND, 1, S.VERIFIED, MOVED),
    (F.VERIFY_REMIND, 1, S.FORWARDED, MOVED),
    (F.VERIFY_NEXT, 1, S.REPORTED, NextKader()),
    (F.VERIFY_NEXT, 1, S.FORWARDED, MOVED),
    (F.FORWARD_PROMISE, 1, S.REPORTED, MoveOn(S.UNVERIFIED)),
    (F.FORWARD_PROMISE, 1, S.HOLDING, Escalate((COORDINATOR,), "remind.promise")),
    (F.FORWARD_PROMISE, 1, S.VERIFIED, Escalate((COORDINATOR,), "remind.promise")),
    (F.FORWARD_PROMISE, 1, S.ACCEPTED, MOVED),
    (F.RESPOND_REMIND, 1, S.FORWARDED, Send(OFFICER, "remind.respond")),
    (F.RESPOND_REMIND, 2, S.FORWARDED, Escalate((OFFICER, COORDINATOR), "remind.respond")),
    (F.RESPOND_REMIND, 1, S.ACCEPTED, MOVED),
    (F.RESPOND_REMIND, 2, S.NOT_OURS, MOVED),
    (F.RESOLVE_REMIND, 1, S.ACCEPTED, Send(OFFICER, "remind.resolve")),
    (F.RESOLVE_REMIND, 2, S.IN_PROGRESS, Escalate((OFFICER, COORDINATOR), "remind.resolve")),
    (F.RESOLVE_REMIND, 1, S.REOPENED, Send(OFFICER, "remind.resolve")),
    (F.RESOLVE_REMIND, 1, S.WAITING_REPORTER, Later(TUESDAY)),
    (F.RESOLVE_REMIND, 1, S.RESOLVED, MOVED),
    (F.ANSWER_WAIT, 1, S.WAITING_REPORTER, MoveOn(S.ACCEPTED)),
    (F.ANSWER_WAIT, 1, S.IN_PROGRESS, MOVED),
    (F.CLOSE_QUIET, 1, S.RESOLVED, MoveOn(S.CLOSED)),
    (F.CLOSE_QUIET, 1, S.REOPENED, MOVED),
    (F.VISIT, 1, S.REPORTED, Send(KADER, "remind.visit")),
    (F.VISIT, 1, S.FORWARDED, MOVED),
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


def test_urgent_reports_know_no_closing_time(work: WorkingTime) -> None:
    urgent = replace(REPORT, urgent=True)
    assert decide(urgent, F.VERIFY_REMIND, 1, NIGHT, work) == Send(KADER, "remind.verify")


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


@pytest.mark.parametrize(("kind", "status"), [(F.RESPOND_REMIND, S.FORWARDED), (F.RESOLVE_REMIND, S.IN_PROGRESS)])
def test_the_coordinator_does_not_hear_before_the_deadline(work: WorkingTime, kind: FireKind, status: Status) -> None:
    """The report went to another office, or got a later date, after the fire was scheduled."""
    moved = utc("2026-12-04T08:00")
    report = replace(REPORT, status=status, respond_by=moved, resolve_by=moved)
    assert decide(report, kind, 2, OPEN, work) == Later(moved)


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
