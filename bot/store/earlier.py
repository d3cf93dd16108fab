"""What somebody sent before."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.inbound import Message, messages_by_id
from bot.store.tables import inbox


def earlier(connection: Connection, message: Message, most: int) -> list[Message]:
    """The messages of the same sender on the same channel that came before this one, newest first, at most `most`."""
    same = (inbox.c.channel == message.channel, inbox.c.contact_hash == message.contact, inbox.c.id < message.id)
    ids = connection.scalars(select(inbox.c.id).where(*same).order_by(inbox.c.id.desc()).limit(most)).all()
    return messages_by_id(connection, ids)[::-1]
