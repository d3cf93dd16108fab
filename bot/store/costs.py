"""How many messages went out and came in, and which reports were solved meanwhile: what a bill is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.store.sends import FAILED
from bot.store.tables import events, inbox, outbox, reports, sends
from routing.model import Status


@dataclass(frozen=True)
class Tally:
    """Messages of one kind on one channel. `kind` is empty for those that cost nothing, or *inbound*."""

    channel: str
    kind: str
    messages: int


@dataclass(frozen=True)
class SolvedReport:
    """An ordinary report that was solved, and the messages about it, by kind."""

    ticket: str
    tallies: tuple[Tally, ...]


INBOUND = "inbound"


def tallies(connection: Connection, since: datetime, until: datetime) -> list[Tally]:
    """Everything sent and received from `since` to before `until` (aware UTC), by channel and kind.

    A message that failed later on is not billed and not counted.
    """
    arrived = and_(sends.c.sent_at >= since, sends.c.sent_at < until, sends.c.status.not_in(FAILED))
    out = _counted(connection, arrived)
    received = and_(inbox.c.received_at >= since, inbox.c.received_at < until)
    query = select(inbox.c.channel, func.count()).where(received).group_by(inbox.c.channel).order_by(inbox.c.channel)
    return [*out, *(Tally(channel, INBOUND, count) for channel, count in connection.execute(query))]


def solved(connection: Connection, since: datetime, until: datetime) -> list[tuple[int, str]]:
    """Id and ticket of the reports first solved in this time; restricted ones are not among them."""
    ends = events.c.kind.in_([Status.RESOLVED, Status.CLOSED])
    first = func.min(events.c.at)
    query = (
        select(reports.c.id, reports.c.ticket)
        .join(events, events.c.report_id == reports.c.id)
        .where(ends, reports.c.restricted.is_(False))
        .group_by(reports.c.id, reports.c.ticket)
        .having(and_(first >= since, first < until))
        .order_by(reports.c.id)
    )
    return [(row.id, row.ticket) for row in connection.execute(query)]


def about(connection: Connection, report_id: int, ticket: str) -> SolvedReport:
    """What was sent about one report, to whomever."""
    letters = select(outbox.c.id).where(outbox.c.report_id == report_id)
    arrived = and_(sends.c.outbox_id.in_(letters), sends.c.sent_at.is_not(None), sends.c.status.not_in(FAILED))
    return SolvedReport(ticket, tuple(_counted(connection, arrived)))


def _counted(connection: Connection, which: ColumnElement[bool]) -> list[Tally]:
    query = (
        select(sends.c.channel, sends.c.price_kind, func.count())
        .where(which)
        .group_by(sends.c.channel, sends.c.price_kind)
        .order_by(sends.c.channel, sends.c.price_kind)
    )
    return [Tally(channel, kind, count) for channel, kind, count in connection.execute(query)]
