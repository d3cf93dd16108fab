"""How the simulator's clock is moved. Only made-up people live by it: with a real channel it stands still."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.clock import MovableClock
from bot.timelapse import pass_until
from routing.deadlines import WorkingTime
from routing.region import Region

if TYPE_CHECKING:
    from bot.app import App


class ClockFixedError(Exception):
    """Real people are written to, so their reminders may not come early; or this clock cannot be moved."""


class Jump(BaseModel):
    """Exactly one way to move the clock. `after` is the newest line the page knows."""

    model_config = ConfigDict(extra="forbid", strict=True)

    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    hours: Annotated[int, Field(ge=1, le=72)] | None = None
    working_days: Annotated[int, Field(ge=1, le=15)] | None = None
    reset: Annotated[int, Field(ge=1, le=1)] | None = None
    after: Annotated[int, Field(ge=0, lt=2**62)] = 0

    @model_validator(mode="after")
    def _one_way(self) -> Jump:
        if sum(way is not None for way in (self.minutes, self.hours, self.working_days, self.reset)) != 1:
            raise ValueError("one way to jump at a time")
        return self


def clock_movable(app: App) -> bool:
    return isinstance(app.clock, MovableClock) and not app.settings.real_channels


def pass_time(app: App, jump: Jump) -> None:
    """Lets the time pass for everybody in `app`, who write and remind as it goes by. Raises ClockFixedError."""
    clock = app.clock
    if not isinstance(clock, MovableClock) or not clock_movable(app):
        raise ClockFixedError
    if jump.reset:
        clock.reset()
        return
    region, now = app.atlas.regions[app.settings.default_region], clock.now()
    minutes = (jump.minutes or 0) + 60 * (jump.hours or 0)
    target = now + ahead(now, region, minutes=minutes, working_days=jump.working_days or 0)
    pass_until(app, lambda at: _set(clock, at), target)


def _set(clock: MovableClock, at: datetime) -> None:
    """It goes on by itself and moves by whole seconds, so it may stand a little later, never earlier."""
    clock.move(timedelta(seconds=max(0, math.ceil((at - clock.now()).total_seconds()))))


def ahead(now: datetime, region: Region, *, minutes: int = 0, working_days: int = 0) -> timedelta:
    """Minutes as they are; or as many days of the region's calendar as are worked, to the same local time of day.

    `now` is aware UTC. From a Sunday, one working day ahead is Monday.
    """
    if not working_days:
        return timedelta(minutes=minutes)
    work = WorkingTime(region)
    local = now.astimezone(region.tz)
    day = local.date()
    while working_days:
        day += timedelta(days=1)
        working_days -= work.is_working_day(day)
    return datetime.combine(day, local.timetz()) - now
