"""Each message is noted before its provider is called: after any failure it is known what may have gone out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from bot.app import App
from bot.channels.base import (
    Blocked,
    CannotTell,
    Limits,
    NeedsTemplate,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    Sent,
    Unsure,
)
from bot.clock import FrozenClock
from bot.store.outbound import Letter, post
from bot.store.tables import addresses, attachments, outbox, sends
from handlers.messages import Say
from tests.flow.conftest import World
from tests.flow.test_outbox import put, put_report
from tests.flow.world import COORDINATOR, KADER, PLACE, RESIDENT, START, FileChannel, add_person, rows

MINUTE = timedelta(minutes=1)


one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is decided before the database is asked anything that the two could answer differently."""


def parts(*texts: str) -> Callable[..., tuple[Rendered, ...]]:
    return lambda says, limits: tuple(Rendered(text) for text in texts)


def second_address(engine: Engine, person: int) -> None:
    with engine.begin() as connection:
        values = {"person_id": person, "channel": "test", "contact_hash": "tg-7", "contact": "tg-7"}
        connection.execute(insert(addresses).values(values))


def told(app: App, status: str, error: str | None = None, means: Sent | None = None, number: int = 1) -> str:
    """The provider tells of the message of letter `number`."""
    with app.engine.begin() as connection:
        return app.statuses.advance(connection, "test", f"provider-o{number}.0", status, error, app.clock.now(), means)


def test_every_message_has_a_row_of_its_own(make: Callable[..., World]) -> None:
    app, channel = make(render=parts("a", "b"))
    channel.results = [Ok("first", "service")]
    put(app.engine, add_person(app.engine, RESIDENT), "long")
    app.pump()
    assert [(row.part, row.external_id, row.price_kind, row.sent_at) for row in rows(app.engine, sends)] == [
        (0, "first", "service", START),
        (1, "provider-o1.1", "", START),
    ]


LOOKED_UP = [
    pytest.param(Unsure("timeout"), Ok("there"), ["b"], "there", id="the provider has it"),
    pytest.param(ConnectionError("reset"), None, ["a", "b"], "provider-o1.0", id="the provider does not have it"),
    pytest.param(Unsure("timeout"), CannotTell(), ["a", "b"], "provider-o1.0", id="the provider cannot tell"),
]


@pytest.mark.parametrize(("failure", "answer", "texts", "external_id"), LOOKED_UP)
def test_a_part_of_unknown_fate_is_looked_up_before_it_is_sent_again(
    make: Callable[..., World],
    clock: FrozenClock,
    failure: Sent | Exception,
    answer: Ok | CannotTell | None,
    texts: list[str],
    external_id: str,
) -> None:
    """Also by another process, for it is the database that knows."""
    app, channel = make(render=parts("a", "b"))
    put(app.engine, add_person(app.engine, RESIDENT), "long")
    channel.results = [failure]
    app.pump()
    other, its_channel = make(render=parts("a", "b"))
    asked: list[Any] = []

    def look_up(contact: str, message: Rendered, since: object) -> Ok | None:
        asked.append((contact, message.text, since))
        if isinstance(answer, CannotTell):
            raise answer
        return answer

    its_channel.look_up = look_up  # type: ignore[method-assign]
    clock.move(MINUTE)
    other.pump()
    assert asked == [(RESIDENT, "a", START)]
    assert its_channel.texts() == texts
    assert [row.external_id for row in rows(app.engine, sends)] == [external_id, "provider-o1.1"]
    counted = 'kentongan_sent_perhaps_twice_total{channel="test"} 1.0' in other.metrics.text().decode()
    assert counted is isinstance(answer, CannotTell)


@one_database
def test_parts_that_arrived_survive_a_restart(make: Callable[..., World], clock: FrozenClock) -> None:
    app, channel = make(render=parts("a", "b", "c"))
    put(app.engine, add_person(app.engine, RESIDENT), "long")
    channel.results = [Ok("first"), RetryLater(5)]
    app.pump()
    clock.move(timedelta(seconds=5))
    other, _ = make(render=parts("a", "b", "c"))
    other.pump()
    assert channel.texts() == ["a", "b", "c"]


@one_database
def test_words_that_a_sound_cannot_carry_are_a_message_of_their_own(
    make: Callable[..., World], clock: FrozenClock
) -> None:
    """It is billed by itself, and not said again because the sound did not get through."""
    app, channel = make()
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1000, billed=True, words_with_sound=False)
    person = add_person(app.engine, RESIDENT)
    sound = app.media.keep_own("document", "audio/ogg", b"OggS")
    with app.engine.begin() as connection:
        values = {"person_id": person, "kind": "voice", "file": asdict(sound), "media_ref": sound.ref}
        connection.execute(insert(attachments).values(**values, added_at=START))
        post(connection, Letter(person, (Say("listen", attachments=(1,)),), "one", START), START)
    channel.results = [Ok("words", "service"), RetryLater(5)]
    app.pump()
    clock.move(timedelta(seconds=5))
    app.pump()
    assert [(line["text"], line["files"]) for line in channel.lines()] == [("listen", []), ("", [4])]
    assert [(row.part, row.billed) for row in rows(app.engine, sends)] == [(0, True), (1, True)]


@pytest.mark.parametrize("result", [RetryLater(5), NeedsTemplate()], ids=["later", "template"])
@one_database
def test_what_the_provider_did_not_take_need_not_be_looked_up(world: World, result: Sent) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    channel.results = [result]
    app.pump()
    assert rows(app.engine, sends) == []


@one_database
def test_what_was_refused_stays_on_record_and_costs_nothing(world: World) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    channel.results = [Refused("63024")]
    app.pump()
    (row,) = rows(app.engine, sends)
    assert (row.status, row.error, row.sent_at, row.billed) == ("failed", "63024", None, False)


