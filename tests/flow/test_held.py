"""Answers that wait ten minutes, and letters that are spared, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from bot.apply_sparing import A_DAY, had_enough
from bot.clock import FrozenClock
from bot.store import errands
from bot.store.database import reading
from bot.store.held import held_with
from bot.store.persons import person_by_id
from bot.store.reports import TASKS, tasks_of
from bot.store.tables import asks, events, people, reports
from bot.store.tables import errands as errands_table
from handlers.dialogue import respond
from handlers.errands import Errand, ErrandKind
from handlers.held import HOLD
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import OFFICER, RESIDENT, START, add_person, rows, write

SECOND = "+628120000009"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(make: Callable[..., World]) -> tuple[World, int]:
    """The real conversations; two officers of one office, and one report that it has."""
    world = make(respond=respond)
    engine = world[0].engine
    resident = add_person(engine, RESIDENT)
    for contact in (OFFICER, SECOND):
        add_person(engine, contact, "officer", office="AIR")
    return world, at_office(engine, resident)


def at_office(engine: Engine, resident: int, number: int = 7, **more: object) -> int:
    values: dict[str, Any] = {"office": "AIR", "status": "forwarded", "category": "air_bersih", **more}
    report = put_report(engine, resident, ref=f"draft-{number}", ticket=f"SMD-{number:04d}", **values)
    with engine.begin() as connection:
        trail = {"report_id": report, "at": START, "actor": "system", "kind": "forwarded", "seen": True, "data": {}}
        connection.execute(insert(events).values(trail))
    return report


def said(app_of: World, number: int, contact: str, text: str) -> str:
    app, channel = app_of
    write(app, number, text, contact=contact)
    app.pump(now_quiet=True)
    return channel.texts(contact)[-1]


def status_of(engine: Engine) -> list[tuple[str, bool]]:
    return [(row.status, row.answer_due_at is not None) for row in rows(engine, reports)]


def test_an_answer_waits_its_ten_minutes_whatever_restarts_meanwhile(
    office: tuple[World, int], make: Callable[..., World], clock: FrozenClock
) -> None:
    world, _ = office
    assert "held.one" in said(world, 1, OFFICER, "SMD-0007 sudah selesai diperbaiki")
    clock.move(HOLD - MINUTE)
    world[0].pump()
    assert status_of(world[0].engine) == [("forwarded", True)]
    clock.move(MINUTE)
    make(respond=respond)[0].pump()
    world[0].pump()
    assert status_of(world[0].engine) == [("resolved", False)]
    assert len(world[1].texts(RESIDENT)) == 1, "told once"
    assert [row.data for row in rows(world[0].engine, errands_table)] == [{}], "its words stand in the trail alone"


@pytest.mark.parametrize(("words", "status"), [("batalkan", "forwarded"), ("eh SMD-0007 besok", "in_progress")])
def test_what_was_taken_back_or_put_right_never_happens(
    office: tuple[World, int], clock: FrozenClock, words: str, status: str
) -> None:
    world, _ = office
    said(world, 1, OFFICER, "SMD-0007 selesai")
    clock.move(HOLD - MINUTE)
    said(world, 2, OFFICER, words)
    clock.move(MINUTE)
    world[0].pump()
    assert status_of(world[0].engine) == [("forwarded", status != "forwarded")]
    clock.move(HOLD)
    world[0].pump()
    assert status_of(world[0].engine) == [(status, False)]


def test_a_message_that_is_edited_within_the_ten_minutes_counts_as_it_reads_now(
    office: tuple[World, int], clock: FrozenClock
) -> None:
    app, _ = office[0]
    write(app, 1, "SMD-0007 selesai", contact=OFFICER, message_id="m1")
    app.pump(now_quiet=True)
    clock.move(MINUTE)
    write(app, 2, "SMD-0007 lagi dikerjakan", contact=OFFICER, message_id="m1", edited=True)
    app.pump(now_quiet=True)
    clock.move(HOLD)
    app.pump()
    assert status_of(app.engine) == [("in_progress", False)]


def test_who_answers_at_the_very_same_moment_is_told_of_the_colleague(
    office: tuple[World, int], clock: FrozenClock
) -> None:
    """Neither could know of the other when they answered: the first counts, the second is kept as a note."""
    (app, channel), report = office
    said((app, channel), 1, OFFICER, "SMD-0007 selesai")
    with reading(app.engine) as connection:
        known = held_with(connection, person_by_id(connection, 3, made_up=False))
    assert [one.person_id for one in known] == [2], "a colleague's answer is known to the office"
    clock.move(MINUTE)
    with app.engine.begin() as connection:  # what a second process wrote that had read the scene before
        answer: Any = dict(known[0].data)["answers"][0]  # type: ignore[index]
        later = {**answer, "update": {**answer["update"], "intent": "in_progress", "note": "besok dikerjakan"}}
        theirs = Errand(ErrandKind.ANSWER, "3-9", "64.72", {"answers": [later]})
        errands.plan(connection, 3, theirs, clock.now() + HOLD)
    clock.move(HOLD)
    app.pump()
    assert status_of(app.engine) == [("resolved", False)]
    assert "held.not_done" in channel.texts(SECOND)[-1]
    notes = [row.data.get("note") for row in rows(app.engine, events) if row.kind == "note" and row.report_id == report]
    assert notes == ["besok dikerjakan"]


def test_an_errand_that_is_moved_is_not_done_by_who_read_it_before(engine: Engine) -> None:
    person = add_person(engine, OFFICER, "officer", office="AIR")
    first, second = (Errand(ErrandKind.ANSWER, "k", "64.72", {"answers": [n]}) for n in (1, 2))
    with engine.begin() as connection:
        errands.plan(connection, person, first, START)
        (claimed,) = errands.claim(connection, START, START + MINUTE, 5)
        errands.plan(connection, person, second, START, once=False)
        assert not errands.finish(connection, claimed, START, "done")
        (anew,) = errands.claim(connection, START, START + MINUTE, 5)
        assert anew.data == second.data
        assert errands.finish(connection, anew, START, "done")


@pytest.mark.parametrize("stopped", [True, False])
def test_the_round_up_goes_to_nobody_who_said_stop(
    office: tuple[World, int], clock: FrozenClock, stopped: bool
) -> None:
    (app, channel), _ = office
    with app.engine.begin() as connection:
        when = START if stopped else None
        connection.execute(update(people).where(people.c.id == 2).values(stopped_at=when))
        late = {"acknowledge_by": START, "respond_by": START, "resolve_by": START + timedelta(days=9)}
        connection.execute(update(reports).values(late))
        tomorrow = START + timedelta(days=1)
        errands.plan(connection, 2, Errand(ErrandKind.DIGEST, "2026-11-24", "64.72"), tomorrow)
    clock.move(timedelta(days=1))
    app.pump()
    assert [text.split()[0] for text in channel.texts(OFFICER)] == ([] if stopped else ["digest.morning"])


def test_five_letters_of_new_reports_are_enough_for_a_day(engine: Engine) -> None:
    officer, resident = add_person(engine, OFFICER, "officer", office="AIR"), add_person(engine, RESIDENT)
    with engine.begin() as connection:
        yesterday = {"person_id": officer, "kind": "accept", "asked_at": START - timedelta(days=1), "report_id": None}
        connection.execute(insert(asks).values(yesterday))
    for number in range(1, A_DAY + 2):
        report = put_report(engine, resident, ref=f"draft-{number}", ticket=f"SMD-{number:04d}", office="AIR")
        with engine.begin() as connection:
            new = {"person_id": officer, "kind": "accept", "asked_at": START, "report_id": report}
            ask = connection.execute(insert(asks).values(new).returning(asks.c.id)).scalar_one()
            assert had_enough(connection, officer, ask, START - timedelta(hours=1)) == (number > A_DAY)


def test_a_flood_of_new_reports_hides_nothing_that_is_late_or_answered(engine: Engine) -> None:
    resident, officer = add_person(engine, RESIDENT), add_person(engine, OFFICER, "officer", office="AIR")
    same = {
        "region": "64.72",
        "reporter_id": resident,
        "text": "no water",
        "received_at": START,
        "office": "AIR",
        "status": "in_progress",
        "promise_by": date(2026, 11, 30),
    }
    many = [
        {**same, "ref": f"d{n}", "ticket": f"SMD-{n:04d}", "resolve_by": START + timedelta(days=3 * TASKS - n)}
        for n in range(1, 2 * TASKS + 2)
    ]
    many[0]["resolve_by"] = START - timedelta(days=1)
    with engine.begin() as connection:
        connection.execute(insert(reports), many)
        answered = reports.c.ticket == "SMD-0002"
        connection.execute(update(reports).where(answered).values(answer_due_at=START))
    with reading(engine) as connection:
        tickets = [one.ticket for one in tasks_of(connection, person_by_id(connection, officer, made_up=False), START)]
    assert {"SMD-0001", "SMD-0002", many[-1]["ticket"]} <= set(tickets)
    assert tickets == sorted(set(tickets), reverse=True), "newest first, each once"


def test_late_reports_by_the_hundred_hide_nothing_that_is_held(engine: Engine) -> None:
    """A report in the pen has no deadline: it counts from the day it came, on either database."""
    resident, coordinator = add_person(engine, RESIDENT), add_person(engine, OFFICER, "coordinator")
    same = {"region": "64.72", "reporter_id": resident, "text": "no water"}
    late = [
        {
            **same,
            "ref": f"d{n}",
            "ticket": f"SMD-{n:04d}",
            "office": "AIR",
            "status": "in_progress",
            "received_at": START - timedelta(days=40),
            "resolve_by": START - timedelta(days=1),
        }
        for n in range(2, 2 * TASKS + 3)
    ]
    held = {"ref": "d1", "ticket": "SMD-0001", "status": "holding", "received_at": START - timedelta(days=60)}
    with engine.begin() as connection:
        connection.execute(insert(reports).values({**same, **held}))
        connection.execute(insert(reports), late)
    with reading(engine) as connection:
        tasks = tasks_of(connection, person_by_id(connection, coordinator, made_up=False), START)
    assert "SMD-0001" in {one.ticket for one in tasks}
