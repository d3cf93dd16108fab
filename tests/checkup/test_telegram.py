"""What `kentongan check` says of a Telegram bot, against the strict double of Telegram's server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.checkup.finding import Weight
from bot.checkup.telegram import CROWD, Wanted, look_at_telegram
from tests.doubles.loopback import Answer, Loopback
from tests.doubles.telegram.double import TelegramDouble

UPDATES = ("message", "callback_query")
URL = "https://kentongan.example/made-up/telegram"
BY_WEBHOOK = Wanted(URL, "made-up-secret", UPDATES, 40)
BY_ASKING = Wanted(None)


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double
    assert double.violations == []


def api(double: TelegramDouble) -> str:
    return double.base_url.removesuffix("/bot")


def found(double: TelegramDouble, wanted: Wanted, *, fix: bool = False, token: str | None = None) -> list[str]:
    now = double.now()
    findings = list(look_at_telegram(token or double.token, api(double), wanted, now, fix=fix))
    assert double.token not in repr(findings)
    return [f"{one.weight} {one.key.removeprefix('checkup.telegram.')}" for one in findings]


def test_a_bot_that_is_ready(telegram: TelegramDouble) -> None:
    assert found(telegram, BY_WEBHOOK, fix=True) == ["done webhook_set", "fine fine"]
    webhook = telegram.updates.webhook
    assert (webhook.url, webhook.secret, webhook.allowed, webhook.connections) == (URL, "made-up-secret", UPDATES, 40)
    assert found(telegram, BY_WEBHOOK) == ["fine fine"]


def test_a_webhook_that_is_not_set(telegram: TelegramDouble) -> None:
    assert found(telegram, BY_WEBHOOK) == ["stops no_webhook"]
    assert telegram.updates.webhook.url == ""


def test_a_webhook_of_somebody_else(telegram: TelegramDouble) -> None:
    telegram.updates.webhook.url = "https://elsewhere.example/their-secret"
    [finding] = look_at_telegram(telegram.token, api(telegram), BY_WEBHOOK, telegram.now(), fix=False)
    assert (finding.key, finding.values) == ("checkup.telegram.webhook_elsewhere", {"address": URL})


def test_kinds_of_updates_that_were_left_out(telegram: TelegramDouble) -> None:
    telegram.updates.webhook.url, telegram.updates.webhook.allowed = URL, ("message",)
    assert found(telegram, BY_WEBHOOK) == ["stops updates"]
    assert found(telegram, BY_WEBHOOK, fix=True) == ["done webhook_set", "fine fine"]


def test_a_laptop_asks_for_its_messages_itself(telegram: TelegramDouble) -> None:
    assert found(telegram, BY_ASKING) == ["fine fine"]
    telegram.updates.webhook.url = URL
    assert found(telegram, BY_ASKING) == ["warns webhook_in_the_way"]
    assert found(telegram, BY_ASKING, fix=True) == ["done webhook_removed", "fine fine"]
    assert telegram.updates.webhook.url == ""


@pytest.mark.parametrize(("ago", "expected"), [(20, ["warns last_error"]), (90, ["fine fine"])])
def test_the_last_error_of_a_delivery(telegram: TelegramDouble, ago: int, expected: list[str]) -> None:
    found(telegram, BY_WEBHOOK, fix=True)
    webhook = telegram.updates.webhook
    webhook.last_error_at = telegram.now() - timedelta(minutes=ago)
    webhook.last_error = f"Wrong response from the webhook: 403 Forbidden {telegram.token}"
    assert found(telegram, BY_WEBHOOK) == expected


def test_updates_that_pile_up(telegram: TelegramDouble) -> None:
    found(telegram, BY_WEBHOOK, fix=True)
    for _ in range(CROWD + 1):
        telegram.user_says(71, "halo")
    assert found(telegram, BY_WEBHOOK) == ["warns crowd"]


def test_a_token_that_is_wrong(telegram: TelegramDouble) -> None:
    assert found(telegram, BY_WEBHOOK, token="1234567:made-up-and-wrong") == ["stops token"]
    telegram.violations.clear()  # it counts the wrong token as our mistake, which it is


def test_a_clock_that_is_wrong(telegram: TelegramDouble) -> None:
    late = datetime.now(UTC) - timedelta(minutes=5)
    [finding] = look_at_telegram(telegram.token, api(telegram), BY_ASKING, late, fix=False)
    assert (finding.key, finding.weight) == ("checkup.clock_slow", Weight.WARNS)


TROUBLES = [
    (
        429,
        b'{"ok": false, "error_code": 429, "description": "Many", "parameters": {"retry_after": 9}}',
        "warns busy",
    ),
    (500, b"<html>oops</html>", "stops unreachable"),
    (400, b'{"ok": false, "error_code": 400, "description": "Bad Request: bad webhook"}', "stops refused"),
]


@pytest.mark.parametrize(("status", "body", "expected"), TROUBLES)
def test_a_server_in_trouble(status: int, body: bytes, expected: str) -> None:
    server = Loopback(lambda _call: Answer(status, body))
    [finding] = look_at_telegram("1234567:made-up", server.url, BY_ASKING, datetime.now(UTC), fix=False)
    server.close()
    assert f"{finding.weight} {finding.key.removeprefix('checkup.telegram.')}" == expected


def test_nobody_there() -> None:
    server = Loopback(lambda _call: Answer(200))
    server.close()
    [finding] = look_at_telegram("1234567:made-up", server.url, BY_ASKING, datetime.now(UTC), fix=False)
    assert finding.key == "checkup.telegram.unreachable"
