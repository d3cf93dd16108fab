"""Several lines of a list in one breath, and what is no such thing."""

from __future__ import annotations

import pytest

from routing.batches import ForAll, for_all, spread


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-3 benar", "1 benar, 2 benar, 3 benar"),
        ("1 sampai 3 benar, 4 tidak ada", "1 benar, 2 benar, 3 benar, 4 tidak ada"),
        ("1 s/d 2 benar", "1 benar, 2 benar"),
        ("1, 2 dan 4 benar", "1 benar, 2 benar, 4 benar"),
        ("1 2 3 benar", "1 benar, 2 benar, 3 benar"),
        ("1 benar, 2 & 3 bukan rt saya", "1 benar, 2 bukan rt saya, 3 bukan rt saya"),
        ("1 benar, 2 sudah dilaporkan", "1 benar, 2 sudah dilaporkan"),
        ("1. benar\n2. tidak ada", "1. benar\n2. tidak ada"),
        ("rt 1-3 banjir", "rt 1-3 banjir"),
        ("2 besok jam 3", "2 besok jam 3"),
        ("SMD-0001 benar", "SMD-0001 benar"),
        ("benar", "benar"),
    ],
)
def test_a_range_becomes_its_lines(text: str, expected: str) -> None:
    assert spread(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("semua benar", ForAll("benar", {})),
        ("ya semuanya benar bu", ForAll("benar", {})),
        ("benar semua", ForAll("benar", {})),
        ("kabeh bener pak", ForAll("bener", {})),
        ("semua benar kecuali 2", ForAll("benar", {2: ""})),
        ("semua benar, kecuali 2 dan 4", ForAll("benar", {2: "", 4: ""})),
        ("semua betul kecuali yg lampu, itu sudah nyala", ForAll("betul", {}, "yg lampu, itu sudah nyala")),
        ("semua benar kecuali 2 tidak ada, 3 besok", ForAll("benar", {2: "tidak ada", 3: "besok"})),
        ("semua", None),
        ("1 benar", None),
        ("warga semua resah banjir", None),
    ],
)
def test_what_is_said_of_all(text: str, expected: ForAll | None) -> None:
    assert for_all(text) == expected
