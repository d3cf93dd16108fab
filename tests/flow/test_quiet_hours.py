"""What nobody asked for waits for the day, holds up nothing, and is not sent when it is settled before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, insert

from bot.app import knowledge
from bot.apply import Applier
from bot.channels.base import RetryLater
from bot.clock import FrozenClock
from bot.store.tables import addresses, followers, outbox, people
from handlers.effects import (
    ChangeStatus,
    Coordinators,
    Effect,
    Followers,
    Notify,
    OfficersOf,
    PersonWith,
    Reporter,
    Sender,
    Stop,
)
from handlers.messages import Say
from routing.model import Actor, Status
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import COORDINATOR, OFFICER, RESIDENT, START, add_person, rows, write

EVENING = START + timedelta(hours=11)
"""Nine in the evening in Samarinda."""
MORNING = START + timedelta(hours=21)
OPENING = MORNING + timedelta(minutes=30)


def tell(engine: Engine, now: object, *effects: Effect, sender: int | None = None, origin: str = "") -> None:
    """A reminder's effects, or those of a turn of `sender`."""
    applier = Applier(knowledge()[0], made_up=False)
    more = {"origin": origin or str(now), "now": now, "region": "64.72", "effects": effects}
    with engine.begin() as connection:
        if sender is None:
            applier.fire(connection, **more)  # type: ignore[arg-type]
        else:
            applier.turn(connection, sender=sender, reply_channel="test", says=(), **more)  # type: ignore[arg-type]


def news(report: int, key: str = "hear.accepted", *, at_once: bool = False) -> Notify:
    return Notify(Reporter(report), Say(key), report, at_once=at_once)


def test_each_is_told_in_their_own_day(world: World, clock: FrozenClock) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    add_person(app.engine, OFFICER, "officer", office="AIR")
    add_person(app.engine, COORDINATOR, "coordinator")
    report = put_report(app.engine, resident, office="AIR")
    told = (
        Notify(OfficersOf(report), Say("office.new"), report),
        Notify(Coordinators("64.72"), Say("parked.new_number")),
    )
    tell(app.engine, EVENING, news(report), *told)
    heard = {}
    for moment in (EVENING, MORNING - timedelta(minutes=1), MORNING, OPENING):
        clock.set(moment)
        app.outbox.send_due()
        heard[moment] = sorted(channel.texts())
    assert heard == {
        EVENING: [],
        MORNING - timedelta(minutes=1): [],
        MORNING: ["hear.accepted"],
        OPENING: ["hear.accepted", "office.new", "parked.new_number"],
    }


@pytest.mark.parametrize(
    ("about", "key", "at_once"),
    [
        ({}, "hear.accepted", True),
        ({"urgent": True, "category": "kebakaran"}, "hear.accepted", False),
        ({"restricted": True}, "office.anything", False),
        ({}, "safety.honest", False),
    ],
    ids=["said so", "emergency", "restricted", "its track"],
)
def test_what_cannot_wait_goes_at_night(
    world: World, clock: FrozenClock, about: dict[str, object], key: str, *, at_once: bool
) -> None:
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT), **about)  # type: ignore[arg-type]
    tell(app.engine, EVENING, news(report, key, at_once=at_once))
    clock.set(EVENING)
    app.outbox.send_due()
    assert channel.texts() == [key]


def test_a_held_letter_holds_up_nothing_and_leaves_with_the_answer(world: World, clock: FrozenClock) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    report = put_report(app.engine, resident)
    clock.set(EVENING)
    tell(app.engine, EVENING, news(report))
    tell(app.engine, EVENING, Notify(Sender(), Say("reply")), sender=resident, origin="turn")
    app.outbox.send_due()
    assert channel.texts() == ["hear.accepted | reply"]
    clock.set(MORNING)
    assert app.outbox.send_due() == 0


def test_an_answer_on_the_restricted_track_takes_nothing_along(world: World, clock: FrozenClock) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    clock.set(EVENING)
    tell(app.engine, EVENING, news(put_report(app.engine, resident)))
    tell(app.engine, EVENING, Notify(Sender(), Say("safety.opening")), sender=resident, origin="turn")
    app.outbox.send_due()
    assert channel.texts() == ["safety.opening"]


def test_what_comes_to_be_sent_late_waits_for_the_morning(world: World, clock: FrozenClock) -> None:
    """The channel was away at 19.59; a retry wakes nobody."""
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT))
    clock.set(EVENING - timedelta(hours=1, minutes=1))
    tell(app.engine, clock.now(), news(report))
    channel.results = [RetryLater(120)]
    app.outbox.send_due()
    clock.set(EVENING)
    app.outbox.send_due()
    assert channel.texts() == []
    clock.set(MORNING)
    app.outbox.send_due()
    assert channel.texts() == ["hear.accepted"]


def test_news_within_an_hour_is_one_message(world: World, clock: FrozenClock) -> None:
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT))
    for minutes, key in ((0, "hear.one"), (10, "hear.two"), (20, "hear.three"), (60, ""), (65, "hear.four"), (120, "")):
        clock.set(START + timedelta(minutes=minutes))
        if key:
            tell(app.engine, clock.now(), news(report, key))
        app.pump()
    assert channel.texts() == ["hear.one", "hear.two | hear.three", "hear.four"]


