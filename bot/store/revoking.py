"""A phone that was lost, sold or handed on: from now on nobody is taken for its former holder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.conversations import hand_state
from bot.store.tables import addresses, asks, invitations, people
from handlers.scene import State


def revoke_addresses(connection: Connection, person_id: int, now: datetime) -> int:
    """The person's addresses belong to a stranger who is not written to; hats, reports and open work stay theirs.

    A turn under way notices and ends without a trace, the conversation begins anew, invitations not yet used are void,
    links that were sent there open nothing (`has_a_way`). Tells how many addresses it were.
    """
    theirs = list(connection.scalars(select(addresses.c.id).where(addresses.c.person_id == person_id)))
    for address in theirs:
        stranger = connection.execute(
            insert(people).values(facts={}, created_at=now, made_up=False).returning(people.c.id)
        ).scalar_one()
        connection.execute(update(addresses).where(addresses.c.id == address).values(detached(stranger, now)))
    hand_state(connection, person_id, State())
    waiting = (invitations.c.person_id == person_id, invitations.c.used_at.is_(None))
    connection.execute(update(invitations).where(*waiting).values(expires_at=now))
    asked = (asks.c.person_id == person_id, asks.c.report_id.is_(None), asks.c.closed_at.is_(None))
    connection.execute(update(asks).where(*asked).values(closed_at=now))
    return len(theirs)


def detached(person_id: int, now: datetime) -> Mapping[str, object]:
    """What an address becomes in the hands of somebody else: silent until they write, without anybody's consent."""
    return {
        "person_id": person_id,
        "blocked_at": now,
        "last_inbound_at": None,
        "opted_in_at": None,
        "opted_in_by": None,
    }


def has_a_way(connection: Connection, person_id: int) -> bool:
    """Whether any address of this person takes messages. What was sent to a phone that was revoked is nobody's."""
    works = (addresses.c.person_id == person_id, addresses.c.blocked_at.is_(None))
    return connection.scalar(select(addresses.c.id).where(*works).limit(1)) is not None
