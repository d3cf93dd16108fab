"""At most five letters of new reports reach an officer on one day; what comes after them waits for the morning."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.tables import asks

A_DAY = 5
"""Letters of new reports that somebody still reads; a flood of three thousand goes into one round-up."""


def had_enough(connection: Connection, person_id: int, ask_id: int, since: datetime) -> bool:
    """Whether this person was asked as often as that since `since` (aware UTC), when their day began.

    The question `ask_id`, which is open already, is the one to be spared.
    """
    asked_today = (asks.c.person_id == person_id, asks.c.kind == "accept", asks.c.asked_at >= since)
    asked: int = connection.scalar(select(func.count(asks.c.id)).where(*asked_today, asks.c.id != ask_id)) or 0
    return asked >= A_DAY
