"""What messages cost: a file of prices, each with its source and the day it was checked. A price without that day is
refused, for nobody could tell whether it still holds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bot.operator_error import OperatorError

SHIPPED = Path(__file__).with_name("prices.toml")
OLD = timedelta(days=90)
"""After so long a price is worth a look."""


class PricesError(OperatorError):
    """The list of prices cannot be used."""


@dataclass(frozen=True)
class Price:
    """For one message, in the currency of the list."""

    amount: Decimal
    checked_on: date
    source: str
    uncertain: str = ""


@dataclass(frozen=True)
class Prices:
    """By kind of message, and what a channel's carrier asks on top, in and out."""

    currency: str
    kinds: dict[str, Price]
    carriers: dict[str, Price]
    rupiah: Price | None = None
    """For one unit of the currency."""

    @property
    def all(self) -> tuple[Price, ...]:
        return (*self.kinds.values(), *self.carriers.values(), *((self.rupiah,) if self.rupiah else ()))

    @property
    def checked_on(self) -> date:
        """The day of the price that was checked longest ago."""
        return min(price.checked_on for price in self.all)

    def age(self, today: date) -> timedelta:
        return today - self.checked_on

    def outgoing(self, kind: str, channel: str) -> Decimal | None:
        """Of one message we send; None when the list has no price for that kind."""
        if kind not in self.kinds:
            return None
        return self.kinds[kind].amount + self.incoming(channel)

    def incoming(self, channel: str) -> Decimal:
        """Of one message we get."""
        return self.carriers[channel].amount if channel in self.carriers else Decimal(0)


def read_prices(path: Path | None) -> Prices:
    """The list at `path`, or the one that ships. Raises PricesError."""
    source = path or SHIPPED
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _refused(source, "form") from None
    if "currency" not in table:
        raise _refused(source, "missing", "currency")
    return Prices(
        currency=str(table["currency"]),
        kinds=_group(source, table, "message"),
        carriers=_group(source, table, "carrier"),
        rupiah=_rupiah(source, table),
    )


def _group(source: Path, table: dict[str, Any], name: str) -> dict[str, Price]:
    group = table.get(name)
    if not isinstance(group, dict) or not all(isinstance(entry, dict) for entry in group.values()):
        raise _refused(source, "missing", name)
    return {kind: _price(source, f"{name}.{kind}", entry) for kind, entry in group.items()}


def _price(source: Path, name: str, entry: dict[str, Any]) -> Price:
    for needed in ("price", "checked_on", "source"):
        if needed not in entry:
            raise _refused(source, "missing", f"{name}.{needed}")
    checked_on = entry["checked_on"]
    if type(checked_on) is not date:
        raise _refused(source, "missing", f"{name}.checked_on")
    amount = _amount(source, f"{name}.price", entry["price"])
    return Price(amount, checked_on, str(entry["source"]), str(entry.get("uncertain", "")))


def _rupiah(source: Path, table: dict[str, Any]) -> Price | None:
    if "rupiah_per_dollar" not in table:
        return None
    checked_on = table.get("rupiah_checked_on")
    if type(checked_on) is not date:
        raise _refused(source, "missing", "rupiah_checked_on")
    amount = _amount(source, "rupiah_per_dollar", table["rupiah_per_dollar"])
    return Price(amount, checked_on, str(table.get("rupiah_source", "")))


def _amount(source: Path, name: str, value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise _refused(source, "number", name) from None
    if isinstance(value, bool) or not amount.is_finite() or amount < 0:
        raise _refused(source, "number", name)
    return amount


def _refused(source: Path, reason: str, name: str = "") -> PricesError:
    return PricesError(f"cost.prices.{reason}", file=str(source), name=name)
