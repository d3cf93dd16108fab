"""What somebody asks for with their own data is noted with their turn, and carried out by `bot/rights.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot.store.consent import opt_in, withdraw
from bot.store.tables import outbox, people
from handlers.effects import Erase, GoOn, HandOut, Stop


def asked_for(connection: Connection, person_id: int, effect: HandOut | Erase | Stop | GoOn, now: datetime) -> None:
    """At once where nothing has to be put together: who says stop is sent nothing that waits by then."""
    values: dict[str, datetime | None]
    match effect:
        case HandOut():
            values = {"data_asked_at": now}
        case Erase():
            values = {"erase_at": now}
            _drop_waiting(connection, person_id, now)
        case Stop():
            values = {"stopped_at": now}
            withdraw(connection, person_id)
            _drop_waiting(connection, person_id, now)
        case GoOn():
            values = {"stopped_at": None}
            opt_in(connection, person_id, "asked", now)
    connection.execute(update(people).where(people.c.id == person_id).values(**values))


def _drop_waiting(connection: Connection, person_id: int, now: datetime) -> None:
    """Letters that wait, the parked ones as well; answers to what the person wrote are still sent."""
    waiting = (
        outbox.c.person_id == person_id,
        outbox.c.sent_at.is_(None),
        outbox.c.failed_at.is_(None),
        outbox.c.reply_channel.is_(None),
    )
    connection.execute(update(outbox).where(*waiting).values(failed_at=now, failure="stopped"))
