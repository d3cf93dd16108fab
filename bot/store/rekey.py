"""Everything encrypted is encrypted anew with the newest key: an old one that leaked then opens nothing stored."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, Table, and_, select, tuple_, update

from bot.store.columns import Secret, SecretJson
from bot.store.database import reading
from bot.store.tables import metadata

BATCH = 500
"""Rows written in one commit: the service goes on beside it."""


def encrypted_tables() -> tuple[Table, ...]:
    return tuple(table for table in metadata.sorted_tables if _encrypted(table))


def encrypt_anew(engine: Engine, table: Table) -> int:
    """Writes each encrypted value of `table` once more; tells how many rows. May be broken off and begun again."""
    return sum(_rewrite(engine, table, batch) for batch in _batches(engine, table))


def _encrypted(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Secret | SecretJson)]


def _batches(engine: Engine, table: Table) -> Iterator[list[tuple[object, ...]]]:
    """Primary keys, a batch at a time; rows that come meanwhile are written with the newest key anyway."""
    key = list(table.primary_key.columns)
    with reading(engine) as connection:
        every = [tuple(row) for row in connection.execute(select(*key).order_by(*key))]
    yield from (every[start : start + BATCH] for start in range(0, len(every), BATCH))


def _rewrite(engine: Engine, table: Table, keys: list[tuple[object, ...]]) -> int:
    key = list(table.primary_key.columns)
    names = _encrypted(table)
    with engine.begin() as connection:
        wanted = select(*key, *(table.c[name] for name in names)).where(tuple_(*key).in_(keys)).with_for_update()
        rows = connection.execute(wanted).mappings().all()
        for row in rows:
            this = and_(*(column == row[column.name] for column in key))
            connection.execute(update(table).where(this).values({name: row[name] for name in names}))
    return len(rows)
