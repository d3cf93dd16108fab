"""Letters to one person that leave in one message: the first one carries it, the others are marked as travelling along
until the message has an id of its own, so that after a crash it is the same message again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.store.outbound import UNSENT, ClaimedLetter, claimed
from bot.store.tables import outbox
from bot.store.waiting import NEWS

MOST = 9
"""How many may travel along with one."""

_THEIRS = (
    UNSENT,
    outbox.c.person_id == bindparam("person"),
    outbox.c.external_id.is_(None),
    outbox.c.parked_at.is_(None),
)
_MARKED = select(outbox).where(UNSENT, outbox.c.external_id == bindparam("mark")).order_by(outbox.c.id)
_DUE = (
    select(outbox)
    .where(
        *_THEIRS,
        outbox.c.id > bindparam("first"),
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
    )
    .order_by(outbox.c.id)
    .limit(MOST)
)
_HELD_NEWS = (
    select(outbox)
    .where(*_THEIRS, NEWS, outbox.c.id != bindparam("first"), outbox.c.not_before > bindparam("now"))
    .order_by(outbox.c.id)
    .limit(MOST)
)


def companions(connection: Connection, letter: ClaimedLetter, now: datetime) -> tuple[bool, list[ClaimedLetter]]:
    """Those that travel along already (True), or those that are due and might, in their order (False)."""
    there = [claimed(row) for row in connection.execute(_MARKED, {"mark": _with(letter)})]
    if there:
        return True, there
    due = {"person": letter.person_id, "first": letter.id, "now": now}
    return False, [claimed(row) for row in connection.execute(_DUE, due)]


def held_news(connection: Connection, letter: ClaimedLetter, now: datetime) -> list[ClaimedLetter]:
    """News for the same person that waits for its time, older first."""
    held = {"person": letter.person_id, "first": letter.id, "now": now}
    return [claimed(row) for row in connection.execute(_HELD_NEWS, held)]


def take_along(
    connection: Connection, letter: ClaimedLetter, others: Collection[ClaimedLetter], now: datetime, until: datetime
) -> tuple[ClaimedLetter, ...]:
    """The others are ours like the first one, until the same time. Those that were gone meanwhile, or whose own time
    came and somebody else has them, are left out."""
    marked = outbox.c.external_id == _with(letter)
    free = or_(marked, outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
    ours = (outbox.c.id.in_([one.id for one in others]), UNSENT, outbox.c.parked_at.is_(None), free)
    taken = connection.execute(
        update(outbox)
        .where(*ours)
        .values(external_id=_with(letter), lease_until=until, tries=outbox.c.tries + 1)
        .returning(outbox)
    )
    return tuple(sorted((claimed(row) for row in taken), key=lambda one: one.id))


def _with(letter: ClaimedLetter) -> str:
    return f"with:{letter.id}"
