"""When an office says *when*: which calendar day that is, read on a Monday."""

from __future__ import annotations

from datetime import date

import pytest

from routing.promises import promised_date

MONDAY = date(2026, 11, 23)
HOLIDAY = date(2026, 11, 25)

DAYS = [
    ("minggu depan", date(2026, 11, 30)),
    ("besok", date(2026, 11, 24)),
    ("bsk pagi", date(2026, 11, 24)),
    ("lusa", date(2026, 11, 25)),
    ("sesuk", date(2026, 11, 24)),
    ("isukan", date(2026, 11, 24)),
    ("hari ini", MONDAY),
    ("nanti sore", MONDAY),
    ("2 jam lagi", MONDAY),
    ("1x24 jam", date(2026, 11, 24)),
    ("tgl 5", date(2026, 12, 5)),
    ("tanggal 28", date(2026, 11, 28)),
    ("tgl 20an", date(2026, 12, 20)),
    ("tgl 25 bulan depan", date(2026, 12, 25)),
    ("5 des", date(2026, 12, 5)),
    ("5 Desember 2026", date(2026, 12, 5)),
    ("tgl 3 januari", date(2027, 1, 3)),
    ("20/12", date(2026, 12, 20)),
    ("jumat", date(2026, 11, 27)),
    ("jum'at depan", date(2026, 11, 27)),
    ("senin", date(2026, 11, 30)),
    ("insyaAllah Senin", date(2026, 11, 30)),
    ("Rabu minggu depan", date(2026, 12, 2)),
    ("minggu depan hari kamis", date(2026, 12, 3)),
    ("hari minggu", date(2026, 11, 29)),
    ("3 hari lagi", date(2026, 11, 26)),
    ("dua minggu lagi", date(2026, 12, 7)),
    ("seminggu lagi", date(2026, 11, 30)),
    ("2-3 hari lagi", date(2026, 11, 26)),
    ("sebulan lagi", date(2026, 12, 23)),
    ("lima hari kerja", date(2026, 12, 1)),
    ("butuh 3 hari", date(2026, 11, 26)),
    ("akhir bulan", date(2026, 11, 30)),
    ("akhir bulan depan", date(2026, 12, 31)),
    ("awal desember", date(2026, 12, 1)),
    ("akhir tahun", date(2026, 12, 31)),
    ("bulan depan", date(2026, 12, 1)),
    ("minggu ini", date(2026, 11, 27)),
    ("ga jadi jumat, mundur minggu depan", date(2026, 11, 30)),
    ("tidak bisa besok, rabu", date(2026, 11, 25)),
    ("besok ga bisa, kamis", date(2026, 11, 26)),
    ("bukan jumat tapi senin", date(2026, 11, 30)),
    ("tidak sampai jumat", date(2026, 11, 27)),
]

VAGUE = [
    "secepatnya",
    "nanti",
    "segera",
    "kalau ada anggaran",
    "sudah 3 hari",
    "selesai kemarin",
    "jumat kemarin sudah",
    "minggu lalu",
    "3 hari yang lalu",
    "baru masuk 3 hari",
    "10 hari ini tidak ada kasus",
    "rt 5 gang 3",
    "",
    "32/13",
    "tgl 99",
]


def _working(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


@pytest.mark.parametrize(("words", "day"), DAYS)
def test_promised_day(words: str, day: date) -> None:
    assert promised_date(words, MONDAY, _working)[0] == day


@pytest.mark.parametrize("words", VAGUE)
def test_vague_or_past_is_no_promise(words: str) -> None:
    assert promised_date(words, MONDAY, _working) == (None, None)


def test_the_words_are_kept_as_written() -> None:
    assert promised_date("Insya Allah SENIN pak", MONDAY, _working) == (date(2026, 11, 30), "SENIN")


def test_the_thirty_first_of_a_short_month_is_the_next_that_has_one() -> None:
    assert promised_date("1 bulan lagi", date(2027, 1, 31), _working)[0] == date(2027, 2, 28)
