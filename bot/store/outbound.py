"""Outgoing messages at rest: what is to be said, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
    update,
)

from bot.store.tables import addresses, attachments, outbox
from bot.store.upsert import insert_once
from handlers.messages import SAY, Attachment, Say

NEEDS_TEMPLATE = "needs_template"
"""The provider said that the window is closed, whatever our clock says."""

UNPARKED = "unparked"
"""It waited for its person, who wrote just now."""

UNSENT = and_(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
_WAITS_FOR_PERSON = outbox.c.parked_at.is_not(None)


def _waiting(held: ColumnElement[bool]) -> Select[tuple[int, int]]:
    return select(outbox.c.id, outbox.c.person_id).where(UNSENT, outbox.c.parked_at.is_(None), held)


_NOW: BindParameter[datetime] = bindparam("now")
# One pass over what waits: asked of each letter whether another is in its way, a long backlog of one person costs the
# square of its length. In two parts, so that both databases leave the held ones out by index.
_THERE = union_all(_waiting(outbox.c.not_before.is_(None)), _waiting(outbox.c.not_before <= _NOW)).subquery()
_FREE = (
    select(outbox.c.id)
    .where(
        UNSENT,
        ~_WAITS_FOR_PERSON,
        outbox.c.due_at <= _NOW,
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= _NOW),  # again: or PostgreSQL reads all that are held
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= _NOW),
        outbox.c.id.in_(select(func.min(_THERE.c.id)).group_by(_THERE.c.person_id)),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(_FREE.scalar_subquery()))
    .values(lease_until=bindparam("until"), tries=outbox.c.tries + 1)
    .returning(outbox)
)
_EVERY = addresses.alias("every")
_CONSENT = select(func.max(_EVERY.c.opted_in_at)).where(_EVERY.c.person_id == bindparam("person")).scalar_subquery()
_WHERE_TO = (
    select(addresses, _CONSENT.label("consent"))
    .where(
        addresses.c.person_id == bindparam("person"),
        addresses.c.blocked_at.is_(None),
        addresses.c.channel.in_(bindparam("channels", expanding=True)),
    )
    .order_by(
        case((addresses.c.channel == bindparam("reply"), 0), else_=1),
        addresses.c.last_inbound_at.desc().nulls_last(),
        addresses.c.id,
    )
    .limit(1)
)
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
    not_before: datetime | None = None
    """Nobody asked for it: it waits for that time, and holds up nothing meanwhile. None: quiet hours are no matter."""


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
    not_before: datetime | None = None


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
    connection.execute(insert_once(connection, outbox, "dedupe"), _row(letter, now, notice=notice))


def post_all(connection: Connection, letters: Sequence[Letter], now: datetime) -> None:
    """Any number of letters in one go, in their order."""
    if letters:
        written = [_row(letter, now, notice=False) for letter in letters]
        connection.execute(insert_once(connection, outbox, "dedupe"), written)


def _row(letter: Letter, now: datetime, *, notice: bool) -> dict[str, object]:
    return {
        "person_id": letter.person_id,
        "report_id": letter.report_id,
        "ask_id": letter.ask_id,
        "says": [SAY.dump_python(say, mode="json") for say in letter.says],
        "reply_channel": letter.reply_channel,
        "dedupe": letter.dedupe,
        "created_at": now,
        "due_at": letter.due_at if letter.not_before is None else max(letter.due_at, letter.not_before),
        "not_before": letter.not_before,
        "notice": notice,
    }


def claim(connection: Connection, now: datetime, until: datetime, limit: int) -> list[ClaimedLetter]:
    """Takes due messages that nobody else holds: for each person only the earliest unsent one, so order is kept.

    Parked ones wait for their person, held ones for their time; neither holds up anything.
    """
    rows = connection.execute(_CLAIM, {"now": now, "until": until, "most": limit})
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
    wanted = {"person": person_id, "reply": reply_channel, "channels": sorted(channels)}
    row = connection.execute(_WHERE_TO, wanted).one_or_none()
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
        not_before=row.not_before,
    )


def _if_ours(connection: Connection, letter: ClaimedLetter, **values: object) -> bool:
    new = {f"new_{name}": value for name, value in values.items()}
    return connection.execute(_ours(*values), {"letter": letter.id, "claim": letter.tries, **new}).rowcount == 1


@cache
def _ours(*names: str) -> Update:
    ours = and_(outbox.c.id == bindparam("letter"), UNSENT, outbox.c.tries == bindparam("claim"))
    return update(outbox).where(ours).values({name: bindparam(f"new_{name}") for name in names})
