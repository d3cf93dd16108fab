"""A clock moved by hand passes through every moment at which something is due, as if the days had gone by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.store.database import reading
from bot.store.moments import next_moment

if TYPE_CHECKING:
    from bot.app import App

MOST_STEPS = 2_000
"""Two weeks of a region that is busy all day; what is due after so many happens together at the end."""


def pass_until(app: App, clock_set: Callable[[datetime], object], target: datetime) -> None:
    """Lets everything between now and `target` (aware) happen at its own hour, and ends at `target`.

    `clock_set` sets the clock of `app`. A target that has passed only sets the clock.
    """
    for _ in range(MOST_STEPS):
        moment = _next(app, target)
        if moment is None:
            break
        clock_set(moment)
        app.pump()
    clock_set(target)
    app.pump()


def _next(app: App, target: datetime) -> datetime | None:
    now = app.clock.now()
    if target <= now:
        return None
    with reading(app.engine) as connection:
        return next_moment(connection, now, target)
