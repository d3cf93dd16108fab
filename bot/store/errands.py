"""Errands at rest: what is to happen to a person, and when, such as the morning's digest. Claimed like fires."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store.claims import claiming, take, write_if_ours
from bot.store.tables import errands
from bot.store.upsert import insert_once
from handlers.errands import Errand, ErrandKind

_CLAIM = claiming(errands, errands.c.kind.in_([kind for kind in ErrandKind if kind is not ErrandKind.PAPER]))
"""What a later version planned waits for that version."""
_CLAIM_PAPERS = claiming(errands, errands.c.kind == ErrandKind.PAPER)


def plan(connection: Connection, person_id: int, errand: Errand, due_at: datetime, *, once: bool = True) -> bool:
    """Planned twice under the same kind and key it happens once; tells whether it is new.

    The first time holds, unless `once` is False: then one that still waits is moved.
    """
    row = {
        "person_id": person_id,
        "kind": errand.kind,
        "key": errand.key,
        "region": errand.region,
        "data": errand.data,
        "due_at": due_at,
    }
    if connection.execute(insert_once(connection, errands, "person_id", "kind", "key"), row).rowcount == 1:
        return True
    if not once:
        same = (errands.c.person_id == person_id, errands.c.kind == errand.kind, errands.c.key == errand.key)
        moved = update(errands).where(*same, errands.c.done_at.is_(None))
        # Whoever claimed it meanwhile read what it was; with another number of tries it is not theirs any more.
        anew = {"due_at": due_at, "data": errand.data, "tries": errands.c.tries + 1, "lease_until": None}
        connection.execute(moved.values(**anew))
    return False


def call_off(connection: Connection, person_id: int, kind: ErrandKind, key: str | None, now: datetime) -> int:
    """Pending ones of this kind, or the one of this key, do not happen; tells how many."""
    pending = [errands.c.person_id == person_id, errands.c.kind == kind, errands.c.done_at.is_(None)]
    if key is not None:
        pending.append(errands.c.key == key)
    over = {"done_at": now, "outcome": "called_off", "data": {}}
    return connection.execute(update(errands).where(*pending).values(**over)).rowcount


def waiting(connection: Connection, person_id: int, kind: ErrandKind) -> tuple[Errand, ...]:
    """What of this kind is still to happen to a person, the oldest first."""
    pending = (errands.c.person_id == person_id, errands.c.kind == kind, errands.c.done_at.is_(None))
    return tuple(read(row) for row in connection.execute(select(errands).where(*pending).order_by(errands.c.id)))


def claim(connection: Connection, now: datetime, until: datetime, limit: int, *, papers: bool = False) -> list[Errand]:
    """Takes due ones that nobody else holds, earliest first; two who ask at once get different ones.

    `papers` are written by `bot/recap_desk.py`, which takes those and no others.
    """
    return [read(row) for row in take(connection, _CLAIM_PAPERS if papers else _CLAIM, now, until, limit)]


def finish(connection: Connection, errand: Errand, now: datetime, outcome: str) -> bool:
    """False when it is not ours any more: whoever has it now decides. Words in it are not kept a second time."""
    return _if_ours(connection, errand, done_at=now, outcome=outcome[:40], lease_until=None, data={})


def postpone(connection: Connection, errand: Errand, until: datetime) -> bool:
    """It becomes due later; the tries start anew, for nothing failed. False when it is not ours any more."""
    return _if_ours(connection, errand, due_at=until, lease_until=None, tries=0)


def put_back(connection: Connection, errand: Errand, next_at: datetime) -> bool:
    """Handling it failed, or its person was busy; it is tried again at `next_at`."""
    return _if_ours(connection, errand, lease_until=next_at)


def read(row: Any) -> Errand:
    return Errand(
        kind=ErrandKind(row.kind),
        key=row.key,
        region=row.region,
        data=row.data,
        id=row.id,
        person_id=row.person_id,
        due_at=row.due_at,
        tries=row.tries,
    )


def _if_ours(connection: Connection, errand: Errand, **values: object) -> bool:
    return write_if_ours(connection, errands, errand.id, errand.tries, values)
