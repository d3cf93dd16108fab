"""The Telegram double refuses what Telegram refuses: one row for each rule of `platform.md §1`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from bot.clock import FrozenClock
from tests.doubles.delivery import Reply, wire
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.people import PHOTO
from tests.doubles.telegram.updates import PRESSES

CHAT = 5_000_001
BLOCKED = 5_000_002
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Bell:
    """A webhook that keeps what it was told, and answers as it is told to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self.answers: list[Reply | OSError] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = self.answers.pop(0) if self.answers else Reply(200)
        if isinstance(answer, OSError):
            raise answer
        self.secrets.append(headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        if answer.good:
            self.heard.append(json.loads(body))
        return answer


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def telegram(clock: FrozenClock, bell: Bell) -> Iterator[TelegramDouble]:
    with TelegramDouble(now=clock.now, post=bell) as double:
        double.user_says(CHAT, "halo")
        double.user_blocks(BLOCKED)
        yield double


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with wire() as client:
        yield client


@pytest.fixture
def api(telegram: TelegramDouble, client: httpx.Client) -> Any:
    def call(method: str, **values: Any) -> dict[str, Any]:
        shown = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
        answer: dict[str, Any] = client.post(f"{telegram.base_url}{telegram.token}/{method}", data=shown).json()
        return answer

    return call


def keys(*buttons: Mapping[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


GOOD = {"text": "Ya", "callback_data": "ya"}
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"chat_id": CHAT, "text": ""}, 400, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": " \n "}, 400, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "x" * 4097}, 400, "message is too long"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "<b>x", "parse_mode": "HTML", "reply_markup": keys({})},
        400,
        "non-empty",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "a < b", "parse_mode": "HTML"}, 400, "can't parse entities"),
    ("sendMessage", {"chat_id": 9, "text": "x"}, 400, "chat not found"),
    ("sendMessage", {"chat_id": BLOCKED, "text": "x"}, 403, "bot was blocked by the user"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_parameters": {"message_id": 999}}, 400, "replied not found"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keys({"text": "Ya"})}, 400, "Text buttons"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keys({**GOOD, "url": "https://a.id"})}, 400, "more"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keys({**GOOD, "text": ""})}, 400, "non-empty"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keys({"text": "J", "url": "t:r"})},
        400,
        "Wrong HTTP",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keys(GOOD | {"callback_data": ""})},
        400,
        "DATA_INV",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keys(GOOD | {"callback_data": "é" * 33})},
        400,
        "DATA",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": {"keyboard": []}}, 400, "non-empty Array"),
    ("sendPhoto", {"chat_id": CHAT}, 400, "no photo"),
    ("sendPhoto", {"chat_id": CHAT, "photo": "nobody-knows"}, 400, "wrong file identifier"),
    ("sendPhoto", {"chat_id": CHAT, "photo": "x", "caption": "x" * 1025}, 400, "caption is too long"),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [{"type": "photo", "media": "x"}]}, 400, "from 2 to 10"),
    ("editMessageReplyMarkup", {"chat_id": CHAT, "message_id": 999}, 400, "message to edit not found"),
    ("editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "x"}, 400, "can't be edited"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query is too old"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, 400, "TOO_LONG"),
    ("setWebhook", {"url": "http://lapor.example/t"}, 400, "HTTPS"),
    ("setWebhook", {"url": "https://lapor.example:8000/t"}, 400, "ports"),
    ("setWebhook", {"url": "https://lapor.example/t", "secret_token": "ada spasi"}, 400, "unallowed"),
    ("setWebhook", {"url": "https://lapor.example/t", "max_connections": 101}, 400, "max_connections"),
    ("setMyCommands", {"commands": [{"command": "Bantuan", "description": "x"}]}, 400, "COMMAND_INVALID"),
    ("getFile", {"file_id": "nobody-knows"}, 400, "wrong file_id"),
    ("nameMe", {}, 404, "Not Found"),
]
NOT_ITS_FAULT = ("blocked", "to edit not found", "too old")


@pytest.mark.parametrize(("method", "values", "code", "words"), REFUSED)
def test_refuses(
    telegram: TelegramDouble, api: Any, method: str, values: dict[str, Any], code: int, words: str
) -> None:
    answer = api(method, **values)
    assert (answer["ok"], answer["error_code"]) == (False, code)
    assert words in answer["description"]
    assert len(telegram.violations) == (not any(known in answer["description"] for known in NOT_ITS_FAULT))


