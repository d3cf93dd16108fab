"""What is left of a restricted report once the PPA office has it: that there was one, its code, and who did what when
(`domain.md §7`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select, update

from bot.apply_reports import ReportRow
from bot.store.media import detach
from bot.store.tables import addresses, asks, events, inbox, outbox, reports

_KEPT = frozenset({"from", "to", "reason"})
"""Of an event: the bare change. Notes, and what was amended to what, are words of somebody."""
_BEFORE = timedelta(minutes=1)
"""Its first words came in a little before it was filed."""


def forget(connection: Connection, row: ReportRow, now: datetime) -> None:
    """Words, voice, contact, spot and street of it go; so do the letters that showed them and what its reporter wrote.

    Letters and messages that are still on their way stay until they have arrived.
    """
    gone = {"text": "", "safe_contact": None, "on_behalf_of": None, "question": None}
    nowhere = {"point": None, "rt": None, "rw": None}
    detach(connection, row.id)
    connection.execute(
        update(reports).where(reports.c.id == row.id).values(**gone, **nowhere, version=reports.c.version + 1)
    )
    for event in connection.execute(select(events.c.id, events.c.data).where(events.c.report_id == row.id)).all():
        kept = {name: value for name, value in event.data.items() if name in _KEPT}
        if kept != event.data:
            connection.execute(update(events).where(events.c.id == event.id).values(data=kept))
    asked = select(asks.c.id).where(asks.c.report_id == row.id)
    about_it = or_(outbox.c.report_id == row.id, outbox.c.ask_id.in_(asked))
    delivered = or_(outbox.c.sent_at.is_not(None), outbox.c.failed_at.is_not(None))
    connection.execute(update(outbox).where(about_it, delivered).values(says=[]))
    _forget_what_was_written(connection, row, now)


def _forget_what_was_written(connection: Connection, row: ReportRow, now: datetime) -> None:
    """The raw messages of its reporter since then: nobody can tell which of them were about it."""
    own = select(addresses.c.channel, addresses.c.contact_hash).where(addresses.c.person_id == row.reporter_id)
    since = row.received_at - _BEFORE
    for address in connection.execute(own).all():
        theirs = and_(inbox.c.channel == address.channel, inbox.c.contact_hash == address.contact_hash)
        handled = and_(inbox.c.handled_at.is_not(None), inbox.c.received_at >= since, inbox.c.received_at <= now)
        connection.execute(update(inbox).where(theirs, handled).values(raw=""))
