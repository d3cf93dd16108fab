"""How far the provider is with each template: submitted, approved, rejected, paused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.tables import templates
from bot.store.upsert import insert_into

APPROVED = "approved"
REFUSED_NOW = "refused"
"""Ours: the provider would not send it a moment ago, and has not told us why yet."""


@dataclass(frozen=True)
class State:
    """`words` is the fingerprint of the text as it was submitted; `sid` and `status` are the provider's."""

    name: str
    sid: str | None
    status: str
    words: str
    reason: str | None = None


def states(connection: Connection) -> Mapping[str, State]:
    return {
        row.name: State(row.name, row.sid, row.status, row.words, row.reason)
        for row in connection.execute(select(templates).order_by(templates.c.name))
    }


def keep(connection: Connection, state: State, now: datetime) -> None:
    """As the provider told just now."""
    values = {
        "sid": state.sid,
        "status": state.status[:24],
        "reason": (state.reason or "")[:200] or None,
        "words": state.words,
        "checked_at": now,
    }
    connection.execute(
        insert_into(connection, templates)
        .values(name=state.name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def refused_now(connection: Connection, name: str) -> None:
    """Not used any more until the provider calls it approved again."""
    connection.execute(update(templates).where(templates.c.name == name).values(status=REFUSED_NOW))