def test_refuses_a_wrong_token(telegram: TelegramDouble, client: httpx.Client) -> None:
    answer = client.post(f"{telegram.base_url}1:wrong/getMe")
    assert answer.status_code == 401
    assert telegram.violations


def test_refuses_whoever_sends_too_fast(telegram: TelegramDouble, api: Any, clock: FrozenClock) -> None:
    answers = [api("sendMessage", chat_id=CHAT, text=str(number)) for number in range(5)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False, False]
    assert answers[3]["parameters"] == {"retry_after": 1}
    clock.move(timedelta(seconds=2))
    assert api("sendMessage", chat_id=CHAT, text="later")["ok"]
    for number in range(40):
        telegram.add_chat(6_000_000 + number)
    many = [api("sendMessage", chat_id=6_000_000 + number, text="x")["ok"] for number in range(40)]
    assert many.count(True) == 29
    assert telegram.rates.most_in_a_second == 30


def test_expects_to_be_waited_for_after_its_own_429(telegram: TelegramDouble, api: Any, clock: FrozenClock) -> None:
    telegram.faults.next("too_many")
    assert api("sendMessage", chat_id=CHAT, text="x")["parameters"] == {"retry_after": 3}
    assert not telegram.violations
    clock.move(timedelta(seconds=2))
    assert not api("sendMessage", chat_id=CHAT, text="x")["ok"]
    assert telegram.violations
    clock.move(timedelta(seconds=1))
    assert api("sendMessage", chat_id=CHAT, text="x")["ok"]


def test_delivers_in_queues_with_the_secret(telegram: TelegramDouble, api: Any, bell: Bell, clock: FrozenClock) -> None:
    api("setWebhook", url="https://lapor.example/t", secret_token="rahasia-contoh", drop_pending_updates=True)
    asked = api("sendMessage", chat_id=CHAT, text="Benar?", reply_markup=keys(GOOD))["result"]["message_id"]
    for text in ("satu", "dua"):
        telegram.user_says(CHAT, text)
    telegram.user_taps(CHAT, asked, "Ya")
    telegram.user_says(CHAT + 7, "tetangga")
    assert len({one.queue for one in telegram.updates.pending()}) == 3
    bell.answers = [OSError("nobody")] * 6 + [Reply(503, {"retry-after": "30"})] * 3
    assert telegram.deliver_due() == 0, "once and once more at once"
    assert api("getWebhookInfo")["result"]["pending_update_count"] == 4
    clock.move(timedelta(seconds=2))
    assert telegram.deliver_due() == 0
    clock.move(timedelta(seconds=29))
    assert telegram.deliver_due() == 0, "a Retry-After is waited for"
    clock.move(timedelta(seconds=1))
    assert telegram.deliver_due() == 4
    said = [update["message"]["text"] for update in bell.heard if "message" in update]
    assert [text for text in said if text != "tetangga"] == ["satu", "dua"]
    assert {*bell.secrets} == {"rahasia-contoh"}
    numbers = sorted(update["update_id"] for update in bell.heard)
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_a_press_overtakes_and_expires(telegram: TelegramDouble, api: Any, bell: Bell, clock: FrozenClock) -> None:
    api("setWebhook", url="https://lapor.example/t")
    asked = api("sendMessage", chat_id=CHAT, text="Benar?", reply_markup=keys(GOOD))["result"]["message_id"]
    orders = set()
    for _ in range(12):
        telegram.deliver_due()
        bell.heard.clear()
        telegram.user_says(CHAT, "lalu")
        press = telegram.user_taps(CHAT, asked, "Ya")
        assert press is not None
        assert press.queue == CHAT + PRESSES
        telegram.deliver_due()
        orders.add(tuple("message" in update for update in bell.heard))
    assert orders == {(True, False), (False, True)}
    query = bell.heard[-1].get("callback_query") or bell.heard[0]["callback_query"]
    assert api("answerCallbackQuery", callback_query_id=query["id"])["ok"]
    telegram.user_taps(CHAT, asked, "Ya")
    clock.move(timedelta(seconds=151))
    assert telegram.deliver_due() == 0
    assert len(telegram.updates.expired) == 1


