"""How fast messages may follow one another, over all processes together: one time for each contact and each channel,
kept in the database (GCRA: the time tells when the next one is due, and a burst may run ahead of it a little)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, delete, select, update

from bot.channels.base import Limits
from bot.store.tables import rates
from bot.store.upsert import insert_into

_ATTEMPTS = 8
"""How often somebody else may be quicker at the same key before we wait like everybody."""


@dataclass(frozen=True)
class _Pace:
    """At most one message each `interval`, of which `ahead` worth may go out at once after a pause."""

    key: str
    interval: timedelta
    ahead: timedelta


def take(connection: Connection, limits: Limits, channel: str, contact: str, now: datetime) -> datetime | None:
    """None: the message may go out now and is counted. Else nothing is counted, and the time tells when to come back.

    Rolled back together with the transaction of whoever calls.
    """
    paces = _paces(limits, channel, contact)
    if not paces:
        return None
    with connection.begin_nested() as both_or_none:
        for pace in paces:
            wait_until = _take_one(connection, pace, now)
            if wait_until is not None:
                both_or_none.rollback()
                return wait_until
    return None


def pause(connection: Connection, channel: str, until: datetime) -> None:
    """The provider wants quiet: nothing goes out on this channel before `until`."""
    longer = insert_into(connection, rates).values(key=_of_channel(channel), free_at=until)
    connection.execute(
        longer.on_conflict_do_update(index_elements=["key"], set_={"free_at": until}, where=rates.c.free_at < until)
    )


def sweep(connection: Connection, now: datetime) -> None:
    """Times that have passed say nothing any more; there is one for each contact that ever was written to."""
    connection.execute(delete(rates).where(rates.c.free_at < now - timedelta(hours=1)))


def _paces(limits: Limits, channel: str, contact: str) -> list[_Pace]:
    """The contact's first: who waits for a lock then never holds that of the whole channel."""
    paces = []
    if limits.seconds_per_contact > 0:
        interval = timedelta(seconds=limits.seconds_per_contact)
        paces.append(_Pace(f"contact:{channel}:{contact}", interval, interval * (max(limits.burst, 1) - 1)))
    if limits.per_second > 0:
        # Rounded up: a microsecond too early is one message too many.
        interval = timedelta(microseconds=ceil(1_000_000 / limits.per_second))
        paces.append(_Pace(_of_channel(channel), interval, timedelta()))
    return paces


def _take_one(connection: Connection, pace: _Pace, now: datetime) -> datetime | None:
    for _ in range(_ATTEMPTS):
        if _take_idle(connection, pace, now):
            return None
        free_at: datetime | None = connection.scalar(select(rates.c.free_at).where(rates.c.key == pace.key))
        if free_at is None or free_at <= now:
            continue
        if free_at - now > pace.ahead:
            return free_at - pace.ahead
        unchanged = (rates.c.key == pace.key, rates.c.free_at == free_at)
        if connection.execute(update(rates).where(*unchanged).values(free_at=free_at + pace.interval)).rowcount:
            return None
    return now + pace.interval


def _take_idle(connection: Connection, pace: _Pace, now: datetime) -> bool:
    """The usual case in one statement: nothing went out lately."""
    after = now + pace.interval
    taken = (
        insert_into(connection, rates)
        .values(key=pace.key, free_at=after)
        .on_conflict_do_update(index_elements=["key"], set_={"free_at": after}, where=rates.c.free_at <= now)
        .returning(rates.c.key)
    )
    return connection.execute(taken).first() is not None


def _of_channel(channel: str) -> str:
    return f"channel:{channel}"
