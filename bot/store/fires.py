"""Reminders at rest: what is to happen to a report, and when. The scheduler remembers nothing; these rows do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, select, update

from bot.store.claims import claiming, take, write_if_ours
from bot.store.tables import fires
from bot.store.upsert import insert_once
from routing.model import FireKind


@dataclass(frozen=True)
class ClaimedFire:
    """A due reminder that is ours until its lease ends. `tries` tells our claim from a later one."""

    id: int
    report_id: int
    kind: FireKind
    step: int
    due_at: datetime
    tries: int


_ROUNDS = select(func.count(fires.c.id), func.count(fires.c.done_at)).where(
    fires.c.report_id == bindparam("report"), fires.c.kind == bindparam("kind"), fires.c.step == bindparam("step")
)
"""How many rounds there were, and how many of them are over."""
_PENDING = select(fires.c.id).where(fires.c.report_id == bindparam("report"), fires.c.done_at.is_(None)).limit(1)
_CLAIM = claiming(fires, fires.c.kind.in_(list(FireKind)))
"""What a later version scheduled waits for that version."""


def schedule(connection: Connection, report_id: int, kind: FireKind, step: int, due_at: datetime) -> None:
    """A pending one of the same kind and step stays as it is; after it is done or cancelled, a new round begins."""
    same = {"report": report_id, "kind": kind, "step": step}
    rounds, done = connection.execute(_ROUNDS, same).one()
    if rounds > done:
        return
    row = {"report_id": report_id, "kind": kind, "step": step, "round": rounds, "due_at": due_at}
    connection.execute(insert_once(connection, fires, "report_id", "kind", "step", "round"), row)


def cancel(connection: Connection, report_id: int, kinds: Collection[FireKind], now: datetime) -> None:
    """Pending ones of these kinds, or of every kind when none is named, do not fire."""
    pending = and_(fires.c.report_id == report_id, fires.c.done_at.is_(None))
    chosen = and_(pending, fires.c.kind.in_(kinds)) if kinds else pending
    connection.execute(update(fires).where(chosen).values(done_at=now, outcome="cancelled"))


def any_left(connection: Connection, report_id: int) -> bool:
    """Whether one of the report's is still to come."""
    return connection.scalar(_PENDING, {"report": report_id}) is not None


def claim(connection: Connection, now: datetime, until: datetime, limit: int) -> list[ClaimedFire]:
    """Takes due reminders that nobody else holds, earliest first; two who ask at once get different ones."""
    rows = take(connection, _CLAIM, now, until, limit)
    return [ClaimedFire(row.id, row.report_id, FireKind(row.kind), row.step, row.due_at, row.tries) for row in rows]


def finish(connection: Connection, fire: ClaimedFire, now: datetime, outcome: str) -> bool:
    """False when it is not ours any more: whoever has it now decides."""
    return _if_ours(connection, fire, done_at=now, outcome=outcome[:40], lease_until=None)


def postpone(connection: Connection, fire: ClaimedFire, until: datetime) -> bool:
    """It becomes due later; the tries start anew, for nothing failed. False when it is not ours any more."""
    return _if_ours(connection, fire, due_at=until, lease_until=None, tries=0)


def put_back(connection: Connection, fire: ClaimedFire, next_at: datetime) -> bool:
    """Handling it failed; its lease ends at `next_at`, which is when it is tried again."""
    return _if_ours(connection, fire, lease_until=next_at)


def _if_ours(connection: Connection, fire: ClaimedFire, **values: object) -> bool:
    return write_if_ours(connection, fires, fire.id, fire.tries, values)
