"""What has been kept long enough: found a batch at a time, oldest first (`domain.md §7`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from bot.store.media import waits_no_more
from bot.store.tables import (
    addresses,
    attachments,
    conversations,
    deletions,
    errands,
    events,
    inbox,
    outbox,
    reports,
    sends,
    simulator_lines,
    talks,
)
from routing.model import FINISHED
from routing.retention import categories_with_terms, terms

_ENDED = reports.c.status.in_(FINISHED)


@dataclass(frozen=True)
class OldMessage:
    """A message whose words may go: ours (`sent`) or theirs. `external_id` is what the provider calls it."""

    id: int
    channel: str
    external_id: str
    sent: bool


def messages(connection: Connection, now: datetime, limit: int) -> list[OldMessage]:
    """Raw messages of people none of whose reports is open or ended lately. What waits or is parked stays."""
    long_ago = now - terms().chat
    theirs = and_(addresses.c.channel == inbox.c.channel, addresses.c.contact_hash == inbox.c.contact_hash)
    written = (
        select(inbox.c.id, inbox.c.channel, inbox.c.external_id)
        .outerjoin(addresses, theirs)
        .where(inbox.c.handled_at < long_ago, ~_busy(addresses.c.person_id, now))
        .order_by(inbox.c.id)
        .limit(limit)
    )
    found = [OldMessage(row.id, row.channel, row.external_id, False) for row in connection.execute(written)]
    over = or_(outbox.c.sent_at < long_ago, outbox.c.failed_at < long_ago)
    said = (
        select(outbox.c.id, func.coalesce(sends.c.channel, "").label("channel"), sends.c.external_id)
        .outerjoin(sends, sends.c.outbox_id == outbox.c.id)
        .where(outbox.c.forgotten_at.is_(None), over, ~_busy(outbox.c.person_id, now))
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return found + [OldMessage(row.id, row.channel, row.external_id or "", True) for row in connection.execute(said)]


def forget(connection: Connection, gone: list[OldMessage], now: datetime) -> int:
    """Their words; that something was sent, and what it cost, stays. Tells how many rows."""
    sent = {one.id for one in gone if one.sent}
    connection.execute(update(outbox).where(outbox.c.id.in_(sent)).values(says=[], forgotten_at=now))
    written = [one.id for one in gone if not one.sent]
    connection.execute(delete(inbox).where(inbox.c.id.in_(written)))
    return len(sent) + len(written)


def drafts(connection: Connection, now: datetime, limit: int) -> int:
    """Talks that were left long ago, with what was begun in them and the files that waited; tells how many."""
    long_ago = now - terms().chat
    last = select(func.max(addresses.c.last_inbound_at)).where(addresses.c.person_id == conversations.c.person_id)
    idle = and_(last.scalar_subquery() < long_ago, ~_busy(conversations.c.person_id, now))
    left = connection.execute(select(conversations.c.person_id, conversations.c.state).where(idle).limit(limit)).all()
    for row in left:
        waits_no_more(connection, row.person_id, [one["ref"] for one in row.state.get("files", ())])
    connection.execute(delete(conversations).where(conversations.c.person_id.in_([row.person_id for row in left])))
    return len(left)


def traces(connection: Connection, now: datetime) -> int:
    """That there was a round-up for somebody, or a talk with whom: rows without words, which nobody asks for again."""
    long_ago = now - terms().chat
    over = (delete(errands).where(errands.c.done_at < long_ago), delete(talks).where(talks.c.opened_at < long_ago))
    return sum(connection.execute(one).rowcount for one in over)


def simulated(connection: Connection, now: datetime) -> int:
    """Talk of the simulator, whose people are made up: kept as long as any."""
    return connection.execute(delete(simulator_lines).where(simulator_lines.c.at < now - terms().chat)).rowcount


def files(connection: Connection, now: datetime) -> int:
    """Files of reports that ended long ago, and papers that were handed out; the bytes go when nothing needs them."""
    over = select(reports.c.id).where(_ended_before(now, "files"))
    old = and_(attachments.c.report_id.in_(over), attachments.c.added_at < now - terms().files)
    either = or_(talks.c.person_id == attachments.c.person_id, talks.c.operator_id == attachments.c.person_id)
    talking = exists().where(talks.c.closed_at.is_(None), either)  # it is read on Monday
    alone = and_(attachments.c.report_id.is_(None), ~talking)
    paper = and_(alone, attachments.c.added_at < now - terms().paper)
    return connection.execute(delete(attachments).where(or_(old, paper))).rowcount


def reports_to_anonymise(connection: Connection, now: datetime, limit: int) -> Iterator[tuple[int, str]]:
    """Id and region of reports that ended so long ago that nobody's name belongs to them any more."""
    old = select(reports.c.id, reports.c.region).where(reports.c.anonymised_at.is_(None), _ended_before(now, "report"))
    for row in connection.execute(old.order_by(reports.c.id).limit(limit)):
        yield row.id, row.region


def logs(connection: Connection, now: datetime) -> int:
    return connection.execute(delete(deletions).where(deletions.c.at < now - terms().log)).rowcount


def _busy(person: ColumnElement[int], now: datetime) -> ColumnElement[bool]:
    """Whether a report of theirs is open, or ended so lately that the talk about it may still be needed."""
    lately = _last_news() > now - terms().chat
    secret_and_old = and_(reports.c.restricted.is_(True), _last_news() < now - terms(restricted=True).report)
    return exists().where(reports.c.reporter_id == person, or_(~_ENDED, lately), ~secret_and_old)


def _ended_before(now: datetime, what: str) -> ColumnElement[bool]:
    """Ended, and quiet for as long as the terms of its category say; a restricted one also when nobody ended it."""
    special = categories_with_terms()
    quiet = _last_news()
    ordinary = and_(
        reports.c.restricted.is_(False),
        or_(reports.c.category.is_(None), reports.c.category.not_in(special)),
        quiet < now - getattr(terms(), what),
    )
    own = (
        and_(reports.c.restricted.is_(False), reports.c.category == name, quiet < now - getattr(terms(name), what))
        for name in special
    )
    secret = and_(reports.c.restricted.is_(True), quiet < now - getattr(terms(restricted=True), what))
    return or_(and_(_ENDED, or_(ordinary, *own)), secret)


def _last_news() -> ColumnElement[datetime]:
    last = select(func.max(events.c.at)).where(events.c.report_id == reports.c.id).scalar_subquery()
    return func.coalesce(last, reports.c.received_at)
