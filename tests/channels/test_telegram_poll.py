"""A laptop without an address asks Telegram for its messages, and shows what it can do; no webhook anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from bot.app import App
from bot.catalogue import load_catalogue
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_poll import TelegramPoll
from bot.channels.telegram_setup import commands, introduction
from bot.channels.telegram_wiring import telegram_channel
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.facts import fact
from bot.store.keys import Keys
from routing.answers import command
from tests.channels.telegram_service import client, own_database
from tests.conftest import TEST_KEY
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.double import TOKEN

WARGA = 1001
WORDS = load_catalogue("id")
SOON = 10.0
"""Seconds after which a test that waits for something has failed."""


class Kept:
    """An inbox that tells the test what it was given; `refuses` is how often it cannot store."""

    def __init__(self, refuses: int = 0) -> None:
        self.given: Queue[str] = Queue()
        self._refuses = refuses

    def submit(self, channel: str, external_id: str, contact: str, raw: bytes) -> Future[bool]:
        stored: Future[bool] = Future()
        if self._refuses:
            self._refuses -= 1
            stored.set_exception(OSError("no space left on the disk"))
        else:
            stored.set_result(True)
        self.given.put(external_id)
        return stored

    def next(self) -> str:
        return self.given.get(timeout=SOON)


@pytest.fixture
def there(clock: FrozenClock) -> Iterator[TelegramDouble]:
    with TelegramDouble(now=clock.now) as one:
        yield one
        assert one.violations == []


def polling(there: TelegramDouble) -> TelegramChannel:
    return TelegramChannel(client(there), (TelegramPoll(WORDS, first_wait=timedelta(0)),))


def test_messages_come_in_their_order_and_each_once(there: TelegramDouble) -> None:
    there.updates.webhook.url = "https://lapor.contoh.id/hook/telegram"
    for text in ("satu", "dua"):
        there.user_says(WARGA, text)
    kept, channel = Kept(), polling(there)
    channel.open(kept)
    assert [kept.next(), kept.next()] == ["100001", "100002"]
    there.user_says(WARGA, "tiga")
    assert kept.next() == "100003"
    channel.close()
    assert kept.given.empty()
    assert there.updates.webhook.url == ""


def test_what_could_not_be_stored_is_asked_for_again(there: TelegramDouble) -> None:
    kept, channel = Kept(refuses=1), polling(there)
    with capture_logs() as told:
        channel.open(kept)
        there.user_says(WARGA, "halo")
        assert [kept.next(), kept.next()] == ["100001", "100001"]
        channel.close()
    assert [line["event"] for line in told] == ["telegram.poll"]


def test_after_a_new_start_nothing_is_missing(there: TelegramDouble) -> None:
    for text in ("satu", "dua"):
        kept, channel = Kept(), polling(there)
        channel.open(kept)
        there.user_says(WARGA, text)
        newest = "100001" if text == "satu" else "100002"
        while kept.next() != newest:
            """The last one before the end comes once more: Telegram did not hear that we have it."""
        channel.close()


@pytest.mark.parametrize("fault", ["reset", "server_error", "html", "too_many", "empty"])
def test_it_goes_on_after_a_failure(there: TelegramDouble, fault: str) -> None:
    there.faults.next(fault, times=2)  # type: ignore[arg-type]
    there.user_says(WARGA, "halo")
    kept, channel = Kept(), polling(there)
    channel.open(kept)
    assert kept.next() == "100001"
    channel.close()


def test_somebody_else_at_the_same_bot_is_told_in_plain_words(there: TelegramDouble) -> None:
    kept, channel = Kept(), polling(there)
    with capture_logs() as told:
        channel.open(kept)
        there.user_says(WARGA, "satu")
        assert kept.next() == "100001"
        there.updates.webhook.url = "https://lain.contoh.id"  # the operator's other machine
        there.user_says(WARGA, "dua")
        assert kept.next() == "100002"  # the question that was open already
        there.user_says(WARGA, "tiga")
        assert kept.next() == "100003"
        channel.close()
    assert all("409" in one for one in there.violations)
    there.violations.clear()
    assert WORDS.text("telegram.poll.somebody_else") in [line.get("problem") for line in told]


# --- what people are shown --------------------------------------------------------------------------------------------


def test_every_command_that_is_shown_is_understood() -> None:
    shown = commands(WORDS)
    assert len(shown) >= 6
    assert [name for name in shown if command(name) is None] == []


def test_commands_are_told_once_for_each_change(there: TelegramDouble, sqlite_template: Path, tmp_path: Path) -> None:
    line = client(there)
    with own_database(sqlite_template, tmp_path) as (_, engine):
        introduce = introduction(engine, WORDS)
        for _ in range(2):
            line.wait(introduce(line, Kept()))
        assert fact(engine, "telegram_profile")
    line.close()
    assert there.calls["setMyCommands"] == there.calls["setMyDescription"] == there.calls["setMyShortDescription"] == 1
    assert [one["command"] for one in there.world.commands["default/"]] == list(commands(WORDS))


# --- a whole service --------------------------------------------------------------------------------------------------


def test_a_token_is_enough(there: TelegramDouble, sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> None:
    with own_database(sqlite_template, tmp_path) as (url, engine):
        settings = Settings(
            database_url=url,
            var_dir=tmp_path,
            keys=TEST_KEY,
            telegram_token=TOKEN,
            telegram_api=there.base_url.removesuffix("/bot"),
        )
        there.user_says(WARGA, "air ledeng mati sudah 4 hari di RT 05 Loa Bakung")
        app = watched(settings, engine, clock)
        app.channels["telegram"].open(app.inbox)
        app.arrived.get(timeout=SOON)
        app.pump(now_quiet=True)
        app.stop()
        assert "Sudah benar?" in there.sent_to(WARGA)[0].text


class Watched(App):
    arrived: Queue[bool]


def watched(settings: Settings, engine: Engine, clock: FrozenClock) -> Watched:
    """Without workers; `arrived` gets a word for each batch that is stored."""
    arrived: Queue[bool] = Queue()
    channel = telegram_channel(settings, engine)
    app = Watched(
        settings,
        engine,
        Keys([TEST_KEY]),
        clock=clock,
        channels={channel.name: channel},
        at=lambda place: arrived.put(True) if place == "inbox.stored" else None,
    )
    app.arrived = arrived
    return app
