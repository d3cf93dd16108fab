"""`kentongan cost`: messages and money, by month and kind, and for each solved report."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.costs import Month, OfReport, by_month, by_report
from bot.prices import OLD, Prices, read_prices
from bot.settings import load_settings
from bot.store.database import reading
from routing.region import load_atlas

Rows = list[list[str]]


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("cost", help=words.text("cli.cost.help"))
    def cost(
        months: Annotated[int, typer.Option("--months", min=1, max=60, help=words.text("cli.cost.months"))] = 3,
        reports: Annotated[bool, typer.Option("--reports", help=words.text("cli.cost.reports"))] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help=words.text("cli.cost.csv"))] = False,
    ) -> None:
        settings = load_settings()
        prices = read_prices(settings.prices)
        zone = ZoneInfo(load_atlas().regions[settings.default_region].zone)
        today = SystemClock().now().astimezone(zone).date()
        with open_database(settings) as engine, reading(engine) as connection:
            found = list(by_month(connection, prices, today, months, zone))
            each = list(by_report(connection, prices, today, months, zone)) if reports else []
        shown = Shown(words, prices)
        for table in filter(None, (shown.months(found), shown.reports(each))):
            typer.echo(_csv(table) if as_csv else _plain(table))
        if not as_csv:
            for line in shown.remarks(found, today):
                typer.echo(line)


class Shown:
    """The figures in words. Money with four places, for a message costs two cents."""

    def __init__(self, words: Catalogue, prices: Prices) -> None:
        self._words = words
        self._prices = prices

    def months(self, months: Sequence[Month]) -> Rows:
        """Heading and rows; nothing when there was no message at all."""
        rows = [row for month in months for row in self._month(month)]
        names = (
            "month",
            "channel",
            "kind",
            "messages",
            "money",
            *self._rupiah("rupiah"),
            "solved",
            "each",
            "each_money",
        )
        return [[self._words.text(f"cli.cost.{name}") for name in names], *rows] if rows else []

    def _month(self, month: Month) -> Iterator[list[str]]:
        name = format_date(month.first, "MMMM y", locale=self._words.lang)
        for line in month.lines:
            kind = self._words.text(f"cli.cost.kind.{line.kind or 'free'}")
            yield [name, line.channel, kind, str(line.messages), *self._money(line.money), "", "", ""]
        every = self._words.text("cli.cost.all")
        each, money_each = self._number(month.sent_each, "0.0"), self._number(month.money_each, "0.0000")
        yield [name, every, every, str(month.sent), *self._money(month.money), str(month.solved), each, money_each]

    def reports(self, reports: Sequence[OfReport]) -> Rows:
        names = ("ticket", "messages", "money", *self._rupiah("rupiah"))
        rows = [[one.ticket, str(one.messages), *self._money(one.money)] for one in reports]
        return [[self._words.text(f"cli.cost.{name}") for name in names], *rows] if rows else []

    def remarks(self, months: Sequence[Month], today: date) -> Iterator[str]:
        if not months:
            yield self._words.text("cli.cost.nothing")
        unpriced = sorted({line.kind for month in months for line in month.lines if line.money is None})
        if unpriced:
            yield self._words.text("cli.cost.unpriced", kinds=", ".join(unpriced))
        for note in dict.fromkeys(price.uncertain for price in self._prices.all if price.uncertain):
            yield self._words.text("cli.cost.uncertain", note=note)
        day = format_date(self._prices.checked_on, "d MMMM y", locale=self._words.lang)
        age = self._prices.age(today)
        if age > OLD:
            yield self._words.text("cli.cost.old", day=day, count=age.days)
        else:
            yield self._words.text("cli.cost.checked", day=day)

    def _money(self, amount: Decimal | None) -> list[str]:
        money = [self._number(amount, "0.0000")]
        if self._prices.rupiah is None:
            return money
        return [*money, self._number(None if amount is None else amount * self._prices.rupiah.amount, "#,##0")]

    def _rupiah(self, name: str) -> tuple[str, ...]:
        return (name,) if self._prices.rupiah else ()

    def _number(self, number: Decimal | None, form: str) -> str:
        return "-" if number is None else format_decimal(number, form, locale=self._words.lang)


def _plain(rows: Rows) -> str:
    """Columns under one another; figures to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    figures = [
        all(not row[column] or row[column][0] in "-0123456789" for row in rows[1:]) for column in range(len(widths))
    ]
    lines = (
        "  ".join(
            cell.rjust(width) if figure else cell.ljust(width)
            for cell, width, figure in zip(row, widths, figures, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join((*lines, ""))


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().rstrip("\n")
