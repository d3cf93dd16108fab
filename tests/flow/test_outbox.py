"""What is said arrives, in order, once; what cannot arrive is told to somebody who can act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from bot.channels.base import Blocked, NeedsTemplate, Ok, Refused, Rendered, RetryLater, Sent
from bot.clock import FrozenClock
from bot.report_code import code_for, number_instead
from bot.store import outbound
from bot.store.columns import keys_of
from bot.store.outbound import Letter, post
from bot.store.tables import addresses, attachments, outbox, reports
from handlers.messages import Say
from tests.flow.conftest import World
from tests.flow.world import (
    COORDINATOR,
    KADER,
    OFFICER,
    PLACE,
    RESIDENT,
    START,
    add_person,
    rows,
    write,
)

SECOND = "+628120000005"


def put(engine: Engine, person_id: int, *keys: str, report_id: int | None = None, **more: object) -> None:
    with engine.begin() as connection:
        for key in keys:
            letter = Letter(person_id, (Say(key),), key, START, report_id=report_id, **more)  # type: ignore[arg-type]
            post(connection, letter, START)


def put_report(engine: Engine, reporter: int, kader: int | None = None, **more: object) -> int:
    """A restricted one gets the code that belongs to its `ref`."""
    values = {
        "ref": "draft",
        "ticket": "SMD-0007",
        "region": "64.72",
        "reporter_id": reporter,
        "kader_id": kader,
        "status": "reported",
        "text": "no water",
        "received_at": START,
        **more,
    }
    if values.get("restricted"):
        keys, ref = keys_of(engine.dialect), str(values["ref"])
        values |= {"ticket": number_instead(ref, keys), "code_hash": code_for(ref, keys)}
    with engine.begin() as connection:
        report_id: int = connection.execute(insert(reports).values(values).returning(reports.c.id)).scalar_one()
    return report_id


def test_later_letters_wait_for_earlier_ones(world: World, clock: FrozenClock) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one", "two", "three")
    put(app.engine, add_person(app.engine, KADER), "other")
    channel.results = [RetryLater(60)]
    app.pump()
    assert channel.texts() == ["other"], "nobody else waits"
    clock.move(timedelta(seconds=60))
    app.pump()
    assert channel.texts(RESIDENT) == ["one", "two", "three"]


def test_the_same_letter_written_twice_is_sent_once(world: World) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    put(app.engine, person, "one")
    put(app.engine, person, "one")
    app.pump()
    assert channel.texts() == ["one"]


@pytest.mark.parametrize("failure", [RetryLater(), ConnectionError("gone")], ids=["told to wait", "raised"])
def test_a_lasting_failure_is_given_up(world: World, clock: FrozenClock, failure: Sent | Exception) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one", "two")
    channel.results = [failure] * app.settings.max_tries
    for _ in range(app.settings.max_tries):
        app.pump()
        clock.move(timedelta(hours=2))
    app.pump()
    first, second = rows(app.engine, outbox)
    assert (first.sent_at, first.tries) == (None, app.settings.max_tries)
    assert first.failed_at is not None
    assert "gone" not in first.failure
    assert second.sent_at is not None, "what comes after does not wait for ever"


def test_waiting_times_grow(world: World, clock: FrozenClock) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    channel.results = [RetryLater()] * 4
    waits = []
    for _ in range(4):
        app.pump()
        (row,) = rows(app.engine, outbox)
        waits.append(int((row.due_at - clock.now()).total_seconds()))
        clock.set(row.due_at)
    assert waits == [30, 150, 750, 3600]


WHO_HEARS = [
    pytest.param(RESIDENT, False, KADER, "warga", id="a resident's kader"),
    pytest.param(KADER, False, COORDINATOR, "kader", id="the coordinator for a kader"),
    pytest.param(OFFICER, False, COORDINATOR, "dinas", id="the coordinator for an officer"),
    pytest.param(COORDINATOR, False, SECOND, "koordinator", id="the other coordinator for a coordinator"),
    pytest.param(RESIDENT, True, None, "", id="nobody of a restricted report"),
    pytest.param(OFFICER, True, None, "", id="nobody of a restricted report from an officer"),
]


@pytest.mark.parametrize(("unreachable", "restricted", "told", "as_what"), WHO_HEARS)
def test_somebody_hears_of_a_letter_that_cannot_arrive(
    make: Callable[..., World], unreachable: str, restricted: bool, told: str | None, as_what: str
) -> None:
    """In the words of the real catalogue: a line that cannot be rendered would be given up without a sound."""
    app, channel = make(render=None)
    people = {
        RESIDENT: add_person(app.engine, RESIDENT),
        KADER: add_person(app.engine, KADER, "kader", place_codes=PLACE),
        OFFICER: add_person(app.engine, OFFICER, "officer", office="AIR"),
        COORDINATOR: add_person(app.engine, COORDINATOR, "coordinator"),
    }
    if told == SECOND:
        people[SECOND] = add_person(app.engine, SECOND, "coordinator")
    report = put_report(app.engine, people[RESIDENT], people[KADER], restricted=restricted)
    put(app.engine, people[unreachable], "common.received_parked", report_id=report)
    channel.results = [Refused("63024"), *([Refused("63024")] if unreachable == COORDINATOR else [])]
    app.pump()
    lines = channel.lines()
    assert [line["to"] for line in lines] == ([told] if told else [])
    assert all("SMD-0007" in line["text"] and as_what in line["text"] for line in lines)


def test_a_report_does_not_wait_for_a_kader_who_cannot_be_asked(world: World) -> None:
    """The coordinator hears of it, and the kader whose turn it is next is asked."""
    app, channel = world
    for contact in (KADER, SECOND):
        add_person(app.engine, contact, "kader", place_codes=PLACE)
    add_person(app.engine, COORDINATOR, "coordinator")
    write(app, 1, "no water")
    channel.results = [Ok("answer to the resident"), Refused("63024")]
    app.pump(now_quiet=True)
    assert channel.lines(KADER) == []
    assert [line["text"].split()[0] for line in channel.lines(SECOND)] == ["verify.ask"]
    assert [line["text"].split()[0] for line in channel.lines(COORDINATOR)] == ["outbox.unreachable"]


def test_nobody_is_told_that_nobody_could_be_told(world: World) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    kader = add_person(app.engine, KADER, "kader", place_codes=PLACE)
    put(app.engine, resident, "one", report_id=put_report(app.engine, resident, kader))
    channel.results = [Refused("63024"), Refused("63024")]
    app.pump()
    assert [row.failure for row in rows(app.engine, outbox)] == ["63024", "63024"]


def test_a_blocked_address_is_left_alone_until_it_writes(world: World) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    put(app.engine, person, "one", "two")
    channel.results = [Blocked()]
    app.pump()
    assert channel.texts() == []
    assert [row.failure for row in rows(app.engine, outbox)] == ["blocked", "no_address"]
    write(app, 1, "hello")
    app.pump(now_quiet=True)
    assert channel.texts() == ["hello heard=1 said=hello"]


def test_another_address_of_the_same_person_takes_over(world: World) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    with app.engine.begin() as connection:
        values = {"person_id": person, "channel": "test", "contact_hash": "tg-7", "contact": "tg-7"}
        connection.execute(insert(addresses).values(values))
    put(app.engine, person, "one")
    channel.results = [Blocked()]
    app.pump()
    assert [(line["to"], line["text"]) for line in channel.lines()] == [("tg-7", "one")]


def test_a_channel_that_is_not_set_up_any_more_is_no_address(world: World) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    with app.engine.begin() as connection:
        values = {"person_id": person, "channel": "gone", "contact_hash": "g", "contact": "g", "last_inbound_at": START}
        connection.execute(insert(addresses).values(values))
    put(app.engine, person, "one", reply_channel="gone")
    app.pump()
    assert [line["to"] for line in channel.lines()] == [RESIDENT]


def test_outside_the_window_it_waits_for_the_person_and_holds_up_nothing(world: World) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    put(app.engine, person, "one", "two")
    channel.results = [NeedsTemplate()]
    app.pump()
    assert channel.texts() == ["two"]
    write(app, 1, "hello")
    app.pump(now_quiet=True)
    assert channel.texts() == ["two", "one", "hello heard=1 said=hello"]


def test_a_long_text_goes_on_where_it_stopped(make: Callable[..., World], clock: FrozenClock) -> None:
    app, channel = make(render=lambda says, limits: tuple(Rendered(part) for part in ("a", "b", "c")))
    put(app.engine, add_person(app.engine, RESIDENT), "long")
    channel.results = [Ok("first"), RetryLater(5)]
    app.pump()
    clock.move(timedelta(seconds=5))
    app.pump()
    assert channel.texts() == ["a", "b", "c"]
    (row,) = rows(app.engine, outbox)
    assert row.external_id == f"provider-o{row.id}.2", "an answer refers to the part with the buttons, the last"


def test_a_letter_whose_record_failed_is_recorded_without_being_sent_again(
    world: World, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")

    def away(*_: object) -> bool:
        raise ConnectionError

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(outbound, "record_sent", away)
        with pytest.raises(ConnectionError):
            app.outbox.send_due()
    clock.move(timedelta(seconds=app.settings.lease_seconds))
    app.pump()
    assert channel.texts() == ["one"]
    (row,) = rows(app.engine, outbox)
    assert (row.failed_at, row.failure, row.external_id) == (None, None, f"provider-o{row.id}.0")
    assert row.sent_at == clock.now()


def test_an_address_that_takes_over_gets_the_whole_text(make: Callable[..., World]) -> None:
    app, channel = make(render=lambda says, limits: tuple(Rendered(part) for part in ("a", "b", "c")))
    person = add_person(app.engine, RESIDENT)
    with app.engine.begin() as connection:
        values = {"person_id": person, "channel": "test", "contact_hash": "tg-7", "contact": "tg-7"}
        connection.execute(insert(addresses).values(values))
    put(app.engine, person, "long")
    channel.results = [Ok("first"), Blocked()]
    app.pump()
    assert [(line["to"], line["text"]) for line in channel.lines()] == [
        (RESIDENT, "a"),
        ("tg-7", "a"),
        ("tg-7", "b"),
        ("tg-7", "c"),
    ]


def test_slow_sends_never_outlive_their_lease(make: Callable[..., World], clock: FrozenClock) -> None:
    """What could not be begun in time is given back without counting a try."""
    app, channel = make()
    for number in range(6):
        put(app.engine, add_person(app.engine, f"+62812000001{number}"), f"line {number}")
    real = channel.send

    def slowly(contact, message):  # type: ignore[no-untyped-def]
        clock.move(timedelta(seconds=6))
        return real(contact, message)

    channel.send = slowly  # type: ignore[method-assign]
    assert app.outbox.send_due() == 2
    assert [row.tries for row in rows(app.engine, outbox)] == [1, 1, 0, 0, 0, 0]
    app.pump()
    assert len(channel.lines()) == 6


def test_files_travel_with_the_line_that_names_them(world: World) -> None:
    app, channel = world
    channel.files["photo-1"] = PNG
    add_person(app.engine, KADER, "kader", place_codes=PLACE)
    from handlers.messages import Attachment

    write(app, 1, "no water", attachments=(Attachment("photo", "photo-1", "image/jpeg", len(PNG)),))
    app.pump(now_quiet=True)
    (asked,) = channel.lines(KADER)
    (kept,) = rows(app.engine, attachments)
    assert asked["files"] == [len(app.media.load(kept.media_ref))]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
