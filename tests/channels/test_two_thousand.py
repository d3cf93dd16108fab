"""Several people at once, 5 % of all calls failing, the service dropped three times: nothing is lost, nothing doubled.

The same with two thousand people and a process that is killed twenty times: `python benchmarks/channels_storm.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.channels.two_thousand.play import play
from tests.channels.two_thousand.reach import ServiceHere
from tests.channels.two_thousand.stories import PLAIN, count
from tests.conftest import TEST_KEY


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "kentongan.db")
    return f"sqlite:///{tmp_path}/kentongan.db"


def test_everybody_is_served_once(url: str, tmp_path: Path) -> None:
    result = play(url, TEST_KEY, tmp_path, residents=5, kills=3, reach=ServiceHere)
    assert result.findings.wrong == []
    assert result.killed.total() == 3
    assert result.faults.total() > 0


def test_a_plain_report_takes_few_messages(url: str, tmp_path: Path) -> None:
    """Every WhatsApp message costs money (`platform.md §0`)."""
    counted = count(url, TEST_KEY, tmp_path, PLAIN)
    assert len(counted) == 2 * len(PLAIN)
    assert max(one.until_ticket for one in counted) <= 2
    assert max(one.in_all for one in counted) <= 6
