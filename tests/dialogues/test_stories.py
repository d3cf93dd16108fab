"""Every story in this folder is played through the whole stack and must read exactly as it is written down.

`pytest tests/dialogues --rewrite` writes down what the bot says now; read the difference before you commit it.

After each story every file that was written and every line that was logged is searched for what anybody said, for
their names and numbers: nothing of it may stand there in the clear.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.store.keys import Keys
from tests.dialogues.player import Player, Stage, story_files
from tests.trust.in_clear import found_in_clear, secrets_of

PHONES = frozenset({"simulator"})
"""Stands where other people's phones stand: what was sent to it is theirs."""


@pytest.mark.usefixtures("own_logs")
@pytest.mark.parametrize("path", story_files(), ids=lambda path: path.stem)
def test_story(
    path: Path,
    sqlite_url: str,
    sqlite_place: Path,
    story_engine: Engine,
    keys: Keys,
    clock: FrozenClock,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    settings = Settings(database_url=sqlite_url, var_dir=tmp_path / "var", default_region="64.72")
    story = path.read_text(encoding="utf-8")
    player = Player(Stage(settings, story_engine, keys, clock))
    logs = io.StringIO()
    set_up_logs(logs, level=logging.DEBUG)
    try:
        told = player.play(story)
    finally:
        print("\n".join(player.transcript))  # noqa: T201 - shown when the story breaks off
        story_engine.dispose()
    if request.config.getoption("--rewrite"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")
    secrets = secrets_of(story)
    assert found_in_clear(tmp_path, logs.getvalue(), secrets, but=PHONES) == []
    assert found_in_clear(sqlite_place.parent, "", secrets) == []
