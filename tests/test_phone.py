"""Telephone numbers as people and spreadsheets write them."""

from __future__ import annotations

import pytest

from bot.phone import NotAPhoneError, read_phone


@pytest.mark.parametrize(
    "written",
    [
        "081200000001",
        "0812-0000-0001",
        "0812 0000 0001",
        "0812.0000.0001",
        "(0812) 0000-0001",
        "+62 812 0000 0001",
        "+62812-0000-0001",
        "62812 0000 0001",
        "6281200000001",
        "62 0812 0000 0001",
        "+62 (0)812-0000-0001",
        "00 62 812 0000 0001",
        "81200000001",
        "'081200000001",
        "\u202a+62 812\u20110000\u20110001\u202c",
        "0812\u00a00000\u00a00001",
        "8.1200000001E+10",
        "6,281200000001E+12",
    ],
)
def test_one_number_in_many_spellings(written: str) -> None:
    assert read_phone(written) == "+6281200000001"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("8.12E+11", "phone_shortened"),
        ("6,28E+12", "phone_shortened"),
        ("0812-0000-0001 / 0812-0000-0002", "phone_several"),
        ("081200000001;081200000002", "phone_several"),
        ("0812", "phone"),
        ("08120000000100000", "phone"),
        ("O812-0000-0001", "phone"),
        ("tidak ada", "phone"),
        ("-", "phone"),
        ("0000", "phone"),
    ],
)
def test_what_is_not_one_number(written: str, reason: str) -> None:
    with pytest.raises(NotAPhoneError) as refused:
        read_phone(written)
    assert refused.value.key == f"import.row.{reason}"
