"""Stories run on SQLite; the turn and store tests run what they stand on a second time on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.keys import Keys
from tests.conftest import engine_for_tests, put_database


@pytest.fixture
def sqlite_url(sqlite_place: Path, sqlite_with_people: Path) -> str:
    """A fresh database in which the made-up people wait."""
    return put_database(sqlite_with_people, sqlite_place)


@pytest.fixture
def story_engine(sqlite_url: str, keys: Keys, engines: dict[str, Engine]) -> Iterator[Engine]:
    """On that database; its connections end with the story."""
    if sqlite_url not in engines:
        engines[sqlite_url] = engine_for_tests(sqlite_url, keys)
    yield engines[sqlite_url]
    engines[sqlite_url].dispose()
