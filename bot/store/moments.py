"""When something is due next: what a clock that is moved by hand must not jump over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, bindparam, func, select, union_all

from bot.store.outbound import UNSENT
from bot.store.tables import errands, fires, inbox, outbox

TOGETHER = timedelta(minutes=1)
"""What is due within a minute of the first happens with it."""

_WAITING = and_(inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None))
_MOMENTS: tuple[tuple[Column[datetime], ColumnElement[bool]], ...] = (
    (fires.c.due_at, fires.c.done_at.is_(None)),
    (fires.c.lease_until, fires.c.done_at.is_(None)),
    (errands.c.due_at, errands.c.done_at.is_(None)),
    (errands.c.lease_until, errands.c.done_at.is_(None)),
    (outbox.c.due_at, UNSENT),
    (outbox.c.not_before, UNSENT),
    (outbox.c.lease_until, UNSENT),
    (inbox.c.next_at, _WAITING),
)
"""A lease counts as well: what could not be done is tried again when it ends."""


def _statement(chosen: Any) -> Select[Any]:
    each = (
        select(chosen(column).label("at")).where(pending, column > bindparam("after"), column <= bindparam("until"))
        for column, pending in _MOMENTS
    )
    every = union_all(*each).subquery()
    return select(chosen(every.c.at))


_FIRST, _LAST = _statement(func.min), _statement(func.max)


def next_moment(connection: Connection, after: datetime, until: datetime) -> datetime | None:
    """When the next thing is due, later than `after` and not later than `until`; None when nothing is (aware UTC).

    When more is due within a minute of it, the last moment of those.
    """
    first = _moment(connection, _FIRST, after, until)
    return first and _moment(connection, _LAST, after, min(until, first + TOGETHER))


def _moment(connection: Connection, which: Select[Any], after: datetime, until: datetime) -> datetime | None:
    moment: datetime | None = connection.scalar(which, {"after": after, "until": until})
    return moment
