"""What the bot must do for who is hurt or in despair: every line of `domain.md §6.4`, by its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bot.store.tables import attachments, events, fires, media, reports
from tests.trust.conftest import MakeHouse
from tests.trust.cries import CRIES, Cry
from tests.trust.house import CODE, NIGHT, OTHERS, PHOTO, STAFF, House, Line, code_in
from tests.trust.previews import SHOWN, TELLING

MENU = "Posyandu buka sekali sebulan"
VICTIM = "suami saya mukul saya terus, saya takut"
DANGER = "tolong suami saya bawa parang, saya sembunyi di kamar"
ONCE = "dulu mertua saya nampar saya di depan anak anak"


def violence(by: str) -> list[Cry]:
    return [cry for cry in CRIES if cry.about == "violence" and cry.by == by]


def each(cries: Sequence[Cry]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("cry", cries, ids=lambda cry: f"{cry.by}, {cry.tongue}: {cry.text[:24]}")


def neutral(lines: list[Line]) -> bool:
    return not any(TELLING.search(line.text) for line in lines)


# --- 1: numbers first, one question -----------------------------------------------------------------------------------


@each(CRIES)
def test_6_4_1_first_answer_carries_numbers(first_answers: dict[Cry, tuple[Line, ...]], cry: Cry) -> None:
    (answer,) = first_answers[cry]
    wanted = {"119", "112"} if cry.about == "despair" else {"129", "110"} if cry.by == "child" else {"112", "110"}
    assert wanted <= set(re.findall(r"\b1\d\d\b", answer.text))
    assert re.search(r"\b1(10|12|19|29)\b", answer.text[:SHOWN]), "a number stands in what a lock screen shows"


@each(CRIES)
def test_6_4_1_first_answer_asks_one_thing_and_no_form(first_answers: dict[Cry, tuple[Line, ...]], cry: Cry) -> None:
    (answer,) = first_answers[cry]
    assert answer.text.count("?") == 1
    assert "HP ini aman, tidak dibaca orang lain?" in answer.text
    assert [label for _, label in answer.buttons] == ["Aman", "Tidak aman", "Bukan itu"]


@pytest.mark.parametrize(
    "text",
    [
        "anak jiran tu ndik dikasih makan amun dapat ikan sedikit",
        "klo nilai jelek aku ndik dikasih makan, dikurung di kandang ayam",
        "bos toko suka ga sengaja megang pas stok opname",
        "tolong",
        "tulung",
        "saya takut",
        "aku mikeh",
        "help",
    ],
)
def test_6_4_1_a_faint_hint_gets_numbers_above_the_ordinary_answer(house: House, text: str) -> None:
    (answer,) = house.say("warga", text)
    assert re.search(r"\b112\b.*\b110\b.*\b129\b", answer.text[:SHOWN])
    assert neutral([answer])


def test_6_4_1_a_hinted_report_turns_private_with_one_word(house: House) -> None:
    house.say("warga", "klo nilai jelek aku ndik dikasih makan, dikurung di kandang ayam")
    (answer,) = house.say("warga", "pribadi")
    assert "HP ini aman" in answer.text
    assert [(row.restricted, row.office) for row in house.rows(reports)] == [(True, "PPA")]
    assert {line.to for line in house.phones.lines} == {"warga", "ppa"}


def test_6_4_1_it_comes_before_whatever_was_being_asked(house: House) -> None:
    house.say("warga", "parit mampet rt 5")
    (answer,) = house.say("warga", VICTIM)
    assert "112" in answer.text
    assert "HP ini aman" in answer.text


def test_6_4_1_a_mistaken_start_is_left_with_one_tap(house: House) -> None:
    house.say("warga", "anak saya dipukuli nyamuk terus")
    (answer,) = house.tap("warga", "Bukan itu")
    assert "salah paham" in answer.text
    assert [row.status for row in house.rows(reports)] == ["cancelled"]


# --- 2: is the phone safe? --------------------------------------------------------------------------------------------


def test_6_4_2_an_unsafe_phone_hears_the_way_out_and_how_to_delete(house: House) -> None:
    house.say("warga", VICTIM)
    (answer,) = house.tap("warga", "Tidak aman")
    assert "MENU" in answer.text
    assert "dihapus" in answer.text
    assert not re.search(r"\b1\d\d\b", answer.text), "the numbers came once"


def test_6_4_2_a_borrowed_phone_is_not_even_asked(house: House) -> None:
    (answer,) = house.say("warga", "kak aku dipukul ayah tiri terus, ini hp mama")
    assert "129" in answer.text
    assert "?" not in answer.text
    assert "MENU" in answer.text


@pytest.mark.parametrize(
    "before",
    [
        (),
        ("aman",),
        ("aman", "ya boleh"),
        ("aman", "ya boleh", "wa jam 10 pagi, sandi melati"),
        ("tidak",),
        ("hmm", "hmm"),
    ],
    ids=["asked for the phone", "asked to connect", "asked how", "agreed", "not safe", "two misses"],
)
def test_6_4_2_menu_is_a_posyandu_schedule_at_any_time(house: House, before: tuple[str, ...]) -> None:
    house.say("warga", VICTIM)
    for words in before:
        house.say("warga", words)
    (answer,) = house.say("warga", "MENU")
    assert answer.text.startswith(MENU)
    assert not answer.buttons
    assert answer.text.count("\n") == 0


def test_6_4_2_who_works_here_is_covered_too_and_has_the_menu_after_it(house: House) -> None:
    house.say("kader", VICTIM)
    house.say("kader", "tidak")
    (covered,) = house.say("kader", "menu")
    assert covered.text.startswith(MENU)
    (menu,) = house.say("kader", "menu")
    assert "DAFTAR" in menu.text


def test_6_4_2_where_the_channel_can_the_conversation_is_taken_off_the_phone(either_house: House) -> None:
    house = either_house
    house.say("warga", VICTIM)
    house.tap("warga", "Tidak aman")
    (left,) = house.tap("warga", "Hapus percakapan")
    assert left.text.startswith(MENU)
    ours = [name for contact, name in house.phones.taken_back if contact == "warga" and name.startswith("sent-")]
    theirs = [name for contact, name in house.phones.taken_back if contact == "warga" and not name.startswith("sent-")]
    assert len(ours) == len(house.to("warga")) - 1, "all but the schedule"
    assert len(theirs) == 3, "what she wrote and tapped"
    assert {contact for contact, _ in house.phones.taken_back} == {"warga"}


def test_6_4_2_a_channel_that_cannot_does_not_offer_it(open_house: MakeHouse) -> None:
    house = open_house(unsend=None)
    house.say("warga", VICTIM)
    (answer,) = house.tap("warga", "Tidak aman")
    assert not answer.buttons


# --- 3: safe contact --------------------------------------------------------------------------------------------------


def opened(house: House) -> str:
    """What the PPA office reads when it opens the newest request."""
    return house.tap("ppa", "Buka")[0].text


@pytest.mark.parametrize("before", [(), ("aman",), ("aman", "tidak usah"), ("aman", "saya yang hubungi"), ("tidak",)])
def test_6_4_3_nobody_may_make_contact_until_it_is_allowed(house: House, before: tuple[str, ...]) -> None:
    house.say("warga", VICTIM)
    for words in before:
        house.say("warga", words)
    assert "Belum boleh dihubungi" in opened(house)


def test_6_4_3_whether_who_when_how_and_a_code_word(house: House) -> None:
    house.say("warga", VICTIM)
    (whether,) = house.say("warga", "aman")
    (how,) = house.say("warga", "boleh")
    assert "Mau kami bantu hubungkan?" in whether.text
    for part in ("Jam berapa", "telepon atau pesan", "petugas perempuan atau siapa saja", "kata sandi"):
        assert part in how.text
    house.say("warga", "wa jam 10 pagi, petugas perempuan, sandi melati")
    assert "“wa jam 10 pagi, petugas perempuan, sandi melati”" in opened(house)


def test_6_4_3_it_may_be_taken_back_at_any_time(house: House) -> None:
    for words in (VICTIM, "aman", "boleh", "wa jam 10 pagi"):
        house.say("warga", words)
    house.say("warga", "jangan hubungi saya lagi")
    assert house.to("ppa")[-1].text.endswith("jangan dihubungi lagi.")
    assert "Belum boleh dihubungi" in opened(house)


def test_6_4_3_who_has_the_code_may_ask(house: House) -> None:
    house.say("warga", VICTIM)
    (quiet,) = house.tap("warga", "Tidak aman")
    (answer,) = house.say("hp-lain", f"kode {code_in([quiet])}")
    assert "belum ada petugas yang membukanya" in answer.text
    opened(house)
    (answer,) = house.say("hp-lain", code_in([quiet]))
    assert "sudah diterima petugas" in answer.text
    assert neutral([answer])


# --- 4: neutral in every line -----------------------------------------------------------------------------------------


@each(CRIES)
def test_6_4_4_nothing_tells_a_passer_by_before_the_phone_is_safe(
    first_answers: dict[Cry, tuple[Line, ...]], cry: Cry
) -> None:
    assert neutral(list(first_answers[cry]))


@pytest.mark.parametrize("first", [VICTIM, "tolong aku mau dibunuh bapak", "tetangga saya dipukul suaminya"])
def test_6_4_4_nor_does_any_later_line_on_a_phone_that_others_read(house: House, first: str) -> None:
    house.say("warga", first)
    said = (
        "gak aman",
        "dia mukul lagi",
        "(nangis)",
        "belum ada yang hubungi",
        "hubungi saya",
        "wa jam 10 pagi",
        "cek",
        "siapa ini",
    )
    for words in said:
        house.say("warga", words)
    house.say("warga", "", attachments=(PHOTO,))
    house.tap("ppa", "Buka")
    house.later(days=3)
    assert len(house.to("warga")) > len(said)
    assert neutral(house.to("warga"))


def test_6_4_4_the_office_reads_codes_until_it_opens_one(house: House) -> None:
    house.say("warga", DANGER)
    for hours in (0.5, 0.5, 12):
        house.later(hours=hours)
    house.say("warga", "tolong dia mukul lagi")
    lines = house.to("ppa") + house.to("ppa-dua")
    assert len(lines) >= 6
    assert neutral(lines)
    assert all(CODE.search(line.text) for line in lines)


def test_6_4_4_the_code_has_eight_characters_and_guessing_ends_soon(house: House) -> None:
    house.say("warga", VICTIM)
    code = code_in(house.tap("warga", "Tidak aman"))
    assert len(code.replace("-", "")) == 8
    for number in range(5):
        house.say("penebak", f"7Q4M-2KX{number + 2}")
    (refused,) = house.say("penebak", code)
    assert code not in refused.text, "after five wrong ones not even the right one opens anything"
    house.later(hours=2)
    (answer,) = house.say("penebak", code)
    assert code in answer.text


# --- 5: the minimum is kept, PPA alone sees it ------------------------------------------------------------------------


def test_6_4_5_area_relation_urgency_and_nothing_else(house: House) -> None:
    house.say(
        "warga", "suami saya mukul saya, rt 7 gang mawar mugirejo, nik saya 6472010101010001", attachments=(PHOTO,)
    )
    (row,) = house.rows(reports)
    assert (row.place_code, row.rt, row.point, row.on_behalf_of, row.safe_contact) == (
        "64.72.08.1004",
        None,
        None,
        None,
        None,
    )
    assert "6472010101010001" not in row.text
    assert row.hide_name
    assert all(row.gone_at for row in house.rows(media)), "no picture is kept"
    assert not house.rows(attachments)


def test_6_4_5_words_are_encrypted_and_every_view_is_an_event(either_house: House) -> None:
    house = either_house
    house.say("warga", VICTIM)
    with house.engine.connect() as connection:
        for table in (reports, events):
            assert "mukul" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table.name}").all())  # noqa: S608
    opened(house)
    house.say("ppa", "buka")
    assert [row.actor for row in house.rows(events) if row.kind == "viewed"] == ["officer", "officer"]


def test_6_4_5_nobody_else_finds_it(house: House) -> None:
    house.say("warga", VICTIM + ", rt 5 loa bakung")
    for who in OTHERS:
        for words in ("cek", "laporan rt 5 loa bakung ada?"):
            for line in house.say(who, words):
                assert not TELLING.search(line.text), who
                assert not CODE.search(line.text), who


# --- 6: a named human, else the second contact, else the truth --------------------------------------------------------

TRUTH = "belum bisa dibuka petugas"


@pytest.mark.parametrize("at", [None, NIGHT], ids=["by day", "by night"])
def test_6_4_6_danger_counts_minutes_day_and_night(open_house: MakeHouse, at: object) -> None:
    house = open_house()
    if at:
        house.clock.set(NIGHT)
    house.say("warga", DANGER)
    assert not house.to("ppa-dua")
    assert house.later(minutes=29) == []
    assert {line.to for line in house.later(minutes=1)} == {"ppa", "ppa-dua"}
    told = house.later(minutes=30)
    assert {line.to for line in told} == {"ppa", "ppa-dua", "koordinator", "warga"}
    (truth,) = [line.text for line in told if line.to == "warga"]
    assert TRUTH in truth
    assert re.search(r"\b112\b.*\b110\b.*\b129\b", truth)


def test_6_4_6_anything_else_counts_two_office_hours(house: House) -> None:
    house.say("warga", ONCE)
    assert house.later(minutes=119) == []
    assert {line.to for line in house.later(minutes=1)} == {"ppa", "ppa-dua"}
    told = house.later(minutes=120)
    assert {line.to for line in told} == {"ppa", "ppa-dua", "koordinator"}, (
        "nobody asked for help: not a word to her phone"
    )


def test_6_4_6_at_night_it_waits_for_the_office_to_open(house: House) -> None:
    house.clock.set(NIGHT)
    house.say("warga", ONCE)
    assert house.later(hours=10) == []
    assert {line.to for line in house.later(minutes=30)} == {"ppa", "ppa-dua"}


def test_6_4_6_contact_allowed_the_truth_comes_at_once(house: House) -> None:
    for words in (ONCE, "aman", "boleh", "wa jam 10 pagi"):
        house.say("warga", words)
    house.later(hours=2)
    told = house.later(hours=2)
    assert [TRUTH in line.text for line in told if line.to == "warga"] == [True]


@pytest.mark.parametrize(
    ("first", "then"), [(ONCE, "hmm"), (DANGER, "tidak aman")], ids=["nobody asked for help", "others read the phone"]
)
def test_6_4_6_otherwise_it_comes_with_the_next_words_once_and_never_over_the_menu(
    house: House, first: str, then: str
) -> None:
    house.say("warga", first)
    house.say("warga", then)
    house.later(hours=2)
    house.later(hours=2)
    assert not any(TRUTH in line.text for line in house.to("warga"))
    (covered,) = house.say("warga", "menu")
    assert TRUTH not in covered.text
    (answer,) = house.say("warga", "saya masih di sini")
    assert TRUTH in answer.text
    assert neutral([answer])
    (after,) = house.say("warga", "hmm")
    assert TRUTH not in after.text


@pytest.mark.parametrize(
    ("staff", "first", "told"),
    [
        (("ppa-dua",), DANGER, False),
        (("koordinator",), DANGER, True),
        (("koordinator",), ONCE, False),
    ],
    ids=["only a second contact", "nobody, and danger", "nobody, and no danger"],
)
def test_6_4_6_who_is_not_there_is_not_waited_for(
    open_house: MakeHouse, staff: tuple[str, ...], first: str, told: bool
) -> None:
    house = open_house(staff=staff)
    lines = house.say("warga", first)
    assert [line.to for line in house.phones.lines if line.to in STAFF] == list(staff)
    assert any(TRUTH in line.text for line in lines) is told
    assert "112" in lines[0].text[:SHOWN], "the numbers stand first all the same"


def test_6_4_6_without_a_second_contact_the_truth_comes_when_the_first_is_silent(open_house: MakeHouse) -> None:
    house = open_house(staff=("ppa", "koordinator"))
    house.say("warga", DANGER)
    told = house.later(minutes=30)
    assert {line.to for line in told} == {"ppa", "koordinator", "warga"}


def test_6_4_6_the_coordinator_learns_a_bare_count(house: House) -> None:
    house.say("warga", DANGER + " rt 5 loa bakung")
    house.later(minutes=30)
    house.later(minutes=30)
    (line,) = house.to("koordinator")
    assert line.text.startswith("Ada satu permintaan rahasia")
    assert not CODE.search(line.text)
    assert "Loa Bakung" not in line.text


def test_6_4_6_whoever_opens_it_stops_the_clock_and_new_danger_starts_it_anew(house: House) -> None:
    house.say("warga", DANGER)
    house.tap("ppa", "Buka")
    assert house.later(days=2) == []
    house.say("warga", "tolong dia datang lagi bawa parang")
    assert {line.to for line in house.later(minutes=30)} == {"ppa", "ppa-dua"}
    assert {row.outcome for row in house.rows(fires) if row.done_at} == {"cancelled", "secondcontact"}


def test_6_4_6_the_one_who_took_it_on_is_on_record(house: House) -> None:
    house.say("warga", VICTIM)
    opened(house)
    (taken,) = [row for row in house.rows(events) if row.kind == "acknowledged"]
    assert taken.person_id is not None


def test_6_4_6_it_is_not_let_go_until_somebody_opens_it(house: House) -> None:
    house.say("warga", DANGER)
    house.later(minutes=30)
    house.later(minutes=30)
    for _ in range(4):
        assert {line.to for line in house.later(hours=12)} == {"ppa", "ppa-dua"}


def test_6_4_6_while_the_office_is_closed_its_opening_is_said(house: House) -> None:
    house.clock.set(NIGHT)
    for words in (ONCE, "aman", "boleh"):
        house.say("warga", words)
    answer = house.say("warga", "wa jam 10 pagi")[-1]
    assert "Kantornya buka lagi Selasa, 24 November" in answer.text


# --- 7, 8: third parties, minors --------------------------------------------------------------------------------------


@each([*violence("neighbour"), *violence("kader")])
def test_6_4_7_third_parties_are_thanked_and_kept_from_harm(
    first_answers: dict[Cry, tuple[Line, ...]], cry: Cry
) -> None:
    (answer,) = first_answers[cry]
    assert answer.text.startswith("Terima kasih sudah peduli.")
    for part in ("tidak perlu mencari tahu sendiri", "menegur siapa pun", "di grup", "boleh tanpa nama"):
        assert part in answer.text


@each(violence("child"))
def test_6_4_8_a_child_gets_simple_words_a_trusted_adult_and_no_gate(
    first_answers: dict[Cry, tuple[Line, ...]], cry: Cry
) -> None:
    (answer,) = first_answers[cry]
    assert "orang dewasa yang kamu percaya" in answer.text
    assert not re.search(r"\b(Anda|orang tua|wali|izin)\b", answer.text)


@each(violence("child"))
def test_6_4_8_a_childs_words_go_to_the_office(house: House, cry: Cry) -> None:
    house.say("anak", cry.text)
    (line,) = house.to("ppa")
    assert "Ada permintaan baru" in line.text


# --- 9, 10: what is to be said, and despair ---------------------------------------------------------------------------


@each([*violence("victim")[:3], *violence("child")[:1], *violence("parent")])
def test_6_4_9_free_confidential_not_your_fault_your_choice(house: House, cry: Cry) -> None:
    house.say("warga", cry.text)
    text = house.say("warga", "aman")[-1].text
    for part in ("bukan salah", "gratis dan rahasia", "hubungkan?"):
        assert part in text
    assert cry.by == "child" or "Pilihannya ada pada" in text


@pytest.mark.parametrize(
    ("text", "doctor"),
    [("saya diperkosa tadi malam", True), ("anak saya diraba gurunya di sekolah", True), (VICTIM, False)],
)
def test_6_4_9_after_sexual_violence_a_doctor_matters(house: House, text: str, doctor: bool) -> None:
    house.say("warga", text)
    said = house.say("warga", "aman")[-1].text
    assert ("IGD" in said and "jangan mandi dulu" in said and "aman" in said) is doctor


def test_6_4_9_on_an_unsafe_phone_the_doctor_is_an_opening_hour(house: House) -> None:
    house.say("warga", "saya diperkosa tadi malam")
    (answer,) = house.say("warga", "tidak aman")
    assert "IGD rumah sakit buka 24 jam" in answer.text
    assert neutral([answer])


@each([cry for cry in CRIES if cry.about == "despair"])
def test_6_4_10_despair_gets_119_and_a_human_within_minutes(house: House, cry: Cry) -> None:
    (answer,) = house.say("warga", cry.text)
    assert "119" in answer.text[:SHOWN]
    assert [line.to for line in house.phones.lines if line.to in STAFF] == ["ppa"]
    assert {line.to for line in house.later(minutes=30)} == {"ppa", "ppa-dua"}


def test_6_4_10_poison_comes_before_every_question(house: House) -> None:
    (answer,) = house.say("warga", "saya sudah minum baygon")
    assert "119" in answer.text[:SHOWN]
    assert "IGD" in answer.text[:SHOWN]
    assert "HP ini aman" not in answer.text
