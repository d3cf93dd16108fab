"""Who waits for whom in one process: turns for a flood of messages, and nobody twice at the same person's lease."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError

from bot import inbox as inbox_module
from bot.at_work import AtWork
from bot.inbox import FLOOD, FLOOD_SECONDS, GIVE_WAY_SECONDS
from tests.flow.conftest import World
from tests.flow.world import RESIDENT


class Time:
    """Goes on when somebody sleeps, and otherwise stands still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(inbox_module, "monotonic", lambda: self.now)
        monkeypatch.setattr(inbox_module, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("messages", "waits"), [(FLOOD - 1, False), (FLOOD, True)])
def test_a_flood_goes_first(world: World, monkeypatch: pytest.MonkeyPatch, messages: int, waits: bool) -> None:
    app, _ = world
    time = Time(monkeypatch)
    for number in range(messages):
        app.inbox.accept("test", str(number), RESIDENT, b"{}")
    assert app.inbox.give_way()
    assert (time.now >= 1000.0 + FLOOD_SECONDS) is waits


def test_a_flood_without_end_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = world
    time = Time(monkeypatch)
    numbers = iter(range(10_000))

    def more(seconds: float) -> None:
        time.now += seconds
        for number in (next(numbers) for _ in range(FLOOD)):
            app.inbox.submit("test", str(number), RESIDENT, b"{}")

    monkeypatch.setattr(inbox_module, "sleep", more)
    more(0)
    assert not app.inbox.give_way()
    assert time.now < 1000.0 + 2 * GIVE_WAY_SECONDS


def test_a_message_outlives_a_connection_that_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = world
    real, broken = app.inbox._insert, iter([OperationalError("", None, OSError(), connection_invalidated=True)])

    def breaks_once(messages: list[inbox_module.NewMessage]) -> set[tuple[str, str]]:
        error = next(broken, None)
        if error is not None:
            raise error
        return real(messages)

    monkeypatch.setattr(app.inbox, "_insert", breaks_once)
    assert app.inbox.accept("test", "1", RESIDENT, b"{}")


def test_two_threads_do_not_wait_at_one_lease() -> None:
    at_work = AtWork()
    seen: list[bool] = []

    def try_it() -> None:
        for somebody in (1, 2):
            with at_work.only(somebody) as free:
                seen.append(free)

    with at_work.only(1) as free:
        other = threading.Thread(target=try_it)
        other.start()
        other.join()
    assert free
    assert seen == [False, True]
    with at_work.only(1) as again:
        assert again
