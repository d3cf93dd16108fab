"""Inbound messages at rest: stored once, found again by person, handled or parked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Row, and_, bindparam, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.keys import Digest
from bot.store.tables import addresses, inbox
from bot.store.upsert import once

_WAITING = and_(inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None))
_SAME_SENDER = and_(addresses.c.channel == inbox.c.channel, addresses.c.contact_hash == inbox.c.contact_hash)


_PERSON_BEHIND = select(addresses.c.person_id).where(_SAME_SENDER).scalar_subquery().label("person_id")
_GLIMPSE = (
    select(
        inbox.c.id,
        inbox.c.channel,
        inbox.c.contact_hash,
        _PERSON_BEHIND,
        inbox.c.received_at,
        inbox.c.urgent,
        inbox.c.error.is_not(None).label("failed"),
    )
    .where(_WAITING, inbox.c.next_at <= bindparam("now"))
    .order_by(inbox.c.urgent.desc(), inbox.c.id)
    .limit(bindparam("limit"))
)
_WITH_IDS = inbox.c.id.in_(bindparam("ids", expanding=True))
_BY_ID = select(inbox).where(_WITH_IDS).order_by(inbox.c.id)
_OF_PERSON = (
    select(inbox)
    .join(addresses, _SAME_SENDER)
    .where(addresses.c.person_id == bindparam("person"), _WAITING, inbox.c.next_at <= bindparam("now"))
    .order_by(inbox.c.id)
)
_HANDLED = update(inbox).where(_WITH_IDS, _WAITING).values(handled_at=bindparam("now"))


@dataclass(frozen=True)
class NewMessage:
    """As it came in. `external_id` is the provider's, unique within the channel; `received_at` is ours, aware UTC."""

    channel: str
    external_id: str
    contact: str
    raw: bytes
    received_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, self.external_id


@dataclass(frozen=True)
class Glimpse:
    """What can be told of a waiting message without decrypting it. `person_id` is None for an unknown contact."""

    id: int
    channel: str
    contact_hash: Digest
    person_id: int | None
    received_at: datetime
    urgent: bool
    failed: bool

    @property
    def sender(self) -> tuple[str, str] | int:
        """The same value for all messages of one person."""
        return (self.channel, self.contact_hash) if self.person_id is None else self.person_id


@dataclass(frozen=True)
class Message:
    """A waiting message with its bytes. `failed` tells that its handling raised before."""

    id: int
    channel: str
    external_id: str
    contact: str
    raw: bytes
    received_at: datetime
    urgent: bool
    tries: int
    failed: bool


def insert_new(connection: Connection, messages: Sequence[NewMessage]) -> set[tuple[str, str]]:
    """Stores what was not stored before and tells which that was, by (channel, external_id)."""
    rows = [
        {
            "channel": one.channel,
            "external_id": one.external_id,
            "contact_hash": one.contact,
            "contact": one.contact,
            "raw": one.raw.decode("utf-8", "surrogateescape"),
            "received_at": one.received_at,
            "next_at": one.received_at,
        }
        for one in messages
    ]
    stored = connection.execute(_stored_once(connection.dialect.name), rows)
    return {(row.channel, row.external_id) for row in stored}


@cache
def _stored_once(dialect: str) -> ReturningInsert[tuple[str, str]]:
    return once(dialect, inbox, "channel", "external_id").returning(inbox.c.channel, inbox.c.external_id)


def glimpse(connection: Connection, now: datetime, limit: int) -> list[Glimpse]:
    """Messages that may be handled now, those known to be urgent first, then by arrival."""
    rows = connection.execute(_GLIMPSE, {"now": now, "limit": limit})
    return [
        Glimpse(row.id, row.channel, row.contact_hash, row.person_id, row.received_at, row.urgent, bool(row.failed))
        for row in rows
    ]


def messages_by_id(connection: Connection, ids: Collection[int]) -> list[Message]:
    return [_message(row) for row in connection.execute(_BY_ID, {"ids": list(ids)})]


def messages_of(connection: Connection, person_id: int, now: datetime) -> list[Message]:
    """What this person sent, on whatever address, and nobody handled yet, in the order it arrived."""
    return [_message(row) for row in connection.execute(_OF_PERSON, {"person": person_id, "now": now})]


def mark_urgent(connection: Connection, ids: Collection[int]) -> None:
    connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(urgent=True))


def mark_handled(connection: Connection, ids: Collection[int], now: datetime) -> int:
    """How many of them were still waiting; fewer than given means that somebody else handled one."""
    return connection.execute(_HANDLED, {"ids": list(ids), "now": now}).rowcount


def count_try(connection: Connection, ids: Collection[int]) -> None:
    """Another process died over these messages; should it happen again and again, they are parked like any other."""
    connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(tries=inbox.c.tries + 1))


def put_back(connection: Connection, message: Message, next_at: datetime, error: str) -> None:
    """Another try at `next_at`, after the others of the same person."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == message.id, _WAITING)
        .values(tries=message.tries + 1, next_at=next_at, error=error[:200])
    )


def wait(connection: Connection, ids: Collection[int], until: datetime) -> None:
    """Not yet, and nothing went wrong."""
    connection.execute(update(inbox).where(inbox.c.id.in_(ids), _WAITING).values(next_at=until))


def park(connection: Connection, message: Message, now: datetime, error: str) -> None:
    """No further try until a person replays it."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == message.id, _WAITING)
        .values(tries=message.tries + 1, parked_at=now, error=error[:200])
    )


def _message(row: Row[tuple[object, ...]]) -> Message:
    return Message(
        id=row.id,
        channel=row.channel,
        external_id=row.external_id,
        contact=row.contact,
        raw=row.raw.encode("utf-8", "surrogateescape"),
        received_at=row.received_at,
        urgent=row.urgent,
        tries=row.tries,
        failed=row.error is not None,
    )
