"""How officers say that they are away, back, or gone; and who has their work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from routing.leave import Leave, answer_with_day, of_somebody_else, read, whom

TODAY = date(2026, 11, 23)
"""A Monday."""


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("text", "until", "stand_in"),
    [
        ("saya cuti sampai Senin, ganti Pak Contoh Dua", day(30), "Pak Contoh Dua"),
        ("cuti 3 hari", day(25), None),
        ("sdh cuti 3 hari", day(25), None),
        ("sehari ini saya cuti", day(23), None),
        ("cuti seminggu ya", day(29), None),
        ("saya cuti 2 minggu, gantinya bu Contoh Tiga", day(6, 12), "bu Contoh Tiga"),
        ("saya cuti 5 hari kerja mulai besok", day(30), None),
        ("saya cuti mulai rabu sampai jumat", day(27), None),
        ("besok saya cuti", day(24), None),
        ("saya dinas luar, masuk lagi kamis, sementara ke Contoh Dua", day(25), "Contoh Dua"),
        ("cuti s/d 27/11", day(27), None),
        ("saya cuti melahirkan sampai 20 desember", day(20, 12), None),
        ("saya sakit", None, None),
        ("sakit sampai kamis", day(26), None),
        ("saya juga cuti", None, None),
        ("sy mau cuti sampai jumat", day(27), None),
        ("izin dulu pak sampai besok", day(24), None),
        ("dinas luar smp kamis", day(26), None),
        ("bsk sy ga masuk", day(24), None),
        ("sy mulai besok cuti", day(24), None),
        ("saya cuti sampai 2031", None, None),
    ],
)
def test_a_leave_has_a_last_day_and_maybe_a_stand_in(text: str, until: date | None, stand_in: str | None) -> None:
    assert read(text, TODAY, is_working_day) == Leave("away", until, stand_in)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("saya sudah masuk lagi", "back"),
        ("cuti saya selesai, sudah masuk kantor", "back"),
        ("tidak jadi cuti", "back"),
        ("sdh masuk lg", "back"),
        ("saya sudah masuk", "back"),
        ("Hadir kembali.", "back"),
        ("laporannya sudah masuk pak", None),
        ("izin pak, parit dikerjakan sampai kamis", None),
        ("warga sakit sampai sekarang", None),
        ("besok cuti bersama pak", None),
        ("saya juga cuti bersama", None),
        ("saya pindah tugas, ganti Bu Contoh Dua", "gone"),
        ("per hari ini saya sudah tidak bertugas di sini", "gone"),
        ("saya pensiun bulan ini", "gone"),
        ("jalan itu sudah kami tambal", None),
        ("besok tim turun", None),
        ("cuti", "away"),
        ("cutian truk belum datang", None),
        ("puskesmas tutup karena dokternya cuti", None),
        ("ini tidak masuk kantor kami", None),
    ],
)
def test_back_and_gone_are_told_from_away(text: str, kind: str | None) -> None:
    found = read(text, TODAY, is_working_day)
    assert (found.kind if found else None) == kind


def test_there_may_be_nobody() -> None:
    found = read("cuti sampai jumat, penggantinya belum ada", TODAY, is_working_day)
    assert found is not None
    assert found.nobody


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("jumat", day(27)),
        ("hari jumat", day(27)),
        ("sampai jumat pak", day(27)),
        ("3 hari", day(25)),
        ("besok tim turun", None),
        ("entah", None),
        ("kemarin", None),
    ],
)
def test_a_bare_answer_names_the_last_day(words: str, until: date | None) -> None:
    assert answer_with_day(words, TODAY, is_working_day) == until


@dataclass(frozen=True)
class Somebody:
    name: str


PEOPLE = (Somebody("Petugas Contoh Dua"), Somebody("Contoh Tiga"), Somebody("Rina Contohwati"))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Pak Contoh Dua", ["Petugas Contoh Dua"]),
        ("bu rina", ["Rina Contohwati"]),
        ("contoh", ["Petugas Contoh Dua", "Contoh Tiga"]),
        ("bu sulastri", []),
        ("", []),
    ],
)
def test_somebody_is_meant_by_most_of_their_name(words: str, names: list[str]) -> None:
    assert [one.name for one in whom(words, PEOPLE)] == names


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Pak Contoh Dua pindah, ganti Bu Contoh Tiga", ("Pak Contoh Dua pindah,", "Bu Contoh Tiga")),
        ("contoh dua sudah tidak bertugas", ("contoh dua sudah tidak bertugas", None)),
        ("pindahkan SMD-0001 ke PU", None),
    ],
)
def test_a_coordinator_says_it_of_somebody_else(text: str, read_as: tuple[str, str | None] | None) -> None:
    found = of_somebody_else(text)
    assert (found and (found[0].strip(), found[1])) == read_as
