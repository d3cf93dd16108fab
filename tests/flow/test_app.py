"""An App is made from settings alone, on a database that may be empty, old or somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.app import make_app
from bot.clock import FrozenClock, MovableClock, SystemClock
from bot.operator_error import OperatorError
from bot.settings import Settings
from bot.store.tables import inbox
from tests.conftest import TEST_KEY
from tests.flow.world import rows


def settings(url: str, folder: Path, key: str = TEST_KEY, **more: object) -> Settings:
    values = {"database_url": url, "var_dir": folder, "keys": key, "migrate": "on", **more}
    return Settings.model_validate(values)


def test_an_empty_database_is_made_ready(empty_database_url: str, tmp_path: Path, clock: FrozenClock) -> None:
    for _ in range(2):
        app = make_app(settings(empty_database_url, tmp_path), clock=clock)
        assert app.pump() == 0
        assert rows(app.engine, inbox) == []
        app.stop()


def test_it_does_not_start_on_what_other_keys_wrote(empty_database_url: str, tmp_path: Path) -> None:
    make_app(settings(empty_database_url, tmp_path)).stop()
    with pytest.raises(OperatorError):
        make_app(settings(empty_database_url, tmp_path, key=Fernet.generate_key().decode()))


def test_it_does_not_start_on_a_database_nobody_migrated(empty_database_url: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError):
        make_app(settings(empty_database_url, tmp_path, migrate="off"))


@pytest.mark.parametrize(
    ("more", "channels", "clock"),
    [
        ({}, {"simulator"}, MovableClock),
        ({"simulator": "off"}, set(), SystemClock),
    ],
)
def test_the_simulator_and_its_clock_come_together(
    empty_database_url: str, tmp_path: Path, more: dict[str, str], channels: set[str], clock: type
) -> None:
    app = make_app(settings(empty_database_url, tmp_path, **more))
    assert set(app.channels) == channels
    assert isinstance(app.clock, clock)
    app.stop()
