"""Whether the database answers, has this program's version and keys, and what in it waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.catalogue import load_catalogue
from bot.checkup.finding import Finding, Weight, stops, warns
from bot.checkup.people import look_at_people
from bot.checkup.templates import SANDBOX, look_at_templates
from bot.operator_error import OperatorError
from bot.render import Renderer
from bot.settings import Settings
from bot.store.database import check_keys, make_engine, reading
from bot.store.figures import figures
from bot.store.migrate import require_current
from bot.store.staffing import staffing
from bot.store.templates import states
from bot.templates import Templates
from routing.region import Atlas, Region


def look_at_database(settings: Settings, atlas: Atlas, now: datetime) -> Iterator[Finding]:
    """Changes nothing; a SQLite file that is not there yet is made at the first start."""
    if settings.on_sqlite and settings.migrates and not Path(str(settings.url.database)).exists():
        return
    try:
        with _opened(settings) as engine:
            yield from _inside(engine, settings, atlas, now)
    except OperationalError:
        yield stops("database.unreachable")
    except OperatorError as error:
        yield Finding(error.key, error.values, Weight.STOPS)


def in_order(atlas: Atlas) -> list[Region]:
    return sorted(atlas.regions.values(), key=lambda one: one.code)


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.url, settings.open_keys())
    try:
        yield engine
    finally:
        engine.dispose()


def _inside(engine: Engine, settings: Settings, atlas: Atlas, now: datetime) -> Iterator[Finding]:
    try:
        require_current(engine)
    except OperatorError as error:
        if not (error.key == "migrate.needed" and settings.migrates):  # the next start does it
            yield Finding(error.key, error.values, Weight.STOPS)
        return
    check_keys(engine)
    with reading(engine) as connection:
        found = figures(connection, now)
        staff = staffing(connection, settings.real_channels)
        approvals = states(connection)
    if found.inbox_parked:
        yield warns("checkup.inbox_parked", count=found.inbox_parked)
    if found.given_up:
        yield warns("checkup.given_up", count=found.given_up)
    if settings.real_channels:
        yield from look_at_people(staff, in_order(atlas))
    if settings.twilio_account_sid is not None and settings.twilio_from != SANDBOX:
        words = load_catalogue(settings.lang)
        yield from look_at_templates(Templates(words, Renderer(atlas, words)), approvals)
