"""No contact and no channel gets messages faster than it may, whoever sends them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot import rates
from bot.channels.base import Limits, RetryLater
from bot.clock import FrozenClock
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.tables import outbox
from bot.store.tables import rates as table
from tests.conftest import TEST_KEY
from tests.flow.conftest import World
from tests.flow.test_outbox import put
from tests.flow.world import KADER, RESIDENT, START, add_person, rows

SECOND = timedelta(seconds=1)


def limits(**more: float) -> Limits:
    return Limits(buttons=3, button_chars=20, text_chars=1000, **more)  # type: ignore[arg-type]


def take(engine: Engine, bounds: Limits, now: datetime, contact: str = RESIDENT) -> datetime | None:
    with engine.begin() as connection:
        return rates.take(connection, bounds, "test", contact, now)


PACES = [
    pytest.param({"seconds_per_contact": 1.0}, [0, 1, 2, 3], id="one a second"),
    pytest.param({"seconds_per_contact": 1.0, "burst": 3}, [0, 0, 0, 1, 2], id="three at once, then one a second"),
    pytest.param({"seconds_per_contact": 6.0, "burst": 2}, [0, 0, 6, 12], id="two at once, then one in six seconds"),
    pytest.param({"per_second": 2.0}, [0, 0.5, 1, 1.5], id="two a second to everybody"),
    pytest.param({"seconds_per_contact": 1.0, "burst": 9, "per_second": 2.0}, [0, 0.5, 1], id="the slower one counts"),
]


@pytest.mark.parametrize(("bounds", "expected"), PACES)
def test_messages_follow_at_the_pace_of_the_channel(
    engine: Engine, bounds: dict[str, float], expected: list[float]
) -> None:
    now = START
    went: list[float] = []
    while len(went) < len(expected):
        until = take(engine, limits(**bounds), now)
        if until is None:
            went.append((now - START).total_seconds())
        else:
            assert until > now
            now = until
    assert went == expected


def test_a_channel_without_bounds_keeps_no_times(engine: Engine) -> None:
    assert [take(engine, limits(), START) for _ in range(3)] == [None] * 3
    assert rows(engine, table) == []


def test_who_must_wait_for_the_channel_is_not_counted_at_the_contact(engine: Engine) -> None:
    bounds = limits(seconds_per_contact=60.0, per_second=1.0)
    assert take(engine, bounds, START, KADER) is None
    assert take(engine, bounds, START) == START + SECOND
    assert take(engine, bounds, START + SECOND) is None


def test_times_that_have_passed_are_swept_away(engine: Engine) -> None:
    take(engine, limits(seconds_per_contact=1.0, per_second=1.0), START)
    left = []
    for later in (timedelta(minutes=59), timedelta(hours=2)):
        with engine.begin() as connection:
            rates.sweep(connection, START + later)
        left.append(len(rows(engine, table)))
    assert left == [2, 0]


def test_several_processes_share_the_pace(engine: Engine, database_url: str) -> None:
    """Four engines ask at the same moment of virtual time, again and again: never more go than the channel takes."""
    bounds = limits(per_second=2.0, seconds_per_contact=1.0)
    engines = [make_engine(database_url, Keys([TEST_KEY])) for _ in range(4)]
    went: list[int] = []

    def ask(one: Engine, contact: str, second: int) -> None:
        if take(one, bounds, START + second * SECOND, contact) is None:
            went.append(second)

    for second in range(5):
        at_once = [
            threading.Thread(target=ask, args=(one, f"+62812000000{place % 2}", second))
            for place, one in enumerate(engines)
        ]
        for thread in at_once:
            thread.start()
        for thread in at_once:
            thread.join()
    for one in engines:
        one.dispose()
    assert went == [0, 1, 2, 3, 4], "one each second: the second of the same moment comes half a second too early"


def test_who_has_to_wait_holds_up_nobody_and_loses_no_try(make: Callable[..., World], clock: FrozenClock) -> None:
    app, channel = make()
    channel.limits = limits(seconds_per_contact=1.0)
    put(app.engine, add_person(app.engine, RESIDENT), "one", "two", "three")
    put(app.engine, add_person(app.engine, KADER), "other")
    app.pump()
    assert channel.texts() == ["one", "other"]
    for _ in range(2):
        clock.move(SECOND)
        app.pump()
    assert channel.texts(RESIDENT) == ["one", "two", "three"]
    assert {row.tries for row in rows(app.engine, outbox)} == {1}


def test_quiet_for_everybody_pauses_the_whole_channel(make: Callable[..., World], clock: FrozenClock) -> None:
    app, channel = make()
    channel.limits = limits(per_second=10.0)
    put(app.engine, add_person(app.engine, RESIDENT), "one")
    put(app.engine, add_person(app.engine, KADER), "other")
    channel.results = [RetryLater(30, everybody=True)]
    app.pump()
    assert channel.texts() == []
    assert {row.tries for row in rows(app.engine, outbox)} == {0}, "a pause of the channel is nobody's failure"
    clock.move(timedelta(seconds=30))
    app.pump()
    clock.move(SECOND)
    app.pump()
    assert channel.texts() == ["one", "other"]
