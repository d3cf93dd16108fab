"""Invitations: who may join with which code, and until when. Only a hash of the code is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, insert, select

from bot.store.tables import invitations

VALID = timedelta(days=7)


def store_invitation(connection: Connection, person_id: int, code: str, now: datetime) -> datetime:
    """Let a person join with `code`; tells until when (UTC)."""
    until = now + VALID
    connection.execute(insert(invitations).values(person_id=person_id, code_hash=code, expires_at=until))
    return until


def find_invitation(
    connection: Connection, code: str, now: datetime
) -> tuple[int | None, Literal["", "expired", "used", "unknown"]]:
    """The invitation of this code when it may be used now, otherwise why not."""
    wanted = (invitations.c.id, invitations.c.expires_at, invitations.c.used_at)
    row = connection.execute(select(*wanted).where(invitations.c.code_hash == code)).one_or_none()
    if row is None:
        return None, "unknown"
    if row.used_at is not None:
        return None, "used"
    return (row.id, "") if now < row.expires_at else (None, "expired")
