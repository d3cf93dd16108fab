"""`INSERT … ON CONFLICT` alike on both databases; SQLAlchemy's common insert does not know it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The insert of the connection's own dialect, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_once(connection: Connection, table: Table, *unique: str) -> sqlite.Insert | postgresql.Insert:
    """`INSERT … ON CONFLICT (unique) DO NOTHING`, built once for all; the row goes to `execute` beside it."""
    return _once(connection.dialect.name, table, unique)


@cache
def _once(dialect: str, table: Table, unique: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing(index_elements=unique)
