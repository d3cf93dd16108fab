"""Stories run on SQLite; the turn and store tests run what they stand on a second time on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_with_people: Path) -> str:
    """A fresh database in which the made-up people wait."""
    shutil.copy(sqlite_with_people, tmp_path / "story.db")
    return f"sqlite:///{tmp_path / 'story.db'}"