STATUSES = [
    ("queued sent delivered read", "read"),
    ("delivered sent queued", "delivered"),
    ("read delivered", "read"),
    ("sent sent", "sent"),
    ("delivered failed", "delivered"),
    ("sent undelivered delivered", "undelivered"),
    ("sent nonsense", "sent"),
    ("accepted scheduled", "accepted"),
]


def test_statuses_only_move_forward(world: World) -> None:
    app, _ = world
    person = add_person(app.engine, RESIDENT)
    put(app.engine, person, *(f"line {number}" for number in range(len(STATUSES))))
    for number, (told_in_order, _) in enumerate(STATUSES, 1):
        app.pump()
        for status in told_in_order.split():
            told(app, status, number=number)
    assert [row.status for row in rows(app.engine, sends)] == [ends_as for _, ends_as in STATUSES]


@one_database
def test_what_a_status_brought_is_told(world: World) -> None:
    app, _ = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    app.pump()
    assert [told(app, "sent"), told(app, "sent"), told(app, "sent", number=9)] == ["moved", "old", "unknown"]


def test_a_window_that_was_closed_after_all_parks_the_letter(world: World) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    app.pump()
    for _ in range(2):
        told(app, "failed", "63016", NeedsTemplate())
    app.pump()
    (row,) = rows(app.engine, outbox)
    assert (row.sent_at, row.external_id, row.failed_at, row.parked_at) == (None, None, None, START)
    assert channel.texts() == ["one"]


@one_database
def test_what_is_too_much_again_and_again_is_given_up(world: World, clock: FrozenClock) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    for _ in range(app.settings.max_tries + 1):
        app.pump()
        told(app, "failed", "63018", RetryLater(60))
        clock.move(MINUTE)
    (row,) = rows(app.engine, outbox)
    assert (row.failure, len(channel.texts())) == ("retry_later", app.settings.max_tries)


def late(app: App, channel: FileChannel, failure: Sent) -> list[str]:
    """A resident's letter failed late; the contacts that were written to after that."""
    told(app, "undelivered", "63024", failure)
    before = len(channel.lines())
    app.pump()
    return [line["to"] for line in channel.lines()[before:]]


@pytest.mark.parametrize("failure", [Blocked("63024"), Refused("63032")], ids=["blocked", "refused"])
def test_a_late_failure_reaches_a_person(world: World, failure: Sent) -> None:
    app, channel = world
    resident, kader = add_person(app.engine, RESIDENT), add_person(app.engine, KADER, "kader", place_codes=PLACE)
    add_person(app.engine, COORDINATOR, "coordinator")
    put(app.engine, resident, "one", report_id=put_report(app.engine, resident, kader))
    app.pump()
    assert late(app, channel, failure) == [KADER]
    assert late(app, channel, failure) == [], "told again, nothing happens again"
    address = rows(app.engine, addresses)[0]
    assert (address.blocked_at is not None) is isinstance(failure, Blocked)


@one_database
def test_nobody_hears_of_a_late_failure_about_a_restricted_report(world: World) -> None:
    app, channel = world
    resident, kader = add_person(app.engine, RESIDENT), add_person(app.engine, KADER, "kader", place_codes=PLACE)
    put(app.engine, resident, "one", report_id=put_report(app.engine, resident, kader, restricted=True))
    app.pump()
    assert late(app, channel, Blocked("63024")) == []


@one_database
def test_after_a_late_failure_another_address_takes_over(world: World) -> None:
    app, channel = world
    resident = add_person(app.engine, RESIDENT)
    second_address(app.engine, resident)
    put(app.engine, resident, "one", report_id=put_report(app.engine, resident))
    app.pump()
    assert late(app, channel, Blocked("63024")) == ["tg-7"]


@one_database
def test_what_was_too_much_goes_out_again_later(world: World, clock: FrozenClock) -> None:
    app, channel = world
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    app.pump()
    assert late(app, channel, RetryLater(60)) == []
    clock.move(MINUTE)
    app.pump()
    assert channel.texts() == ["one", "one"]


def test_lines_that_left_in_one_message_are_the_same_message_after_a_crash(
    make: Callable[..., World], clock: FrozenClock
) -> None:
    """What came due meanwhile does not slip into it, or nobody could look it up."""
    app, channel = make()
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1000, billed=True)
    person = add_person(app.engine, RESIDENT)
    put(app.engine, person, "one", "two")
    channel.results = [Unsure("timeout")]
    app.pump()
    put(app.engine, person, "three")
    clock.move(MINUTE)
    other, its_channel = make()
    its_channel.limits = channel.limits
    other.pump()
    assert channel.texts() == ["one | two", "three"]
    assert [row.external_id for row in rows(app.engine, outbox)] == ["provider-o1.0", "provider-o1.0", "provider-o3.0"]
    assert [row.outbox_id for row in rows(app.engine, sends)] == [1, 3], "a message is counted once"


@one_database
def test_lines_in_one_message_fail_together(make: Callable[..., World]) -> None:
    app, channel = make()
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1000, billed=True)
    resident, kader = add_person(app.engine, RESIDENT), add_person(app.engine, KADER, "kader", place_codes=PLACE)
    put(app.engine, resident, "one", report_id=put_report(app.engine, resident, kader))
    put(app.engine, resident, "two", report_id=put_report(app.engine, resident, kader, ref="b", ticket="SMD-0008"))
    channel.results = [Blocked("63024")]
    app.pump()
    (line,) = channel.lines(KADER)
    assert "SMD-0007" in line["text"]
    assert "SMD-0008" in line["text"]
