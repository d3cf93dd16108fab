"""How many problems a message tells, and where each is: one line for each way people set them apart."""

from __future__ import annotations

import pytest

from routing.model import Role
from routing.understand import Reader

SEVERAL = [
    (
        "Laporan RT 5 Loa Bakung:\n1. Air PDAM mati tiga hari\n2. Lampu gang padam semua\n3. Sampah di TPS menumpuk",
        ["air_bersih", "listrik_lampu", "sampah_lingkungan"],
    ),
    ("1) lampu jalan mati 2) got depan rumah mampet", ["listrik_lampu", "drainase"]),
    ("a. jalan berlubang besar\nb. sampah tidak diangkut dua minggu", ["jalan_jembatan", "sampah_lingkungan"]),
    ("- jalan berlubang depan SD\n- parit buntu\n- lampu jalan mati", ["jalan_jembatan", "drainase", "listrik_lampu"]),
    ("✅ lampu jalan mati ✅ air pdam mati", ["listrik_lampu", "air_bersih"]),
    ("pertama jalan rusak di gang 3, kedua sampah tidak diangkut", ["jalan_jembatan", "sampah_lingkungan"]),
    (
        "ada tiga nah: satu jalan rusak, dua lampu jalan mati, tiga parit buntu",
        ["jalan_jembatan", "listrik_lampu", "drainase"],
    ),
    ("lampu jalan mati sudah seminggu. sama satu lagi got depan rumah mampet", ["listrik_lampu", "drainase"]),
    ("air pdam mati, terus juga jalan depan rumah berlubang", ["air_bersih", "jalan_jembatan"]),
    ("dua hal ya min. Lampu gang mati. Sampah menumpuk di tps.", ["listrik_lampu", "sampah_lingkungan"]),
    ("jalan berlubang; lampu jalan mati; parit buntu", ["jalan_jembatan", "listrik_lampu", "drainase"]),
    ("RT 3: jalan berlubang besar. RT 4: lampu jalan mati.", ["jalan_jembatan", "listrik_lampu"]),
    ("min jalan rusak sama lampu jalan mati di sempaja", ["jalan_jembatan", "listrik_lampu"]),
]

ONE = [
    "Air PDAM mati 3 hari. Sumur juga kering. Kami beli air galon terus.",
    "Jalan di depan rumah kami rusak. Sudah banyak motor jatuh. Tolong diperbaiki.",
    "Selamat pagi. Saya mau lapor. Lampu jalan di RT 12 Loa Bakung mati. Terima kasih.",
    "1. air mati 2. sudah lapor PDAM tapi tidak ada yang datang 3. tolong dibantu",
    "sampah menumpuk di gang 4, baunya sampai ke rumah, banyak lalat",
    "halo kak, selamat siang. mau lapor got di RT 8 Sidodamai mampet. makasih ya kak",
    "banjir di rumah saya, air masuk selutut, anak anak di atas meja",
    "jalan rusak di rt 5\nrt 5 itu yang dekat mushola",
]


@pytest.mark.parametrize(("text", "categories"), SEVERAL)
def test_several(reader: Reader, text: str, categories: list[str]) -> None:
    assert [case.category for case in reader.read(text).cases] == categories


@pytest.mark.parametrize("text", ONE)
def test_one_stays_one(reader: Reader, text: str) -> None:
    assert reader.read(text).cases == ()


def test_the_heading_says_where_for_all_and_a_line_may_say_more(reader: Reader) -> None:
    got = reader.read("Laporan RT 5 Loa Bakung:\n1. lampu gang mati\n2. RT 7 parit buntu", role=Role.KADER)
    shown = [(case.place.name if case.place else None, case.rt) for case in got.cases]
    assert shown == [("Loa Bakung", "05"), ("Loa Bakung", "07")]


def test_the_same_matter_in_another_rt_is_another_case(reader: Reader) -> None:
    got = reader.read("RT 3 lampu jalan mati\nRT 4 lampu jalan mati\nRT 7 lampu jalan mati", role=Role.KADER)
    assert [case.rt for case in got.cases] == ["03", "04", "07"]


def test_what_follows_in_a_row_is_where_the_first_was(reader: Reader) -> None:
    got = reader.read("rumah tetangga di RT 5 Loa Bakung hampir roboh dan anaknya putus sekolah")
    assert [(case.category, case.rt, case.text) for case in got.cases] == [
        ("rtlh", "05", "rumah tetangga di RT 5 Loa Bakung hampir roboh"),
        ("putus_sekolah", "05", "anaknya putus sekolah"),
    ]


def test_each_line_is_for_whom_it_names(reader: Reader) -> None:
    got = reader.read("- Bu Contoh RT 3 belum dapat PKH\n- Pak Misal RT 4 obat TB habis", role=Role.KADER)
    assert [case.on_behalf_of for case in got.cases] == ["Contoh", "Misal"]
