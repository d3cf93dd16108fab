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
    return once(connection.dialect.name, table, *unique)


def insert_or_update(connection: Connection, table: Table, *unique: str) -> sqlite.Insert | postgresql.Insert:
    """`INSERT … ON CONFLICT (unique) DO UPDATE`: the row that goes to `execute` beside it, which names every column but
    the key, takes the place of the one that is there. Built once for all."""
    return _or_update(connection.dialect.name, table, unique)


@cache
def _or_update(dialect: str, table: Table, unique: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    others = {one.name: insert.excluded[one.name] for one in table.c if one.name not in (*unique, "id")}
    return insert.on_conflict_do_update(index_elements=unique, set_=others)


@cache
def once(dialect: str, table: Table, *unique: str) -> sqlite.Insert | postgresql.Insert:
    """The same for a dialect by its name."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing(index_elements=unique)
