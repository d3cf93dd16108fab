"""Whole messages: place, RT, for whom, several problems in one, and what happens with texts that are none."""

from __future__ import annotations

import pytest

from routing.model import Role
from routing.understand import Reader

# `domain.md §9.3`: kind, category, place, urgent, restricted.
UTTERANCES = [
    ("ass bu, air pdam di perum bumi sambutan blok I nda ngalir udh 4 hr, mhn dibantu",
     "report", "air_bersih", "Sambutan", False, False),
    ("pak banyu ledeng kada jalan dr kamarin, gg melati rt 12 Air Hitam",
     "report", "air_bersih", "Air Hitam", False, False),
    ("airnya hitam bau bgt, lok bahu rt 05", "report", "air_bersih", "Lok Bahu", False, False),
    ("calap lagi, sdh sampai dada, kai ulun kada kawa bajalan", "report", "bencana", None, True, False),
    ("kai ulun larut di sungai!", "report", "orang_hilang", None, True, False),
    ("hatap rumah nini tiris, tawingnya rabah, nini saurangan haja", "report", "rtlh", None, False, False),
    ("tetangga sy tiap mlm dipukul lakinya, jgn blg sy yg lapor ya", "report", "kdrt", None, True, True),
    ("laki ulun manampiling ulun", "report", "kdrt", None, False, True),
    ("bojoku nesu terus, aku digebuki, wedi muleh", "report", "kdrt", None, True, True),
    ("etam di odah ni ndik ada aer besih", "report", "air_bersih", None, False, False),
    ("danum jatun hong huma ikei, RTA Milono km 5", "report", "air_bersih", None, False, False),
    ("tambi haban, dia tau mananjung", "report", "lansia_sakit", None, False, False),
    ("parit dpn SD mampet, pecomberan ke jln, RT 09", "report", "drainase", None, False, False),
    ("ada buaya msk parit blkg rmh", "report", "hewan_berbahaya", None, True, False),
    ("KEBAKARAN!!! gg rukun", "report", "kebakaran", None, True, False),
    ("anak umur 10 th gk sekolah krn nda punya akta", "report", "putus_sekolah", None, False, False),
    ("odgj ngamuk bawa parang di pasar pagi", "report", "keamanan", "Pasar Pagi", True, False),
    ("kapan bedah rumah sy? sdh didata 3x", "status_query", None, None, False, False),
    ("lampu mati dr subuh", "report", "listrik_lampu", None, False, False),
    ("kd usah dulu / indah", "deny", None, None, False, False),
    ("👍 sdh sy cek bu", "affirm", None, None, False, False),
    ("mau tanya jadwal posyandu", "question", None, None, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "category", "place", "urgent", "restricted"), UTTERANCES)
def test_utterances_of_the_field(
    reader: Reader, text: str, kind: str, category: str | None, place: str | None, urgent: bool, restricted: bool
) -> None:
    got = reader.read(text)
    assert (got.kind.value, got.category) == (kind, category)
    assert (got.place.name if got.place else None) == place
    assert (got.urgent, got.restricted) == (urgent, restricted)


def test_someone_afraid_is_heard_even_when_nothing_else_is_known(reader: Reader) -> None:
    """*Nyawa gaer*: Kutai for *I am afraid*."""
    assert reader.read("nyawa gaer").kind.value == "report"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Siti Aminah", "Lapor bu, Ibu Siti Aminah RT 3 rumahnya bocor"),
        ("Ramli", "izin lapor pak Ramli stroke tdk bisa jalan, rt 4"),
        ("Ramli", "izin lapor pak ramli stroke tdk bisa jalan, rt 4"),
        ("Rahmat", "warga saya Sdr. Rahmat ODGJ putus obat"),
        ("Aisyah", "balita an. Aisyah BGM 2 bulan"),
        ("Udin", "Pak Haji Udin minta tolong parit depan rumahnya"),
        ("Sumarni", "nenek Sumarni umur 80 tinggal sendiri"),
        ("Hasan", "Tn Hasan TBC putus obat"),
        ("Kartini", "LAPOR IBU KARTINI LUMPUH BUTUH KURSI RODA"),
        ("Slamet", "Warga RT 7 bernama Slamet, tidak punya jamban"),
        ("Rina", "atas nama Rina mohon KIS nya diaktifkan"),
        (None, "nenek sebelah rumah sakit"),
        (None, "Pak lurah mohon diperhatikan jalan kami"),
        (None, "Bu RT sudah tahu, jalan rusak"),
        (None, "saya Bu Yanti kader Mawar, lapor jalan rusak RT 2"),
        (None, "ibu hamil 8 bulan perdarahan"),
        (None, "PAK TOLONG AIR MATI DI RT 5 LOA BAKUNG"),
        (None, "Bapak tua tinggal sendiri di pondok"),
    ],
)
def test_for_whom_a_kader_writes(reader: Reader, name: str | None, text: str) -> None:
    assert reader.read(text, role=Role.KADER).on_behalf_of == name


