"""Every story in this folder is played through the whole stack and must read exactly as it is written down.

`pytest tests/dialogues --rewrite` writes down what the bot says now; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import make_engine
from bot.store.keys import Keys
from tests.dialogues.player import Player, Stage, story_files


@pytest.mark.parametrize("path", story_files(), ids=lambda path: path.stem)
def test_story(
    path: Path, sqlite_url: str, keys: Keys, clock: FrozenClock, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = Settings(database_url=sqlite_url, var_dir=tmp_path / "var", default_region="64.72")
    engine = make_engine(make_url(sqlite_url), keys)
    story = path.read_text(encoding="utf-8")
    player = Player(Stage(settings, engine, keys, clock))
    try:
        told = player.play(story)
    finally:
        print("\n".join(player.transcript))  # noqa: T201 - shown when the story breaks off
        engine.dispose()
    if request.config.getoption("--rewrite"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")
