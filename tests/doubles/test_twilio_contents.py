"""The Content API of the Twilio double: what it creates, what WhatsApp approves, what then crosses the window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.clock import FrozenClock
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_setting import PERSON, content, post


@pytest.mark.parametrize("value", ['{"1": "dua\\nbaris"}', '{"1": ""}', '{"1": 5}', '{"1": "a     b"}', "[]", "{1}"])
def test_refuses_variables(twilio: TwilioDouble, http: httpx.Client, value: str) -> None:
    sid = content(http, "text", {"body": "Kabar {{1}} hari ini."}).json()["sid"]
    assert post(twilio, http, Body=None, ContentSid=sid, ContentVariables=value).json()["code"] == 21656


TITLES = [{"title": f"Pilihan {number}", "id": str(number)} for number in range(12)]
ITEMS = [{"item": f"Pilihan {number}", "id": str(number)} for number in range(12)]
NOT_MADE: list[tuple[str, dict[str, Any]]] = [
    ("text", {"body": ""}),
    ("text", {"body": "x" * 1601}),
    ("text", {"body": "halo {{nama orang}} ya"}),
    ("quick-reply", {"body": "x" * 1025, "actions": TITLES[:1]}),
    ("quick-reply", {"body": "x", "actions": []}),
    ("quick-reply", {"body": "x", "actions": TITLES[:11]}),
    ("quick-reply", {"body": "x", "actions": [{"title": "x" * 21, "id": "1"}]}),
    ("quick-reply", {"body": "x", "actions": [{"title": "", "id": "1"}]}),
    ("quick-reply", {"body": "x", "actions": [{"title": "a", "id": "1"}, {"title": "b", "id": "1"}]}),
    ("list-picker", {"body": "x", "button": "Pilih", "items": []}),
    ("list-picker", {"body": "x", "button": "Pilih", "items": ITEMS[:11]}),
    ("list-picker", {"body": "x", "button": "x" * 21, "items": ITEMS[:2]}),
    ("list-picker", {"body": "x", "button": "Pilih", "items": [{"item": "x" * 25, "id": "1"}]}),
    ("list-picker", {"body": "x", "button": "Pilih", "items": [{"item": "x", "id": "1" * 201}]}),
    ("list-picker", {"body": "x", "button": "Pilih", "items": [{"item": "x", "id": "1", "description": "x" * 73}]}),
    ("carousel", {"body": "x"}),
]


@pytest.mark.parametrize(("kind", "form"), NOT_MADE)
def test_refuses_a_content(twilio: TwilioDouble, http: httpx.Client, kind: str, form: dict[str, Any]) -> None:
    answer = content(http, kind, form)
    assert (answer.status_code, answer.json()["code"]) == (400, 20422)
    assert twilio.violations


BODIES = [
    ("Halo {{1}}, ada kabar untuk laporan Anda. Balas OK.", {"1": "Contoh"}, "approved"),
    ("{{1}} adalah nomor laporan Anda di sini.", {"1": "SMD-0001"}, "rejected"),
    ("Nomor laporan Anda di sini adalah {{1}}.", {"1": "SMD-0001"}, "rejected"),
    ("Laporan {{1}} {{2}} sudah kami terima dengan baik hari ini.", {"1": "a", "2": "b"}, "rejected"),
    ("Laporan {{2}} sudah kami terima dengan baik.", {"2": "b"}, "rejected"),
    ("Laporan {{1}} sudah kami terima dengan baik.", {}, "rejected"),
    ("Laporan {{1}} ada.", {"1": "a"}, "rejected"),
]


@pytest.mark.parametrize(("body", "variables", "becomes"), BODIES)
def test_reviews_templates(
    twilio: TwilioDouble,
    http: httpx.Client,
    clock: FrozenClock,
    body: str,
    variables: dict[str, str],
    becomes: str,
) -> None:
    sid = content(http, "text", {"body": body}, variables=variables).json()["sid"]
    asked = {"name": "kabar_laporan", "category": "UTILITY"}
    if becomes == "rejected" and not variables:
        assert http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json={**asked, "name": "A B"}).is_error
        twilio.violations.clear()
    submitted = http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=asked)
    assert (submitted.status_code, submitted.json()["status"]) == (201, "received")
    clock.move(timedelta(minutes=1))
    (found,) = http.get("/v1/ContentAndApprovals").json()["contents"]
    assert found["approval_requests"]["status"] == becomes
    assert http.get(f"/v1/Content/{sid}/ApprovalRequests").json()["whatsapp"]["status"] == becomes
    assert len(twilio.violations) == (becomes == "rejected")


def test_a_list_cannot_be_approved(http: httpx.Client) -> None:
    sid = content(http, "list-picker", {"body": "x", "button": "Pilih", "items": ITEMS[:10]}).json()["sid"]
    asked = {"name": "daftar", "category": "UTILITY"}
    assert http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json=asked).status_code == 400


def test_templates_cross_the_window_and_bills_differ(
    twilio: TwilioDouble, http: httpx.Client, clock: FrozenClock
) -> None:
    wanted = {"body": "Ada kabar untuk laporan {{1}} Anda, balas OK.", "actions": TITLES[:4]}
    sid = content(http, "quick-reply", wanted, variables={"1": "SMD-0001"}).json()["sid"]
    fields = {"Body": None, "ContentSid": sid, "ContentVariables": '{"1": "SMD-0002"}'}
    post(twilio, http, **fields)
    assert twilio.violations == ["63013: 4 buttons without approval"]
    http.post(f"/v1/Content/{sid}/ApprovalRequests/whatsapp", json={"name": "kabar", "category": "UTILITY"})
    clock.move(timedelta(days=2))
    post(twilio, http, **fields)
    (arrived,) = twilio.sent_to(PERSON)
    assert (arrived.body, len(arrived.buttons)) == ("Ada kabar untuk laporan SMD-0002 Anda, balas OK.", 4)
    twilio.user_taps(PERSON, arrived.sid, "Pilihan 2")
    post(twilio, http)
    assert twilio.fate.billed == {"utility": 1, "service": 1, "twilio_out": 2, "twilio_in": 2}
    twilio.contents.review(sid, "paused")
    clock.move(timedelta(days=2))
    post(twilio, http, **fields)
    assert twilio.sent_to(PERSON, all_tried=True)[-1].error == 63016
