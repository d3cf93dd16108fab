"""Which of a provider's message ids we know, and whose turn it is to compare them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.tables import facts, inbox, sends
from bot.store.upsert import insert_into

AT_ONCE = 500


def received_ids(connection: Connection, channel: str, external_ids: Collection[str]) -> set[str]:
    """Those that came in through the inbox before, handled or not."""
    found: set[str] = set()
    every = list(external_ids)
    for start in range(0, len(every), AT_ONCE):
        some = inbox.c.external_id.in_(every[start : start + AT_ONCE])
        found.update(connection.scalars(select(inbox.c.external_id).where(inbox.c.channel == channel, some)))
    return found


def sent_ids(connection: Connection, channel: str, external_ids: Collection[str]) -> set[str]:
    """Those that are recorded as messages of ours."""
    wanted = select(sends.c.external_id).where(sends.c.channel == channel, sends.c.external_id.in_(external_ids))
    return {found for found in connection.scalars(wanted) if found is not None}


def take_turn(connection: Connection, key: str, now: datetime, until: datetime) -> bool:
    """Whether this process may do what `key` names (40 characters at the most) until then; False while another has it.

    One statement, so that of two who ask at the same moment one is told no. Times are aware UTC.
    """
    written = until.isoformat(timespec="microseconds")
    taken = (
        insert_into(connection, facts)
        .values(key=key, value=written)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={"value": written},
            where=facts.c.value <= now.isoformat(timespec="microseconds"),
        )
        .returning(facts.c.key)
    )
    return connection.execute(taken).first() is not None
