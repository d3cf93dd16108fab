"""A world on a fresh database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.app import App
from bot.clock import FrozenClock
from bot.store.keys import Keys
from tests.flow.world import START, FileChannel, make_world

World = tuple[App, FileChannel]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def make(
    database_url: str, engine: Engine, keys: Keys, clock: FrozenClock, tmp_path: Path
) -> Iterator[Callable[..., World]]:
    """Makes Apps on the same engine; they are stopped at the end, the one that still runs first."""
    apps = []

    def made(**parts: Any) -> World:
        app, channel = make_world(database_url, engine, keys, clock, tmp_path, **parts)
        apps.append(app)
        return app, channel

    yield made
    for app in reversed(apps):
        app.stop()


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make()
