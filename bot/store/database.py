"""One engine for SQLite or PostgreSQL, set up so that both keep the same promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.keys import KeyLostError, Keys
from bot.store.tables import facts
from bot.store.upsert import insert_into

BUSY_SECONDS = 10
"""How long a SQLite writer waits for another one."""
_WRITES = "kentongan_writes"
"""Mark of a connection whose thread has the right to write."""
_IDLE_SECONDS = 5.0
"""A connection to PostgreSQL that was used a moment ago is not asked whether it is alive."""
_USED = "kentongan_used"


def make_engine(url: str | URL, keys: Keys) -> Engine:
    """An engine whose `Secret` and `Hashed` columns use `keys`. Nothing is connected yet.

    `engine.begin()` is for writing (on SQLite it takes the write lock at once, so that two turns that read and then
    write cannot end in a deadlock); `reading(engine)` is for reading.
    """
    address = full_url(url)
    # Statements in error messages come without their values: those may be somebody's words.
    engine = create_engine(address, hide_parameters=True)
    engine.dialect.kentongan_keys = keys  # type: ignore[attr-defined]
    if address.get_backend_name() == "sqlite":
        _prepare_sqlite(engine)
    else:
        _check_idle_connections(engine)
    return engine


def full_url(url: str | URL) -> URL:
    """The address with its driver named: PostgreSQL is spoken through psycopg 3 whatever SQLAlchemy's default is."""
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _prepare_sqlite(engine: Engine) -> None:
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def set_up(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # the begin below is ours, not the driver's late one
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",  # first: the next one may already have to wait
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    # The threads of one process wait for each other here: SQLite would have them sleep and ask again and again.
    writing = threading.Lock()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("kentongan_reads", False):
            connection.exec_driver_sql("BEGIN")
            return
        if _WRITES not in connection.info and writing.acquire(timeout=BUSY_SECONDS):
            connection.info[_WRITES] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def let_others_write(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_WRITES, False):
            writing.release()


def _check_idle_connections(engine: Engine) -> None:
    """Asks a connection that was not used for a while whether it is alive; the pool then makes another."""

    @event.listens_for(engine, "checkout")
    def check(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        idle = monotonic() - record.info.get(_USED, monotonic())
        if idle > _IDLE_SECONDS and not _alive(engine, dbapi_connection):
            raise DisconnectionError

    @event.listens_for(engine, "checkin")
    def note(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = monotonic()


def _alive(engine: Engine, dbapi_connection: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(dbapi_connection))
    except engine.dialect.loaded_dbapi.Error:
        return False


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading: it never waits for a writer, and what it might write is thrown away."""
    with engine.connect() as connection:
        yield connection.execution_options(kentongan_reads=True)


def check_keys(engine: Engine) -> None:
    """Stop at the start when the database was written with other keys, not at the first person who writes.

    The first call on a new database keeps a mark made with its keys. Raises KeyLostError.
    """
    keys: Keys = engine.dialect.kentongan_keys  # type: ignore[attr-defined]
    with engine.begin() as connection:
        mark = connection.scalar(select(facts.c.value).where(facts.c.key == "key_mark"))
        if mark is None:
            made = f"{keys.encrypt(b'kentongan').decode('ascii')} {keys.hash('kentongan')}"
            # Another process that starts at the same moment has the same keys, or notices next time.
            mine = insert_into(connection, facts).values(key="key_mark", value=made)
            connection.execute(mine.on_conflict_do_nothing(index_elements=["key"]))
            return
    token, digest = mark.split()
    keys.decrypt(token.encode("ascii"))
    if digest != keys.hash("kentongan"):
        raise KeyLostError("keys.lookup_lost")
