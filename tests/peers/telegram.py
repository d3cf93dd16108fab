"""Telegram's side: the public double telemelya, which knows webhooks, buttons and photos."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.channels.two_thousand.phones import Line
from tests.doubles.delivery import wire
from tests.peers.house import PUBLIC_URL, House
from tests.peers.relay import Relay
from tests.peers.servers import free_port, running
from tests.peers.story import Story

TOKEN = "700000001:contoh-token-yang-jelas-bukan-asli-0"
SECRET = "rahasia-contoh"
KEY = "kunci-contoh"
PEOPLE = (
    "jenis,nama,nomor_wa,wilayah,kelurahan,posyandu,kantor\n"
    "kader,Kader Contoh,,64.72,Loa Bakung,Contoh Mawar,\n"
    "petugas,Petugas Contoh,,64.72,,,AIR\n"
)
CHATS = (5_000_011, 5_000_012, 5_000_013)
HOOK = "/hook/telegram"
REDIS = "import fakeredis, sys; fakeredis.TcpFakeServer(('127.0.0.1', int(sys.argv[1]))).serve_forever()"


@dataclass
class Telemelya:
    """Its control interface. A phone's talk is one of its sessions."""

    url: str
    client: httpx.Client

    def update(self, session: str, values: Mapping[str, object]) -> None:
        self._post("send_update", session, {"bot_token": TOKEN}, json=values)

    def upload(self, session: str, content: bytes) -> str:
        file_id: str = self._post("upload_media", session, {}, files={"file": ("foto.jpg", content, "image/jpeg")})[
            "file_id"
        ]
        return file_id

    def responses(self, session: str) -> list[dict[str, Any]]:
        answer = self.client.get(f"{self.url}/api/v1/test/responses", params={"session_id": session})
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["responses"]
        return found

    def _post(self, what: str, session: str, query: Mapping[str, str], **more: Any) -> Any:
        params = {**query, "session_id": session}
        answer = self.client.post(f"{self.url}/api/v1/test/{what}", params=params, **more)
        assert answer.is_success, answer.text
        return answer.json()


class Phone:
    channel = "telegram"

    def __init__(self, telemelya: Telemelya, house: House, chat: int) -> None:
        self._telemelya = telemelya
        self._house = house
        self._chat = chat
        self.contact = str(chat)

    def lines(self) -> list[Line]:
        sent = [one for one in self._telemelya.responses(self.contact) if one["method"].startswith("send")]
        return [
            Line(str(one["message_id"]), one.get("text") or one.get("caption") or "", tuple(_buttons(one)))
            for one in sent
        ]

    def say(self, text: str) -> None:
        self._telemelya.update(self.contact, {"chat_id": self._chat, "text": text})

    def send_photo(self, content: bytes, caption: str) -> None:
        file_id = self._telemelya.upload(self.contact, content)
        values = {"chat_id": self._chat, "photo_file_id": file_id, "photo_caption": caption}
        self._telemelya.update(self.contact, values)

    def send_location(self, latitude: float, longitude: float) -> None:
        """Past telemelya, which drops the field."""
        person = {"id": self._chat, "is_bot": False, "first_name": "Contoh"}
        message = {
            "message_id": 999_999,
            "from": person,
            "chat": {"id": self._chat, "type": "private", "first_name": "Contoh"},
            "date": 1_795_399_200,
            "location": {"latitude": latitude, "longitude": longitude},
        }
        body = json.dumps({"update_id": 10_000_000 + secrets.randbelow(1_000_000), "message": message}).encode()
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert self._house.post(f"{PUBLIC_URL}{HOOK}", headers, body).good

    def tap(self, line: Line, label: str) -> None:
        data = next(
            _buttons(one)[label]
            for one in self._telemelya.responses(self.contact)
            if str(one.get("message_id")) == line.id and label in _buttons(one)
        )
        values = {"chat_id": self._chat, "callback_data": data, "callback_message_id": int(line.id)}
        self._telemelya.update(self.contact, values)


def whole_story(tools: Path, home: Path) -> list[str]:
    with _telemelya(tools, home) as telemelya:
        house = _house(home, telemelya.url)
        with house.serving(), Relay(lambda _: f"http://127.0.0.1:{house.port}", _WITH_SECRET) as relay:
            _set_webhook(telemelya, relay)
            phones = resident, kader, officer = [Phone(telemelya, house, chat) for chat in CHATS]
            codes = [f"/start {house.invite(name)}" for name in ("Kader Contoh", "Petugas Contoh")]
            ticket = Story(resident, kader, officer, lambda: None, house.hurry).play(*codes)
            stands = house.looked()
            calls = Counter(one["method"] for phone in phones for one in telemelya.responses(phone.contact))
    return [
        f"story told to its end: {ticket}, {', '.join(f'{name} {value}' for name, value in stands.items())}",
        f"telemelya understood: {', '.join(f'{name} {times}' for name, times in calls.items())}",
        "the photo went in and out as real bytes, through getFile and sendPhoto",
    ]


def injected() -> list[str]:
    return [
        "the secret header of the webhook: a relay put it on each call, telemelya has none",
        "the location: posted to our webhook, telemelya drops the field",
        "setWebhook: called by us with the address of the relay, since a public one cannot lead here",
        "not checked by it: limits, order, retries, expiry of presses; that is what our own double is for",
    ]


_WITH_SECRET = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def _buttons(response: Mapping[str, Any]) -> dict[str, str]:
    markup = response.get("reply_markup") or {}
    rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


def _set_webhook(telemelya: Telemelya, relay: Relay) -> None:
    telemelya.client.post(f"{telemelya.url}/bot{TOKEN}/setWebhook", json={"url": relay.url + HOOK}).raise_for_status()


def _house(home: Path, api: str) -> House:
    settings = {
        "PUBLIC_URL": PUBLIC_URL,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_SECRET": SECRET,
        "TELEGRAM_API": api,
    }
    house = House(home, settings)
    (home / "people.csv").write_text(PEOPLE, encoding="utf-8")
    house.tell("migrate")
    house.tell("import", str(home / "people.csv"))
    return house


@contextmanager
def _telemelya(tools: Path, home: Path) -> Iterator[Telemelya]:
    """With stand-ins for the Redis and the MinIO that it wants."""
    redis, storage, port = free_port(), free_port(), free_port()
    env = {
        "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "MINIO_ENDPOINT": f"127.0.0.1:{storage}",
        "MOCK_SERVER_HOST": "127.0.0.1",
        "MOCK_SERVER_PORT": str(port),
        "MOCK_SERVER_URL": f"http://127.0.0.1:{port}",
        "AUTH_KEYS": KEY,
    }
    moto = [str(tools / "moto_server"), "-H", "127.0.0.1", "-p", str(storage)]
    with ExitStack() as stack:
        stack.enter_context(running([str(tools / "python"), "-c", REDIS, str(redis)], redis, home / "redis.log"))
        stack.enter_context(running(moto, storage, home / "moto.log"))
        server = [str(tools / "python"), "-m", "telemelya.server.app"]
        stack.enter_context(running(server, port, home / "telemelya.log", env))
        client = stack.enter_context(wire(headers={"Authorization": f"Bearer {KEY}"}, timeout=30))
        yield Telemelya(f"http://127.0.0.1:{port}", client)
