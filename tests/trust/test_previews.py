"""Every script of violence and danger: a number to call in the first message, nothing telling on a lock screen."""

from __future__ import annotations

import pytest

from tests.dialogues.player import story_files
from tests.trust.previews import NUMBER, SCRIPTS, found_in, table


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_number_comes_first_and_nothing_tells_a_passer_by(script: str) -> None:
    found = found_in(script)
    assert found.number_in <= 1
    assert found.telling == ()
    assert NUMBER.search(found.shown), "the number is in what the lock screen shows"


def test_every_such_script_is_looked_at() -> None:
    told = {path.stem for path in story_files()}
    wanted = {name for name in told if name.startswith(("violence_", "self_harm_", "danger_"))}
    assert wanted <= set(SCRIPTS) <= told


def test_there_are_twenty_in_all_voices_and_tongues() -> None:
    rows = table()
    assert len([one for one in rows if one.script.startswith(("violence_", "self_harm_", "a_neighbour"))]) >= 20
    assert {"victim", "child", "parent", "neighbour", "kader"} <= {one.by for one in rows}
    for tongue in ("Indonesian", "Banjar", "Kutai", "Javanese", "Ngaju"):
        assert any(tongue in one.tongue for one in rows), tongue
