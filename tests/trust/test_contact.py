"""Whom the PPA office may call, and at which number: as she wrote, as long as she allows it, and not a word before
(`domain.md §6.3`, `§6.4`)."""

from __future__ import annotations

import pytest

from bot.store.tables import events, outbox
from tests.trust.house import NUMBER, House, code_in

STORY = "suami saya mukul saya terus, saya takut"
HIDDEN = "tidak terlihat dari sini"


def allowed(house: House, way: str = "wa jam 3 sore", *, who: str = "warga") -> list[str]:
    """She tells, and lets herself be called; what she reads last."""
    for words in (STORY, "aman", "boleh"):
        house.say(who, words)
    return [line.text for line in house.say(who, way)]


def card(house: House) -> str:
    return "\n".join(line.text for line in house.tap("ppa", "Buka"))


def views(house: House) -> int:
    return len([row for row in house.rows(events) if row.kind == "viewed"])


def test_no_number_before_she_allows_it(house: House) -> None:
    house.say("warga", STORY)
    assert NUMBER not in card(house)


def test_the_opened_card_shows_number_and_way_once_she_allows_it(house: House) -> None:
    allowed(house)
    before = "\n".join(line.text for line in house.to("ppa"))
    shown = card(house)
    assert NUMBER not in before, "a line that nobody asked for may be read by anybody"
    assert "wa jam 3 sore" in shown
    assert NUMBER in shown
    assert NUMBER not in shown[:200], "what a locked phone shows of it"


@pytest.mark.parametrize("question", ["berapa no hp nya", "nomornya berapa?"])
def test_each_showing_is_an_event_and_no_letter_keeps_the_number(house: House, question: str) -> None:
    allowed(house)
    card(house)
    seen = views(house)
    (answer,) = house.say("ppa", f"{code_in(house.to('ppa'))} {question}")
    assert NUMBER in answer.text
    assert views(house) == seen + 1
    assert not any(NUMBER in str(row.says) for row in house.rows(outbox))


def test_taken_back_it_is_not_shown_again(house: House) -> None:
    allowed(house)
    assert NUMBER in card(house)
    house.say("warga", "jangan hubungi saya lagi")
    shown = card(house)
    assert NUMBER not in shown
    assert "Belum boleh dihubungi" in shown


def test_nobody_but_the_office_reads_the_number(house: House) -> None:
    allowed(house)
    card(house)
    house.later(days=3)
    others = [line for line in house.phones.lines if line.to not in ("ppa", "ppa-dua")]
    assert not any(NUMBER in line.text for line in others)


def test_where_no_number_is_visible_she_is_asked_for_one_and_the_office_knows(house: House) -> None:
    last = allowed(house, who="tanpa-nomor")
    assert "Nomor mana yang aman dihubungi" in last[-1]
    house.say("tanpa-nomor", "0812-0000-0002")
    shown = card(house)
    assert HIDDEN in shown
    assert "0812-0000-0002" in shown


def test_who_writes_a_number_with_the_way_is_not_asked_again(house: House) -> None:
    last = allowed(house, "telp 0812-0000-0003 jam 10 pagi", who="tanpa-nomor")
    assert not any("Nomor mana" in text for text in last)
    assert "0812-0000-0003" in card(house)
