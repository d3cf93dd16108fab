"""How much waits, and for how long: a few numbers for whoever watches a service, without anybody in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from bot.store.tables import fires, inbox, outbox

DAY = timedelta(days=1)

_UNHANDLED = and_(inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None))
_UNSENT = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None), outbox.c.parked_at.is_(None))


@dataclass(frozen=True)
class Backlog:
    """Rows that are due and not done, and by how many seconds the oldest is late."""

    rows: int
    seconds: float


@dataclass(frozen=True)
class Figures:
    inbox: Backlog
    inbox_parked: int
    """Failed for good; wait for an operator."""
    outbox: Backlog
    outbox_parked: int
    """Wait until their person writes."""
    given_up: int
    """Letters of the last day that will never arrive."""
    fires: Backlog


def inbox_backlog(connection: Connection, now: datetime) -> Backlog:
    """Messages that may be handled now, and for how long the oldest one could have been."""
    return _backlog(connection, inbox, inbox.c.next_at, _UNHANDLED, now)


def figures(connection: Connection, now: datetime) -> Figures:
    failed = and_(inbox.c.handled_at.is_(None), inbox.c.parked_at.is_not(None))
    waiting = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None), outbox.c.parked_at.is_not(None))
    lost = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at > now - DAY)
    return Figures(
        inbox=inbox_backlog(connection, now),
        inbox_parked=_count(connection, inbox, failed),
        outbox=_backlog(connection, outbox, outbox.c.due_at, _UNSENT, now),
        outbox_parked=_count(connection, outbox, waiting),
        given_up=_count(connection, outbox, lost),
        fires=_backlog(connection, fires, fires.c.due_at, fires.c.done_at.is_(None), now),
    )


def _backlog(
    connection: Connection, table: Table, due: ColumnElement[datetime], open_: ColumnElement[bool], now: datetime
) -> Backlog:
    query = select(func.count(), func.min(due)).select_from(table).where(open_, due <= now)
    rows, oldest = connection.execute(query).one()
    return Backlog(rows, (now - oldest).total_seconds() if oldest else 0.0)


def _count(connection: Connection, table: Table, wanted: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(wanted)).scalar_one()
