"""The service as it runs in a storm: in a process that can be killed, its workers moved on by command."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from twilio.base.exceptions import TwilioException

from bot.app import App
from bot.channels import telegram_setup, whatsapp_setup
from bot.channels.telegram_client import TelegramClient, Timeouts
from bot.channels.whatsapp import WhatsAppChannel
from bot.logs import set_up_logs
from bot.pace import Checkpoint
from bot.settings import Settings
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.web.site import make_site
from tests.channels.two_thousand.clock import SharedClock

PUBLIC_URL = "https://lapor.example"
ROUNDS = 12
PATIENCE = 0.3
"""Seconds that we wait for a provider: enough on the loopback, and a hanging call costs no more."""


@dataclass(frozen=True)
class Setting:
    """What the service needs to know; `values` are those of `bot.settings.Settings`."""

    url: str
    key: str
    clock: Path
    start: datetime
    log: Path
    values: dict[str, Any]


class Killer:
    """Kills this process, as a power cut would, when it next passes the stop that it was told."""

    def __init__(self) -> None:
        self.stop = ""

    def __call__(self, here: str) -> None:
        if here == self.stop:
            os.kill(os.getpid(), signal.SIGKILL)


def open_app(setting: Setting, at: Checkpoint) -> App:
    """As it is made from its settings, with less patience: a call that hangs on the loopback will hang for ever."""
    timeouts = Timeouts(connect=PATIENCE, read=PATIENCE, write=PATIENCE)
    hurried: list[tuple[Any, str, Callable[..., Any]]] = [
        (telegram_setup, "TelegramClient", partial(TelegramClient, timeouts=timeouts)),
        (whatsapp_setup, "twilio_client", partial(whatsapp_setup.twilio_client, seconds=PATIENCE, patience=PATIENCE)),
    ]
    kept = [getattr(module, name) for module, name, _ in hurried]
    for module, name, quick in hurried:
        setattr(module, name, quick)
    try:
        keys = Keys([setting.key])
        engine = make_engine(setting.url, keys)
        return App(Settings(**setting.values), engine, keys, clock=SharedClock(setting.clock, setting.start), at=at)
    finally:
        for (module, name, _), as_it_was in zip(hurried, kept, strict=True):
            setattr(module, name, as_it_was)


def serve(setting: Setting, control: Connection) -> None:
    """Tells its port, then does what it is told: `pump`, `mend`, `end`, or the name of a stop to die at."""
    set_up_logs(setting.log.open("a", encoding="utf-8"), level=logging.WARNING)
    killer = Killer()
    app = open_app(setting, killer)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    server = uvicorn.Server(uvicorn.Config(make_site(app), log_config=None, access_log=False, lifespan="off"))
    web = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    web.start()
    control.send(listening.getsockname()[1])
    while (command := control.recv()) != "end":
        if command in COMMANDS:
            control.send(COMMANDS[command](app))
        else:
            killer.stop = command
    server.should_exit = True
    web.join()
    shut_down(app)
    control.send(0)


def shut_down(app: App) -> None:
    app.stop()
    for channel in app.channels.values():
        channel.close()


def pump(app: App) -> int:
    """Everything that is due now; tells how much was done."""
    done = 0
    for _ in range(ROUNDS):
        moved = app.turns.run_due() + app.outbox.send_due() + app.reminders.tick() + app.errands.tick()
        if not moved:
            break
        done += moved
    return done


def mend(app: App) -> int:
    """Looks for messages that Twilio has and we do not, as the service does every ten minutes."""
    channel = app.channels[WhatsAppChannel.name]
    assert isinstance(channel, WhatsAppChannel)
    try:
        return channel._gaps.close_gap(app.inbox)
    except (TwilioException, httpx.HTTPError, ValueError):
        return 0  # no answer: the next look is soon


COMMANDS: dict[str, Callable[[App], int]] = {"pump": pump, "mend": mend}
