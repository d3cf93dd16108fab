"""What is no message at all: nothing falls over, the kind says so, and the work stays bounded."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from routing.model import Kind
from routing.rules import load_rules
from routing.understand import Reader

NEWS = (
    "KUTAI KARTANEGARA, KOMPAS - Wakil Bupati membuka musyawarah perencanaan pembangunan tingkat kecamatan, Selasa "
    "(12/5). Dalam sambutannya ia menyampaikan bahwa pembangunan harus berpihak kepada masyarakat. Kegiatan dihadiri "
    "unsur forkopimda, tokoh masyarakat, dan para kepala desa. Ia berharap sinergi seluruh pihak terus ditingkatkan "
    "demi kesejahteraan bersama, demikian dilaporkan pewarta kami dari lokasi acara. (ant/red)"
)
CHAIN = (
    "SEBARKAN ke 10 grup WA!! Jangan berhenti di kamu. Barang siapa meneruskan pesan ini akan mendapat kuota gratis "
    "100GB dari pemerintah, klik http://kuota-gratis.example sekarang sebelum habis. Sudah terbukti!"
)
MENU = "MENU HARI INI\nnasi kuning 12rb\nsoto banjar 18rb\nes teh 5rb\nes jeruk 7rb\norder 0812-0000-0001 free ongkir"
NO_REPORT = {
    "news": NEWS,
    "chain letter": CHAIN,
    "menu": MENU,
    "english": "hello friend, how are you today? i hope you have a nice day",
    "arabic": "السلام عليكم ورحمة الله وبركاته",
    "base64": base64.b64encode(bytes(range(256)) * 3).decode(),
    "insults": "dasar bot goblok anjing bangsat tolol",
    "signs": "@#$%^&*()_+{}|:<>?~`",
    "digits": "1234567890 " * 200,
}


@pytest.mark.parametrize("text", NO_REPORT.values(), ids=NO_REPORT)
def test_what_tells_of_no_problem_is_no_report(reader: Reader, text: str) -> None:
    read = reader.read(text)
    assert (read.kind is not Kind.REPORT, read.restricted, read.urgent) == (True, False, False)


def test_english_is_understood_as_far_as_it_goes(reader: Reader) -> None:
    assert reader.read("there is no water in my house since monday").kind in Kind


STRANGE = [
    "",
    " ",
    "\n" * 5000,
    "\x00\x01\x02",
    "\ud800",
    "a" * 50_000,
    "🔥" * 9000,
    "(" * 20_000,
    "1. " * 9000,
    "ZWJ" + "\u200d" * 5000,
    "-" * 50_000,
    "rt " * 15_000,
    "SMD-0123 " * 6000,
]


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_nothing_falls_over(reader: Reader, text: str) -> None:
    assert reader.read(text).kind in Kind
    assert len(reader.read_officer(text, today=date(2026, 11, 23), region=reader.home_region)) >= 1


def test_of_50_kilobytes_only_so_much_is_read(reader: Reader) -> None:
    """The bound is on characters, so the time is bounded however long a text is."""
    filler = "selamat pagi semua semoga sehat selalu " * 1400
    longest = load_rules().settings.longest
    assert len(filler) > 50_000
    shown = reader._shown(filler)
    assert len(shown) <= longest + 1


def test_the_end_of_a_long_text_is_read(reader: Reader) -> None:
    filler = "selamat pagi semua semoga sehat selalu " * 1400
    read = reader.read(filler + "tolong rumah tetangga kebakaran api besar di rt 5 loa bakung")
    assert read.kind is Kind.REPORT
    assert read.rt == "05"


@pytest.mark.parametrize("text", ["jkl", "zzz", "again", "it is me", "xyz qwe", "blub blub"])
def test_words_that_nobody_knows_are_no_yes(reader: Reader, text: str) -> None:
    """A yes at the summary sends a report."""
    assert reader.read(text).kind is Kind.CHITCHAT
