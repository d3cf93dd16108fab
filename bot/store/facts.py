"""Small things that one installation remembers: a key, a short text."""

from __future__ import annotations

from sqlalchemy import Engine, select

from bot.store.database import reading
from bot.store.tables import facts
from bot.store.upsert import insert_into


def fact(engine: Engine, key: str) -> str | None:
    with reading(engine) as connection:
        return connection.scalar(select(facts.c.value).where(facts.c.key == key))


def keep_fact(engine: Engine, key: str, value: str) -> None:
    """`value` has at most 400 letters."""
    with engine.begin() as connection:
        connection.execute(
            insert_into(connection, facts)
            .values(key=key, value=value)
            .on_conflict_do_update(index_elements=["key"], set_={"value": value})
        )
