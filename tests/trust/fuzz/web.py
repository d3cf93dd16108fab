"""Every address of the web, called with anything: no answer is a fault of ours, none shows another person's data."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from sqlalchemy import insert
from twilio.request_validator import RequestValidator

from bot.app import App, make_app
from bot.demo.people import load_demo
from bot.settings import Settings
from bot.store.tables import addresses, people, reports
from bot.web.site import make_site
from tests.conftest import TEST_KEY
from tests.trust.fuzz.parsers import NOW, Target
from tests.trust.fuzz.shapes import FORM, FORM_BYTES, PIECE, TEXT, UPDATE_BYTES

PUBLIC = "https://lapor.contoh.id"
SECRET = "rahasia_telegram"
TOKEN = "0" * 32
ACCOUNT = "AC" + "0" * 32
PLANTED = ("Sumirah yang Rahasia", "0812-9999-0001", "rahasia besar Sumirah")
"""A name, a number and words that somebody else wrote: no answer may hold them."""

PATHS = (
    *("/", "/health", "/health/live", "/health/ready", "/metrics", "/hook/telegram", "/hook/whatsapp"),
    *("/hook/whatsapp/status", "/m/", "/m/abc", "/static/", "/static/../tables.py", "/api/simulator/", "/favicon.ico"),
)
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")
_HEADER = st.sampled_from(
    [
        *("content-type", "content-length", "host", "origin", "accept", "x-twilio-signature", "authorization"),
        *("x-telegram-bot-api-secret-token", "x-twilio-webhooks-signature-settings", "x-forwarded-for", "range"),
    ]
)


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    query: str = ""


class Wire:
    """A site without a network: ASGI called by hand, one call at a time."""

    def __init__(self, site: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._site = site
        self._loop = loop

    def answer(self, call: Call) -> tuple[int, bytes]:
        return self._loop.run_until_complete(self._answer(call))

    async def _answer(self, call: Call) -> tuple[int, bytes]:
        status = 0
        body = bytearray()
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
            body += message.get("body", b"")

        path = call.path.encode("utf-8", "replace").decode()  # a web server decodes no other way
        raw = quote(path, safe="/%")
        headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in call.headers]
        scope = {"type": "http", "http_version": "1.1", "method": call.method, "scheme": "http", "root_path": ""}
        scope |= {"path": path, "raw_path": raw.encode(), "query_string": call.query.encode("utf-8", "replace")}
        scope |= {"headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "state": {}}
        await self._site(scope, receive, send)
        return status, bytes(body)


@contextmanager
def sites(folder: Path) -> Iterator[list[Wire]]:
    """One site with both real channels, one with the simulator; planted data in the database of each."""
    loop = asyncio.new_event_loop()
    apps: list[App] = []
    try:
        yield [_wire(folder / name, chosen, loop, apps) for name, chosen in (("real", _REAL), ("simulator", {}))]
    finally:
        for app in apps:
            app.stop()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _wire(folder: Path, chosen: dict[str, Any], loop: asyncio.AbstractEventLoop, apps: list[App]) -> Wire:
    url = f"sqlite:///{folder}.db"
    app = make_app(Settings(database_url=url, var_dir=folder, keys=TEST_KEY, quiet_seconds=0, **chosen))
    apps.append(app)
    if not chosen:
        load_demo(app.engine, NOW)
    _plant(app)
    return Wire(make_site(app), loop)


def targets(real: Wire, simulator: Wire) -> tuple[Target, ...]:
    def on(wire: Wire) -> Callable[[Call], None]:
        return lambda call: _check(wire, call)

    return (
        Target("any address", ANYTHING, on(real)),
        Target("any address, simulator", ANYTHING, on(simulator)),
        Target("telegram hook", UPDATE_BYTES.map(_telegram), on(real)),
        Target("whatsapp hook", st.one_of(FORM.map(_whatsapp), FORM_BYTES.map(_forged)), on(real)),
        Target("whatsapp statuses", FORM.map(lambda form: _whatsapp(form, "/hook/whatsapp/status")), on(real)),
        Target("private links", TEXT.map(lambda token: Call("GET", f"/m/{token}")), on(real)),
        Target("simulator's page", st.tuples(st.sampled_from(SIMULATED), PIECE).map(_simulated), on(simulator)),
    )


ANYTHING = st.builds(
    Call,
    st.sampled_from(METHODS) | st.text("ABCXYZ", min_size=1, max_size=6),
    st.one_of(st.sampled_from(PATHS), st.sampled_from(PATHS).flatmap(lambda p: TEXT.map(lambda t: p + t))),
    st.binary(max_size=80),
    st.lists(st.tuples(_HEADER, TEXT.map(lambda t: t.replace("\n", " "))), max_size=3).map(tuple),
    TEXT,
)
SIMULATED = (
    "send",
    "say",
    "messages",
    "lines",
    "people",
    "phones",
    "jump",
    "clock",
    "upload",
    "file",
    "events",
    "state",
)

_REAL: dict[str, Any] = {
    "public_url": PUBLIC,
    "telegram_token": "1:" + "a" * 35,
    "telegram_secret": SECRET,
    "telegram_api": "http://127.0.0.1:9/bot",
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_from": "whatsapp:+6281200000001",
    "twilio_api": "http://127.0.0.1:9",
}


def _telegram(body: bytes) -> Call:
    headers = (("content-type", "application/json"), ("x-telegram-bot-api-secret-token", SECRET))
    return Call("POST", "/hook/telegram", body, headers)


def _whatsapp(form: Mapping[str, str], path: str = "/hook/whatsapp") -> Call:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, dict(form))
    headers = (("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", signature))
    return Call("POST", path, urlencode(form).encode(), headers)


def _forged(body: bytes) -> Call:
    headers = (("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", "AAAA"))
    return Call("POST", "/hook/whatsapp", body, headers)


def _simulated(call: tuple[str, Any]) -> Call:
    path, piece = call
    body = json.dumps(piece).encode()
    return Call("POST", f"/api/simulator/{path}", body, (("content-type", "application/json"),))


def _plant(app: App) -> None:
    """Somebody with a name, a number and a report that nobody else may read."""
    name, number, words = PLANTED
    with app.engine.begin() as connection:
        person = insert(people).values(name=name, facts={}, created_at=NOW, made_up=False).returning(people.c.id)
        person_id = connection.execute(person).scalar_one()
        address = {"person_id": person_id, "channel": "whatsapp", "contact": number, "contact_hash": number}
        connection.execute(insert(addresses).values(**address))
        report = {"ref": "planted", "ticket": "SMD-0001", "region": "64.72", "reporter_id": person_id, "text": words}
        connection.execute(insert(reports).values(**report, status="reported", received_at=NOW))


def _check(wire: Wire, call: Call) -> None:
    status, body = wire.answer(call)
    told_again_later = status == 503 and b"MessageStatus" in call.body  # of a message that we do not know (yet)
    not_at_work = status == 503 and call.path == "/health/ready"  # no workers run here, and it says so
    assert 200 <= status < 500 or told_again_later or not_at_work, (status, call)
    found = [word for word in PLANTED if word.encode() in body]
    assert not found, (found, call)
