"""What people answer to a numbered list."""

from __future__ import annotations

import pytest

from routing import household, numbered
from routing.numbered import Remark

ANSWERS = [
    ("2 salah", [Remark(2, "")]),
    ("nomor 2 salah, harusnya di rt 7", [Remark(2, "harusnya di rt 7")]),
    ("yang 2 keliru", [Remark(2, "")]),
    ("ubah 2", [Remark(2, "")]),
    ("hapus 3", [Remark(3, "", delete=True)]),
    ("hapus 2 dan 3", [Remark(2, "", delete=True), Remark(3, "", delete=True)]),
    ("3 tidak usah", [Remark(3, "", delete=True)]),
    ("2 di RT 07", [Remark(2, "di rt 07")]),
    ("2 dan 3 di rt 7", [Remark(2, "di rt 7"), Remark(3, "di rt 7")]),
    ("1 bukan jalan, parit", [Remark(1, "bukan jalan, parit")]),
    ("2 di RT 07, hapus 3", [Remark(2, "di rt 07"), Remark(3, "", delete=True)]),
    ("2 di rt 8 bukan 6", [Remark(2, "di rt 8 bukan 6")]),
    ("#2 parit", [Remark(2, "parit")]),
    ("RT 7", []),
    ("di gang 4", []),
    ("semuanya benar", []),
    ("sudah 3 hari", []),
    ("12 salah", []),
]


@pytest.mark.parametrize(("text", "remarks"), ANSWERS)
def test_remarks(text: str, remarks: list[Remark]) -> None:
    assert list(numbered.remarks(text)) == remarks


@pytest.mark.parametrize(
    ("text", "said"),
    [("semuanya di RT 05", "di rt 05"), ("di rt 05 semua", "di rt 05"), ("hapus semua", "hapus"), ("RT 05", None)],
)
def test_of_all(text: str, said: str | None) -> None:
    assert numbered.of_all(text) == said


@pytest.mark.parametrize(
    ("text", "sends"), [("kirim semua", True), ("Kirim semuanya ya", True), ("benar semua", True), ("kirim 2", False)]
)
def test_sends(text: str, sends: bool) -> None:
    assert numbered.sends(text) is sends


@pytest.mark.parametrize(
    ("first", "name", "then", "other", "words", "same"),
    [
        ("rtlh", None, "putus_sekolah", None, "anaknya putus sekolah", True),
        ("lansia_sakit", "Contoh", "rtlh", "Contoh", "rumah Bu Contoh bocor", True),
        ("lansia_sakit", "Contoh", "rtlh", "Misal", "rumahnya Pak Misal bocor", False),
        ("rtlh", None, "balita_gizi", None, "balita Ani kurus", False),
        ("rtlh", None, "jalan_jembatan", None, "jalan ke rumahnya putus", False),
        ("drainase", None, "listrik_lampu", None, "lampunya juga mati", False),
    ],
)
def test_same_household(first: str, name: str | None, then: str, other: str | None, words: str, same: bool) -> None:
    assert household.same(first, name, then, other, words) is same
