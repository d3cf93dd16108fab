"""What the bot must never do on the restricted track: every line of `domain.md §6.5` in its order, and §7 on words."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.catalogue import load_catalogue
from bot.store.tables import asks, attachments, events, followers, inbox, outbox, reports
from tests.trust.conftest import MakeHouse
from tests.trust.house import OTHERS, PHOTO, STAFF, House, code_in

CASE = "suami saya mukul saya pakai kayu, rt 5 loa bakung"
TALK = (CASE, "aman", "boleh", "wa jam 10 pagi, sandi melati", "dia mukul lagi", "belum ada yang hubungi", "makasih")


def lines(*beginnings: str) -> list[str]:
    """All words of the catalogue whose key begins so."""
    words = load_catalogue("id")
    places = {key: dict.fromkeys(words.places(key), "…") for key in words}
    return [words.text(key, **places[key]) for key in words if key.startswith(beginnings)]


BUTTONS = ("choice.phone", "choice.contact_me", "choice.i_contact", "choice.not_now", "choice.unsend")
SPOKEN = lines("safety.", "cover.", "danger.hint", *BUTTONS)
WORKED = lines("ppa.")


def test_there_are_lines_to_look_at() -> None:
    assert len(SPOKEN) > 60
    assert len(WORKED) > 12


# --- 1: photos, details, NIK, addresses -------------------------------------------------------------------------------


def test_6_5_1_no_line_asks_for_a_photo_a_number_or_an_address() -> None:
    asked = re.compile(r"\b(NIK|KTP|KK|alamat|jalan|gang|RT|RW|pelaku\w*|ceritakan lebih|detail)\b")
    assert [line for line in SPOKEN if asked.search(line)] == []
    pictured = [line.lower() for line in SPOKEN if re.search(r"\b(foto|video|rekaman)\b", line)]
    assert pictured
    assert [line for line in pictured if "tidak perlu kirim foto" not in line] == []


@pytest.mark.parametrize("at", [0, 1, 2, 3], ids=["with the first words", "at the phone", "at the offer", "at the way"])
def test_6_5_1_a_picture_is_thrown_away_whenever_it_comes(house: House, at: int) -> None:
    for number, words in enumerate(TALK[:4]):
        answer = house.say("warga", words, attachments=(PHOTO,) if number == at else ())
    assert answer
    assert not house.rows(attachments)
    folder = house.app.settings.var_dir
    assert [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 64] == []


# --- 2: no kader, no RT, no list, no board ----------------------------------------------------------------------------


def test_6_5_2_no_line_speaks_of_checking_or_sending_anybody() -> None:
    checked = re.compile(r"\b(kader|verifikasi|diverifikasi|dicek|ketua RT|mengecek)\b", re.IGNORECASE)
    found = [line for line in [*SPOKEN, *WORKED] if checked.search(line)]
    assert [line for line in found if line not in lines("cover.")] == [], "the cover speaks of the posyandu's kader"


@pytest.mark.parametrize("sender", ["warga", "kader", "dinas-sosial", "koordinator"])
def test_6_5_2_nobody_but_the_office_ever_gets_a_letter_of_it(house: House, sender: str) -> None:
    for words in TALK:
        house.say(sender, words)
    for _ in range(6):
        house.later(days=10)
    others = [name for name in OTHERS if name != sender]
    told = {line.to: line.text for line in house.phones.lines if line.to in others}
    assert set(told) <= {"koordinator"}
    assert all(text.startswith("Ada satu permintaan rahasia") for text in told.values())
    assert not house.rows(followers)
    assert {row.kader_id for row in house.rows(reports)} == {None}


def test_6_5_2_it_stands_in_nobodys_list(house: House) -> None:
    code = code_in(house.say("warga", CASE) + house.say("warga", "tidak aman"))
    number = house.rows(reports)[0].ticket
    for who in OTHERS:
        for words in ("daftar", f"cek {number}", "laporan rt 5 loa bakung", "menu"):
            for line in house.say(who, words):
                assert not re.search(rf"{code}|mukul|PPA", line.text), who


# --- 3: no pushes, no surveys, no nudges ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [(CASE,), (CASE, "aman"), (CASE, "aman", "tidak usah"), (CASE, "aman", "saya yang hubungi"), (CASE, "tidak")],
    ids=["never answered", "safe", "not now", "calls herself", "not safe"],
)
@pytest.mark.parametrize("seen", [False, True], ids=["unopened", "handed over"])
def test_6_5_3_her_phone_stays_silent_until_she_writes(house: House, said: tuple[str, ...], seen: bool) -> None:
    for words in said:
        house.say("warga", words)
    before = len(house.to("warga"))
    if seen:
        house.tap("ppa", "Buka")
        house.tap("ppa", "Sudah ditangani")
    for _ in range(4):
        house.later(days=12)
    assert len(house.to("warga")) == before


# --- 4: no advice that harms, no promises -----------------------------------------------------------------------------


def test_6_5_4_no_line_reconciles_promises_or_judges() -> None:
    harmful = (
        r"\b(damai|berdamai|rujuk|sabar|bersabar|ikhlas|maafkan|kekeluargaan|musyawarah|mediasi|adat|mantir|damang"
        r"|introspeksi|mengalah|ditangkap|dipenjara|dihukum|cerai|rumah aman|hak asuh|pasti|dijamin|terbukti"
        r"|benarkah|yakin|kenapa (tidak|tak|masih)|mengapa|bukti)\b"
    )
    assert [line for line in [*SPOKEN, *WORKED] if re.search(harmful, line, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "worry", ["nanti suami saya dipenjara ya?", "apa harus cerai?", "apa saya lebay ya", "kata ibu saya harus sabar"]
)
def test_6_5_4_a_worry_is_left_to_an_officer_and_to_her(house: House, worry: str) -> None:
    house.say("warga", CASE)
    house.say("warga", "aman")
    (answer,) = house.say("warga", worry)
    assert "hubungkan" in answer.text
    assert not re.search(r"\b(penjara|cerai|sabar|lebay)\b", answer.text)


# --- 5: no closing by time, no merging --------------------------------------------------------------------------------


def test_6_5_5_time_closes_nothing(house: House) -> None:
    house.say("warga", CASE)
    for _ in range(5):
        house.later(days=17)
    house.tap("ppa", "Buka")
    for _ in range(5):
        house.later(days=17)
    assert [row.status for row in house.rows(reports)] == ["acknowledged"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("warga", CASE), ("warga-dua", CASE)),
        (("warga", CASE), ("kader", CASE.replace("suami saya mukul saya", "tetangga saya dipukul suaminya"))),
        (
            ("kader", "tetangga saya dipukul suaminya rt 5 loa bakung"),
            ("kader", "ada anak dipukul bapaknya rt 5 loa bakung"),
        ),
    ],
    ids=["two who are hurt at one address", "she and her neighbour", "two told by one kader"],
)
def test_6_5_5_the_same_house_or_phone_makes_no_duplicate(
    house: House, first: tuple[str, str], then: tuple[str, str]
) -> None:
    house.say(*first)
    house.say(*then)
    assert [row.status for row in house.rows(reports)] == ["reported", "reported"]


# --- 6: nothing untrue about the police -------------------------------------------------------------------------------


def test_6_5_6_no_line_says_who_will_or_will_not_be_told() -> None:
    told = re.compile(r"\b(polisi|polres|polsek|hukum|(tidak|akan) (akan )?dilaporkan)\b", re.IGNORECASE)
    assert [line for line in SPOKEN if told.search(line)] == []


@pytest.mark.parametrize("question", ["polisi dikasih tau ga?", "jangan lapor polisi ya", "nanti polisi datang?"])
def test_6_5_6_an_officer_will_explain_her_choices(house: House, question: str) -> None:
    house.say("warga", "saya diperkosa minggu lalu")
    house.say("warga", "aman")
    answers = [line.text for line in house.say("warga", question)]
    assert not any("polisi" in text for text in answers)
    assert any("Petugas akan menjelaskan pilihan" in text or "hubungkan" in text for text in answers)


# --- 7: words go nowhere else -----------------------------------------------------------------------------------------


def test_6_5_7_no_word_leaves_the_house_and_none_stands_in_a_log(
    open_house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: calls.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *about, **more: calls.append(about))
    with capture_logs() as logs:
        house = open_house()
        for words in TALK:
            house.say("warga", words)
        house.tap("ppa", "Buka")
        house.later(days=3)
    assert calls == []
    assert logs, "there is something to search"
    code = code_in(house.to("ppa"))
    assert not re.search(rf"mukul|melati|warga|{code}", repr(logs))


# --- §7: the words go once the office has them ------------------------------------------------------------------------


def test_7_once_handed_over_only_the_count_and_the_code_are_left(either_house: House) -> None:
    house = either_house
    for words in TALK:
        house.say("warga", words)
    house.tap("ppa", "Buka")
    house.say("ppa", "ibu itu sudah kami dampingi")
    code = code_in(house.to("ppa"))
    (done,) = house.tap("ppa", "Sudah ditangani")
    assert "sudah kami hapus" in done.text
    (row,) = house.rows(reports)
    assert (row.text, row.safe_contact, row.point, row.rt) == ("", None, None, None)
    assert (row.status, row.restricted, row.place_code) == ("handed_over", True, "64.72.06.1001")
    kept = [repr(r.data) for r in house.rows(events)] + [repr(r.says) for r in house.rows(outbox)]
    kept += [r.raw for r in house.rows(inbox) if r.contact == "warga"]
    assert not [text for text in kept if re.search(r"mukul|melati|dampingi|10 pagi", text)]
    assert "forgotten" in [r.kind for r in house.rows(events)]
    (answer,) = house.say("hp-lain", code)
    assert code in answer.text, "the code still answers"
    (empty,) = house.say("ppa", f"buka {code}")
    assert "sudah kami hapus" in empty.text


def test_7_what_the_office_has_not_taken_is_kept(house: House) -> None:
    house.say("warga", CASE)
    house.tap("ppa", "Buka")
    house.later(days=30)
    assert "mukul" in house.rows(reports)[0].text


def test_the_office_is_told_before_it_ticks_it_off(house: House) -> None:
    house.say("warga", CASE)
    (shown,) = house.tap("ppa", "Buka")
    assert "cerita ini kami hapus dari sini" in shown.text
    assert not [row for row in house.rows(asks) if row.person_id > len(STAFF)]
