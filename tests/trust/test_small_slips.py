"""Small things said on the restricted track that were dropped or taken for something else (`domain.md §6.5`)."""

from __future__ import annotations

import pytest

from bot.store.tables import attachments, outbox, reports
from tests.trust.house import PHOTO, House

STORY = "suami saya mukul saya terus, saya takut"


@pytest.mark.parametrize("asked", [(), ("aman",), ("aman", "tidak sekarang")], ids=["phone", "connect", "rest"])
def test_a_picture_with_words_is_answered_and_not_kept(house: House, asked: tuple[str, ...]) -> None:
    for words in (STORY, *asked):
        house.say("warga", words)
    lines = house.say("warga", "ini lukanya kemarin", attachments=(PHOTO,))
    assert "Tidak perlu kirim foto" in " ".join(line.text for line in lines)
    assert house.rows(attachments) == []


@pytest.mark.parametrize("code", ["7Q4M-2KXD", "7q4m-2kxd", "7Q4M2KXD"])
def test_a_code_that_opens_nothing_is_no_report(house: House, code: str) -> None:
    (answer,) = house.say("warga", code)
    assert "tidak kami temukan" in answer.text
    assert "112" in answer.text
    assert answer.buttons == ()
    assert house.rows(reports) == []


@pytest.mark.parametrize("words", ["hapus percakapan", "hapus chat"])
@pytest.mark.parametrize("asked", [("tidak aman",), ("aman",)], ids=["rest", "connect"])
def test_what_the_button_says_may_be_typed(house: House, words: str, asked: tuple[str, ...]) -> None:
    for said in (STORY, *asked):
        house.say("warga", said)
    (answer,) = house.say("warga", words)
    assert answer.text.startswith("Posyandu buka sekali sebulan")
    assert any(row.unsend_at for row in house.rows(outbox))


@pytest.mark.parametrize(
    ("story", "doctor"),
    [
        ("mantan ancam sebar foto telanjang saya", False),
        ("saya diperkosa pacar tadi malam", True),
        ("saya diperkosa dan divideokan", True),
    ],
)
def test_a_doctor_is_named_only_where_a_body_was_hurt(house: House, story: str, doctor: bool) -> None:
    house.say("warga", story)
    answer = " ".join(line.text for line in house.say("warga", "aman"))
    assert ("jangan mandi dulu" in answer) is doctor


@pytest.mark.parametrize(
    "talk",
    [
        ("kader", "ada kdrt di rumah bu Contoh rt 3", "ada kdrt lagi di rt 9, istrinya luka"),
        ("warga", STORY, "aman", "boleh", "wa jam 3 sore", "hubungi saya", "wa jam 4 sore"),
    ],
    ids=["two first answers", "two agreements"],
)
def test_nothing_said_twice_is_left_unsaid(house: House, talk: tuple[str, ...]) -> None:
    who, *lines = talk
    for line in lines:
        assert house.say(who, line), line


def test_old_buttons_are_answered_however_often(house: House) -> None:
    house.say("warga", STORY)
    house.say("warga", "aman")
    for label in ("Aman", "Aman", "Tidak sekarang", "Tidak sekarang", "Saya yang hubungi", "Saya yang hubungi"):
        assert house.tap("warga", label), label
