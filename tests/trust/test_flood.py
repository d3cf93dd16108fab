"""Somebody who writes without end is answered seldom, loses nothing, and is heard at once when it is urgent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.app import App
from bot.clock import FrozenClock
from bot.flood import GATHERED, MOST_TURNS
from bot.store.tables import inbox
from handlers.dialogue import respond
from tests.flow.conftest import World, clock, make  # noqa: F401 - fixtures
from tests.flow.world import RESIDENT, rows, write

pytestmark = pytest.mark.usefixtures("clock")


def flooded(make: Callable[..., World], clock: FrozenClock) -> World:  # noqa: F811
    """More turns than anybody makes who reads the answers."""
    app, channel = make(respond=respond, render=None)
    for number in range(MOST_TURNS):
        write(app, number, f"halo {number}")
        settle(app, clock, seconds=6)
    assert len(channel.lines(RESIDENT)) == MOST_TURNS
    return app, channel


def settle(app: App, clock: FrozenClock, *, seconds: float) -> None:  # noqa: F811
    clock.move(timedelta(seconds=seconds))
    app.turns.run_due()
    app.outbox.send_due()


def test_what_comes_in_a_flood_gets_one_answer_and_all_of_it_is_handled(
    make: Callable[..., World],  # noqa: F811
    clock: FrozenClock,  # noqa: F811
) -> None:
    app, channel = flooded(make, clock)
    for number in range(30):
        write(app, f"more-{number}", "ping")
        settle(app, clock, seconds=6)
    assert len(channel.lines(RESIDENT)) == MOST_TURNS
    settle(app, clock, seconds=GATHERED.total_seconds())
    assert len(channel.lines(RESIDENT)) == MOST_TURNS + 1
    assert all(row.handled_at for row in rows(app.engine, inbox))


def test_danger_passes_a_flood(make: Callable[..., World], clock: FrozenClock) -> None:  # noqa: F811
    app, channel = flooded(make, clock)
    write(app, "more", "ping")
    settle(app, clock, seconds=6)
    write(app, "danger", "tolong suami saya ngamuk bawa parang")
    settle(app, clock, seconds=0)
    assert "112" in channel.texts(RESIDENT)[-1]


def test_who_calms_down_is_answered_as_before(make: Callable[..., World], clock: FrozenClock) -> None:  # noqa: F811
    app, channel = flooded(make, clock)
    clock.move(timedelta(minutes=20))
    write(app, "later", "halo lagi")
    settle(app, clock, seconds=6)
    assert len(channel.lines(RESIDENT)) == MOST_TURNS + 1
