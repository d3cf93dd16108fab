"""Errands happen once, tell nothing to who said *berhenti*, and none that fails or is unknown stops the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, update

from bot.store import errands as store
from bot.store.tables import asks, errands, fires, outbox, people
from handlers.effects import Effect, Notify, PersonWith, Sender, TellRecap
from handlers.errands import Errand, ErrandKind
from handlers.messages import Say
from handlers.scene import Outcome, Scene
from routing.recap import month_of
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.test_reminders import schedule
from tests.flow.world import KADER, RESIDENT, START, add_person, rows

LATER = "of_a_later_version"


def plan(engine: Engine, person: int, kind: ErrandKind, key: str = "2026-10") -> None:
    with engine.begin() as connection:
        store.plan(connection, person, Errand(kind, key, "64.72"), START)


def recap() -> TellRecap:
    first = month_of("2026-10")
    assert first is not None
    return TellRecap(first, "mine", "64.72", "Asia/Makassar", unasked=True)


@pytest.mark.parametrize(("kind", "hears"), [(ErrandKind.VISITS, False), (ErrandKind.ANSWER, True)])
def test_who_said_berhenti_hears_only_what_they_asked_for(
    make: Callable[..., World], engine: Engine, kind: ErrandKind, hears: bool
) -> None:
    """Everything else that the errand brings about still happens."""
    kader, resident = add_person(engine, KADER, "kader"), add_person(engine, RESIDENT)
    effects: tuple[Effect, ...] = (
        Notify(Sender(), Say("question"), ask="verify"),
        Notify(PersonWith(resident), Say("news"), at_once=True),
        recap(),
    )
    app, _ = make(on_errand=lambda errand, scene: Outcome(scene.state, (Say("said"),), effects))
    with engine.begin() as connection:
        connection.execute(update(people).where(people.c.id == kader).values(stopped_at=START))
    plan(engine, kader, kind)
    app.errands.tick()
    told = {row.person_id for row in rows(engine, outbox)}
    assert told == ({kader, resident} if hears else {resident})
    assert len(rows(engine, asks)) == hears
    assert [row.outcome for row in rows(engine, errands)] == ["done"]


def test_what_a_later_version_planned_waits_for_it_and_stops_nothing(
    make: Callable[..., World], engine: Engine
) -> None:
    """After a step back to the version before."""
    kader = add_person(engine, KADER, "kader")
    report = put_report(engine, kader)
    app, channel = make(on_errand=lambda errand, scene: Outcome(scene.state, (Say("said"),)))
    with engine.begin() as connection:
        unknown = {"kind": LATER, "due_at": START - timedelta(hours=1)}
        connection.execute(
            insert(errands).values(person_id=kader, key="x", region="64.72", data={}, tries=0, **unknown)
        )
        connection.execute(insert(fires).values(report_id=report, step=1, **unknown))
    plan(engine, kader, ErrandKind.DIGEST)
    schedule(engine, report)
    app.pump()
    assert {row.kind: row.outcome for row in rows(engine, errands)} == {LATER: None, "digest": "done"}
    assert {row.kind for row in rows(engine, fires) if row.done_at} == {"verify_remind"}
    assert any("said" in text for text in channel.texts())


def test_one_that_fails_is_tried_again_and_stops_no_other(make: Callable[..., World], engine: Engine) -> None:
    broken, healthy = add_person(engine, KADER, "kader"), add_person(engine, RESIDENT)

    def on_errand(errand: Errand, scene: Scene) -> Outcome:
        if errand.person_id == broken:
            raise ValueError("cannot")
        return Outcome(scene.state, (Say("said"),))

    app, _ = make(on_errand=on_errand)
    for person in (broken, healthy):
        plan(engine, person, ErrandKind.DIGEST)
    assert app.errands.tick() == 2
    assert [row.outcome for row in rows(engine, errands)] == [None, "done"]
