"""What most commands begin with: the settings, and a database that is up to date and opened with the right keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.clock import MovableClock, SystemClock
from bot.demo.people import load_demo
from bot.operator_error import OperatorError
from bot.settings import Settings, WrongSettingError, load_settings
from bot.store.database import check_keys, make_engine
from bot.store.migrate import migrate, require_current
from routing.deadlines import WorkingTime
from routing.region import load_atlas

SETTLED = timedelta(hours=1)
"""After opening: the morning's digests are out."""


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Engine]:
    """The database of these settings (default: the environment's), ready for use. Raises OperatorError."""
    chosen = settings or load_settings()
    require_region(chosen)
    engine = make_engine(chosen.url, chosen.open_keys())
    try:
        _make_ready(engine, chosen)
        yield engine
    finally:
        engine.dispose()


def require_region(settings: Settings) -> None:
    """Stop at the start when the default region is none of those that are served. Raises WrongSettingError."""
    served = sorted(load_atlas().regions)
    if settings.default_region not in served:
        raise WrongSettingError("settings.one_of", name="KENTONGAN_DEFAULT_REGION", allowed=", ".join(served))


def _make_ready(engine: Engine, settings: Settings) -> None:
    try:
        if settings.migrates:
            migrate(engine)
        require_current(engine)
    except OperationalError:
        raise OperatorError("database.unreachable") from None
    check_keys(engine)
    if settings.demo_people_on and load_demo(engine, SystemClock().now()) and not settings.real_channels:
        _begin_in_office_hours(engine, settings)


def _begin_in_office_hours(engine: Engine, settings: Settings) -> None:
    """At night nobody but its writer hears of a report: who tries this on an evening begins on the next morning."""
    work = WorkingTime(load_atlas().regions[settings.default_region])
    now = SystemClock().now()
    if not work.in_office_hours(now):
        MovableClock(engine).begin_at(work.next_opening(now) + SETTLED)
