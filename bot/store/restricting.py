"""What has to leave everybody's hands when an ordinary report turns out to belong on the restricted track."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, update

from bot.store.tables import attachments, followers, outbox


def take_back(connection: Connection, report_id: int, now: datetime) -> None:
    """Followers and pictures go, and so do letters about it that are not sent yet: whoever they are for may not read
    them any more (`domain.md §6.5`)."""
    connection.execute(delete(followers).where(followers.c.report_id == report_id))
    pictures = and_(attachments.c.report_id == report_id, attachments.c.kind != "voice")
    connection.execute(delete(attachments).where(pictures))
    waiting = and_(outbox.c.report_id == report_id, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    connection.execute(update(outbox).where(waiting).values(failed_at=now, failure="restricted", lease_until=None))
