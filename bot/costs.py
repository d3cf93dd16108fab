"""What the service costs: messages and money by month and kind, and for each solved report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.prices import Prices
from bot.store import costs
from bot.store.costs import INBOUND, Tally


@dataclass(frozen=True)
class Line:
    """One kind of message on one channel. `money` is None when the list has no price for it."""

    channel: str
    kind: str
    messages: int
    money: Decimal | None


@dataclass(frozen=True)
class Month:
    """One month of the region's calendar. `first` is its first day; `solved` counts ordinary reports."""

    first: date
    lines: tuple[Line, ...]
    solved: int

    @property
    def sent(self) -> int:
        return sum(line.messages for line in self.lines if line.kind != INBOUND)

    @property
    def money(self) -> Decimal:
        return total(self.lines)

    @property
    def sent_each(self) -> Decimal | None:
        """Messages of ours for each solved report; None while there is none."""
        return Decimal(self.sent) / self.solved if self.solved else None

    @property
    def money_each(self) -> Decimal | None:
        return self.money / self.solved if self.solved else None


@dataclass(frozen=True)
class OfReport:
    """What one solved report took. The talk before it had a number is part of the month alone."""

    ticket: str
    messages: int
    money: Decimal


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.money for line in lines if line.money is not None), Decimal(0))


def by_month(connection: Connection, prices: Prices, today: date, months: int, zone: ZoneInfo) -> Iterator[Month]:
    """The last `months`, this one included, oldest first; months without a message are left out."""
    for first in reversed([_months_before(today, back) for back in range(months)]):
        since, until = _span(first, zone)
        lines = tuple(_lines(costs.tallies(connection, since, until), prices))
        if lines:
            yield Month(first, lines, len(costs.solved(connection, since, until)))


def by_report(connection: Connection, prices: Prices, today: date, months: int, zone: ZoneInfo) -> Iterator[OfReport]:
    """Each report that was solved in these months."""
    since, until = _span(_months_before(today, months - 1), zone)[0], _span(today.replace(day=1), zone)[1]
    for report_id, ticket in costs.solved(connection, since, until):
        lines = tuple(_lines(costs.about(connection, report_id, ticket).tallies, prices))
        yield OfReport(ticket, sum(line.messages for line in lines), total(lines))


def _lines(tallies: Iterable[Tally], prices: Prices) -> Iterator[Line]:
    for one in tallies:
        if one.kind == INBOUND:
            each: Decimal | None = prices.incoming(one.channel)
        else:
            each = prices.outgoing(one.kind, one.channel) if one.kind else Decimal(0)
        yield Line(one.channel, one.kind, one.messages, None if each is None else each * one.messages)


def _months_before(day: date, count: int) -> date:
    """First day of the month that lies `count` months before this one."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _span(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The month as the region lives it, in UTC."""
    begins = datetime(first.year, first.month, 1, tzinfo=zone)
    following = _months_before(first, -1)
    ends = datetime(following.year, following.month, 1, tzinfo=zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)
