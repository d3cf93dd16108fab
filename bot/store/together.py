"""Letters to one person that leave in one message: the first one carries it, the others are marked as travelling along
until the message has an id of its own, so that after a crash it is the same message again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from bot.store.outbound import UNSENT, ClaimedLetter, claimed
from bot.store.tables import outbox

MOST = 9
"""How many may travel along with one."""


def companions(connection: Connection, letter: ClaimedLetter, now: datetime) -> tuple[bool, list[ClaimedLetter]]:
    """Those that travel along already (True), or those that are due and might, in their order (False)."""
    marked = select(outbox).where(UNSENT, outbox.c.external_id == _with(letter)).order_by(outbox.c.id)
    there = [claimed(row) for row in connection.execute(marked)]
    if there:
        return True, there
    due = (
        UNSENT,
        outbox.c.person_id == letter.person_id,
        outbox.c.id > letter.id,
        outbox.c.parked_at.is_(None),
        outbox.c.external_id.is_(None),
        outbox.c.due_at <= now,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
    )
    return False, [
        claimed(row) for row in connection.execute(select(outbox).where(*due).order_by(outbox.c.id).limit(MOST))
    ]


def take_along(
    connection: Connection, letter: ClaimedLetter, others: Collection[ClaimedLetter], until: datetime
) -> tuple[ClaimedLetter, ...]:
    """The others are ours like the first one, until the same time. Those that were gone meanwhile are left out."""
    ours = (outbox.c.id.in_([one.id for one in others]), UNSENT, outbox.c.parked_at.is_(None))
    taken = connection.execute(
        update(outbox)
        .where(*ours)
        .values(external_id=_with(letter), lease_until=until, tries=outbox.c.tries + 1)
        .returning(outbox)
    )
    return tuple(sorted((claimed(row) for row in taken), key=lambda one: one.id))


def _with(letter: ClaimedLetter) -> str:
    return f"with:{letter.id}"
