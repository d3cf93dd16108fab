"""What runs in another process, so that it can be killed: picklable functions only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import App
from bot.clock import FrozenClock
from bot.store.database import make_engine
from bot.store.keys import Keys
from tests.flow.world import make_world, write


def killer(stop: str, nth: int) -> Callable[[str], None]:
    """Kills this process, as a power cut would, when it passes `stop` for the `nth` time."""
    passed = 0

    def at(here: str) -> None:
        nonlocal passed
        if here == stop:
            passed += 1
            if passed == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    return at


def opened(url: str, key: str, folder: Path, now: datetime, **parts: Any) -> App:
    keys = Keys([key])
    app, _ = make_world(url, make_engine(url, keys), keys, FrozenClock(now), folder, **parts)
    return app


def live_and_die(url: str, key: str, folder: Path, now: datetime, stop: str, nth: int) -> None:
    """Takes a message in and does everything it brings about, until the power goes at `stop`."""
    app = opened(url, key, folder, now, at=killer(stop, nth))
    write(app, "first", "no water")
    app.pump(now_quiet=True)
    app.stop()


def work_off(url: str, key: str, folder: Path, now: datetime, what: str) -> None:
    """One of several processes that do the same work at the same time, until nothing is left."""
    app = opened(url, key, folder, now)
    worker: dict[str, Callable[[], int]] = {
        "turns": lambda: app.turns.run_due(20, quiet_over=True),
        "outbox": lambda: app.outbox.send_due(20),
        "reminders": lambda: app.reminders.tick(limit=20),
    }
    while worker[what]():
        pass
    app.stop()