def test_a_button_that_is_gone_cannot_be_pressed(telegram: TelegramDouble, api: Any) -> None:
    asked = api("sendMessage", chat_id=CHAT, text="Benar?", reply_markup=keys(GOOD))["result"]["message_id"]
    assert api("editMessageReplyMarkup", chat_id=CHAT, message_id=asked)["ok"]
    assert "not modified" in api("editMessageReplyMarkup", chat_id=CHAT, message_id=asked)["description"]
    with pytest.raises(LookupError):
        telegram.user_taps(CHAT, asked, "Ya")
    assert telegram.user_taps(CHAT, asked, "Ya", even_if_gone=True)


def test_polling_and_webhook_exclude_each_other(telegram: TelegramDouble, api: Any) -> None:
    first = api("getUpdates", timeout=0)["result"]
    assert [next(iter(update.keys() - {"update_id"})) for update in first] == ["message", "my_chat_member"]
    assert api("getUpdates", offset=first[-1]["update_id"] + 1, timeout=0)["result"] == []
    api("setWebhook", url="https://lapor.example/t")
    assert api("getUpdates")["error_code"] == 409


def test_hands_out_files_for_an_hour(
    telegram: TelegramDouble, api: Any, client: httpx.Client, clock: FrozenClock
) -> None:
    photo = telegram.user_sends_photo(CHAT, caption="foto")
    path = api("getFile", file_id=photo.files[0].id)["result"]["file_path"]
    url = f"{telegram.base_file_url}{telegram.token}/{path}"
    assert client.get(url).content == PHOTO
    clock.move(timedelta(minutes=61))
    assert client.get(url).status_code == 404
    big = telegram.user_sends_document(CHAT, b"%PDF", size=20 * 1024 * 1024 + 1)
    assert "file is too big" in api("getFile", file_id=big.files[0].id)["description"]


FAULTS: list[tuple[dict[str, Any], type[Exception] | int, int]] = [
    ({"kind": "server_error"}, 500, 0),
    ({"kind": "server_error", "taken": True}, 500, 1),
    ({"kind": "html"}, 502, 0),
    ({"kind": "empty", "taken": True}, 200, 1),
    ({"kind": "timeout", "taken": True}, httpx.ReadTimeout, 1),
    ({"kind": "timeout"}, httpx.ReadTimeout, 0),
    ({"kind": "reset"}, httpx.NetworkError, 0),
    ({"kind": "cut", "taken": True}, httpx.RemoteProtocolError, 1),
]


@pytest.mark.parametrize(("fault", "becomes", "arrived"), FAULTS)
def test_goes_wrong_on_order(
    telegram: TelegramDouble, fault: dict[str, Any], becomes: type[Exception] | int, arrived: int
) -> None:
    telegram.faults.next(**fault)
    url, values = f"{telegram.base_url}{telegram.token}/sendMessage", {"chat_id": str(CHAT), "text": "x"}
    with wire(timeout=0.05) as client:
        if isinstance(becomes, int):
            assert client.post(url, data=values).status_code == becomes
        else:
            with pytest.raises(becomes):
                client.post(url, data=values)
    assert len(telegram.sent_to(CHAT)) == len(telegram.taken_unanswered) == arrived


def test_speaks_as_the_library_expects(telegram: TelegramDouble) -> None:
    async def talk() -> None:
        async with Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as bot:
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="ya")]])
            sent = await bot.send_photo(CHAT, PHOTO, caption="Benar?", reply_markup=markup)
            await sent.edit_reply_markup(None)
            await bot.send_media_group(CHAT, [InputMediaPhoto(PHOTO), InputMediaPhoto(PHOTO)])
            photo = telegram.user_sends_photo(CHAT, b"\xff\xd8 lain")
            assert await (await bot.get_file(photo.files[0].id)).download_as_bytearray() == b"\xff\xd8 lain"
            assert [update.effective_chat for update in await bot.get_updates()]
            assert (await bot.set_my_commands([("bantuan", "Bantuan")])) is True

    asyncio.run(talk())
    assert [(message.text, len(message.files)) for message in telegram.sent_to(CHAT)] == [
        ("Benar?", 1),
        ("", 1),
        ("", 1),
    ]
    assert telegram.violations == []
