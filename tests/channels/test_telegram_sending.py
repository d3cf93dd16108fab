"""One message to a strict Telegram of our own: what it looks like there, and what becomes of it when things fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.base import (
    Blocked,
    Button,
    CannotTell,
    FetchFailed,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    Sent,
    StoredFile,
    Unsure,
)
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_client import TelegramClient
from bot.channels.telegram_results import Floods, result_of
from bot.channels.telegram_steps import pieces, units
from bot.clock import FrozenClock
from handlers.messages import Incoming
from tests.channels.telegram_service import HURRIED, client
from tests.doubles.loopback import Answer, Call, Loopback
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.double import TOKEN

CHAT = 1001
TO = str(CHAT)
YES_NO = (Button("a1:yes", "Ya"), Button("a1:no", "Tidak"))


def photo(number: int = 1, content: bytes = b"\xff\xd8jpeg") -> StoredFile:
    return StoredFile(number, "photo", "image/jpeg", content)


VOICE = StoredFile(7, "voice", "audio/ogg", b"OggS")
FILM = StoredFile(8, "video", "video/mp4", b"ftyp")
PAPER = StoredFile(9, "document", "application/pdf", b"%PDF-")


@pytest.fixture
def there(clock: FrozenClock) -> Iterator[TelegramDouble]:
    with TelegramDouble(now=clock.now, burst=10) as one:
        one.add_chat(CHAT)
        yield one


@pytest.fixture
def channel(there: TelegramDouble) -> Iterator[TelegramChannel]:
    one = TelegramChannel(client(there))
    yield one
    one.close()
    assert there.violations == []


# --- what it looks like -----------------------------------------------------------------------------------------------

LOOKS: dict[str, tuple[Rendered, list[tuple[str, str, list[str]]]]] = {
    "words": (Rendered("halo"), [("sendMessage", "halo", [])]),
    "words and buttons": (Rendered("benar?", YES_NO), [("sendMessage", "benar?", ["Ya", "Tidak"])]),
    "a photo with words and buttons": (
        Rendered("ini?", YES_NO, (photo(),)),
        [("sendPhoto", "ini?", ["Ya", "Tidak"])],
    ),
    "a photo with more words than fit under it": (
        Rendered("a" * 1025, YES_NO, (photo(),)),
        [("sendPhoto", "", []), ("sendMessage", "a" * 1025, ["Ya", "Tidak"])],
    ),
    "an album with words": (
        Rendered("tiga", (), (photo(1), photo(2), FILM)),
        [("sendMediaGroup", "tiga", []), ("sendMediaGroup", "", []), ("sendMediaGroup", "", [])],
    ),
    "an album with buttons": (
        Rendered("dua?", YES_NO, (photo(1), photo(2))),
        [("sendMediaGroup", "", []), ("sendMediaGroup", "", []), ("sendMessage", "dua?", ["Ya", "Tidak"])],
    ),
    "a voice note with buttons": (
        Rendered("dengar", YES_NO, (VOICE,)),
        [("sendVoice", "dengar", ["Ya", "Tidak"])],
    ),
    "a film": (Rendered("lihat", (), (FILM,)), [("sendVideo", "lihat", [])]),
    "a paper": (Rendered("baca", (), (PAPER,)), [("sendDocument", "baca", [])]),
    "all sorts": (
        Rendered("semua", (), (photo(), VOICE, PAPER)),
        [("sendPhoto", "", []), ("sendVoice", "", []), ("sendDocument", "", []), ("sendMessage", "semua", [])],
    ),
    "a file alone": (Rendered("", (), (PAPER,)), [("sendDocument", "", [])]),
    "a photo of a kind that Telegram does not show": (
        Rendered("heif", (), (StoredFile(3, "photo", "image/heif", b"ftypheic"),)),
        [("sendDocument", "heif", [])],
    ),
    "emoji count double": (
        Rendered("😀" * 2049, YES_NO),
        [("sendMessage", "😀" * 2048, []), ("sendMessage", "😀", ["Ya", "Tidak"])],
    ),
}


@pytest.mark.parametrize(("message", "expected"), LOOKS.values(), ids=LOOKS)
def test_a_message_looks_like(
    there: TelegramDouble, channel: TelegramChannel, message: Rendered, expected: list[tuple[str, str, list[str]]]
) -> None:
    sent = channel.send(TO, message)
    arrived = there.sent_to(CHAT)
    assert [(one.method, one.text, one.labels) for one in arrived] == expected
    last = next(one for one in reversed(arrived) if one.text or len(arrived) == 1)
    assert sent == Ok(str(last.id))


def test_no_link_is_shown_before_it_is_opened(there: TelegramDouble) -> None:
    forms: list[bytes] = []

    def handle(call: Call) -> Answer:
        forms.append(call.body)
        return accepted()

    with_server(handle, Rendered("https://contoh.id"))
    assert b"is_disabled%22%3A+true" in forms[0]


@pytest.mark.parametrize("size", [1, 64])
def test_callback_data_of_64_bytes_is_sent(there: TelegramDouble, channel: TelegramChannel, size: int) -> None:
    assert isinstance(channel.send(TO, Rendered("?", (Button("é" * (size // 2) or "a", "Ya"),))), Ok)


@pytest.mark.parametrize("id_", ["", "a" * 65, "é" * 33])
def test_callback_data_of_more_than_64_bytes_is_never_sent(
    there: TelegramDouble, channel: TelegramChannel, id_: str
) -> None:
    assert channel.send(TO, Rendered("?", (Button(id_, "Ya"),))) == Refused("button_or_contact")
    assert there.calls["sendMessage"] == 0


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["Benar", "Perlu kunjungan", "Tidak benar"], [["Benar", "Perlu kunjungan"], ["Tidak benar"]]),
        (["A", "B", "C", "D"], [["A", "B", "C"], ["D"]]),
        (["Sungai Kunjang, Kota Samarinda, Kaltim", "B"], [["Sungai Kunjang, Kota Samarinda, Kaltim"], ["B"]]),
    ],
)
def test_short_labels_share_a_row(
    there: TelegramDouble, channel: TelegramChannel, labels: list[str], rows: list[list[str]]
) -> None:
    channel.send(TO, Rendered("?", tuple(Button(f"m:{place}", label) for place, label in enumerate(labels))))
    markup = there.sent_to(CHAT)[0].markup or {}
    assert [[button["text"] for button in row] for row in markup["inline_keyboard"]] == rows


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("pendek", 10, ["pendek"]),
        ("satu dua tiga", 8, ["satu dua", "tiga"]),
        ("satu\ndua tiga", 9, ["satu", "dua tiga"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
    ],
)
def test_a_long_text_ends_at_a_word(text: str, most: int, expected: list[str]) -> None:
    assert pieces(text, most) == expected
    assert all(units(piece) <= most for piece in pieces(text, most))


# --- what becomes of it -----------------------------------------------------------------------------------------------

FATES: dict[str, tuple[str, bool, Sent]] = {
    "429": ("too_many", False, RetryLater(3.0)),
    "500": ("server_error", False, Unsure("server_error")),
    "500 although it was taken": ("server_error", True, Unsure("server_error")),
    "a page of a proxy": ("html", False, Unsure("server_error")),
    "200 and nothing": ("empty", False, Unsure("no_answer")),
    "nobody answers": ("timeout", False, Unsure("ReadTimeout")),
    "the answer is lost": ("timeout", True, Unsure("ReadTimeout")),
    "reset": ("reset", True, Unsure("ReadError")),
    "half an answer": ("cut", True, Unsure("RemoteProtocolError")),
}


def as_patient_as(kind: str, there: TelegramDouble) -> TelegramChannel:
    return TelegramChannel(client(there, HURRIED if kind == "timeout" else None))


@pytest.mark.parametrize(("kind", "taken", "expected"), FATES.values(), ids=FATES)
def test_when_telegram_fails(there: TelegramDouble, kind: Any, taken: bool, expected: Sent) -> None:
    channel = as_patient_as(kind, there)
    there.faults.next(kind, taken=taken)
    assert channel.send(TO, Rendered("halo")) == expected
    channel.close()
    assert len(there.sent_to(CHAT)) == int(taken)


def test_when_nobody_listens_nothing_was_sent() -> None:
    server = Loopback(lambda _: accepted())
    server.close()
    channel = TelegramChannel(TelegramClient(TOKEN, server.url))
    assert channel.send(TO, Rendered("halo")) == RetryLater()
    channel.close()


def test_a_second_chat_held_up_means_everybody(there: TelegramDouble, channel: TelegramChannel) -> None:
    there.add_chat(1002)
    there.faults.next("too_many", times=2)
    assert channel.send("1001", Rendered("halo")) == RetryLater(3.0)
    assert channel.send("1002", Rendered("halo")) == RetryLater(3.0, everybody=True)


def test_blocked_and_unknown(there: TelegramDouble) -> None:
    channel = TelegramChannel(client(there))
    there.user_blocks(CHAT)
    assert channel.send(TO, Rendered("halo")) == Blocked("bot_was_blocked_by_the_user")
    assert channel.send("999", Rendered("halo")) == Blocked("chat_not_found")
    assert channel.send("no number", Rendered("halo")) == Refused("button_or_contact")
    channel.close()


def test_what_went_out_before_a_failure_does_not_go_out_again(there: TelegramDouble, channel: TelegramChannel) -> None:
    message = Rendered("dua?", YES_NO, (photo(1), photo(2)), key="o1.0")
    there.faults.next("server_error", match=lambda call: call.path.endswith("sendMessage"))
    assert channel.send(TO, message) == Unsure("server_error")
    sent = channel.send(TO, message)
    assert [one.method for one in there.sent_to(CHAT)] == ["sendMediaGroup", "sendMediaGroup", "sendMessage"]
    assert channel.send(TO, message) == sent
    with pytest.raises(CannotTell):
        channel.look_up(TO, message, datetime(2026, 11, 22, tzinfo=UTC))


ERRORS: list[tuple[TelegramError, Sent]] = [
    (RetryAfter(timedelta(seconds=17)), RetryLater(17.0)),
    (Forbidden("Forbidden: user is deactivated"), Blocked("user_is_deactivated")),
    (Forbidden("Forbidden: bot can't send messages to bots"), Blocked("bot_cannot_send_messages_to_bots")),
    (BadRequest("Bad Request: message is too long"), Refused("message_is_too_long")),
    (BadRequest("Bad Request: can't parse URL 'https://contoh.id/Siti'"), Refused("cannot_parse_url")),
    (InvalidToken("Unauthorized"), RetryLater(60.0, everybody=True)),
    (Conflict("Conflict"), RetryLater(60.0, everybody=True)),
    (NetworkError("Request Entity Too Large"), Refused("too_large")),
    (NetworkError("Too Many Requests (429)"), RetryLater()),
    (TelegramError("Invalid server response"), Unsure("no_answer")),
]


@pytest.mark.parametrize(("error", "expected"), ERRORS, ids=[str(error)[:30] for error, _ in ERRORS])
def test_what_a_refusal_means(error: TelegramError, expected: Sent) -> None:
    assert result_of(error, TO, Floods()) == expected


# --- a server that says one thing -------------------------------------------------------------------------------------


def accepted() -> Answer:
    message = {"message_id": 5, "date": 1, "chat": {"id": CHAT, "type": "private"}}
    return Answer(200, json.dumps({"ok": True, "result": message}).encode())


def refused(words: str, **parameters: int) -> Answer:
    body = {"ok": False, "error_code": 400, "description": f"Bad Request: {words}", "parameters": parameters}
    return Answer(400, json.dumps(body).encode())


def with_server(handle: Callable[[Call], Answer], message: Rendered) -> Sent:
    server = Loopback(handle)
    channel = TelegramChannel(TelegramClient(TOKEN, server.url))
    try:
        return channel.send(TO, message)
    finally:
        channel.close()
        server.close()


@pytest.mark.parametrize(
    ("file", "words"),
    [(VOICE, "VOICE_MESSAGES_FORBIDDEN"), (photo(), "PHOTO_INVALID_DIMENSIONS")],
    ids=["voice", "photo"],
)
def test_what_is_refused_as_a_photo_or_voice_note_goes_as_a_file(file: StoredFile, words: str) -> None:
    called: list[str] = []

    def handle(call: Call) -> Answer:
        called.append(call.path.rsplit("/", 1)[1])
        return accepted() if called[-1] == "sendDocument" else refused(words)

    assert with_server(handle, Rendered("ini", (), (file,))) == Ok("5")
    assert len(called) == 2


def test_a_group_that_moved_is_written_to_where_it_is_now() -> None:
    asked: list[bytes] = []

    def handle(call: Call) -> Answer:
        asked.append(call.body)
        return accepted() if b"-1002" in call.body else refused("group chat was upgraded", migrate_to_chat_id=-1002)

    assert with_server(handle, Rendered("halo")) == Ok("5")
    assert len(asked) == 2


def test_an_answer_that_is_no_message_is_a_fate_unknown() -> None:
    assert with_server(lambda _: Answer(200, b'{"ok": true}'), Rendered("halo")) == Unsure("no_answer")
    assert with_server(lambda _: Answer(200, b'{"ok": true, "result": 1}'), Rendered("halo")) == Unsure("no_answer")


# --- files ------------------------------------------------------------------------------------------------------------


def file_of(there: TelegramDouble, content: bytes, **more: Any) -> str:
    return there.user_sends_photo(CHAT, content, **more).files[0].id


def test_a_file_is_fetched(there: TelegramDouble, channel: TelegramChannel) -> None:
    assert channel.fetch(file_of(there, b"\xff\xd8 a photo")) == b"\xff\xd8 a photo"


@pytest.mark.parametrize("kind", ["timeout", "reset", "cut", "server_error", "html", "endless"])
def test_a_file_that_does_not_come_whole_is_not_had(there: TelegramDouble, kind: Any) -> None:
    channel = as_patient_as(kind, there)
    ref = file_of(there, b"x" * 1000)
    there.faults.next(kind, match=lambda call: "/file/" in call.path)
    with pytest.raises(FetchFailed):
        channel.fetch(ref)
    channel.close()


def test_a_file_too_big_or_gone_is_not_had(there: TelegramDouble) -> None:
    channel = TelegramChannel(client(there))
    big = file_of(there, b"x", size=21 * 1024 * 1024)
    for ref, code in ((big, "file_is_too_big"), ("nothing", "wrong_file_id_or_the_file_is_temporarily_unavailable")):
        with pytest.raises(FetchFailed, match=code):
            channel.fetch(ref)
    channel.close()


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_a_message_is_taken_back_within_two_days(there: TelegramDouble, clock: FrozenClock) -> None:
    channel = TelegramChannel(client(there))
    sent = [channel.send(TO, Rendered("rahasia")) for _ in range(2)]
    numbers = [one.external_id for one in sent if isinstance(one, Ok)]
    assert channel.unsend(TO, numbers[0])
    clock.move(timedelta(hours=49))
    assert not channel.unsend(TO, numbers[1])
    assert not channel.unsend(TO, "no number")
    channel.close()


def test_acknowledging_never_raises_and_never_waits(there: TelegramDouble, channel: TelegramChannel) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    there.faults.next("too_many")
    for receipt, number in (("unknown", "1"), ("unknown", "777"), ("", "1")):
        channel.acknowledge(Incoming("telegram", "1", TO, at, choice_id="f1:send", reply_to=number, receipt=receipt))


def test_it_can_be_closed_twice_and_used_again(there: TelegramDouble) -> None:
    channel = TelegramChannel(client(there))
    channel.close()
    for _ in range(2):
        assert isinstance(channel.send(TO, Rendered("halo")), Ok)
        channel.close()
        channel.close()
