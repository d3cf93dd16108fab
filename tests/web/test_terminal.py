"""`kentongan chat`: what is typed, and what is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot import chat
from bot.app import App
from bot.catalogue import load_catalogue
from bot.operator_error import OperatorError

WORDS = load_catalogue("id")


def talk(app: App, lines: Sequence[str], who: str = "warga", contact: str | None = None) -> list[str]:
    """What is printed after the two lines of greeting."""
    printed: list[str] = []
    chat.run(app, who, lines, printed.append, contact)
    return printed[2:]


def test_text_and_a_number_for_a_button(app: App) -> None:
    assert talk(app, ["halo\n", "", "2\n", "3"]) == [
        "10.00  heard what=halo",
        "       1. yes",
        "       2. no",
        "10.00  heard what=m:no",
        "       1. yes",
        "       2. no",
        "10.00  heard what=3",
        "       1. yes",
        "       2. no",
    ]


def test_files_places_and_the_clock(app: App, tmp_path: Path) -> None:
    photo = tmp_path / "atap rumah.jpg"
    photo.write_bytes(b"\xff\xd8\xff")
    printed = talk(app, [f"/foto {photo}", "/lokasi -0.5, 117.1", "/jam 4", "/hari 1"])
    assert [line for line in printed if not line.startswith("       ")] == [
        "10.00  heard what=1 files, None",
        "10.00  heard what=0 files, (-0.5, 117.1)",
        WORDS.text("chat.now", now="Minggu, 22 November 2026 14.00"),
        WORDS.text("chat.now", now="Senin, 23 November 2026 14.00"),
    ]


SLIPS: list[tuple[str, str, dict[str, str]]] = [
    ("/foto", "chat.photo_gone", {"path": ""}),
    ("/foto /nowhere/photo.jpg", "chat.photo_gone", {"path": "/nowhere/photo.jpg"}),
    ("/lokasi", "chat.place_wrong", {}),
    ("/lokasi 91,0", "chat.place_wrong", {}),
    ("/lokasi nan,0", "chat.place_wrong", {}),
    ("/jam", "chat.number_wrong", {"example": "3"}),
    ("/jam besok", "chat.number_wrong", {"example": "3"}),
    ("/jam -4", "chat.number_wrong", {"example": "3"}),
    ("/hari 999", "chat.number_wrong", {"example": "3"}),
    ("/terbang", "chat.unknown_command", {"command": "/terbang"}),
    ("/bantuan", "chat.help", {}),
]


def test_a_slip_is_explained(app: App) -> None:
    expected = [WORDS.text(key, **values) for _, key, values in SLIPS]
    assert talk(app, [*(line for line, _, _ in SLIPS), "/keluar", "never read"]) == expected


@pytest.mark.parametrize("who", chat.WHO)
def test_everybody_can_be_played(app: App, who: str) -> None:
    assert talk(app, ["halo"], who)[0] == "10.00  heard what=halo"


def test_another_one_of_the_kind(app: App) -> None:
    printed: list[str] = []
    chat.run(app, "opd", [], printed.append, "opd-62.71-AIR")
    assert "PDAM" in printed[0]


def test_nobody_of_that_kind_or_name(make: Callable[..., App]) -> None:
    with pytest.raises(OperatorError, match="unknown_contact"):
        talk(make(), [], "kader", "warga-1")
    with pytest.raises(OperatorError, match="no_simulator"):
        talk(make(simulator="off"), [])
