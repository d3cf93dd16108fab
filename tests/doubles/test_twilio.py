"""The Twilio double refuses what Twilio and WhatsApp refuse: one row for each rule of `platform.md §3`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from bot.clock import FrozenClock
from tests.doubles.delivery import Reply, wire
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio.webhooks import SharedKey
from tests.doubles.twilio_setting import HIDDEN, HOOK, PERSON, QUESTION, START, Bell, path, post

REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"To": None}, 21604),
    ({"To": "+6281200000011"}, 21211),
    ({"To": "whatsapp:62812"}, 21211),
    ({"From": None}, 21603),
    ({"From": "whatsapp:+6281299999999"}, 63007),
    ({"Body": None}, 21602),
    ({"Body": ""}, 21602),
    ({"Body": "x" * 1601}, 21617),
    ({"MediaUrl": "file:///etc/hosts"}, 21620),
    ({"MediaUrl": ["https://a.example/1", "https://a.example/2"]}, 21623),
    ({"StatusCallback": "status"}, 21609),
    ({"Body": None, "ContentSid": "HX" + "0" * 32}, 21655),
    ({"Body": None, "ContentSid": "welcome"}, 21655),
    ({"Bdy": "x"}, 20001),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_refuses_at_once(twilio: TwilioDouble, http: httpx.Client, fields: dict[str, Any], code: int) -> None:
    answer = post(twilio, http, **fields)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert len(twilio.violations) == 1
    assert not twilio.sent_to(PERSON, all_tried=True)


def test_refuses_who_is_not_let_in(twilio: TwilioDouble) -> None:
    for auth in (None, (twilio.account, "wrong")):
        with wire(auth=auth) as client:
            answer = client.post(f"{twilio.url}{path(twilio)}", data={"Body": "x"})
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def failed_later(twilio: TwilioDouble, bell: Bell, clock: FrozenClock) -> list[str]:
    clock.move(timedelta(seconds=10))
    twilio.deliver_due()
    return sorted({form["ErrorCode"] for form in bell.heard if "ErrorCode" in form})


TRAITS: list[tuple[dict[str, Any], str, bool]] = [
    ({"last_inbound": START - timedelta(hours=24)}, "63016", True),
    ({"last_inbound": None}, "63016", True),
    ({"on_whatsapp": False}, "63024", False),
    ({"in_experiment": True}, "63032", False),
]


@pytest.mark.parametrize(("traits", "code", "fault"), TRAITS)
def test_takes_and_fails_later(
    twilio: TwilioDouble,
    http: httpx.Client,
    bell: Bell,
    clock: FrozenClock,
    traits: dict[str, Any],
    code: str,
    fault: bool,
) -> None:
    twilio.add_person(PERSON, **traits)
    answer = post(twilio, http, StatusCallback="https://lapor.example/status")
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    assert failed_later(twilio, bell, clock) == [code]
    assert http.get(f"{path(twilio)[:-5]}/{answer.json()['sid']}.json").json()["error_code"] == int(code)
    assert twilio.sent_to(PERSON) == []
    assert bool(twilio.violations) == fault


def test_the_pair_rate(twilio: TwilioDouble, http: httpx.Client, clock: FrozenClock) -> None:
    for _ in range(11):
        assert post(twilio, http).status_code == 201
    assert [message.error for message in twilio.sent_to(PERSON, all_tried=True)] == [None] * 10 + [63018]
    assert len(twilio.violations) == 1
    clock.move(timedelta(seconds=6))
    post(twilio, http)
    assert len(twilio.sent_to(PERSON)) == 11


def test_who_said_stop_is_not_written_to(twilio: TwilioDouble, http: httpx.Client) -> None:
    twilio.user_says(PERSON, "STOP")
    assert post(twilio, http).json()["code"] == 21610
    assert twilio.violations == []


def test_statuses_come_in_any_order_and_twice(
    twilio: TwilioDouble, http: httpx.Client, bell: Bell, clock: FrozenClock
) -> None:
    twilio.add_person(PERSON, reads=True)
    for _ in range(30):
        post(twilio, http, StatusCallback="https://lapor.example/status")
        clock.move(timedelta(seconds=6))
        twilio.deliver_due()
    by_message: dict[str, list[str]] = {}
    for form in bell.heard[1:]:
        by_message.setdefault(form["MessageSid"], []).append(form["MessageStatus"])
    assert any(len(set(names)) < len(names) for names in by_message.values())
    assert any(names[:2] == ["delivered", "sent"] for names in by_message.values())
    assert {frozenset(names) for names in by_message.values()} == {frozenset({"sent", "delivered", "read"})}


RETRIES: list[tuple[str, list[Reply | OSError], int, int]] = [
    (HOOK, [OSError()], 2, 0),
    (HOOK, [OSError(), OSError()], 2, 1),
    (HOOK, [Reply(500)], 1, 1),
    (HOOK, [TimeoutError()], 1, 1),
    (f"{HOOK}#rc=3&rp=5xx", [Reply(500)] * 3, 4, 0),
    (f"{HOOK}#rc=3&rp=5xx", [Reply(403)], 1, 1),
    (f"{HOOK}#rc=2&rp=all", [Reply(403), TimeoutError()], 3, 0),
]


@pytest.mark.parametrize(("url", "answers", "calls", "lost"), RETRIES)
def test_tries_webhooks_as_told(
    twilio: TwilioDouble, bell: Bell, url: str, answers: list[Reply | OSError], calls: int, lost: int
) -> None:
    twilio.deliver_due()
    bell.calls.clear()
    twilio.webhook_url = url
    bell.answers = list(answers)
    twilio.user_says(PERSON, "lagi")
    twilio.deliver_due()
    assert (len(bell.calls), len(twilio.webhooks.lost)) == (calls, lost)
    assert len({headers["I-Twilio-Idempotency-Token"] for _, headers, _ in bell.calls}) == 1
    assert all(url == HOOK for url, _, _ in bell.calls)


def test_falls_back_and_can_be_compared(twilio: TwilioDouble, http: httpx.Client, bell: Bell) -> None:
    twilio.deliver_due()
    twilio.fallback_url = "https://lapor.example/cadangan"
    bell.answers = [Reply(500)]
    twilio.user_says(PERSON, "dua")
    twilio.deliver_due()
    assert bell.calls[-1][0].endswith("cadangan")
    listed = http.get(path(twilio), params={"To": twilio.sender, "PageSize": 1}).json()
    assert [message["body"] for message in listed["messages"]] in (["halo"], ["dua"])
    assert len(http.get(listed["next_page_uri"]).json()["messages"]) == 1


@pytest.mark.parametrize("key", [None, SharedKey("kunci-1", "contoh-rahasia")])
def test_signs_what_it_sends(twilio: TwilioDouble, bell: Bell, key: SharedKey | None) -> None:
    twilio.webhooks.shared_key = key
    twilio.user_sends_location(HIDDEN, -0.5, 117.15)
    twilio.deliver_due()
    url, headers, _ = bell.calls[-1]
    form = bell.heard[-1]
    assert (form["Body"], form["MessageType"], form["From"]) == ("", "location", f"whatsapp:{HIDDEN}")
    assert form["ExternalUserId"] == f"whatsapp:{HIDDEN}"
    assert "WaId" not in form
    validator = RequestValidator(key.secret if key else twilio.auth_token)
    assert validator.validate(url, form, headers["X-Twilio-Signature"]) == (key is None)
    if key:
        assert headers["X-Twilio-Webhooks-Signature-Settings"] == "key=kunci-1,algorithm=HMAC_SHA256"
        assert validator.validate(url, form, headers["X-Twilio-Signature"], algorithm="HMAC_SHA256")


def test_media_wants_to_be_let_in_and_can_be_deleted(twilio: TwilioDouble, http: httpx.Client, bell: Bell) -> None:
    message = twilio.user_sends_photo(PERSON, b"\xff\xd8 foto")
    twilio.deliver_due()
    url = bell.heard[-1]["MediaUrl0"]
    with wire() as stranger:
        assert stranger.get(url).status_code == 401
    assert http.get(url, follow_redirects=True).content == b"\xff\xd8 foto"
    base = f"{path(twilio)[:-5]}/{message.sid}"
    assert len(http.get(f"{base}/Media.json").json()["media_list"]) == 1
    assert http.delete(url).status_code == 204
    assert http.get(url).status_code == 404
    assert http.post(f"{base}.json", data={"Body": ""}).json()["body"] == ""
    assert http.post(f"{base}.json", data={"Body": "lain"}).status_code == 400
    assert http.delete(f"{base}.json").status_code == 204
    assert http.get(f"{base}.json").status_code == 404


def test_speaks_as_the_library_expects(twilio: TwilioDouble) -> None:
    library = TwilioHttpClient(timeout=2)
    client = Client(twilio.account, twilio.auth_token, http_client=library)
    client.api.base_url = client.content.base_url = twilio.url
    wanted = {"friendly_name": "tanya", "language": "id", "types": {"twilio/quick-reply": QUESTION}}
    made = client.content.v1.contents.create(ContentList.ContentCreateRequest(wanted))
    sent = client.messages.create(to=f"whatsapp:{PERSON}", from_=twilio.sender, content_sid=made.sid)
    assert sent.status == "queued"
    assert [one.sid for one in client.messages.list(to=f"whatsapp:{PERSON}", date_sent_after=START)] == [sent.sid]
    assert [one.sid for one in client.content.v1.contents.list()] == [made.sid]
    assert client.content.v1.contents(made.sid).delete()
    assert library.session is not None
    library.session.close()
    assert twilio.violations == []
