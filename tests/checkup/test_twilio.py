"""What `kentongan check` says of a WhatsApp sender, against a small server that answers as Twilio's API does."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.checkup.finding import Finding
from bot.checkup.templates import SANDBOX
from bot.checkup.twilio import OVERRIDES, Account, Hooks, look_at_twilio
from tests.doubles.loopback import Answer, Call, Loopback
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER

HOOKS = Hooks("https://kentongan.example/made-up/whatsapp", "https://kentongan.example/made-up/status")
SENDER_SID = "XE" + "0123456789abcdef" * 2
RIGHT = {
    "callback_url": HOOKS.inbound + OVERRIDES,
    "callback_method": "POST",
    "fallback_url": HOOKS.inbound,
    "fallback_method": "POST",
    "status_callback_url": HOOKS.status,
    "status_callback_method": "POST",
}
PROFILE = {"name": "Kentongan Contoh", "about": "contoh"}


class Twilio:
    """One account and one sender: fetching the account, listing, fetching and updating the sender; Basic auth."""

    def __init__(self) -> None:
        self.account: dict[str, Any] = {"sid": ACCOUNT, "status": "active", "type": "Full"}
        self.sender: dict[str, Any] = {
            "sid": SENDER_SID,
            "sender_id": SENDER,
            "status": "ONLINE",
            "webhook": dict(RIGHT),
            "profile": dict(PROFILE),
        }
        self.broken: dict[str, Answer] = {}
        self.updates: list[dict[str, Any]] = []
        self._server = Loopback(self._answer)
        self.url = self._server.url
        self.close = self._server.close

    def _answer(self, call: Call) -> Answer:
        credentials = base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {credentials}":
            return refusal(401, 20003)
        for path, answer in self.broken.items():
            if call.path.startswith(path):
                return answer
        match call.method, call.path:
            case "GET", path if path == f"/2010-04-01/Accounts/{ACCOUNT}.json":
                return as_json(self.account)
            case "GET", "/v2/Channels/Senders":
                assert call.query.startswith("Channel=whatsapp")
                listed = {key: value for key, value in self.sender.items() if key in ("sid", "sender_id", "status")}
                return as_json({"senders": [listed], "meta": {"key": "senders", "next_page_url": None}})
            case "GET", path if path == f"/v2/Channels/Senders/{SENDER_SID}":
                return as_json(self.sender)
            case "POST", path if path == f"/v2/Channels/Senders/{SENDER_SID}":
                return self._update(json.loads(call.body))
        return refusal(404, 20404)

    def _update(self, given: dict[str, Any]) -> Answer:
        self.updates.append(given)
        self.sender.update(given)
        return as_json(self.sender, 202)


def as_json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def refusal(status: int, code: int) -> Answer:
    return as_json({"code": code, "message": "no", "status": status}, status)


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    server = Twilio()
    yield server
    server.close()


def look(twilio: Twilio, *, fix: bool = False, token: str = AUTH_TOKEN, sender: str = SENDER) -> list[Finding]:
    account = Account(ACCOUNT, token, sender, twilio.url)
    findings = list(look_at_twilio(account, HOOKS, datetime.now(UTC), fix=fix))
    assert AUTH_TOKEN not in repr(findings)
    assert sender.removeprefix("whatsapp:") not in repr(findings)
    return findings


def told(findings: list[Finding]) -> list[str]:
    return [f"{one.weight} {one.key.removeprefix('checkup.twilio.')}" for one in findings]


def test_a_sender_that_is_ready(twilio: Twilio) -> None:
    assert told(look(twilio)) == ["fine fine"]
    assert told(look(twilio, fix=True)) == ["fine fine"]
    assert twilio.updates == []


WRONG_WEBHOOKS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["stops no_webhook"]),
    (RIGHT | {"callback_url": "https://elsewhere.example/their-secret"}, ["stops webhook_elsewhere"]),
    (RIGHT | {"callback_method": "PUT"}, ["stops webhook_elsewhere"]),
    (RIGHT | {"callback_url": HOOKS.inbound}, ["warns no_second_try"]),
    (RIGHT | {"fallback_url": ""}, ["warns no_second_try"]),
]


@pytest.mark.parametrize(("webhook", "expected"), WRONG_WEBHOOKS)
def test_webhooks_that_are_not_ours_are_said_and_set(
    twilio: Twilio, webhook: dict[str, str], expected: list[str]
) -> None:
    twilio.sender["webhook"] = webhook
    findings = look(twilio)
    assert told(findings) == expected
    assert "their-secret" not in repr(findings)
    assert twilio.updates == []
    assert told(look(twilio, fix=True)) == ["done webhook_set"]
    assert twilio.updates == [{"webhook": RIGHT}]
    assert twilio.sender["profile"] == PROFILE
    assert told(look(twilio)) == ["fine fine"]


def test_the_address_to_paste_by_hand_has_what_twilio_is_to_do(twilio: Twilio) -> None:
    twilio.sender["webhook"] = {}
    [finding] = look(twilio)
    assert finding.values == {"address": "https://kentongan.example/made-up/whatsapp#rc=3&rp=all&rt=4000"}


ACCOUNTS = [
    ({"status": "suspended"}, ["stops account"]),
    ({"type": "Trial"}, ["warns trial"]),
]


@pytest.mark.parametrize(("changed", "expected"), ACCOUNTS)
def test_accounts(twilio: Twilio, changed: dict[str, str], expected: list[str]) -> None:
    twilio.account |= changed
    assert told(look(twilio)) == expected


@pytest.mark.parametrize("status", ["OFFLINE", "PENDING_VERIFICATION", "CREATING"])
def test_a_sender_that_is_not_live(twilio: Twilio, status: str) -> None:
    twilio.sender["status"] = status
    assert told(look(twilio)) == ["stops offline"]


@pytest.mark.parametrize("status", ["ONLINE", "ONLINE:UPDATING"])
def test_a_sender_that_is_live(twilio: Twilio, status: str) -> None:
    twilio.sender["status"] = status
    assert told(look(twilio)) == ["fine fine"]


def test_a_number_that_is_not_in_this_account(twilio: Twilio) -> None:
    assert told(look(twilio, sender="whatsapp:+6281200000009")) == ["stops no_sender"]


def test_the_sandbox_is_set_by_hand(twilio: Twilio) -> None:
    [finding] = look(twilio, sender=SANDBOX, fix=True)
    assert finding.key == "checkup.twilio.sandbox"
    assert finding.values == {"address": HOOKS.as_pasted}


def test_a_token_that_is_wrong(twilio: Twilio) -> None:
    assert told(look(twilio, token="made-up-and-wrong")) == ["stops token"]


SENDERS = "/v2/Channels/Senders"
TROUBLES = [
    (SENDERS, refusal(404, 20404), "warns by_hand"),
    (SENDERS, refusal(403, 20403), "warns by_hand"),
    (SENDERS, refusal(429, 20429), "warns busy"),
    ("/2010-04-01", refusal(500, 20500), "stops refused"),
    ("/2010-04-01", Answer(200, b"<html>oops</html>"), "stops unreachable"),
    ("/2010-04-01", Answer(502, b"<html>oops</html>"), "stops refused"),
    ("/2010-04-01", Answer(200, ending="reset"), "stops unreachable"),
]


@pytest.mark.parametrize(("path", "answer", "expected"), TROUBLES)
def test_a_provider_in_trouble(twilio: Twilio, path: str, answer: Answer, expected: str) -> None:
    twilio.broken[path] = answer
    assert told(look(twilio)) == [expected]


def test_a_clock_that_is_wrong(twilio: Twilio) -> None:
    account = Account(ACCOUNT, AUTH_TOKEN, SENDER, twilio.url)
    early = datetime.now(UTC) + timedelta(minutes=5)
    [finding] = look_at_twilio(account, HOOKS, early, fix=False)
    assert finding.key == "checkup.clock_fast"