def test_who_wrote_meanwhile_reads_news_as_it_comes(world: World, clock: FrozenClock) -> None:
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT))
    tell(app.engine, clock.now(), news(report, "hear.one"))
    app.pump()
    clock.move(timedelta(minutes=10))
    write(app, 1, "hello")
    app.pump(now_quiet=True)
    clock.move(timedelta(minutes=10))
    tell(app.engine, clock.now(), news(report, "hear.two"))
    app.pump()
    assert channel.texts() == ["hear.one", "hello heard=1 said=hello", "hear.two"]


def test_what_is_over_takes_no_news_of_another_report_with_it(world: World, clock: FrozenClock) -> None:
    """Both were told in one letter, since both happened in one turn."""
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    over = put_report(app.engine, resident, status="resolved")
    other = put_report(app.engine, resident, ref="draft-8", ticket="SMD-0008")
    told = ((over, "SMD-0007"), (other, "SMD-0008"))
    both = [Notify(Reporter(one), Say("hear.accepted", {"ticket": ticket}), one) for one, ticket in told]
    tell(app.engine, EVENING, *both)
    tell(app.engine, EVENING, ChangeStatus(over, Status.CLOSED, Actor.REPORTER), sender=resident, origin="turn")
    clock.set(OPENING)
    app.pump()
    (text,) = channel.texts()
    assert "hear.accepted ticket=SMD-0008" in text


@pytest.mark.parametrize("over", ["closed", "stopped"])
def test_what_is_over_is_not_told_in_the_morning(world: World, clock: FrozenClock, over: str) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    report = put_report(app.engine, resident, status="resolved")
    tell(app.engine, EVENING, news(report))
    ended = ChangeStatus(report, Status.CLOSED, Actor.REPORTER) if over == "closed" else Stop()
    tell(app.engine, EVENING, ended, sender=resident, origin="turn")
    clock.set(OPENING)
    app.pump()
    assert channel.texts() == []


def test_who_never_heard_of_a_report_hears_no_end_of_it(world: World, clock: FrozenClock) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    add_person(app.engine, OFFICER, "officer", office="AIR")
    report = put_report(app.engine, resident, office="AIR", status="forwarded")
    tell(app.engine, EVENING, Notify(OfficersOf(report), Say("office.new"), report))
    gone = Notify(OfficersOf(report), Say("office.gone"), report)
    tell(app.engine, EVENING, ChangeStatus(report, Status.CANCELLED, Actor.REPORTER), gone, sender=resident, origin="t")
    clock.set(OPENING)
    app.pump()
    assert channel.texts() == []


def test_a_person_who_works_in_an_office_is_told_there(world: World) -> None:
    app, _ = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    resident = add_person(app.engine, RESIDENT)
    for person in (officer, resident):
        tell(app.engine, EVENING, Notify(PersonWith(person), Say("line")), origin=str(person))
    assert [row.not_before for row in rows(app.engine, outbox)] == [OPENING, MORNING]


# --- one answer for all who joined ------------------------------------------------------------------------------------


def joined(engine: Engine, report: int, count: int) -> None:
    with engine.begin() as connection:
        new = [{"name": "Contoh", "facts": {}, "created_at": START, "made_up": False} for _ in range(count)]
        ids = list(connection.scalars(insert(people).returning(people.c.id), new))
        contacts = [f"+62813{one:07}" for one in ids]
        where = [
            {"person_id": one, "channel": "test", "contact_hash": contact, "contact": contact}
            for one, contact in zip(ids, contacts, strict=True)
        ]
        connection.execute(insert(addresses), where)
        following = [{"report_id": report, "person_id": one, "joined_at": START} for one in ids]
        connection.execute(insert(followers), following)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile; many rows in one go are one."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_one_answer_reaches_three_hundred(world: World) -> None:
    """In as many statements as for three; each has one letter of it, whatever came to them a moment ago."""
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT))
    joined(app.engine, report, 3)
    with counted(app.engine) as few:
        tell(app.engine, START, Notify(Followers(report), Say("hear.one"), report), origin="first")
    joined(app.engine, report, 297)
    with counted(app.engine) as many:
        tell(app.engine, START, Notify(Followers(report), Say("hear.two"), report), origin="second")
    assert len(many) <= len(few) + 2, "what several had a moment ago is asked once for all"
    told = [row.person_id for row in rows(app.engine, outbox) if row.says[0]["key"] == "hear.two"]
    assert len(told) == len(set(told)) == 301
    assert app.outbox.send_due(20) == 20
    assert len({line["to"] for line in channel.lines()}) == 20


def test_news_that_later_news_says_as_well_is_left_out(world: World, clock: FrozenClock) -> None:
    app, channel = world
    report = put_report(app.engine, add_person(app.engine, RESIDENT))
    keys = ("hear.one", "hear.accepted", "hear.accepted.note", "hear.in_progress", "hear.resolved.joined")
    for number, key in enumerate(keys):
        other = "SMD-0009" if key == "hear.in_progress" else "SMD-0007"
        told = Notify(Reporter(report), Say(key, {"ticket": other}), report)
        tell(app.engine, START, told, origin=str(number))
        app.pump()
    clock.move(timedelta(hours=1))
    app.pump()
    theirs = (
        "hear.accepted.note ticket=SMD-0007 | hear.in_progress ticket=SMD-0009 | hear.resolved.joined ticket=SMD-0007"
    )
    assert channel.texts() == ["hear.one ticket=SMD-0007", theirs]
