"""Outgoing messages at rest: what is to be said, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select, update

from bot.store.tables import addresses, attachments, outbox
from bot.store.upsert import insert_into
from handlers.messages import SAY, Attachment, Say

NEEDS_TEMPLATE = "needs_template"
"""Waits for the person to write, and does not hold up what comes after it."""

_UNSENT = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))


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


@dataclass(frozen=True)
class Address:
    id: int
    channel: str
    contact: str


def post(connection: Connection, letter: Letter, now: datetime) -> None:
    connection.execute(
        insert_into(connection, outbox)
        .values(
            person_id=letter.person_id,
            report_id=letter.report_id,
            ask_id=letter.ask_id,
            says=[SAY.dump_python(say, mode="json") for say in letter.says],
            reply_channel=letter.reply_channel,
            dedupe=letter.dedupe,
            created_at=now,
            due_at=letter.due_at,
        )
        .on_conflict_do_nothing(index_elements=["dedupe"])
    )


def claim(connection: Connection, now: datetime, until: datetime, limit: int) -> list[ClaimedLetter]:
    """Takes due messages that nobody else holds: for each person only the earliest unsent one, so order is kept."""
    earlier = outbox.alias("earlier")
    in_the_way = (
        select(earlier.c.id)
        .where(
            earlier.c.person_id == outbox.c.person_id,
            earlier.c.id < outbox.c.id,
            earlier.c.sent_at.is_(None),
            earlier.c.failed_at.is_(None),
            or_(earlier.c.failure.is_(None), earlier.c.failure != NEEDS_TEMPLATE),
        )
        .exists()
    )
    free = (
        select(outbox.c.id)
        .where(
            _UNSENT,
            outbox.c.due_at <= now,
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
            ~in_the_way,
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
    return sorted((_claimed(row) for row in rows), key=lambda one: one.id)


def release(connection: Connection, letters: Collection[ClaimedLetter]) -> None:
    """Claimed, but there was no time to send them: whoever comes next may, and no try is counted."""
    for letter in letters:
        _if_ours(connection, letter, lease_until=None, tries=letter.tries - 1)


def record_sent(connection: Connection, letter: ClaimedLetter, external_id: str, now: datetime) -> bool:
    """False when it is not ours any more."""
    return _if_ours(connection, letter, sent_at=now, external_id=external_id, lease_until=None, failure=None)


def retry(connection: Connection, letter: ClaimedLetter, due_at: datetime, failure: str) -> bool:
    return _if_ours(connection, letter, due_at=due_at, lease_until=None, failure=failure[:80])


def retry_elsewhere(connection: Connection, letter: ClaimedLetter, now: datetime) -> bool:
    """Another address of the same person may work; the one it was to be answered at does not."""
    return _if_ours(connection, letter, due_at=now, lease_until=None, reply_channel=None)


def give_up(connection: Connection, letter: ClaimedLetter, now: datetime, failure: str) -> bool:
    return _if_ours(connection, letter, failed_at=now, lease_until=None, failure=failure[:80])


def address_for(
    connection: Connection, person_id: int, reply_channel: str | None, channels: Collection[str]
) -> Address | None:
    """Where a message goes: back to `reply_channel` while that works, else where the person wrote from last.

    None when no address works on any of `channels`.
    """
    row = connection.execute(
        select(addresses.c.id, addresses.c.channel, addresses.c.contact)
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
    return None if row is None else Address(row.id, row.channel, row.contact)


def block(connection: Connection, address_id: int, now: datetime) -> None:
    connection.execute(update(addresses).where(addresses.c.id == address_id).values(blocked_at=now))


def attachments_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Attachment]:
    wanted = select(attachments.c.id, attachments.c.file).where(attachments.c.id.in_(ids)).order_by(attachments.c.id)
    rows = connection.execute(wanted)
    return {row.id: Attachment(**row.file) for row in rows}


def _claimed(row: Any) -> ClaimedLetter:
    says = tuple(SAY.validate_python(say) for say in row.says)
    return ClaimedLetter(row.id, row.person_id, says, row.reply_channel, row.report_id, row.dedupe, row.tries)


def _if_ours(connection: Connection, letter: ClaimedLetter, **values: object) -> bool:
    ours = and_(outbox.c.id == letter.id, _UNSENT, outbox.c.tries == letter.tries)
    return connection.execute(update(outbox).where(ours).values(**values)).rowcount == 1
