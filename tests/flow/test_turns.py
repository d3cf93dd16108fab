"""What a person writes is handled once, in order, together with what belongs to it, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.clock import FrozenClock
from bot.store import parked
from bot.store.database import reading
from bot.store.tables import addresses, conversations, events, inbox, outbox, people, reports
from handlers.messages import Say
from handlers.scene import Outcome, Scene
from tests.flow.conftest import World
from tests.flow.world import COORDINATOR, KADER, OFFICER, PLACE, RESIDENT, add_person, rows, write


def test_a_report_reaches_its_kader(world: World) -> None:
    app, channel = world
    add_person(app.engine, KADER, "kader", place_codes=PLACE)
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    (report,) = rows(app.engine, reports)
    assert (report.ticket, report.text, report.status) == ("SMD-0001", "no water", "reported")
    assert channel.texts(RESIDENT)[0] == "filed ticket=SMD-0001"
    (asked,) = channel.lines(KADER)
    assert asked["text"] == "verify ticket=SMD-0001"
    write(app, 2, contact=KADER, choice_id=asked["buttons"][0])
    app.pump()
    (report,) = rows(app.engine, reports)
    assert (report.status, report.verified) == ("verified", True)


def test_a_replay_changes_nothing(world: World) -> None:
    app, channel = world
    assert write(app, "same", "hello") is True
    assert write(app, "same", "hello") is False
    app.pump(now_quiet=True)
    assert write(app, "same", "hello") is False
    assert app.pump(now_quiet=True) == 0
    assert len(channel.texts(RESIDENT)) == len(rows(app.engine, inbox)) == 1


def test_pieces_of_one_breath_are_one_turn(world: World, clock: FrozenClock) -> None:
    app, channel = world
    for number, text in enumerate(("hello", "it is me", "again")):
        write(app, number, text)
        clock.move(timedelta(seconds=3))
        assert app.pump() == 0, "the person may still be writing"
    clock.move(timedelta(seconds=1))
    app.pump()
    assert channel.texts() == ["hello heard=3 said=hello it is me again"]


def test_after_an_outage_breaths_stay_apart(world: World, clock: FrozenClock) -> None:
    app, channel = world
    for number, (text, pause) in enumerate((("hello", 2), ("there", 60), ("hello again", 0))):
        write(app, number, text)
        clock.move(timedelta(seconds=pause))
    clock.move(timedelta(hours=1))
    app.pump()
    assert channel.texts() == ["hello heard=2 said=hello there", "hello heard=1 said=hello again"]


@pytest.mark.parametrize(
    "text",
    ["tolong suami saya ngamuk bawa parang", "kebakaran di gang sebelah, api besar", "batal"],
    ids=["violence", "fire", "command"],
)
def test_danger_and_commands_do_not_wait(world: World, text: str) -> None:
    app, channel = world
    write(app, 1, f"{text}")
    app.pump()
    assert len(channel.texts(RESIDENT)) >= 1


def test_what_cannot_be_read_is_answered_and_kept(world: World) -> None:
    app, channel = world
    app.inbox.accept("test", "1", RESIDENT, b"\xff\x00 not json")
    app.pump(now_quiet=True)
    assert channel.texts() == ["unreadable"]
    (row,) = rows(app.engine, inbox)
    assert row.raw.encode("utf-8", "surrogateescape") == b"\xff\x00 not json"


def test_a_poisoned_message_does_not_hold_up_the_next(world: World, clock: FrozenClock) -> None:
    app, channel = world
    write(app, 1, "poison")
    app.pump(now_quiet=True)
    write(app, 2, "hello")
    app.pump(now_quiet=True)
    assert channel.texts() == ["hello heard=1 said=hello"]
    for _ in range(app.settings.max_tries):
        clock.move(timedelta(hours=1))
        app.pump(now_quiet=True)
    assert channel.texts() == ["hello heard=1 said=hello", "common.received_parked"]
    with reading(app.engine) as connection:
        (one,) = parked.list_parked(connection)
    assert one.tries == app.settings.max_tries
    assert one.error.startswith("ValueError at ")
    assert "poison" not in one.error


def test_one_poisoned_piece_does_not_spoil_the_others(world: World, clock: FrozenClock) -> None:
    app, channel = world
    for number, text in enumerate(("hello", "poison", "hello too")):
        write(app, number, text)
    for _ in range(app.settings.max_tries + 1):
        app.pump(now_quiet=True)
        clock.move(timedelta(hours=1))
    assert channel.texts()[:2] == ["hello heard=1 said=hello", "hello heard=1 said=hello too"]
    assert channel.texts()[2:] == ["common.received_parked"]


def test_a_parked_message_is_replayed_after_the_repair(make, clock: FrozenClock) -> None:  # type: ignore[no-untyped-def]
    broken, _ = make()
    write(broken, 1, "poison")
    for _ in range(broken.settings.max_tries):
        broken.pump(now_quiet=True)
        clock.move(timedelta(hours=1))
    repaired, channel = make(respond=lambda scene: Outcome(scene.state, (Say("better"),)))
    with repaired.engine.begin() as connection:
        assert parked.replay(connection, clock.now()) == 1
    repaired.pump(now_quiet=True)
    assert channel.texts()[-1] == "better"


def test_somebody_quicker_makes_the_turn_think_again(make) -> None:  # type: ignore[no-untyped-def]
    """Two kader tap at the same moment; the second sees that it is settled, and nobody waits for a retry."""
    seen: list[str] = []

    def meddling(scene: Scene) -> Outcome:
        from tests.flow.world import respond

        if any(one.choice_id for one in scene.incoming) and not seen:
            with app.engine.begin() as connection:
                connection.execute(reports.update().values(status="forwarded"))
        seen.extend(task.status for task in scene.tasks)
        if any(task.status == "forwarded" for task in scene.tasks):
            return Outcome(scene.state, (Say("too_late"),))
        return respond(scene)

    app, channel = make(respond=meddling)
    add_person(app.engine, KADER, "kader", place_codes=PLACE)
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    (asked,) = channel.lines(KADER)
    write(app, 2, contact=KADER, choice_id=asked["buttons"][0])
    app.pump()
    assert seen == ["reported", "forwarded"]
    assert channel.texts(KADER)[-1] == "too_late"


def test_state_is_read_anew_for_every_turn(world: World) -> None:
    app, _ = world
    for number in range(3):
        write(app, number, "hello")
        app.pump(now_quiet=True)
    (row,) = rows(app.engine, conversations)
    assert (row.version, row.state["step"], row.lease_owner, row.lease_until) == (3, 3, None, None)


def test_one_person_on_two_addresses_is_one_conversation(world: World, clock: FrozenClock) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    with app.engine.begin() as connection:
        connection.execute(
            addresses.insert().values(person_id=person, channel="test", contact_hash="tg-7", contact="tg-7")
        )
    write(app, 1, "hello", contact=RESIDENT)
    clock.move(timedelta(seconds=1))
    write(app, 2, "hello", contact="tg-7")
    app.pump(now_quiet=True)
    assert len(rows(app.engine, people)) == len(rows(app.engine, conversations)) == 1
    assert channel.texts("tg-7") == ["hello heard=2 said=hello hello"]


def test_an_old_button_is_known_as_old(world: World) -> None:
    app, channel = world
    add_person(app.engine, KADER, "kader", place_codes=PLACE)
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    (asked,) = channel.lines(KADER)
    with app.engine.begin() as connection:
        from bot.store.tables import asks

        connection.execute(asks.update().values(closed_at=app.clock.now()))
    write(app, 2, contact=KADER, choice_id=asked["buttons"][0])
    write(app, 3, contact=OFFICER, choice_id=asked["buttons"][0])
    app.pump()
    assert channel.texts(KADER)[-1] == "stale"
    assert channel.texts(OFFICER) == ["unknown_button"], "an answer to somebody else's question is none"


def test_an_audit_trail_tells_what_happened(world: World) -> None:
    app, _ = world
    add_person(app.engine, KADER, "kader", place_codes=PLACE)
    add_person(app.engine, COORDINATOR, "coordinator")
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    assert [(row.kind, row.actor, row.seen) for row in rows(app.engine, events)] == [
        ("reported", "reporter", True),
        ("kader_asked", "system", False),
    ]
    with reading(app.engine) as connection:
        unsent = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        assert connection.scalar(unsent) == 0
