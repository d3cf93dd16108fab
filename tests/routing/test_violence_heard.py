"""What is said of violence and despair in few or crippled words, and what only sounds like it (`domain.md §6.5`)."""

from __future__ import annotations

import pytest

from routing.understand import Reader

HEARD = [
    "tlg sy d pkl suami",
    "d pukul laki q",
    "dpkl suami trs",
    "sy dpukul mertua",
    "kemarin bapak buka baju saya",
    "ayah tiri melepas celana adik saya",
    "mertua ngusir saya dan bayi saya",
    "suami ngusir saya malam malam",
    "orang ppa yang urus saya ngajak tidur",
    "guru saya ngajak saya tidur di hotel",
    "anakku dijiwit lan disabet karo bapake",
    "bapak nya nyepak anak",
]
DESPAIR = [
    "gak sanggup lagi hidup",
    "capek, mau tidur selamanya",
    "pengen nyusul almarhum ibu",
    "saya ingin menyusul mendiang suami saya",
]
HINTED = [
    "saya mau lari dari rumah",
    "aku inampa banaku",
    "om saya masuk kamar tiap malam",
    "dia hancurkan rumah di rt 5 loa bakung",
    "saya diusir dari rumah, tidur di masjid loa bakung",
    "paman suka peluk peluk saya",
    "suami merampas hp dan uang saya",
    "istri saya mencakar muka saya",
]
PEACEFUL = [
    "lampu jalan mati, takut pulang malam di rt 6",
    "tiang listrik dipukul angin rubuh",
    "laporan kdrt berapa?",
    "rekap kasus kekerasan bulan ini",
    "jalan rusak, suami saya jatuh dari motor",
    "ibu mertua saya lumpuh tidak dapat bansos",
    "besok jam 8 d pukul brp posyandu",
    "d pkl 5 tadi listrik mati",
    "asap sampah masuk kamar saya tiap sore",
    "anak saya jatuh di jalan berlubang, suami gendong",
]


@pytest.mark.parametrize("text", [*HEARD, *DESPAIR])
def test_it_is_heard_at_once(reader: Reader, text: str) -> None:
    assert reader.read(text).restricted


@pytest.mark.parametrize("text", HINTED)
def test_somebody_close_and_an_unclear_deed_bring_numbers_at_least(reader: Reader, text: str) -> None:
    read = reader.read(text)
    assert read.restricted or read.hinted


@pytest.mark.parametrize("text", PEACEFUL)
def test_nobody_is_bothered_by_what_only_sounds_like_it(reader: Reader, text: str) -> None:
    read = reader.read(text)
    assert (read.restricted, read.hinted) == (False, False)
