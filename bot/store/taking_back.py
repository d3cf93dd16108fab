"""Messages that somebody wants off their phone: which they are, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select, update

from bot.store.tables import addresses, inbox, outbox, sends

_WRITTEN = (
    select(inbox)
    .where(inbox.c.unsend_at.is_not(None), inbox.c.unsent_at.is_(None))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_SENT = (
    select(outbox.c.id, sends.c.channel, addresses.c.contact, sends.c.external_id, sends.c.sent_at)
    .join(sends, sends.c.outbox_id == outbox.c.id)
    .join(addresses, addresses.c.id == sends.c.address_id)
    .where(outbox.c.unsend_at.is_not(None), outbox.c.unsent_at.is_(None), sends.c.external_id.is_not(None))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class OnPhone:
    """One message as its provider knows it. `table` and `id` name our row of it; `raw` is what came in, if it did."""

    table: Table
    id: int
    channel: str
    contact: str
    external_id: str
    at: datetime
    raw: str = ""


def of_person(connection: Connection, person_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """What was sent to this person, and what they wrote from any of their addresses."""
    yield outbox, and_(outbox.c.person_id == person_id, outbox.c.sent_at.is_not(None))
    own = select(addresses.c.channel, addresses.c.contact_hash).where(addresses.c.person_id == person_id)
    for address in connection.execute(own).all():
        yield inbox, and_(inbox.c.channel == address.channel, inbox.c.contact_hash == address.contact_hash)


def due(connection: Connection, limit: int) -> list[OnPhone]:
    """What waits to be taken back, oldest first."""
    written = connection.execute(_WRITTEN, {"most": limit}).all()
    found = [OnPhone(inbox, r.id, r.channel, r.contact, r.external_id, r.received_at, r.raw) for r in written]
    sent = connection.execute(_SENT, {"most": limit}).all()
    return found + [OnPhone(outbox, r.id, r.channel, r.contact, r.external_id, r.sent_at) for r in sent]


def settle(connection: Connection, messages: Collection[OnPhone], now: datetime) -> None:
    """Taken back, or known to stay: not tried again."""
    for one in messages:
        connection.execute(update(one.table).where(one.table.c.id == one.id).values(unsent_at=now))
