"""Brings a database from any earlier version to this one, in one transaction: it works as a whole or not at all."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.operator_error import OperatorError
from bot.store.database import reading

LOCK = 64_72
"""Any number that nobody else uses: two processes that start together migrate one after the other."""


class DatabaseNotReadyError(OperatorError):
    """The database is older than this program (and may not be migrated by itself), or newer."""


def migrate(engine: Engine) -> bool:
    """Bring the database up to date; tells whether anything was to be done. Raises DatabaseNotReadyError when newer."""
    with engine.begin() as connection:
        _lock(connection)
        before = _version(connection)
        if before == newest():
            return False
        _refuse_newer(before)
        command.upgrade(_config(connection), "head")
    return True


def downgrade(engine: Engine, version: str) -> None:
    """Go back to `version` (`base`: no tables at all). What the older version has no place for is lost."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), version)


def require_current(engine: Engine) -> None:
    """Raises DatabaseNotReadyError unless the database has exactly the version of this program."""
    with reading(engine) as connection:
        version = _version(connection)
    _refuse_newer(version)
    if version != newest():
        raise DatabaseNotReadyError("migrate.needed")


def newest() -> str:
    """The version this program was written for."""
    return _versions()[0]


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _versions() -> tuple[str, ...]:
    """Newest first. Read once: whoever watches the service asks every few seconds."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(script.revision for script in scripts.walk_revisions())


def _refuse_newer(version: str | None) -> None:
    if version is not None and version not in _versions():
        raise DatabaseNotReadyError("migrate.newer", version=version)


def _lock(connection: Connection) -> None:
    # SQLite's write lock is already held by the transaction itself.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    folder = str(files("bot.store") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))  # as alembic's own file would need it
    config.attributes["connection"] = connection
    return config
