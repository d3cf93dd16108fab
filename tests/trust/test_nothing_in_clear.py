"""The search for words in the clear finds them where they are: `tests/dialogues/test_stories.py` relies on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.in_clear import found_in_clear, secrets_of

STORY = """# a remark with nothing secret in it
warga> suami saya memukul lagi / [Kirim] tolong jangan bilang
bot> Sudah kami terima, Pak/Bu, terima kasih
opd PU> sudah kami kerjakan kemarin
"""


def test_everything_said_by_people_is_a_secret_and_nothing_the_bot_says() -> None:
    found = secrets_of(STORY)
    assert {"suami saya memukul lagi", "tolong jangan bilang", "sudah kami kerjakan kemarin"} <= found
    assert not any("Sudah kami terima" in one or "remark" in one for one in found)
    assert "Warga Contoh Satu" in found
    assert "warga-1" in found


@pytest.mark.parametrize("place", ["kentongan.db", "media/ab/abcd", "kentongan.db-wal", "logs"])
def test_a_word_in_the_clear_is_found_wherever_it_stands(tmp_path: Path, place: str) -> None:
    secrets = {"suami saya memukul lagi", "tolong jangan bilang"}
    content = "x suami saya memukul lagi x"
    if place != "logs":
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0\1" + content.encode() + b"\0")
    logs = content if place == "logs" else ""
    assert found_in_clear(tmp_path, logs, secrets) == ["suami saya memukul lagi"]
    assert found_in_clear(tmp_path, logs, {"something else entirely"}) == []
