"""A Kentongan and a Twilio on the loopback: what people do on their phones arrives by webhook, the answers there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, insert

from bot.app import App
from bot.channels.whatsapp import WhatsAppChannel
from bot.channels.whatsapp_setup import whatsapp_channel
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, people
from bot.web.site import make_site
from tests.conftest import TEST_KEY
from tests.doubles.delivery import Reply
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a successor of httpx that our other libraries do not use yet
    from starlette.testclient import TestClient

ADDRESS = "https://lapor.contoh.id"
SECONDS = 0.15
"""Patience of a test in which nobody answers."""


class Service:
    """`web` calls the site as Twilio does; `advance` lets everything happen that is due."""

    def __init__(
        self, app: App, there: TwilioDouble, channel: WhatsAppChannel, web: TestClient, clock: FrozenClock
    ) -> None:
        self.app = app
        self.there = there
        self.channel = channel
        self.web = web
        self.clock = clock

    def advance(self, seconds: int = 8) -> None:
        """What waits is delivered and handled, and so much time passes that all answers may go out."""
        self.there.deliver_due()
        while self.app.pump(now_quiet=True):
            self.clock.move(timedelta(seconds=0.1))  # all of them share the rate of the channel
        self.clock.move(timedelta(seconds=seconds))
        self.app.pump(now_quiet=True)
        self.there.deliver_due()

    def texts(self, contact: str) -> list[str]:
        return [message.body for message in self.there.sent_to(contact)]

    def tap(self, contact: str, label: str) -> None:
        """On the newest message that has this button."""
        message = next(m for m in reversed(self.there.sent_to(contact)) if label in m.labels)
        self.there.user_taps(contact, message.sid, label)
        self.advance()

    def call(self, form: Mapping[str, str], path: str = "/hook/whatsapp", **headers: str) -> int:
        """A call signed as Twilio signs it, but for `headers` (an empty one is left out)."""
        signed, body = self.there.webhooks.signed(ADDRESS + path, form)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {name: value for name, value in {**signed, **named}.items() if value}
        return int(self.web.post(path, content=body, headers=given).status_code)


@dataclass(frozen=True)
class Line:
    """The channel alone, with nobody behind it."""

    there: TwilioDouble
    channel: WhatsAppChannel
    engine: Engine
    clock: FrozenClock

    def texts(self, contact: str) -> list[str]:
        return [message.body for message in self.there.sent_to(contact)]


@contextmanager
def line_to(url: str, engine: Engine, clock: FrozenClock, folder: Path) -> Iterator[Line]:
    """On the database of `engine`, with short patience."""
    a_picture = Reply(200, {"content-type": "image/jpeg"}, b"x")
    with TwilioDouble(now=clock.now, fetch=lambda url: a_picture) as there:
        settings = _settings(url, folder, there)
        channel = whatsapp_channel(settings, engine, clock, Keys([TEST_KEY]), seconds=SECONDS, patience=2 * SECONDS)
        yield Line(there, channel, engine, clock)
        channel.close()


def _settings(url: str, folder: Path, there: TwilioDouble, **chosen: Any) -> Settings:
    given: dict[str, Any] = {"public_url": ADDRESS, "demo_people": "off", "quiet_seconds": 0, **chosen}
    return Settings(
        database_url=url,
        var_dir=folder,
        keys=TEST_KEY,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=AUTH_TOKEN,
        twilio_from=SENDER,
        twilio_api=there.url,
        **given,
    )


@contextmanager
def service(url: str, engine: Engine, clock: FrozenClock, folder: Path, **chosen: Any) -> Iterator[Service]:
    """On the database of `engine`, with short patience; `chosen` are settings, or `shared_key` of the other side."""
    web: list[TestClient] = []

    def post(address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = web[0].post(urlsplit(address).path, content=body, headers=dict(headers))
        return Reply(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )

    def fetch(address: str) -> Reply:
        answer = web[0].get(urlsplit(address).path)
        return Reply(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )

    there = TwilioDouble(
        now=clock.now,
        post=post,
        fetch=fetch,
        webhook_url=f"{ADDRESS}/hook/whatsapp#rc=1&rp=all",
        shared_key=chosen.pop("shared_key", None),
    )
    settings = _settings(url, folder, there, **chosen)
    keys = Keys([TEST_KEY])
    channel = whatsapp_channel(settings, engine, clock, keys, seconds=SECONDS, patience=2 * SECONDS)
    app = App(settings, engine, keys, clock=clock, channels={channel.name: channel})
    try:
        with there, TestClient(make_site(app), raise_server_exceptions=False) as calls:
            web.append(calls)
            yield Service(app, there, channel, calls, clock)
    finally:
        app.stop()


def add_member(app: App, contact: str, name: str, role: str, **hat: object) -> int:
    """Somebody of the lists, known by a WhatsApp number."""
    with app.engine.begin() as connection:
        person: int = connection.execute(
            insert(people).values(name=name, facts={}, created_at=app.clock.now(), made_up=False).returning(people.c.id)
        ).scalar_one()
        address = {"channel": "whatsapp", "contact_hash": contact, "contact": contact}
        connection.execute(insert(addresses).values(person_id=person, **address))
        connection.execute(insert(memberships).values(person_id=person, role=role, region="64.72", **hat))
    return person
