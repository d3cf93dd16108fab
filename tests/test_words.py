"""Every family of keys that code builds from a name has all its members; no variant asks for a value its base lacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.catalogue import load_catalogue
from handlers import report_form
from routing.assign import HoldReason
from routing.changes import CHANGES
from routing.model import FIELD_OF, Role, Status

WORDS = load_catalogue("id")
REASONS = (*get_args(HoldReason), "no_officer", "bounced_twice", "not_ours", "objection")
HATS = ("resident", Role.KADER, Role.OFFICER, Role.COORDINATOR)
FAMILIES = {
    "status.{}": tuple(Status),
    "story.{}": (*Status, "note", "joined", "amended"),
    "category.{}": (*FIELD_OF, "unknown"),
    "hold.reason.{}": REASONS,
    "greeting.{}": HATS,
    "menu.{}": HATS,
    "help.{}": HATS,
    "enrol.{}": ("welcome", "expired", "used", "unknown"),
    "file.{}": ("too_big", "wrong_type", "unreadable"),
    "file.{}.again": ("too_big", "wrong_type", "unreadable"),
    "privacy.{}": ("erase", "stop"),
    "privacy.kind.{}": ("erase", "stop"),
    "question.{}": ("who", "free", "robot", "again"),
    "cancel.{}": (Status.CLOSED, Status.CANCELLED),
    "office.{}_by_reporter": (Status.CLOSED, Status.CANCELLED),
    "hear.refused.{}": ("not_there", "already_fixed", "never_happened", "note"),
    "why.{}": ("same", "half", "photo"),
    "place.{}": ("kelurahan", "desa", "kecamatan", "regency", "unknown", "rt", "rw"),
}


@pytest.mark.parametrize("key", [form.format(member) for form, members in FAMILIES.items() for member in members])
def test_every_member_of_a_family_has_words(key: str) -> None:
    assert key in WORDS


def test_what_the_reporter_hears_has_words() -> None:
    assert {rule.reporter_hears for rule in CHANGES.values() if rule.reporter_hears} <= set(WORDS)


def asked_in_forms() -> set[str]:
    """Keys that a form asks with: each is worded anew when it is asked again."""
    source = Path(report_form.__file__).read_text(encoding="utf-8")
    return set(re.findall(r'"(report\.[a-z_]+)"', source))


@pytest.mark.parametrize("key", sorted(asked_in_forms()))
def test_every_question_has_a_second_wording_that_asks_for_nothing_new(key: str) -> None:
    again = f"{key}.again"
    assert again in WORDS
    assert WORDS.places(again) <= WORDS.places(key)


@pytest.mark.parametrize("key", sorted(key for key in WORDS if key.endswith((".note", ".joined"))))
def test_a_variant_asks_for_no_value_that_its_base_is_not_given(key: str) -> None:
    base = key.rpartition(".")[0]
    if base in WORDS:
        assert WORDS.places(key) <= WORDS.places(base) | {"note", "ticket", "what", "gist", "where", "office"}
