"""A number that changed hands: known beside one account, it comes in beside another.

The rule. An account's own id (WhatsApp's business-scoped user id) says who writes; a number is only where an account is
reached, and the telephone company gives it to somebody else one day. WhatsApp makes a new id when a number gets a new
account, and when somebody moves to another number (`platform.md §0.1`). So a number that we heard from beside one
account, and that now comes in beside another one, is the other one's from now on:

- whoever has it now is a stranger, or the person that account is known as; hats, reports and the conversation stay with
  the former holder, who is not written to at that number any more, nor at an id that went with it;
- the coordinator of a former holder who works here is told, without the number;
- nothing is lost: the same person on a new account comes back by an invitation, or by writing from the old account.

A number that was never heard from (it stands on an imported list) is still whoever writes from it first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from bot.store.audiences import coordinators
from bot.store.conversations import add_address, person_of
from bot.store.outbound import Letter, post
from bot.store.revoking import detached
from bot.store.tables import addresses, memberships, people
from handlers.messages import Say, Word

_NUMBER = re.compile(r"\+\d{6,15}")


def is_number(contact: str) -> bool:
    """Whether a contact is a telephone number (E.164); anything else is an account's own id."""
    return _NUMBER.fullmatch(contact) is not None


def hand_on(connection: Connection, channel: str, names: Sequence[str], now: datetime) -> bool:
    """Gives numbers among the names of one account, of which another account was known, to who writes now (`now`: UTC).

    False, and nothing is changed, when there is none.
    """
    accounts = [name for name in names if not is_number(name)]
    numbers = [name for name in names if is_number(name)]
    handed = [row for row in _heard(connection, channel, numbers) if _of_another(connection, channel, row, accounts)]
    if not handed:
        return False
    heir = _heir(connection, channel, accounts, now)
    for row in handed:
        connection.execute(update(addresses).where(addresses.c.id == row.id).values(detached(heir, now)))
    for former in sorted({row.person_id for row in handed}):
        _silence(connection, channel, former, now)
        _tell_coordinators(connection, former, now)
    return True


def _heard(connection: Connection, channel: str, numbers: Collection[str]) -> Sequence[Row[int, int]]:
    """Address and person of those numbers that somebody wrote from."""
    heard = (addresses.c.channel == channel, addresses.c.last_inbound_at.is_not(None))
    wanted = select(addresses.c.id, addresses.c.person_id).where(*heard, addresses.c.contact_hash.in_(numbers))
    return connection.execute(wanted.order_by(addresses.c.id)).all()


def _of_another(connection: Connection, channel: str, row: Row[int, int], accounts: Collection[str]) -> bool:
    known = {contact for contact in _contacts(connection, channel, row.person_id) if not is_number(contact)}
    return bool(known and accounts) and known.isdisjoint(accounts)


def _contacts(connection: Connection, channel: str, person_id: int) -> Sequence[str]:
    return connection.scalars(select(addresses.c.contact).where(*_theirs(channel, person_id))).all()


def _theirs(channel: str, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return addresses.c.channel == channel, addresses.c.person_id == person_id


def _heir(connection: Connection, channel: str, accounts: Sequence[str], now: datetime) -> int:
    """Who the account is known as, or else a stranger who is known by it from now on."""
    for account in accounts:
        known = person_of(connection, channel, account)
        if known is not None:
            return known
    new = insert(people).values(facts={}, created_at=now, made_up=False).returning(people.c.id)
    stranger: int = connection.execute(new).scalar_one()
    for account in accounts:
        add_address(connection, stranger, channel, account)
    return stranger


def _silence(connection: Connection, channel: str, former: int, now: datetime) -> None:
    """An id without its number leads nowhere: who has no other number there counts as unreachable, at once."""
    if any(is_number(contact) for contact in _contacts(connection, channel, former)):
        return
    gone = update(addresses).where(*_theirs(channel, former), addresses.c.blocked_at.is_(None))
    connection.execute(gone.values(blocked_at=now))


def _tell_coordinators(connection: Connection, former: int, now: datetime) -> None:
    """Of who works here, once a day at most, whatever arrives late and in whichever order."""
    name = connection.scalar(select(people.c.name).where(people.c.id == former))
    hats = select(memberships.c.region, memberships.c.role).where(
        memberships.c.person_id == former, memberships.c.active
    )
    for region, role in {row.region: row.role for row in connection.execute(hats)}.items():
        hat = Word(f"phone.role.{role}")
        say = Say("parked.changed_hands", {"role": hat, "name": name or Word("phone.nameless")})
        for coordinator in coordinators(connection, region):
            if coordinator != former:
                dedupe = f"handed_on:{former}:{coordinator}:{now.date().isoformat()}"
                post(connection, Letter(coordinator, (say,), dedupe, now, not_before=now), now)
