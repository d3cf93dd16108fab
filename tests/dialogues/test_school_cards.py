"""The pocket school: a card for every category, short enough for a small screen, with what it has to teach."""

from __future__ import annotations

import pytest

from bot.catalogue import load_catalogue
from routing.answers import rules
from routing.model import CATEGORIES, RESTRICTED_CATEGORIES

ALL = [name for members in CATEGORIES.values() for name in members]
LINES = 8
LONGEST = 130


def card(category: str) -> list[str]:
    return load_catalogue("id").text(f"school.card.{category}", what="").splitlines()


@pytest.mark.parametrize("category", ALL)
def test_a_card_is_short_and_says_what_never_to_do_and_which_papers(category: str) -> None:
    lines = card(category)
    assert len(lines) <= LINES
    assert [line for line in lines if len(line) > LONGEST] == []
    assert any("Berkas" in line for line in lines)
    assert any("angan " in line for line in lines)


def test_every_card_can_be_asked_for() -> None:
    assert set(rules()["topics"]) == set(ALL)


def test_no_two_cards_are_asked_for_in_the_same_words() -> None:
    forms = [form for topics in rules()["topics"].values() for form in topics]
    assert sorted(forms) == sorted(set(forms))


@pytest.mark.parametrize("category", sorted(RESTRICTED_CATEGORIES))
def test_a_card_about_danger_at_home_begins_neutrally_and_has_the_numbers(category: str) -> None:
    """`domain.md §6.4`: a preview shows the first line."""
    lines = card(category)
    assert "eselamatan" in lines[0] or "kesehatan" in lines[0]
    assert "kekerasan" not in lines[0].lower()
    assert any("112" in line and "110" in line for line in lines)
    assert any("129" in line for line in lines)
