"""How a request on the restricted track ends, and by whose hand: nobody who merely holds the phone can make it vanish,
and nothing lies around for want of a tap (`domain.md §6.5`, `§7`)."""

from __future__ import annotations

import pytest

from bot.store.tables import reports
from tests.trust.house import House, code_in

STORY = "suami saya mukul saya terus, saya takut"


def told(house: House, *answers: str) -> str:
    """Her code, after she told it and gave these answers."""
    for words in (STORY, *answers):
        house.say("warga", words)
    return code_in(house.to("ppa"))


def status(house: House) -> list[str]:
    return [row.status for row in house.rows(reports)]


@pytest.mark.parametrize("answers", [("aman",), ("aman", "tidak sekarang"), ("tidak aman",)], ids=str)
@pytest.mark.parametrize("tapped", [True, False], ids=["old button", "typed"])
def test_after_the_first_question_not_that_is_only_a_word_to_the_office(
    house: House, answers: tuple[str, ...], tapped: bool
) -> None:
    code = told(house, *answers)
    house.later(hours=1)
    if tapped:
        house.tap("warga", "Bukan itu")
    else:
        house.say("warga", "bukan itu")
    assert status(house) == ["reported"]
    if tapped or answers[-1] == "aman":
        assert "salah paham" in house.to("ppa")[-1].text
    shown = house.say("ppa", f"buka {code}")[-1]
    assert STORY in shown.text


def test_while_it_is_the_first_question_it_withdraws_and_says_so(house: House) -> None:
    code = told(house)
    house.say("warga", "bukan itu")
    assert status(house) == ["cancelled"]
    (answer,) = house.say("tetangga", code)
    assert "sudah dibatalkan dari HP yang menulisnya" in answer.text
    assert "sudah diterima petugas" not in answer.text


def test_the_office_may_look_at_what_was_withdrawn_for_some_days(house: House) -> None:
    code = told(house)
    house.say("warga", "bukan itu")
    (shown,) = house.tap("ppa", "Buka")
    assert STORY in shown.text
    assert "Jangan dihubungi" in shown.text
    house.later(days=7)
    (gone,) = house.say("ppa", f"buka {code}")
    assert STORY not in gone.text
    assert "dibatalkan" in gone.text
    assert [row.text for row in house.rows(reports)] == [""]


def test_new_danger_with_the_code_of_a_withdrawn_request_is_a_new_one(house: House) -> None:
    code = told(house)
    house.say("warga", "bukan itu")
    house.say("tetangga", f"{code} suami saya datang lagi bawa parang")
    assert status(house) == ["cancelled", "reported"]


def test_what_is_opened_and_not_marked_is_asked_about_after_7_and_30_days(house: House) -> None:
    code = told(house)
    house.tap("ppa", "Buka")
    assert house.later(days=6) == []
    asked = house.later(days=1)
    assert {line.to for line in asked} == {"ppa", "ppa-dua"}
    assert all(code in line.text and STORY not in line.text for line in asked)
    assert house.later(days=22) == []
    assert {line.to for line in house.later(days=1)} == {"ppa", "ppa-dua"}
    house.tap("ppa", "Sudah ditangani")
    assert status(house) == ["handed_over"]
    assert house.later(days=60) == []


def test_unopened_it_is_reminded_of_weekly_after_the_first_days_and_the_coordinator_hears_a_count(house: House) -> None:
    told(house)
    house.later(minutes=30)
    house.later(hours=2)
    for _ in range(40):
        house.later(hours=12)
    before = len(house.phones.lines)
    for _ in range(28):
        house.later(hours=12)
    later = [line.to for line in house.phones.lines[before:]]
    assert sorted(set(later)) == ["koordinator", "ppa", "ppa-dua"]
    assert later.count("koordinator") == later.count("ppa") == 2
    assert not any(STORY in line.text for line in house.to("koordinator"))
