"""The threads of a running service: what comes in is answered without anybody pushing, and the end is orderly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot import workers
from bot.channels.base import Rendered, Sent
from bot.store.tables import inbox, outbox
from tests.flow.conftest import World
from tests.flow.world import RESIDENT, rows, write

ENOUGH = 30
"""Seconds after which a test gives up; nothing is concluded from how long it took."""


class Doorbell:
    """Rings when the channel has sent so many messages."""

    def __init__(self, world: World, expected: int) -> None:
        self._left = expected
        self._rung = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._send = world[1].send
        world[1].send = self._ringing  # type: ignore[method-assign]

    def _ringing(self, contact: str, message: Rendered) -> Sent:
        sent = self._send(contact, message)
        with self._one_at_a_time:
            self._left -= 1
            if self._left == 0:
                self._rung.set()
        return sent

    def wait(self) -> None:
        assert self._rung.wait(ENOUGH)


def working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(("worker", "inbox"))]


def test_it_answers_by_itself_and_ends_in_order(make: Callable[..., World]) -> None:
    world = app, channel = make(quiet_seconds=0)
    bell = Doorbell(world, 20)
    app.start()
    for number in range(20):
        write(app, number, "hello", contact=f"person-{number}")
    bell.wait()
    app.stop()
    app.stop()
    assert working() == []
    assert sorted(line["to"] for line in channel.lines()) == sorted(f"person-{number}" for number in range(20))
    assert all(row.sent_at is not None and row.tries == 1 for row in rows(app.engine, outbox))


def test_what_was_left_at_the_end_is_done_after_the_next_start(make: Callable[..., World]) -> None:
    stopped, _ = make(quiet_seconds=0)
    write(stopped, 1, "hello")
    stopped.stop()
    world = app, channel = make(quiet_seconds=0)
    bell = Doorbell(world, 1)
    app.start()
    bell.wait()
    assert channel.texts(RESIDENT) == ["hello heard=1 said=hello"]


def test_workers_outlive_a_database_that_is_away(make: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "AFTER_FAILURE_SECONDS", 0.01)
    world = app, channel = make(quiet_seconds=0)
    bell = Doorbell(world, 1)
    real = app.turns.run_due
    failures = iter([OSError("away")] * 3)

    def away_for_a_while(limit: int, **more: Any) -> int:
        error = next(failures, None)
        if error is not None:
            raise error
        return real(limit, **more)

    monkeypatch.setattr(app.turns, "run_due", away_for_a_while)
    app.start()
    write(app, 1, "hello")
    bell.wait()
    assert channel.texts() == ["hello heard=1 said=hello"]


def test_it_starts_once(world: World) -> None:
    app, _ = world
    app.start()
    with pytest.raises(RuntimeError):
        app.start()


def test_many_are_handed_in_at_once_some_of_them_twice(world: World) -> None:
    app, _ = world
    futures = [app.inbox.submit("test", str(number % 200), RESIDENT, b"{}") for number in range(400)]
    assert sum(future.result(ENOUGH) for future in futures) == len(rows(app.engine, inbox)) == 200


def test_what_was_accepted_is_committed_before_anybody_hears_so(world: World) -> None:
    app, _ = world
    assert app.inbox.accept("test", "1", RESIDENT, b"{}")
    assert len(rows(app.engine, inbox)) == 1


def test_who_stops_waiting_for_the_inbox_does_not_stop_it(world: World) -> None:
    app, _ = world
    given_up = app.inbox.submit("test", "given-up", RESIDENT, b"{}")
    given_up.cancel()
    assert app.inbox.accept("test", "next", RESIDENT, b"{}")
    assert {row.external_id for row in rows(app.engine, inbox)} == {"given-up", "next"}


def test_the_inbox_takes_messages_again_after_it_was_closed(world: World) -> None:
    app, _ = world
    futures = [app.inbox.submit("test", str(number), RESIDENT, b"{}") for number in range(50)]
    app.inbox.close()
    assert all(future.done() and future.result() for future in futures), "written before it ended"
    assert app.inbox.accept("test", "later", RESIDENT, b"{}")


def test_what_comes_while_the_inbox_closes_gets_a_writer_of_its_own(make: Callable[..., World]) -> None:
    """The first writer is held up in a commit, `close` waits for it, and something comes in."""
    writing, closed, go_on = threading.Event(), threading.Event(), threading.Event()

    def hold_up(stop: str) -> None:
        if stop == "inbox.closing":
            closed.set()
        if stop == "inbox.stored" and not writing.is_set():
            writing.set()
            assert go_on.wait(ENOUGH)

    app, _ = make(at=hold_up)
    first = app.inbox.submit("test", "first", RESIDENT, b"{}")
    assert writing.wait(ENOUGH)
    closing = threading.Thread(target=app.inbox.close)
    closing.start()
    assert closed.wait(ENOUGH)
    meanwhile = app.inbox.submit("test", "meanwhile", RESIDENT, b"{}")
    go_on.set()
    closing.join(ENOUGH)
    assert not closing.is_alive(), "the stop mark reached the writer it was meant for"
    assert first.result(ENOUGH)
    assert meanwhile.result(ENOUGH)
    assert app.inbox.submit("test", "later", RESIDENT, b"{}").result(ENOUGH)


def test_pumping_without_end_is_noticed(make: Callable[..., World]) -> None:
    app, _ = make(on_fire=_at_once_again)
    write(app, 1, "no water")
    with pytest.raises(RuntimeError, match="still busy"):
        app.pump(now_quiet=True)


def _at_once_again(report: Any, kind: Any, step: int, *_: Any) -> tuple[object, ...]:
    from handlers.effects import ScheduleFire
    from tests.flow.world import START

    return (ScheduleFire(report.id, kind, START, step),)
