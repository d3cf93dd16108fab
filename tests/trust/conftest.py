"""Houses, and the first answers to all cries, which many tests look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.tables import metadata
from tests.conftest import TEST_KEY
from tests.trust.cries import CRIES, Cry
from tests.trust.house import House, Line

MakeHouse = Callable[..., House]


@pytest.fixture(scope="session")
def warm_engine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One SQLite database for all tests here: an engine that knows its statements is four times as quick."""
    path = tmp_path_factory.mktemp("trust") / "kentongan.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(make_url(f"sqlite:///{path}"), Keys([TEST_KEY]))
    yield engine
    engine.dispose()


@pytest.fixture
def open_house(warm_engine: Engine, tmp_path: Path) -> Iterator[MakeHouse]:
    """Opens an empty house; `staff` says who works there."""
    opened = []

    def made(**parts: object) -> House:
        opened.append(_house(warm_engine, tmp_path, **parts))
        return opened[-1]

    yield made
    for house in opened:
        house.close()


@pytest.fixture
def house(open_house: MakeHouse) -> House:
    return open_house()


@pytest.fixture
def either_house(database_url: str, engine: Engine, keys: Keys, tmp_path: Path) -> Iterator[House]:
    """A house on each kind of database, for what depends on how rows are written."""
    house = House(database_url, engine, keys, tmp_path)
    yield house
    house.close()


@pytest.fixture(scope="session")
def first_answers(warm_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[Cry, tuple[Line, ...]]:
    """What each cry is answered with, everybody writing from a phone of their own; kader from a kader's."""
    house = _house(warm_engine, tmp_path_factory.mktemp("cries"))
    found = {}
    for number, cry in enumerate(CRIES):
        who = {"kader": ("kader", "kader-dua")[number % 2]}.get(cry.by, f"warga-{number}")
        found[cry] = tuple(house.say(who, cry.text))
    house.close()
    return found


def _house(engine: Engine, folder: Path, **parts: object) -> House:
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    url = engine.url.render_as_string(hide_password=False)
    return House(url, engine, Keys([TEST_KEY]), folder, **parts)  # type: ignore[arg-type]