def test_a_resident_writes_for_herself(reader: Reader) -> None:
    assert reader.read("Pak Joko memukul istrinya").on_behalf_of is None


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("1. Air pdam mati RT 3 Loa Bakung 2. Lampu jalan mati RT 5 3. Pak Udin stroke tidak ada obat",
         [("air_bersih", "03", None), ("listrik_lampu", "05", None), ("lansia_sakit", None, "Udin")]),
        ("Lapor bu:\n1) jalan rusak rt 1\n2) anak putus sekolah an. Budi rt 2\n3) parit mampet rt 3",
         [("jalan_jembatan", "01", None), ("putus_sekolah", "02", "Budi"), ("drainase", "03", None)]),
        ("jalan depan rumah rusak parah, selain itu lampu jalan juga mati",
         [("jalan_jembatan", None, None), ("listrik_lampu", None, None)]),
        ("- sampah numpuk rt 2\n- balita bgm rt 4", [("sampah_lingkungan", "02", None), ("balita_gizi", "04", None)]),
        ("1 air mati rt 2\n2 jalan rusak rt 5", [("air_bersih", "02", None), ("jalan_jembatan", "05", None)]),
        ("air mati 3 hari. terima kasih", []),
        ("anak umur 2. berat 7 kg tidak naik", []),
        ("rapat RT 12. air mati", []),
    ],
)  # fmt: skip
def test_several_problems_in_one_message(
    reader: Reader, text: str, cases: list[tuple[str, str | None, str | None]]
) -> None:
    got = reader.read(text, role=Role.KADER)
    assert [(case.category, case.rt, case.on_behalf_of) for case in got.cases] == cases


def test_a_place_before_the_list_is_the_place_of_all(reader: Reader) -> None:
    got = reader.read("Kelurahan Loa Bakung RT 05:\n1. air pdam mati\n2. lampu jalan mati", role=Role.KADER)
    assert [(case.place.name if case.place else None, case.rt) for case in got.cases] == [("Loa Bakung", "05")] * 2


def test_danger_in_one_case_is_danger_in_the_message(reader: Reader) -> None:
    got = reader.read("1. lampu jalan mati\n2. bu Ani dipukuli suaminya tadi malam, sembunyi di kamar", role=Role.KADER)
    assert (got.urgent, got.restricted) == (True, True)


@pytest.mark.parametrize("text", ["", " ", "?", "🙏", "\n\n", "1", "a" * 20_000, "tolong " * 5_000, "🆘" * 3000])
def test_odd_texts_are_read_without_harm(reader: Reader, text: str) -> None:
    assert reader.read(text).kind is not None


def test_the_same_message_is_always_read_the_same(reader: Reader) -> None:
    text = "air mati di loa bakung rt 5, pak"
    assert reader.read(text) == reader.read(text)


def test_a_sentence_is_not_cut_in_its_middle_and_the_rt_at_the_end_holds_for_all(reader: Reader) -> None:
    text = "rumah nenek saya mau roboh dan nenek juga lumpuh belum dapat bantuan sosial, rt 5 loa bakung"
    told = [(case.text, case.rt) for case in reader.read(text).cases]
    assert told[0] == ("rumah nenek saya mau roboh", "05")
    assert told[1][0].startswith("nenek juga lumpuh")


@pytest.mark.parametrize(
    "text", ["hubungkan dengan koordinator", "lama banget sih, kerja gak kalian", "depan toko bu Rina"]
)
def test_what_only_resembles_a_cry_brings_no_numbers(reader: Reader, text: str) -> None:
    read = reader.read(text)
    assert (read.hinted, read.restricted, read.urgent) == (False, False, False)
