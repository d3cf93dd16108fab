"""A Kentongan and a Telegram on the loopback: what people do there arrives here by webhook, and the answers there."""

from __future__ import annotations

import asyncio
import json
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, insert, make_url

from bot.app import App
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_client import TelegramClient, Timeouts
from bot.channels.telegram_setup import PATH, webhook_secret
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, people
from bot.web.site import make_site
from tests.conftest import TEST_KEY
from tests.doubles.delivery import Reply
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.double import TOKEN
from tests.doubles.telegram.updates import Update

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a successor of httpx that our other libraries do not use yet
    from starlette.testclient import TestClient

ADDRESS = "https://lapor.contoh.id"
HURRIED = Timeouts(read=0.15)
"""For a test in which nobody answers, and for no other: a busy machine may take longer to answer."""


class Service:
    """`web` calls the site as Telegram does; `advance` lets everything happen that is due."""

    def __init__(
        self, app: App, there: TelegramDouble, client: TelegramClient, web: TestClient, clock: FrozenClock
    ) -> None:
        self.app = app
        self.there = there
        self.client = client
        self.web = web
        self.clock = clock
        self.secret = webhook_secret(app.settings, app.keys)

    def advance(self, seconds: int = 2) -> None:
        """What waits is delivered and handled, and so much time passes that all answers may go out."""
        self.there.deliver_due()
        for _ in range(seconds):
            self.app.pump(now_quiet=True)
            self.clock.move(timedelta(seconds=1))
        self.app.pump(now_quiet=True)
        self.client.wait(_everything_beside())

    def texts(self, chat: int) -> list[str]:
        return [message.text for message in self.there.sent_to(chat)]

    @property
    def signed(self) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": self.secret}

    @staticmethod
    def raw(update: Update) -> bytes:
        return json.dumps(update.as_json()).encode()

    def call(self, raw: bytes, **headers: str) -> int:
        return int(self.web.post(PATH, content=raw, headers=headers).status_code)


def client(there: TelegramDouble, timeouts: Timeouts | None = None) -> TelegramClient:
    return TelegramClient(there.token, there.base_url.removesuffix("/bot"), timeouts)


async def _everything_beside() -> None:
    """What the channel does while nobody waits for it, such as taking buttons away, is done."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


@contextmanager
def service(url: str, engine: Engine, clock: FrozenClock, folder: Path, **chosen: Any) -> Iterator[Service]:
    """On the database of `engine`; `chosen` are settings."""
    values: dict[str, Any] = {"telegram_token": TOKEN, "public_url": ADDRESS, "demo_people": "off", **chosen}
    settings = Settings(database_url=url, var_dir=folder, keys=TEST_KEY, **values)
    web: list[TestClient] = []

    def post(address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = web[0].post(urlsplit(address).path, content=body, headers=dict(headers))
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, names, answer.content)

    with TelegramDouble(now=clock.now, post=post) as there:
        connection = client(there)
        channel = TelegramChannel(connection)
        app = App(settings, engine, Keys([TEST_KEY]), clock=clock, channels={channel.name: channel})
        try:
            with TestClient(make_site(app), raise_server_exceptions=False) as calls:
                web.append(calls)
                yield Service(app, there, connection, calls, clock)
        finally:
            app.stop()


@contextmanager
def own_database(template: Path, folder: Path) -> Iterator[tuple[str, Engine]]:
    """A fresh SQLite file with all tables."""
    path = folder / "kentongan.db"
    shutil.copy(template, path)
    engine = make_engine(make_url(f"sqlite:///{path}"), Keys([TEST_KEY]))
    yield f"sqlite:///{path}", engine
    engine.dispose()


def add_member(app: App, chat: int, name: str, role: str, **hat: object) -> None:
    """Somebody of the lists who writes by Telegram."""
    contact = str(chat)
    with app.engine.begin() as connection:
        person = connection.execute(
            insert(people).values(name=name, facts={}, created_at=app.clock.now(), made_up=False).returning(people.c.id)
        ).scalar_one()
        address = {"channel": "telegram", "contact_hash": contact, "contact": contact}
        connection.execute(insert(addresses).values(person_id=person, **address))
        connection.execute(insert(memberships).values(person_id=person, role=role, region="64.72", **hat))
