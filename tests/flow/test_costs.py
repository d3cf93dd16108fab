"""Every message that is billed is counted once, at the price that was checked; a price nobody checked is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.app import App
from bot.catalogue import load_catalogue
from bot.channels.base import Limits, Ok
from bot.clock import FrozenClock
from bot.commands.cost import Shown
from bot.costs import Month, OfReport, by_month, by_report
from bot.prices import SHIPPED, Prices, PricesError, read_prices
from bot.store.database import reading
from bot.store.tables import events
from tests.flow.conftest import World
from tests.flow.test_outbox import put, put_report
from tests.flow.world import KADER, RESIDENT, START, FileChannel, add_person, write

ZONE = ZoneInfo("Asia/Makassar")
TODAY = START.date()
LIST = """
currency = "USD"
[message.service]
price = 0.025
checked_on = 2026-10-01
source = "a"
[message.utility]
price = 0.03
checked_on = 2026-11-01
source = "b"
uncertain = "belum pasti"
[carrier.test]
price = 0.005
checked_on = 2026-11-01
source = "c"
"""


def prices(folder: Path, text: str = LIST) -> Prices:
    file = folder / "prices.toml"
    file.write_text(text, encoding="utf-8")
    return read_prices(file)


def billed(make: Callable[..., World]) -> World:
    app, channel = make()
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1000, billed=True)
    return app, channel


def send(app: App, channel: FileChannel, person: int, kind: str, key: str, report: int | None = None) -> None:
    channel.results = [Ok(f"id-{key}", kind)]
    put(app.engine, person, key, report_id=report)
    app.pump()


def solve(app: App, report: int, at: datetime) -> None:
    with app.engine.begin() as connection:
        values = {"report_id": report, "at": at, "actor": "officer", "kind": "resolved", "seen": True, "data": {}}
        connection.execute(insert(events).values(values))


def months(app: App, found: Prices, count: int = 1, today: date = TODAY) -> list[Month]:
    with reading(app.engine) as connection:
        return list(by_month(connection, found, today, count, ZONE))


def test_messages_and_money_by_month_and_kind(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = billed(make)
    person = add_person(app.engine, RESIDENT)
    for key, kind in (("a", "service"), ("b", "service"), ("c", "utility"), ("d", "")):
        send(app, channel, person, kind, key)
    write(app, 1, "hello")
    app.pump(now_quiet=True)
    report = put_report(app.engine, person)
    for _ in range(2):
        solve(app, report, START)
    (month,) = months(app, prices(tmp_path))
    assert month.first == date(2026, 11, 1)
    assert [(line.kind, line.messages, line.money) for line in month.lines] == [
        ("", 2, Decimal(0)),
        ("service", 2, Decimal("0.060")),
        ("utility", 1, Decimal("0.035")),
        ("inbound", 1, Decimal("0.005")),
    ]
    assert (month.sent, month.money, month.solved) == (5, Decimal("0.100"), 1), "solved twice is solved once"
    assert (month.sent_each, month.money_each) == (Decimal(5), Decimal("0.1"))


def test_what_failed_later_costs_nothing(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = billed(make)
    send(app, channel, add_person(app.engine, RESIDENT), "service", "a")
    with app.engine.begin() as connection:
        app.statuses.advance(connection, "test", "id-a", "failed", "63024", START)
    assert months(app, prices(tmp_path)) == []


def test_a_month_is_the_region_s_own(make: Callable[..., World], clock: FrozenClock, tmp_path: Path) -> None:
    app, channel = billed(make)
    clock.set(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))  # half past midnight of the first of December in Samarinda
    send(app, channel, add_person(app.engine, RESIDENT), "service", "a")
    found = months(app, prices(tmp_path), 3, date(2027, 1, 5))
    assert [month.first for month in found] == [date(2026, 12, 1)]


def test_each_solved_report_and_what_it_took(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = billed(make)
    person, kader = add_person(app.engine, RESIDENT), add_person(app.engine, KADER)
    report, other = put_report(app.engine, person), put_report(app.engine, person, ref="b", ticket="SMD-0008")
    hidden = put_report(app.engine, person, ref="c", restricted=True)
    for key, who, about in (("a", person, report), ("b", kader, report), ("c", person, other), ("d", person, hidden)):
        send(app, channel, who, "service", key, about)
    for solved in (report, hidden):
        solve(app, solved, START)
    with reading(app.engine) as connection:
        found = list(by_report(connection, prices(tmp_path), TODAY, 1, ZONE))
    assert found == [OfReport("SMD-0007", 2, Decimal("0.060"))]


def test_a_kind_without_a_price_is_counted_and_named(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = billed(make)
    send(app, channel, add_person(app.engine, RESIDENT), "authentication", "a")
    found = months(app, prices(tmp_path))
    assert [(line.messages, line.money) for line in found[0].lines] == [(1, None)]
    remarks = list(Shown(load_catalogue("id"), prices(tmp_path)).remarks(found, TODAY))
    assert "authentication" in remarks[0]


@pytest.mark.parametrize(("days", "key"), [(90, "cli.cost.checked"), (91, "cli.cost.old")])
def test_old_prices_are_told_of(tmp_path: Path, days: int, key: str) -> None:
    words = load_catalogue("id")
    (*_, last) = Shown(words, prices(tmp_path)).remarks([], date(2026, 10, 1) + timedelta(days=days))
    filled = {"count": days} if key == "cli.cost.old" else {}
    assert last == words.text(key, day="1 Oktober 2026", **filled)


def test_the_table_is_plain_and_rupiah_are_shown_where_the_list_knows_them(
    make: Callable[..., World], tmp_path: Path
) -> None:
    app, channel = billed(make)
    send(app, channel, add_person(app.engine, RESIDENT), "service", "a")
    with_rupiah = LIST.replace('"USD"', '"USD"\nrupiah_per_dollar = 16000\nrupiah_checked_on = 2026-11-01', 1)
    known = prices(tmp_path, with_rupiah)
    heading, service, every = Shown(load_catalogue("id"), known).months(months(app, known))
    assert len(heading) == len(service) == len(every) == 9
    assert service == ["November 2026", "test", "balasan dalam 24 jam", "1", "0,0300", "480", "", "", ""]
    assert every[-3:] == ["0", "-", "-"]


BAD = [
    pytest.param(LIST.replace("checked_on = 2026-10-01\n", ""), "cost.prices.missing", id="no day"),
    pytest.param(
        LIST.replace("checked_on = 2026-10-01", 'checked_on = "yesterday"'), "cost.prices.missing", id="no date"
    ),
    pytest.param(LIST.replace('source = "a"\n', ""), "cost.prices.missing", id="no source"),
    pytest.param(LIST.replace('currency = "USD"', ""), "cost.prices.missing", id="no currency"),
    pytest.param(LIST.replace("0.025", '"cheap"'), "cost.prices.number", id="no number"),
    pytest.param(LIST.replace("0.025", "-1"), "cost.prices.number", id="negative"),
    pytest.param("message = 1\ncurrency = 'USD'", "cost.prices.missing", id="no table"),
    pytest.param("<html>", "cost.prices.form", id="no list at all"),
]


@pytest.mark.parametrize(("text", "key"), BAD)
def test_a_list_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(PricesError) as refused:
        prices(tmp_path, text)
    assert refused.value.key == key


def test_the_list_that_ships_can_be_used() -> None:
    shipped = read_prices(None)
    assert {"service", "utility", "marketing"} == set(shipped.kinds)
    assert shipped.outgoing("service", "whatsapp") == Decimal("0.030")
    assert SHIPPED.exists()
