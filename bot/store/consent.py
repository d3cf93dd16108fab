"""Who agreed to be written to first, and how: WhatsApp wants that on record before any template is sent
(`platform.md §3`). A message of theirs alone only opens the window."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, or_, update

from bot.store.tables import addresses

By = Literal["filed", "import", "invitation", "asked"]
"""They filed a report after the privacy notice, stand on an official list, took an invitation, or asked for it in
words."""
WITHDRAWN = "withdrawn"


def opt_in(connection: Connection, person_id: int, by: By, now: datetime) -> None:
    """All addresses of this person may be written to. Who said stop is only asked back in by an invitation or by words
    of their own; an earlier consent keeps its day."""
    consented = update(addresses).where(addresses.c.person_id == person_id, addresses.c.opted_in_at.is_(None))
    if by in ("filed", "import"):
        consented = consented.where(or_(addresses.c.opted_in_by.is_(None), addresses.c.opted_in_by != WITHDRAWN))
    connection.execute(consented.values(opted_in_at=now, opted_in_by=by))


def withdraw(connection: Connection, person_id: int) -> None:
    """*Berhenti*: nothing is sent first any more. Answers to what they write still are."""
    stopped = update(addresses).where(addresses.c.person_id == person_id)
    connection.execute(stopped.values(opted_in_at=None, opted_in_by=WITHDRAWN))
