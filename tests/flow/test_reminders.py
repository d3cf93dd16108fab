"""Deadlines happen once, at their time, on the report as it then is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.store import fires as store
from bot.store.tables import fires, outbox
from handlers.effects import CancelFires, Notify, Reporter, ScheduleFire
from handlers.messages import Say
from routing.model import FireKind, Role
from routing.remind import Later, Send, Skip
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import RESIDENT, START, add_person, rows

KIND = FireKind.VERIFY_REMIND


def schedule(engine: Engine, report_id: int, due_at: datetime = START, step: int = 1) -> None:
    with engine.begin() as connection:
        store.schedule(connection, report_id, KIND, step, due_at)


@pytest.fixture
def report_id(engine: Engine) -> int:
    return put_report(engine, add_person(engine, RESIDENT))


def test_a_reminder_fires_once_and_schedules_the_next(world: World, report_id: int, clock: FrozenClock) -> None:
    app, channel = world
    schedule(app.engine, report_id)
    for _ in range(3):
        app.pump()
    assert channel.texts() == ["reminded ticket=SMD-0007 step=1"]
    clock.move(timedelta(days=1))
    app.pump()
    assert channel.texts()[1:] == ["reminded ticket=SMD-0007 step=2"]


def test_scheduling_twice_fires_once_and_moves_nothing(world: World, report_id: int, clock: FrozenClock) -> None:
    app, _ = world
    schedule(app.engine, report_id, START + timedelta(hours=1))
    schedule(app.engine, report_id, START + timedelta(hours=9))
    (fire,) = rows(app.engine, fires)
    assert fire.due_at == START + timedelta(hours=1)


def test_a_new_office_gets_a_clock_of_its_own(world: World, report_id: int) -> None:
    app, _ = world
    schedule(app.engine, report_id, START + timedelta(hours=1))
    with app.engine.begin() as connection:
        store.cancel(connection, report_id, (), START)
    schedule(app.engine, report_id, START + timedelta(days=3))
    assert [(row.round, row.outcome) for row in rows(app.engine, fires)] == [(0, "cancelled"), (1, None)]


@pytest.mark.parametrize("gone", [timedelta(hours=3), timedelta(days=30)], ids=["hours", "a month"])
def test_after_an_outage_what_was_due_still_happens(
    world: World, report_id: int, clock: FrozenClock, gone: timedelta
) -> None:
    app, channel = world
    schedule(app.engine, report_id)
    clock.move(gone)
    app.reminders.tick()
    app.outbox.send_due()
    assert channel.texts() == ["reminded ticket=SMD-0007 step=1"]


DECISIONS = [
    pytest.param(Skip("moved_on"), None, "skip", [], id="skip"),
    pytest.param(Later(START + timedelta(hours=5)), START + timedelta(hours=5), None, [], id="later"),
    pytest.param(Send(Role.KADER, "remind.verify"), None, "send", ["told"], id="send"),
]


@pytest.mark.parametrize(("decision", "due_at", "outcome", "said"), DECISIONS)
def test_what_was_decided_is_written(
    make: Callable[..., World],
    report_id: int,
    decision: Skip | Later | Send,
    due_at: datetime | None,
    outcome: str | None,
    said: list[str],
) -> None:
    told = (Notify(Reporter(report_id), Say("told")),)
    app, channel = make(
        decide=lambda *_: decision,
        on_fire=lambda report, kind, step, made, *_: told if made == decision and said else (),
    )
    schedule(app.engine, report_id)
    app.pump()
    fire = rows(app.engine, fires)[0]
    assert fire.outcome == outcome
    assert fire.due_at == (due_at or START)
    assert channel.texts() == said


def test_a_failing_reminder_is_tried_again_and_stops_no_other(
    make: Callable[..., World], engine: Engine, report_id: int, clock: FrozenClock
) -> None:
    healthy = put_report(engine, add_person(engine, "+628120000009"), ref="other", ticket="SMD-0008")
    broken = {report_id}

    def on_fire(report, *_):  # type: ignore[no-untyped-def]
        if report.id in broken:
            raise ValueError("cannot")
        return (Notify(Reporter(report.id), Say("told", {"ticket": report.ticket})),)

    app, channel = make(on_fire=on_fire)
    schedule(engine, report_id)
    schedule(engine, healthy)
    app.pump()
    assert channel.texts() == ["told ticket=SMD-0008"]
    broken.clear()
    clock.move(timedelta(hours=1))
    app.pump()
    assert channel.texts() == ["told ticket=SMD-0008", "told ticket=SMD-0007"]


def test_effects_may_cancel_and_schedule_their_own_kind(make: Callable[..., World], report_id: int) -> None:
    """The reminder at hand is done before its effects: they cannot cancel it, and the same step is another round."""

    def on_fire(report, kind, step, *_):  # type: ignore[no-untyped-def]
        return (CancelFires(report.id), ScheduleFire(report.id, kind, START + timedelta(days=2), step))

    app, _ = make(on_fire=on_fire)
    schedule(app.engine, report_id)
    app.pump()
    first, second = rows(app.engine, fires)
    assert (first.outcome, first.round, second.round) == ("send", 0, 1)
    assert second.done_at is None
    assert rows(app.engine, outbox) == []
