"""One row for each message as a provider counts it, written before the provider is called: what is begun and not known
to have gone out is looked up before it is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, select, update

from bot.store.tables import sends
from bot.store.upsert import insert_or_update

FAILED = ("failed", "undelivered", "canceled")
"""Final: nothing that comes later is true."""
_RANKS = {"accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "delivered": 5, "read": 6}

_SAME = and_(sends.c.outbox_id == bindparam("letter"), sends.c.address_id == bindparam("to"))
_BEGUN = select(sends).where(_SAME)
_SENT = (
    update(sends)
    .where(_SAME, sends.c.part == bindparam("which"), sends.c.sent_at.is_(None))
    .values(sent_at=bindparam("now"), external_id=bindparam("number"), price_kind=bindparam("price"))
)

Moved = Literal["moved", "old", "unknown"]


@dataclass(frozen=True)
class Key:
    """Which part (from 0) of which letter to which address."""

    outbox_id: int
    address_id: int
    part: int


@dataclass(frozen=True)
class Begun:
    """What is known of a part that was begun. Without `external_id` its fate is not known."""

    started_at: datetime
    external_id: str | None
    failed: bool


@dataclass(frozen=True)
class Sending:
    """A message whose status changed, and the letter it belongs to."""

    id: int
    outbox_id: int
    address_id: int
    part: int
    template: str | None


def begun(connection: Connection, outbox_id: int, address_id: int) -> Mapping[int, Begun]:
    """The parts of a letter to this address that were begun before, by number."""
    rows = connection.execute(_BEGUN, {"letter": outbox_id, "to": address_id})
    return {row.part: Begun(row.started_at, row.external_id, row.status in FAILED) for row in rows}


def note(connection: Connection, key: Key, channel: str, now: datetime, *, template: str | None, billed: bool) -> None:
    """The provider is about to be called. What an earlier call for the same part left behind is gone."""
    fresh = {
        "channel": channel,
        "started_at": now,
        "sent_at": None,
        "external_id": None,
        "template": template,
        "billed": billed,
        "price_kind": "",
        "status": "",
        "status_at": None,
        "error": None,
    }
    row = {"outbox_id": key.outbox_id, "address_id": key.address_id, "part": key.part, **fresh}
    connection.execute(insert_or_update(connection, sends, "outbox_id", "address_id", "part"), row)


def sent(connection: Connection, key: Key, external_id: str, price_kind: str, now: datetime) -> None:
    """The provider took it. Told a second time, nothing changes."""
    taken = {"now": now, "number": external_id, "price": price_kind}
    connection.execute(_SENT, {"letter": key.outbox_id, "to": key.address_id, "which": key.part, **taken})


def not_sent(connection: Connection, key: Key) -> None:
    """The provider said so: whoever tries again need not look."""
    connection.execute(delete(sends).where(_is(key), sends.c.sent_at.is_(None)))


def refused(connection: Connection, key: Key, error: str, now: datetime) -> None:
    """It will never go out; the row stays, as what was tried."""
    values = {"status": FAILED[0], "status_at": now, "error": error[:24], "billed": False}
    connection.execute(update(sends).where(_is(key), sends.c.sent_at.is_(None)).values(values))


def advance(
    connection: Connection, channel: str, external_id: str, status: str, error: str | None, at: datetime
) -> tuple[Moved, Sending | None]:
    """What the provider tells of a message later on. Only forward: it tells in any order and repeats itself.

    `unknown`: no message of that id is recorded (perhaps not yet); `old`: nothing new. A failure is final, and one that
    is told of a message that arrived is not believed. A failed message is not billed (`platform.md §3`).
    """
    name = status.lower()
    where = and_(sends.c.channel == channel, sends.c.external_id == external_id)
    values: dict[str, object] = {"status": name[:24], "status_at": at}
    if name in FAILED:
        values |= {"error": (error or "")[:24], "billed": False}
    moved = connection.execute(
        update(sends).where(where, sends.c.status.in_(_before(name))).values(values).returning(sends)
    ).first()
    if moved is not None:
        return "moved", Sending(moved.id, moved.outbox_id, moved.address_id, moved.part, moved.template)
    known = connection.scalar(select(sends.c.id).where(where).limit(1))
    return ("unknown" if known is None else "old"), None


def _before(status: str) -> list[str]:
    """Statuses that this one may follow; none for a word that is not among them."""
    reached = _RANKS["delivered"] if status in FAILED else _RANKS.get(status, 0)
    return ["", *(name for name, rank in _RANKS.items() if rank < reached)] if reached else []


def _is(key: Key) -> ColumnElement[bool]:
    return and_(sends.c.outbox_id == key.outbox_id, sends.c.address_id == key.address_id, sends.c.part == key.part)
