"""Outgoing messages at rest: what is to be said, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from bot.store.tables import addresses, attachments, outbox
from bot.store.upsert import insert_once
from handlers.messages import SAY, Attachment, Say

NEEDS_TEMPLATE = "needs_template"
"""The provider said that the window is closed, whatever our clock says."""

UNPARKED = "unparked"
"""It waited for its person, who wrote just now."""

UNSENT = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
_WAITS_FOR_PERSON = outbox.c.parked_at.is_not(None)
_UNPARK = (
    update(outbox)
    .where(UNSENT, _WAITS_FOR_PERSON, outbox.c.person_id == bindparam("person"))
    .values(parked_at=None, failure=UNPARKED, lease_until=None, due_at=bindparam("now"))
)


@dataclass(frozen=True)
class Letter:
    """One message to one person, not yet in words. `dedupe` is unique for all time: written twice, it is sent once."""

    person_id: int
    says: tuple[Say, ...]
    dedupe: str
    due_at: datetime
    reply_channel: str | None = None
    report_id: int | None = None
    ask_id: int | None = None


@dataclass(frozen=True)
class ClaimedLetter:
    """A due message that is ours until its lease ends. `tries` tells our claim from a later one."""

    id: int
    person_id: int
    says: tuple[Say, ...]
    reply_channel: str | None
    report_id: int | None
    dedupe: str
    tries: int
    ask_id: int | None = None
    notice: bool = False
    parked_at: datetime | None = None
    failure: str | None = None
    """Why it did not go out the last time."""


@dataclass(frozen=True)
class Address:
    """One way to a person. `last_inbound_at` and their consent tell what may be written there (`bot/window.py`)."""

    id: int
    channel: str
    contact: str
    last_inbound_at: datetime | None = None
    opted_in_at: datetime | None = None


def post(connection: Connection, letter: Letter, now: datetime, *, notice: bool = False) -> None:
    """`notice`: it only announces letters that are parked."""
    row = {
        "person_id": letter.person_id,
        "report_id": letter.report_id,
        "ask_id": letter.ask_id,
        "says": [SAY.dump_python(say, mode="json") for say in letter.says],
        "reply_channel": letter.reply_channel,
        "dedupe": letter.dedupe,
        "created_at": now,
        "due_at": letter.due_at,
        "notice": notice,
    }
    connection.execute(insert_once(connection, outbox, "dedupe"), row)


def claim(connection: Connection, now: datetime, until: datetime, limit: int) -> list[ClaimedLetter]:
    """Takes due messages that nobody else holds: for each person only the earliest unsent one, so order is kept.

    Parked ones wait for their person and hold up nothing.
    """
    waiting = outbox.alias("waiting")
    # One pass over what waits: asked of each letter whether another is in its way, a long backlog of one person costs
    # the square of its length.
    first_of_each = (
        select(func.min(waiting.c.id))
        .where(waiting.c.sent_at.is_(None), waiting.c.failed_at.is_(None), waiting.c.parked_at.is_(None))
        .group_by(waiting.c.person_id)
    )
    free = (
        select(outbox.c.id)
        .where(
            UNSENT,
            ~_WAITS_FOR_PERSON,
            outbox.c.due_at <= now,
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
            outbox.c.id.in_(first_of_each),
        )
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(free.scalar_subquery()))
        .values(lease_until=until, tries=outbox.c.tries + 1)
        .returning(outbox)
    )
    return sorted((claimed(row) for row in rows), key=lambda one: one.id)


def release(connection: Connection, letters: Collection[ClaimedLetter]) -> None:
    """Claimed, but there was no time to send them: whoever comes next may, and no try is counted."""
    for letter in letters:
        _if_ours(connection, letter, lease_until=None, tries=letter.tries - 1)


def put_back(connection: Connection, letter: ClaimedLetter, due_at: datetime) -> None:
    """It has to wait for its turn on the channel: nothing failed, and no try is counted."""
    _if_ours(connection, letter, due_at=due_at, lease_until=None, tries=letter.tries - 1)


def record_sent(connection: Connection, letter: ClaimedLetter, external_id: str, now: datetime) -> bool:
    """False when it is not ours any more."""
    return _if_ours(connection, letter, sent_at=now, external_id=external_id, lease_until=None, failure=None)


def retry(connection: Connection, letter: ClaimedLetter, due_at: datetime, failure: str) -> bool:
    return _if_ours(connection, letter, due_at=due_at, lease_until=None, failure=failure[:80])


def park(connection: Connection, letter: ClaimedLetter, now: datetime, failure: str | None = None) -> bool:
    """It waits until its person writes, and no time of ours brings it out."""
    return _if_ours(connection, letter, parked_at=now, lease_until=None, failure=failure)


def unpark(connection: Connection, person_id: int, now: datetime) -> int:
    """The person wrote: what waited for that is due, in its old order. Tells how many."""
    return connection.execute(_UNPARK, {"person": person_id, "now": now}).rowcount


def retry_elsewhere(connection: Connection, letter: ClaimedLetter, now: datetime) -> bool:
    """Another address of the same person may work; the one it was to be answered at does not."""
    return _if_ours(connection, letter, due_at=now, lease_until=None, reply_channel=None)


def give_up(connection: Connection, letter: ClaimedLetter, now: datetime, failure: str) -> bool:
    return _if_ours(connection, letter, failed_at=now, lease_until=None, failure=failure[:80])


def recalled(connection: Connection, outbox_id: int) -> list[ClaimedLetter]:
    """A letter that was recorded as sent and did not arrive, and those that travelled in the same message.

    Empty when it is on its way again already, or was given up.
    """
    sent = and_(outbox.c.sent_at.is_not(None), outbox.c.failed_at.is_(None))
    first = select(outbox.c.person_id, outbox.c.external_id).where(outbox.c.id == outbox_id, sent).subquery()
    same = and_(outbox.c.person_id == first.c.person_id, outbox.c.external_id == first.c.external_id)
    rows = connection.execute(select(outbox).join(first, same).where(sent).order_by(outbox.c.id).with_for_update())
    return [claimed(row) for row in rows]


def send_again(connection: Connection, letter: ClaimedLetter, due_at: datetime, failure: str) -> None:
    """It goes the whole way once more."""
    anew = {"sent_at": None, "external_id": None, "lease_until": None, "parked_at": None}
    connection.execute(
        update(outbox).where(outbox.c.id == letter.id).values(**anew, due_at=due_at, failure=failure[:80])
    )


def lose(connection: Connection, letter: ClaimedLetter, now: datetime, failure: str) -> None:
    """Recorded as sent, and will never arrive."""
    lost = {"sent_at": None, "failed_at": now, "failure": failure[:80]}
    connection.execute(update(outbox).where(outbox.c.id == letter.id).values(**lost))


def address_for(
    connection: Connection, person_id: int, reply_channel: str | None, channels: Collection[str]
) -> Address | None:
    """Where a message goes: back to `reply_channel` while that works, else where the person wrote from last. Consent is
    the person's, whichever of their addresses it was given from.

    None when no address works on any of `channels`.
    """
    every = addresses.alias("every")
    consent = select(func.max(every.c.opted_in_at)).where(every.c.person_id == person_id).scalar_subquery()
    row = connection.execute(
        select(addresses, consent.label("consent"))
        .where(
            addresses.c.person_id == person_id,
            addresses.c.blocked_at.is_(None),
            addresses.c.channel.in_(sorted(channels)),
        )
        .order_by(
            case((addresses.c.channel == reply_channel, 0), else_=1),
            addresses.c.last_inbound_at.desc().nulls_last(),
            addresses.c.id,
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Address(row.id, row.channel, row.contact, row.last_inbound_at, row.consent)


def block(connection: Connection, address_id: int, now: datetime) -> None:
    connection.execute(update(addresses).where(addresses.c.id == address_id).values(blocked_at=now))


def attachments_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Attachment]:
    wanted = select(attachments.c.id, attachments.c.file).where(attachments.c.id.in_(ids)).order_by(attachments.c.id)
    rows = connection.execute(wanted)
    return {row.id: Attachment(**row.file) for row in rows}


def claimed(row: Any) -> ClaimedLetter:
    says = tuple(SAY.validate_python(say) for say in row.says)
    return ClaimedLetter(
        id=row.id,
        person_id=row.person_id,
        says=says,
        reply_channel=row.reply_channel,
        report_id=row.report_id,
        dedupe=row.dedupe,
        tries=row.tries,
        ask_id=row.ask_id,
        notice=row.notice,
        parked_at=row.parked_at,
        failure=row.failure,
    )


def _if_ours(connection: Connection, letter: ClaimedLetter, **values: object) -> bool:
    ours = and_(outbox.c.id == letter.id, UNSENT, outbox.c.tries == letter.tries)
    return connection.execute(update(outbox).where(ours).values(**values)).rowcount == 1
