"""A worker that was away too long finds that somebody else went on, and writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, insert, update

from bot.clock import FrozenClock
from bot.store import conversations, fires
from bot.store.tables import addresses, asks, inbox, invitations, outbox, reports
from bot.store.tables import conversations as conversation_table
from handlers.scene import Outcome, Scene
from routing.model import FireKind
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import KADER, RESIDENT, START, add_person, respond, rows, write


class PowerCut(BaseException):
    """What no worker can catch."""


def test_whoever_comes_back_too_late_writes_nothing(make: Callable[..., World], clock: FrozenClock) -> None:
    """The lease ends while a handler thinks; another worker handles the turn meanwhile."""
    other, channel = make()

    def slow(scene: Scene) -> Outcome:
        clock.move(timedelta(minutes=1))
        assert other.turns.run_due(quiet_over=True) == 1
        return respond(scene)

    late, _ = make(respond=slow)
    write(late, 1, "no water")
    assert late.turns.run_due(quiet_over=True) == 0
    other.outbox.send_due()
    assert channel.texts(RESIDENT) == ["filed ticket=SMD-0001"]
    assert len(rows(other.engine, reports)) == 1
    (row,) = rows(other.engine, inbox)
    assert (row.error, row.tries) == (None, 1), "one try is counted for the worker that did not come back"


def test_whoever_fails_too_late_blames_nobody(make: Callable[..., World], engine: Engine, clock: FrozenClock) -> None:
    def slow_and_wrong(scene: Scene) -> Outcome:
        now = clock.now() + timedelta(minutes=1)
        with engine.begin() as connection:
            taken = conversations.lease(connection, scene.person.id, "other", now, now + timedelta(minutes=1))
        assert taken is not None
        assert taken.taken_over
        raise ValueError

    late, _ = make(respond=slow_and_wrong)
    write(late, 1, "no water")
    late.turns.run_due(quiet_over=True)
    (row,) = rows(engine, inbox)
    assert (row.error, row.tries, row.next_at) == (None, 0, START)
    (row,) = rows(engine, conversation_table)
    assert row.lease_owner == "other"


def test_a_message_that_kills_every_worker_is_parked(make: Callable[..., World], clock: FrozenClock) -> None:
    def deadly(scene: Scene) -> Outcome:
        raise PowerCut

    app, channel = make(respond=deadly)
    write(app, 1, "no water")
    deaths = 0
    while True:
        try:
            app.turns.run_due(quiet_over=True)
        except PowerCut:
            deaths += 1
            clock.move(timedelta(minutes=1))
        else:
            break
    assert deaths == app.settings.max_tries + 1
    (row,) = rows(app.engine, inbox)
    assert row.parked_at is not None
    assert row.error.startswith("ProcessDiedError")
    app.outbox.send_due()
    assert channel.texts() == ["common.received_parked"]


def test_an_invitation_used_elsewhere_makes_a_turn_under_way_start_anew(
    make: Callable[..., World], engine: Engine
) -> None:
    """One phone of a person writes while another joins the same person: neither overwrites the other's state."""
    invited = add_person(engine, KADER)
    with engine.begin() as connection:
        week = START + timedelta(days=7)
        connection.execute(insert(invitations).values(person_id=invited, code_hash="7Q4MP-2KXDR", expires_at=week))
    joining, _ = make()
    joined = False

    def meanwhile(scene: Scene) -> Outcome:
        nonlocal joined
        if not joined:
            joined = True
            write(joining, 2, "7Q4MP-2KXDR", contact=RESIDENT)
            assert joining.turns.run_due(quiet_over=True) == 1
        return respond(scene)

    app, channel = make(respond=meanwhile)
    write(app, 1, "hello", contact=KADER)
    app.pump(now_quiet=True)
    assert {row.person_id for row in rows(engine, addresses)} == {invited}
    assert sorted(channel.texts()) == ["hello heard=1 said=hello", "welcome"]
    state = next(row.state for row in rows(engine, conversation_table) if row.person_id == invited)
    assert state["step"] == 2, "it went on from where the other phone stopped"


def test_nobody_changes_a_report_between_a_reminder_s_decision_and_its_effects(
    make: Callable[..., World], engine: Engine
) -> None:
    report_id = put_report(engine, add_person(engine, RESIDENT))
    changes: list[threading.Thread] = []

    def change() -> None:
        with engine.begin() as connection:
            connection.execute(update(reports).where(reports.c.id == report_id).values(status="verified"))

    def meddle(stop: str) -> None:
        if stop == "fire.decided":
            changes.append(threading.Thread(target=change))
            changes[0].start()
            changes[0].join(0.3)
            assert changes[0].is_alive(), "it has to wait"

    app, _ = make(at=meddle)
    with engine.begin() as connection:
        fires.schedule(connection, report_id, FireKind.VERIFY_REMIND, 1, START)
    assert app.reminders.tick() == 1
    changes[0].join()
    assert [row.says[0]["key"] for row in rows(engine, outbox)] == ["reminded"]
    assert rows(engine, reports)[0].status == "verified"


def test_a_letter_recorded_too_late_changes_nothing(make: Callable[..., World], clock: FrozenClock) -> None:
    """The provider was so slow that another sender took over: the line may arrive twice, the record stays right."""
    other, channel = make()
    app, slow_channel = make()
    real = slow_channel.send

    def slow(contact: str, message: Any) -> Any:
        sent = real(contact, message)
        clock.move(timedelta(minutes=1))
        assert other.outbox.send_due() == 1
        return sent

    slow_channel.send = slow  # type: ignore[method-assign]
    write(app, 1, "hello")
    app.turns.run_due(quiet_over=True)
    app.outbox.send_due()
    (row,) = rows(app.engine, outbox)
    assert (row.tries, row.failed_at) == (2, None)
    assert row.sent_at == clock.now()
    assert [line["key"] for line in channel.lines()] == [f"o{row.id}.0"] * 2
    assert rows(app.engine, asks) == []
