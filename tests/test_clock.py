"""Clocks: aware UTC, and a moved one stays moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from sqlalchemy import Engine

from bot.clock import FrozenClock, MovableClock, SystemClock

SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_the_machine_s_clock_tells_utc() -> None:
    with time_machine.travel(SUNDAY, tick=False):
        assert SystemClock().now() == SUNDAY
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_moved_clock_stays_moved_after_a_restart(engine: Engine) -> None:
    with time_machine.travel(SUNDAY, tick=False):
        clock = MovableClock(engine)
        assert clock.now() == SUNDAY
        clock.move(timedelta(days=3))
        clock.move(timedelta(hours=2))
        assert clock.now() == MovableClock(engine).now() == SUNDAY + timedelta(days=3, hours=2)
        clock.reset()
        assert clock.now() == MovableClock(engine).now() == SUNDAY


def test_a_clock_is_not_moved_back(engine: Engine) -> None:
    with pytest.raises(ValueError, match="only moves ahead"):
        MovableClock(engine).move(timedelta(seconds=-1))


def test_a_frozen_clock_moves_when_told() -> None:
    clock = FrozenClock(SUNDAY.astimezone(timezone(timedelta(hours=8))))
    assert (clock.now(), clock.now().tzinfo) == (SUNDAY, UTC)
    clock.move(timedelta(days=1))
    assert clock.now() == SUNDAY + timedelta(days=1)
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 11, 22))  # noqa: DTZ001 - the wrong thing is what is tested
