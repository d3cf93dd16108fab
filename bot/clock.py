"""What time it is. Everything that needs to know is handed a clock; nothing asks the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from sqlalchemy import Engine, insert, select, update

from bot.store.database import reading
from bot.store.tables import facts

OFFSET = "clock_offset_seconds"


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock plus an offset kept in the database, so that a demonstration can jump over a weekend.

    The offset is read once: a clock that was moved by another process is seen after a restart.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._offset: timedelta | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the machine's."""
        with self._lock:
            if self._offset is None:
                with reading(self._engine) as connection:
                    stored = connection.scalar(select(facts.c.value).where(facts.c.key == OFFSET))
                self._offset = timedelta(seconds=int(stored or 0))
            return self._offset

    def move(self, by: timedelta) -> None:
        """Jump ahead. Whole seconds; raises ValueError for a jump back, which would undo deadlines that have passed."""
        if by < timedelta(0):
            raise ValueError("A clock only moves ahead")
        self._keep(self.offset + by)

    def begin_at(self, at: datetime) -> None:
        """Where a demonstration begins, if this clock was never moved; a moment that has passed changes nothing."""
        if self.offset == timedelta(0):
            self._keep(max(at - datetime.now(UTC), timedelta(0)))

    def reset(self) -> None:
        """Back to the machine's time, for a demonstration that begins anew."""
        self._keep(timedelta(0))

    def _keep(self, ahead: timedelta) -> None:
        seconds = str(int(ahead.total_seconds()))
        with self._engine.begin() as connection:
            done = connection.execute(update(facts).where(facts.c.key == OFFSET).values(value=seconds))
            if done.rowcount == 0:
                connection.execute(insert(facts).values(key=OFFSET, value=seconds))
        with self._lock:
            self._offset = ahead


class FrozenClock:
    """Stands still until told otherwise: for tests and the terminal chat's jumps. Times are aware UTC."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.set(at)

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("A time must say its zone")
        self.at = at.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self.at += by
