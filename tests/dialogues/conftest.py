"""Stories run on SQLite; the turn and store tests run what they stand on a second time on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "story.db")
    return f"sqlite:///{tmp_path / 'story.db'}"
