"""Emergencies: the number first, sent at once, put right or taken back afterwards with one tap."""

from __future__ import annotations

import pytest

from bot.app import knowledge
from bot.store.tables import reports
from routing.model import Understanding
from tests.trust.house import House, Line
from tests.trust.previews import NUMBER, SHOWN

EMERGENCIES = (
    ("KEBAKARAN di gang mawar rt 5 loa bakung", "kebakaran"),
    ("omahe tonggoku kobong, tulung, rt 5 loa bakung", "kebakaran"),
    ("huma kebakaran, dohop", "kebakaran"),
    ("banjir sudah sampai dada tolong evakuasi nenek", "bencana"),
    ("banyu sudah sadada, nini kada kawa kaluar", "bencana"),
    ("istri saya mau melahirkan ketubannya pecah", "ibu_hamil"),
    ("bojoku arep lairan, ketuban wis pecah, ora ono mobil", "ibu_hamil"),
    ("ada orang pingsan di pinggir jalan, tidak sadar", "layanan_kesehatan"),
    ("anak saya hilang dari tadi pagi", "orang_hilang"),
    ("anak nyawa hilang dari tadi hambat, ndik bulek2, tolong cari", "orang_hilang"),
)
NONE = (
    "parit mampet rt 5 loa bakung",
    "kebakaran jenggot aku liat tagihan pdam",
    "hati ulun kebakaran min, mantan kawin",
    "kapan jadwal posyandu ibu hamil",
    "dulu tahun lalu rumah kami kebanjiran, sekarang minta bantuan sembako",
    "rumah korban kebakaran bulan lalu belum ada bantuan",
    "motor saya hilang di parkiran",
    "lampu jalan mati sudah seminggu",
    "anak saya hilang akta lahirnya",
)


def read(text: str) -> Understanding:
    return knowledge()[1].read(text, near="64.72")


@pytest.mark.parametrize(("text", "category"), EMERGENCIES)
def test_an_emergency_is_known_as_one(text: str, category: str) -> None:
    assert read(text).emergency
    assert read(text).category == category


@pytest.mark.parametrize("text", NONE)
def test_what_is_over_or_said_in_jest_is_none(text: str) -> None:
    assert not read(text).emergency


@pytest.mark.parametrize("text", [text for text, _ in EMERGENCIES[::2]])
@pytest.mark.parametrize("by", ["warga", "kader"])
def test_it_is_sent_with_the_first_message_and_the_number_stands_first(house: House, text: str, by: str) -> None:
    (answer,) = house.say(by, text)
    assert NUMBER.search(answer.text[:SHOWN])
    (row,) = house.rows(reports)
    assert row.status in ("forwarded", "holding")
    assert "SMD-0001" in answer.text


def officer(house: House) -> list[Line]:
    return house.to("dinas-kesehatan")


def test_the_place_is_asked_afterwards_and_put_right_for_the_office(house: House) -> None:
    (answer,) = house.say("warga", "istri saya mau melahirkan ketubannya pecah")
    assert "Di mana tepatnya?" in answer.text
    (sent,) = officer(house)
    assert "tempat belum jelas" in sent.text
    house.say("warga", "rt 4 lempake")
    assert "RT 04, Kel. Lempake" in officer(house)[-1].text


def test_a_pin_tells_where_too(house: House) -> None:
    house.say("warga", "istri saya mau melahirkan ketubannya pecah")
    house.say("warga", "", point=(-0.43, 117.18))
    assert "-0.43000, 117.18000" in officer(house)[-1].text or "Kel." in officer(house)[-1].text
    assert len(house.rows(reports)) == 1


def test_a_false_one_costs_one_tap(house: House) -> None:
    house.say("warga", "istri saya mau melahirkan ketubannya pecah, rt 4 lempake")
    (answer,) = house.tap("warga", "Keliru, batalkan")
    assert "sudah dibatalkan" in answer.text
    assert [row.status for row in house.rows(reports)] == ["cancelled"]
    assert "Tidak perlu dilanjutkan" in officer(house)[-1].text


@pytest.mark.parametrize("word", ["ya", "ok", "tidak"])
def test_a_bare_answer_takes_no_emergency_back(house: House, word: str) -> None:
    house.say("warga", "istri saya mau melahirkan ketubannya pecah, rt 4 lempake")
    house.say("warga", word)
    assert [row.status for row in house.rows(reports)] == ["forwarded"]


def test_urgent_and_no_emergency_gets_the_number_and_is_still_asked(house: House) -> None:
    (answer,) = house.say("warga", "ada ular kobra besar masuk rumah, rt 4 lempake")
    assert NUMBER.search(answer.text[:SHOWN])
    assert [label for _, label in answer.buttons] == ["Kirim", "Ubah", "Batal"]
