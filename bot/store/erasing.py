"""A person goes from the records; the matter they reported stays (`domain.md §7`, UU 27/2022)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, update

from bot.store.tables import (
    addresses,
    asks,
    attachments,
    conversations,
    corrections,
    deletions,
    errands,
    events,
    followers,
    inbox,
    invitations,
    memberships,
    outbox,
    people,
    reports,
    talks,
)

_ON_ITS_WAY = (
    select(outbox.c.id)
    .where(outbox.c.person_id == people.c.id, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    .where(outbox.c.parked_at.is_(None))
    .exists()
)
_ASKED = (
    select(people.c.id)
    .where(people.c.erase_at.is_not(None), ~_ON_ITS_WAY)
    .order_by(people.c.erase_at)
    .limit(bindparam("most"))
)
_TRAIL = frozenset({"from", "to", "reason", "bounced", "files"})
"""Of an event: the bare change; notes are somebody's words."""


def due(connection: Connection, limit: int) -> list[int]:
    """Who asked to be erased and has been told all that was on its way to them."""
    return list(connection.scalars(_ASKED, {"most": limit}))


def erase(connection: Connection, person_id: int, now: datetime) -> int:
    """Name, addresses, words and questions of this person; tells how many rows. Hats end with them.

    Open reports go on without a name; what stands in them stays, for an office works on it.
    """
    count = forget_messages(connection, person_id, now)
    own = reports.c.reporter_id == person_id
    connection.execute(update(reports).where(own).values(hide_name=True, safe_contact=None))
    for table in (followers, conversations, talks, errands):
        count += connection.execute(delete(table).where(table.c.person_id == person_id)).rowcount
    examples = corrections.c.report_id.in_(select(reports.c.id).where(own))
    count += connection.execute(delete(corrections).where(examples)).rowcount
    alone = and_(attachments.c.person_id == person_id, attachments.c.report_id.is_(None))
    count += connection.execute(delete(attachments).where(alone)).rowcount
    connection.execute(
        update(asks).where(asks.c.person_id == person_id, asks.c.closed_at.is_(None)).values(closed_at=now)
    )
    connection.execute(update(memberships).where(memberships.c.person_id == person_id).values(active=False))
    connection.execute(update(invitations).where(invitations.c.person_id == person_id).values(expires_at=now))
    count += _forget_addresses(connection, person_id, now)
    nobody: dict[str, Any] = {"name": None, "facts": {}, "erase_at": None, "data_asked_at": None, "stopped_at": now}
    connection.execute(update(people).where(people.c.id == person_id).values(**nobody))
    return count


def forget_messages(connection: Connection, person_id: int, now: datetime) -> int:
    """What they wrote and what was said to them; that it was sent, and what it cost, stays."""
    written = 0
    for sender in _senders(connection, person_id):
        written += connection.execute(delete(inbox).where(sender, inbox.c.handled_at.is_not(None))).rowcount
    over = or_(outbox.c.sent_at.is_not(None), outbox.c.failed_at.is_not(None), outbox.c.parked_at.is_not(None))
    said = and_(outbox.c.person_id == person_id, over, outbox.c.forgotten_at.is_(None))
    unsent = and_(said, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    connection.execute(update(outbox).where(unsent).values(failed_at=now, failure="erased"))
    return written + connection.execute(update(outbox).where(said).values(says=[], forgotten_at=now)).rowcount


def anonymise(connection: Connection, report_id: int, now: datetime) -> None:
    """Of a report that ended long ago: that there was one, of which kind, where and how it went.

    An example to learn from stays, and belongs to no report any more.
    """
    gone = {
        "text": "",
        "on_behalf_of": None,
        "question": None,
        "safe_contact": None,
        "point": None,
        "rt": None,
        "rw": None,
    }
    connection.execute(
        update(reports).where(reports.c.id == report_id).values(**gone, hide_name=True, anonymised_at=now)
    )
    connection.execute(delete(followers).where(followers.c.report_id == report_id))
    connection.execute(update(corrections).where(corrections.c.report_id == report_id).values(report_id=None))
    for row in connection.execute(select(events.c.id, events.c.data).where(events.c.report_id == report_id)).all():
        kept = {name: value for name, value in row.data.items() if name in _TRAIL}
        if kept != row.data:
            connection.execute(update(events).where(events.c.id == row.id).values(data=kept))


def log_deletion(
    connection: Connection,
    rule: str,
    count: int,
    now: datetime,
    *,
    region: str | None = None,
    report: int | None = None,
) -> None:
    """That something was deleted, by which rule and how much; nothing when it was nothing."""
    if count:
        row = {"at": now, "rule": rule, "region": region, "report_id": report, "count": count}
        connection.execute(deletions.insert().values(**row))


def _forget_addresses(connection: Connection, person_id: int, now: datetime) -> int:
    """The rows stay, for sends refer to them; nobody is found by them any more."""
    ids = list(connection.scalars(select(addresses.c.id).where(addresses.c.person_id == person_id)))
    for address in ids:
        nobody = {"contact_hash": f"erased {address}", "contact": "", "blocked_at": now, "last_inbound_at": None}
        connection.execute(
            update(addresses).where(addresses.c.id == address).values(**nobody, opted_in_at=None, opted_in_by=None)
        )
    return len(ids)


def _senders(connection: Connection, person_id: int) -> list[ColumnElement[bool]]:
    own = select(addresses.c.channel, addresses.c.contact_hash).where(addresses.c.person_id == person_id)
    rows = connection.execute(own).all()
    return [and_(inbox.c.channel == row.channel, inbox.c.contact_hash == row.contact_hash) for row in rows]
