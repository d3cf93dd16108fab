"""Messages whose handling failed for good: a person looks at them, and has them tried again after the repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.tables import inbox


@dataclass(frozen=True)
class Parked:
    """One message, told without its words or its sender."""

    id: int
    channel: str
    received_at: datetime
    tries: int
    error: str
    """Class and place of the failure."""


def list_parked(connection: Connection) -> tuple[Parked, ...]:
    """Oldest first."""
    wanted = (inbox.c.id, inbox.c.channel, inbox.c.received_at, inbox.c.tries, inbox.c.error)
    query = select(*wanted).where(inbox.c.parked_at.is_not(None), inbox.c.handled_at.is_(None)).order_by(inbox.c.id)
    return tuple(Parked(*row[:4], row.error or "") for row in connection.execute(query))


def replay(connection: Connection, now: datetime, ids: Sequence[int] | None = None) -> int:
    """Have parked messages handled again as if they had just come (all of them without `ids`); tells how many."""
    parked = update(inbox).where(inbox.c.parked_at.is_not(None), inbox.c.handled_at.is_(None))
    if ids is not None:
        parked = parked.where(inbox.c.id.in_(ids))
    return connection.execute(parked.values(parked_at=None, tries=0, error=None, next_at=now)).rowcount
