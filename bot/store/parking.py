"""Letters that wait until their person writes, and the one announcement that tells them so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select, update

from bot.store.outbound import UNPARKED, UNSENT, ClaimedLetter, Letter, claimed, post
from bot.store.tables import addresses, asks, outbox, reports
from handlers.messages import Say

QUIET = timedelta(days=1)
"""At most one announcement to a person in this time, however much waits."""
KEPT = timedelta(days=14)
"""What nobody came to read by then is not news any more."""
LAPSED = "lapsed"
TOLD = "told"
"""Somebody above knows that this letter waits and waits."""

_OF_OFFICERS = ("accept", "progress")

_PARKED = and_(UNSENT, outbox.c.parked_at.is_not(None))


def announce(connection: Connection, letter: ClaimedLetter, say: Say, now: datetime, *, pressing: bool) -> bool:
    """Posts the announcement of a parked letter, unless there was one a moment ago; False then."""
    lately = and_(outbox.c.person_id == letter.person_id, outbox.c.notice, outbox.c.created_at > now - QUIET)
    if not pressing and connection.scalar(select(outbox.c.id).where(lately, outbox.c.failed_at.is_(None)).limit(1)):
        return False
    # Two letters parked at the same moment by two processes announce themselves once.
    period = f"p{letter.id}" if pressing else str(int(now.timestamp() // QUIET.total_seconds()))
    dedupe = f"notice:{letter.person_id}:{period}"
    notice = Letter(letter.person_id, (say,), dedupe, now, letter.reply_channel, not_before=letter.not_before)
    post(connection, notice, now, notice=True)
    return True


def waits_for(connection: Connection, person_id: int) -> bool:
    """Whether anything is parked for this person."""
    return connection.scalar(select(outbox.c.id).where(_PARKED, outbox.c.person_id == person_id).limit(1)) is not None


def was_announced(connection: Connection, person_id: int) -> bool:
    """Whether something waits, and the last thing that reached this person since they wrote is the announcement."""
    heard = select(func.max(addresses.c.last_inbound_at)).where(addresses.c.person_id == person_id).scalar_subquery()
    since = or_(heard.is_(None), outbox.c.sent_at > heard)
    told = and_(outbox.c.person_id == person_id, outbox.c.notice, outbox.c.sent_at.is_not(None), since)
    return waits_for(connection, person_id) and connection.scalar(select(outbox.c.id).where(told).limit(1)) is not None


def still_asking(connection: Connection, letters: tuple[ClaimedLetter, ...]) -> tuple[ClaimedLetter, ...]:
    """The same letters; one that waited, and whose question its person answered before they read it, asks no more."""
    asked = [one.ask_id for one in letters if one.failure == UNPARKED and one.ask_id is not None]
    if not asked:
        return letters
    # An officer's answer settles it in ten minutes; it was given all the same.
    given = and_(asks.c.kind.in_(_OF_OFFICERS), reports.c.answer_due_at.is_not(None))
    settled = select(asks.c.id).outerjoin(reports, reports.c.id == asks.c.report_id).where(asks.c.id.in_(asked))
    answered = set(connection.scalars(settled.where(or_(asks.c.closed_at.is_not(None), given))))
    return tuple(_told(one) if one.ask_id in answered else one for one in letters)


def supersede(connection: Connection, letter: ClaimedLetter, key: str, now: datetime) -> None:
    """Nobody reads yesterday's list beside today's: an older parked letter that says `key` and nothing else lapses."""
    older = select(outbox).where(_PARKED, outbox.c.person_id == letter.person_id, outbox.c.id < letter.id)
    stale = [one.id for one in map(claimed, connection.execute(older)) if all(say.key == key for say in one.says)]
    if stale:
        connection.execute(update(outbox).where(outbox.c.id.in_(stale)).values(failed_at=now, failure=LAPSED))


def _told(letter: ClaimedLetter) -> ClaimedLetter:
    return replace(letter, says=tuple(replace(say, choices=()) for say in letter.says))


def lapse(connection: Connection, now: datetime) -> list[int]:
    """Lets go of what waited too long, and of questions that were settled meanwhile; tells which."""
    settled = select(asks.c.id).where(asks.c.closed_at.is_not(None))
    over = or_(outbox.c.parked_at < now - KEPT, outbox.c.ask_id.in_(settled))
    gone = update(outbox).where(_PARKED, over).values(failed_at=now, failure=LAPSED).returning(outbox.c.id)
    return sorted(connection.scalars(gone))


_UNKNOWN = and_(_PARKED, outbox.c.report_id.is_not(None), or_(outbox.c.failure.is_(None), outbox.c.failure != TOLD))
"""Letters about a report that wait, and of which nobody else knows yet."""


def unread_since(connection: Connection, before: datetime, at_once: int) -> Iterator[ClaimedLetter]:
    """All that were parked before this time, read so many at once. They may be changed on the way."""
    waiting = select(outbox).where(_UNKNOWN, outbox.c.parked_at <= before).order_by(outbox.c.id).limit(at_once)
    rows = connection.execute(waiting).all()
    while rows:
        yield from (claimed(row) for row in rows)
        rows = connection.execute(waiting.where(outbox.c.id > rows[-1].id)).all()


def stranded(connection: Connection, limit: int) -> list[ClaimedLetter]:
    """Those to somebody who has no address any more from which they could write: a lost phone, a number given up."""
    works = (addresses.c.person_id == outbox.c.person_id, addresses.c.blocked_at.is_(None))
    waiting = select(outbox).where(_UNKNOWN, ~select(addresses.c.id).where(*works).exists())
    return [claimed(row) for row in connection.execute(waiting.order_by(outbox.c.id).limit(limit))]


def mark_told(connection: Connection, letter: ClaimedLetter) -> None:
    connection.execute(update(outbox).where(outbox.c.id == letter.id, _PARKED).values(failure=TOLD))
