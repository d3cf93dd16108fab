"""What 500 made-up people send: the usual mix, as Twilio and Telegram post it, signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from benchmarks.intake_bare import AUTH_TOKEN, PATH, PUBLIC_URL

ACCOUNT = "AC" + "0" * 32
OUR_NUMBER = "whatsapp:+6281200000000"
TELEGRAM_SECRET = "made-up-secret"  # noqa: S105
TELEGRAM_PATH = "/hook/telegram"

FIRST = (
    "air pdam mati sudah 4 hari di loa bakung rt {}, warga susah mandi",
    "jalan di depan sd sidodadi rt {} berlubang besar, anak anak sering jatuh",
    "lampu jalan di sungai pinang dalam rt {} mati semua, gelap kalau malam",
    "sampah menumpuk di pinggir jalan loa bakung rt {}, baunya sampai ke rumah",
)
SAID = (FIRST, ("ya",), ("cek",), ("terima kasih banyak",))
"""In turn: a first message, a yes, a look at the ticket, thanks."""

_STARTED = 1_795_400_000
"""Seconds since 1970; what Telegram says of the hour of a message matters to nobody here."""


@dataclass(frozen=True)
class Call:
    """One HTTP request as bytes, and the id by which the inbox knows it."""

    external_id: str
    payload: bytes


class People:
    """Numbers every message once, so that none is a repeat. `whatsapp_only` for what knows no other signature."""

    def __init__(self, how_many: int, *, whatsapp_only: bool = False) -> None:
        self._how_many = how_many
        self._whatsapp_only = whatsapp_only
        self._numbers = count(1)
        self._validator = RequestValidator(AUTH_TOKEN)

    def say(self, step: int) -> list[Call]:
        """Everybody says what comes at `step` of a report."""
        return [self._one(person, SAID[step % len(SAID)]) for person in range(self._how_many)]

    def first_words(self) -> Iterator[Call]:
        """First messages of one after the other, without end."""
        return (self._one(number % self._how_many, FIRST) for number in count())

    def _one(self, person: int, texts: tuple[str, ...]) -> Call:
        number = next(self._numbers)
        text = texts[number % len(texts)].format(number % 40 + 1)
        if person % 2 and not self._whatsapp_only:
            return _update(number, person, text)
        return self._form(number, person, text)

    def _form(self, number: int, person: int, text: str) -> Call:
        sid, contact = f"SM{number:032x}", f"62812{person:08}"
        form = {
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ProfileName": "Contoh",
            "MessageType": "text",
            "SmsSid": sid,
            "WaId": contact,
            "SmsStatus": "received",
            "Body": text,
            "To": OUR_NUMBER,
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Contoh"}}}',
            "From": f"whatsapp:+{contact}",
            "ApiVersion": "2010-04-01",
            "ForwardedFor": "",
        }
        signature = self._validator.compute_signature(PUBLIC_URL + PATH, form)
        headers = f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}"
        return Call(sid, _post(PATH, headers, urlencode(form).encode()))


def _update(number: int, person: int, text: str) -> Call:
    chat = {"id": 700_000_000 + person, "type": "private", "first_name": "Contoh"}
    sender = {**chat, "is_bot": False, "language_code": "id"}
    del sender["type"]
    message = {"message_id": number, "date": _STARTED, "chat": chat, "from": sender, "text": text}
    headers = f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {TELEGRAM_SECRET}"
    body = json.dumps({"update_id": number, "message": message}).encode()
    return Call(str(number), _post(TELEGRAM_PATH, headers, body))


def _post(path: str, headers: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
