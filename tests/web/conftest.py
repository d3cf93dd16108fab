"""The site over a whole App on a fresh database, on SQLite and on PostgreSQL; a handler that fits on a page answers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine

from bot.app import App
from bot.channels.base import Limits, Rendered
from bot.settings import Settings
from bot.store.keys import Keys
from bot.web.site import make_site
from handlers.messages import Choice, Say
from handlers.scene import Outcome, Scene
from tests.conftest import TEST_KEY
from tests.flow.world import render as plain

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a successor of httpx that our other libraries do not use yet
    from starlette.testclient import TestClient

__all__ = ["TestClient"]

SUNDAY = "2026-11-22T02:00:00+00:00"
"""Ten in the morning in Samarinda."""


def respond(scene: Scene) -> Outcome:
    """Says what it heard and offers two buttons."""
    heard = " + ".join(
        one.choice_id or one.text or f"{len(one.attachments)} files, {one.point}" for one in scene.incoming
    )
    choices = (Choice("m:yes", "yes"), Choice("m:no", "no"))
    return Outcome(scene.state, (Say("heard", {"what": heard}, choices),))


def render(says: Any, limits: Limits) -> tuple[Rendered, ...]:
    return plain(says, limits)


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel(SUNDAY, tick=False):
        yield


@pytest.fixture
def make(
    now: None, database_url: str, engine: Engine, keys: Keys, tmp_path: Path, settle: Callable[[Engine], None]
) -> Iterator[Callable[..., App]]:
    """Makes Apps with the made-up people; they are stopped at the end."""
    apps: list[App] = []
    settle(engine)

    def made(**chosen: Any) -> App:
        settings = Settings(database_url=database_url, var_dir=tmp_path, keys=TEST_KEY, quiet_seconds=0, **chosen)
        app = App(settings, engine, keys, respond=respond, render=render)
        apps.append(app)
        return app

    yield made
    for app in apps:
        app.stop()


@pytest.fixture
def app(make: Callable[..., App]) -> App:
    return make()


@pytest.fixture
def web(app: App) -> Iterator[TestClient]:
    with TestClient(make_site(app), raise_server_exceptions=False) as client:
        yield client
