"""What is a mark from one to five, and what only has a figure in it."""

from __future__ import annotations

import pytest

from routing.rating import Rating, read


@pytest.mark.parametrize(
    ("said", "mark", "words"),
    [
        ("5", 5, ""),
        (" 4. ", 4, ""),
        ("nilai 3", 3, ""),
        ("5 bintang", 5, ""),
        ("4/5", 4, ""),
        ("3 dari 5", 3, ""),
        ("⭐⭐⭐⭐", 4, ""),
        ("⭐⭐⭐⭐⭐ cepat", 5, "cepat"),
        ("4, cepat tapi masih kotor", 4, "cepat tapi masih kotor"),
        ("Bagus", 4, ""),
        ("bagus sekali", 5, ""),
        ("lumayan", 3, ""),
        ("lumayan bagus tapi lama", 4, "lumayan bagus tapi lama"),
        ("kurang bagus", 2, ""),
        ("tidak puas, petugasnya marah-marah", 2, "tidak puas, petugasnya marah-marah"),
        ("parah", 1, ""),
        ("3 lah lumayan", 3, "lumayan"),
        ("4 cepat tapi masih kotor", 4, "cepat tapi masih kotor"),
        ("2 aja bu", 2, ""),
        ("satu", 1, ""),
        ("lima nak, makasih ya", 5, "makasih ya"),
        ("10", 5, ""),
    ],
)
def test_marks(said: str, mark: int, words: str) -> None:
    assert read(said) == Rating(mark, words)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "6",
        "0",
        "12",
        "4 hari masih mati",
        "5 rumah kebanjiran",
        "makasih",
        "rt 05",
        "air mati lagi",
        "1. 2",
        "5,5 juta",
        "satu lagi jalan rusak",
        "satu, jalan rusak di depan masjid",
        "3 lagi yang belum",
    ],
)
def test_no_marks(said: str) -> None:
    assert read(said) is None
