"""What clocks leave behind in the database: misses, lines of the history, the rest while a reporter is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from bot.app import App, knowledge
from bot.apply import Applier
from bot.days_off import warn_of_unknown_days
from bot.store import fires as store
from bot.store.reports import report_by_id
from bot.store.tables import errands, events, fires, outbox, reports
from bot.store.tables_followup import misses
from handlers.dialogue import respond as the_dialogue
from handlers.effects import Amend, ChangeStatus, Effect, Missed, OfficersOf, Plan, Reminded
from handlers.errands import Errand, ErrandKind
from handlers.lifecycle import forward
from handlers.matter import Matter
from handlers.reminding import on_fire
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Status
from tests.flow.test_outbox import put_report
from tests.flow.world import COORDINATOR, OFFICER, PLACE, RESIDENT, START, add_person, rows

SAMARINDA = knowledge()[0].regions["64.72"]
S = Status
World = tuple[App, Any]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAMARINDA.tz).astimezone(UTC)


@pytest.fixture
def apply(engine: Engine) -> Callable[..., None]:
    """Effects as a due reminder of `at` writes them."""
    applier = Applier(knowledge()[0], made_up=False)

    def applied(*effects: Effect, at: datetime = START) -> None:
        with engine.begin() as connection:
            applier.fire(connection, origin=f"f{at.isoformat()}", now=at, region="64.72", effects=effects)

    return applied


def at_office(engine: Engine, **more: Any) -> int:
    """With its office since START, which is a Monday at ten; all its clocks are new."""
    values = {
        "status": "forwarded",
        "office": "PU",
        "category": "drainase",
        "field": "pekerjaan_umum",
        "place_code": PLACE,
        "promise_by": date(2026, 11, 30),
        "acknowledge_by": local("2026-11-24T16:00"),
        "respond_by": local("2026-11-30T16:00"),
        "resolve_by": local("2026-12-11T16:30"),
    }
    return put_report(engine, add_person(engine, RESIDENT), **{**values, **more})


def missed(engine: Engine) -> list[tuple[str, datetime]]:
    return [(row.clock, row.due_at) for row in rows(engine, misses)]


# --- misses -----------------------------------------------------------------------------------------------------------


def test_a_miss_is_kept_once(engine: Engine, apply: Callable[..., None]) -> None:
    report = at_office(engine)
    for n in range(3):
        apply(Missed(report, "plan", local("2026-11-30T16:00")), at=START + timedelta(days=8 + n))
    (row,) = rows(engine, misses)
    assert (row.region, row.office, row.person_id, row.missed_at) == ("64.72", "PU", None, START + timedelta(days=8))
    apply(Missed(report, "plan", local("2026-12-30T16:00")))
    assert len(rows(engine, misses)) == 2, "the clock of another office is another one"


ANSWERS = [
    ("in time", "2026-11-24T15:59", []),
    ("given in time, in effect ten minutes later", "2026-11-24T16:09", []),
    ("late in the evening, before anybody was reminded", "2026-11-24T20:00", ["acknowledge"]),
    ("after all of them", "2026-12-14T10:00", ["acknowledge", "plan", "resolve"]),
]


@pytest.mark.parametrize(("why", "at", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_an_answer_that_comes_late_is_a_miss(
    engine: Engine, apply: Callable[..., None], why: str, at: str, expected: list[str]
) -> None:
    apply(ChangeStatus(at_office(engine), S.ACCEPTED, Actor.OFFICER), at=local(at))
    assert [clock for clock, _ in missed(engine)] == expected


def test_the_miss_of_a_kader_is_kept_with_the_kader(engine: Engine, apply: Callable[..., None]) -> None:
    kader = add_person(engine, "+628120000007")
    due = local("2026-11-24T16:00")
    report = at_office(engine, status="reported", kader_id=kader, verify_by=due)
    apply(ChangeStatus(report, S.VERIFIED, Actor.KADER), at=local("2026-11-25T09:00"))
    assert [(row.clock, row.person_id, row.due_at) for row in rows(engine, misses)] == [("verify", kader, due)]


def test_nothing_of_a_restricted_report_is_counted(engine: Engine, apply: Callable[..., None]) -> None:
    report = at_office(engine, status="reported", restricted=True, verify_by=START)
    apply(ChangeStatus(report, S.ACKNOWLEDGED, Actor.OFFICER), at=START + timedelta(days=9))
    assert rows(engine, misses) == []


# --- waiting for the reporter -----------------------------------------------------------------------------------------


def test_the_clock_stands_still_while_the_reporter_is_asked(engine: Engine, apply: Callable[..., None]) -> None:
    report = at_office(engine, status="accepted")
    apply(ChangeStatus(report, S.WAITING_REPORTER, Actor.OFFICER), at=local("2026-11-24T10:00"))
    assert rows(engine, reports)[0].waiting_since == local("2026-11-24T10:00")
    apply(ChangeStatus(report, S.ACCEPTED, Actor.REPORTER), at=local("2026-11-26T09:00"))
    (row,) = rows(engine, reports)
    assert (row.respond_by, row.resolve_by) == (local("2026-12-02T16:00"), local("2026-12-15T16:30"))
    assert (row.waiting_since, row.promise_by) == (None, date(2026, 11, 30)), "the promise stays"


def test_a_report_that_was_passed_on_owes_nothing_to_what_was_said_before(
    engine: Engine, apply: Callable[..., None]
) -> None:
    add_person(engine, OFFICER, "officer", office="PU")
    report = at_office(engine, status="verified", promised_on=date(2026, 11, 25), put_off_until=date(2026, 12, 1))
    with engine.connect() as connection:
        matter = Matter.of(report_by_id(connection, report))
    apply(*forward(matter, Actor.SYSTEM, local("2026-11-27T10:00"), knowledge()[0]), at=local("2026-11-27T10:00"))
    (row,) = rows(engine, reports)
    assert (row.promised_on, row.put_off_until, row.promise_by) == (None, None, date(2026, 11, 30))
    assert (row.acknowledge_by, row.respond_by) == (local("2026-11-30T16:00"), local("2026-12-04T16:30"))
    assert [(one.kind, one.due_at) for one in rows(engine, fires)] == [("respond_remind", local("2026-11-30T07:30"))]


# --- digests and the history ------------------------------------------------------------------------------------------


def test_a_reminder_is_a_line_of_the_history_that_its_reporter_does_not_read(
    engine: Engine, apply: Callable[..., None]
) -> None:
    apply(Reminded(at_office(engine), 2))
    (line,) = rows(engine, events)
    assert (line.kind, line.actor, line.seen, line.data) == ("reminded", "system", False, {"rung": 2})


def test_where_nobody_is_to_be_told_something_else_happens(engine: Engine, apply: Callable[..., None]) -> None:
    report = at_office(engine)
    errand = Errand(ErrandKind.DIGEST, "2026-11-24", "64.72")
    plan = Plan(OfficersOf(report), errand, START, if_nobody=(Reminded(report, 4),))
    apply(plan)
    assert [row.kind for row in rows(engine, events)] == ["reminded"]
    officer = add_person(engine, OFFICER, "officer", office="PU")
    apply(plan, at=START + timedelta(hours=1))
    assert [row.person_id for row in rows(engine, errands)] == [officer]
    assert len(rows(engine, events)) == 1


# --- the fires themselves ---------------------------------------------------------------------------------------------


@pytest.fixture
def real(make: Callable[..., World]) -> App:
    """The App as it is, on the file channel."""
    return make(respond=the_dialogue, on_fire=on_fire)[0]


def fire_at(app: App, clock: Any, report: int, kind: FireKind, at: str) -> None:
    with app.engine.begin() as connection:
        store.schedule(connection, report, kind, 1, local(at))
    clock.set(local(at))
    app.reminders.tick()


def test_a_silent_office_gets_a_digest_a_miss_and_the_next_fire(real: App, engine: Engine, clock: Any) -> None:
    officer = add_person(engine, OFFICER, "officer", office="PU")
    head = add_person(engine, "+628120000008", "officer", office="PU", contact_rank=2)
    report = at_office(engine)
    fire_at(real, clock, report, FireKind.RESPOND_REMIND, "2026-11-25T07:30")
    planned = {(row.person_id, row.key, row.due_at) for row in rows(engine, errands)}
    assert planned == {(one, "2026-11-25", local("2026-11-25T07:45")) for one in (officer, head)}
    assert missed(engine) == [("acknowledge", local("2026-11-24T16:00"))]
    assert [row.due_at for row in rows(engine, fires) if row.done_at is None] == [local("2026-11-26T07:30")]


def test_an_office_that_lost_its_last_officer_alarms_the_coordinator(real: App, engine: Engine, clock: Any) -> None:
    coordinator = add_person(engine, COORDINATOR, "coordinator")
    report = at_office(engine, status="in_progress", promised_on=date(2026, 11, 25))
    fire_at(real, clock, report, FireKind.RESOLVE_REMIND, "2026-11-25T07:30")
    (row,) = rows(engine, reports)
    assert (row.status, row.office, row.hold_reason) == ("holding", None, "no_officer")
    real.pump()
    assert {one.person_id for one in rows(engine, outbox)} | {one.person_id for one in rows(engine, errands)} == {
        coordinator
    }
    waiting = [one.kind for one in rows(engine, fires) if one.done_at is None]
    assert waiting == ["forward_promise"], "and it is not forgotten in the pen"


def test_a_coordinator_who_is_reminded_has_a_week_to_hear_of(real: App, engine: Engine, clock: Any) -> None:
    """Somebody new, in a region where nothing else happens: Monday's digest leaves the rest to the week's summary."""
    coordinator = add_person(engine, COORDINATOR, "coordinator")
    report = at_office(engine, status="holding", office=None, hold_reason="no_office")
    fire_at(real, clock, report, FireKind.FORWARD_PROMISE, "2026-11-25T07:30")
    planned = {(row.person_id, row.kind, row.key) for row in rows(engine, errands)}
    assert planned == {(coordinator, "digest", "2026-11-25"), (coordinator, "week", "2026-11-30")}


@pytest.mark.parametrize("status", ["accepted", "in_progress", "verified", "resolved"])
def test_an_open_report_is_never_left_without_a_fire(real: App, engine: Engine, clock: Any, status: str) -> None:
    report = at_office(engine, status=status)
    fire_at(real, clock, report, FireKind.VERIFY_REMIND, "2026-11-25T10:00")
    done = [one.outcome for one in rows(engine, fires) if one.done_at is not None]
    assert done == ["skip"]
    assert len(rows(engine, fires)) == 2


def test_a_clock_set_back_fires_nothing_again(real: App, engine: Engine, clock: Any) -> None:
    add_person(engine, OFFICER, "officer", office="PU")
    report = at_office(engine)
    fire_at(real, clock, report, FireKind.RESPOND_REMIND, "2026-11-25T07:30")
    before = rows(engine, fires), rows(engine, misses), rows(engine, events)
    clock.set(START - timedelta(days=3))
    assert real.reminders.tick() == 0
    assert (rows(engine, fires), rows(engine, misses), rows(engine, events)) == before


def test_an_emergency_that_nobody_can_take_calls_the_coordinator_by_minutes(
    real: App, engine: Engine, apply: Callable[..., None], clock: Any
) -> None:
    add_person(engine, COORDINATOR, "coordinator")
    night = local("2026-11-23T22:00")
    report = at_office(engine, status="verified", category="kebakaran", urgent=True)
    with engine.connect() as connection:
        fire = Matter.of(report_by_id(connection, report))
    apply(*forward(fire, Actor.SYSTEM, night, knowledge()[0]), at=night)
    for minutes in (30, 60, 120, 240):
        clock.set(night + timedelta(minutes=minutes))
        real.reminders.tick()
    asked = [row for row in rows(engine, outbox) if row.says[0]["key"] == "hold.ask"]
    assert [row.not_before for row in asked] == [None] * 5, "at once, and four times more"
    assert [row.kind for row in rows(engine, fires) if row.done_at is None] == ["forward_promise"]


# --- a year nobody knows ----------------------------------------------------------------------------------------------


def test_a_deadline_in_a_year_without_decreed_leave_is_warned_of_once(
    engine: Engine, apply: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.days_off._warned", set())
    report = at_office(engine)
    with structlog.testing.capture_logs() as logs:
        for year in (2026, 2041, 2041):
            apply(Amend(report, {"resolve_by": datetime(year, 12, 1, tzinfo=UTC)}, Actor.SYSTEM))
        warn_of_unknown_days(WorkingTime(SAMARINDA), None)
    warned = [{**line, "log_level": None} for line in logs if line["event"] == "days_off.unknown"]
    assert warned == [{"event": "days_off.unknown", "region": "64.72", "year": 2041, "log_level": None}]
