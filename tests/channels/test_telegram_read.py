"""Updates as Telegram sends them, and what each says. People, groups and files are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram_read import NOBODY, opened, read
from handlers.messages import Attachment, Incoming

TABLE = Path(__file__).parent / "telegram" / "updates.json"
LONG = {"<5000 letters>": "a" * 5000}
CASES = [(row["what"], row["update"], row["expected"]) for row in json.loads(TABLE.read_text(encoding="utf-8"))]
SENT_AT = 1795312800


def in_full(value: Any) -> Any:
    """Very long texts have a short name in the table."""
    if isinstance(value, dict):
        return {name: in_full(one) for name, one in value.items()}
    return LONG.get(value, value) if isinstance(value, str) else value


def incoming(number: int, told: dict[str, Any]) -> Incoming:
    """What the table says, the rest as it usually is."""
    values = {"contact": "1001", "at": SENT_AT, "message_id": "501", **in_full(told)}
    values["at"] = datetime.fromtimestamp(values["at"], UTC)
    values["attachments"] = tuple(Attachment(**file) for file in values.get("attachments", ()))
    values["point"] = tuple(values["point"]) if "point" in values else None
    return Incoming(channel="telegram", external_id=str(number), **values)


@pytest.mark.parametrize(("update", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_update_says(update: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(json.dumps(in_full(update)).encode()) == incoming(update["update_id"], expected)


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 30
    assert len({what for what, _, _ in CASES}) == len(CASES)


TEXT: dict[str, Any] = {
    "update_id": 900001,
    "message": {
        "message_id": 501,
        "from": {"id": 1001, "is_bot": False, "first_name": "Contoh"},
        "chat": {"id": 1001, "type": "private"},
        "date": SENT_AT,
        "text": "halo",
    },
}


def changed(**fields: object) -> bytes:
    return json.dumps({**TEXT, "message": {**TEXT["message"], **fields}}).encode()


SAID_BUT_BROKEN = {
    "a text that is a number": changed(text=5),
    "a text that is a list": changed(text=["halo"]),
    "a date as words": changed(date="today"),
    "a date after the end of time": changed(date=10**18),
    "no date": changed(date=None),
    "a number of a message with forty digits": changed(message_id=10**40),
    "a photo that is no list": changed(text=None, photo="AgAC"),
    "a photo without an id": changed(text=None, photo=[{"width": 1, "height": 1}]),
    "a file whose id is empty": changed(text=None, document={"file_id": ""}),
    "a negative size": changed(text=None, document={"file_id": "x", "file_size": -1}),
    "a place outside the world": changed(text=None, location={"latitude": 91.0, "longitude": 0.0}),
    "a place that is no number": changed(text=None, location={"latitude": float("nan"), "longitude": 0.0}),
    "half a letter": changed(text="halo").replace(b'"halo"', rb'"\ud83d"'),
}


@pytest.mark.parametrize("raw", SAID_BUT_BROKEN.values(), ids=SAID_BUT_BROKEN)
def test_what_somebody_said_and_cannot_be_read_is_theirs_to_hear_of(raw: bytes) -> None:
    assert opened(raw).contact == "1001"
    assert opened(raw).external_id == "900001"
    with pytest.raises(ValueError):
        read(raw)


NO_UPDATE = {
    "half of it": json.dumps(TEXT).encode()[:90],
    "nothing": b"",
    "no JSON": b"<html>502</html>",
    "no text at all": b"\xff\xfe\x00",
    "a list": b"[1, 2]",
    "null": b"null",
    "a number": b"17",
    "brackets without end": b"[" * 100_000,
    "a number with five thousand digits": b'{"update_id": ' + b"9" * 5000 + b"}",
    "no chat": changed(chat=None),
    "a chat that is a word": changed(chat={"id": "1001", "type": "private"}),
    "a chat with forty digits": changed(chat={"id": 10**40, "type": "private"}),
    "a chat that is a truth": changed(chat={"id": True, "type": "private"}),
    "an update without content": b'{"update_id": 900001}',
    "a message that is a word": b'{"update_id": 900001, "message": "halo"}',
}


@pytest.mark.parametrize("raw", NO_UPDATE.values(), ids=NO_UPDATE)
def test_what_comes_from_nobody_is_kept_and_answered_to_nobody(raw: bytes) -> None:
    envelope = opened(raw)
    assert envelope.contact == NOBODY
    assert len(envelope.external_id) <= 160
    assert opened(raw) == envelope
    said = read(raw)
    assert said.silent
    assert (said.text, said.contact, said.external_id) == ("", NOBODY, envelope.external_id)


def test_two_broken_ones_are_two() -> None:
    assert opened(b"{").external_id != opened(b"{{").external_id


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({**TEXT, "message": {**TEXT["message"], "chat": {"id": -5, "type": "group"}, "text": 5}}).encode(),
        json.dumps({"update_id": 5, "edited_message": {**TEXT["message"], "text": 5}}).encode(),
        json.dumps({"update_id": 5, "my_chat_member": {"chat": {"id": 1001, "type": "private"}}}).encode(),
    ],
    ids=["in a group", "an edit", "a membership"],
)
def test_nobody_is_bothered_with_a_broken_notice(raw: bytes) -> None:
    assert read(raw).silent


def test_a_press_and_a_text_that_overtake_each_other_stay_what_they_are() -> None:
    rows = {what: update for what, update, _ in CASES}
    swapped = [read(json.dumps(rows[what]).encode()) for what in ("tap", "text")]
    straight = [read(json.dumps(rows[what]).encode()) for what in ("text", "tap")]
    assert swapped == straight[::-1]
    assert replace(swapped[0], external_id="") != replace(swapped[1], external_id="")
