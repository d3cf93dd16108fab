"""Who should come along to a visit, and what short words about one mean."""

from __future__ import annotations

import pytest

from routing import visits
from routing.model import CATEGORIES, FIELD_OF, RESTRICTED_CATEGORIES


@pytest.mark.parametrize("category", CATEGORIES["kesehatan"])
def test_nobody_goes_alone_to_a_matter_of_health(category: str) -> None:
    assert visits.along(category) in ("bidan", "puskesmas")


def test_other_matters_need_no_health_worker() -> None:
    others = [one for one, field in FIELD_OF.items() if field != "kesehatan"]
    assert {visits.along(one) for one in others} == {None}
    assert visits.along(None) is None
    assert all(visits.along(one) is None for one in RESTRICTED_CATEGORIES), "no kader goes there at all"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("biasa saja", "wait"),
        ("tidak parah", "wait"),
        ("parah", "soon"),
        ("lumayan parah sih", "soon"),
        ("parah banget bu", "soon"),
        ("bahaya, ada anak di dalam", "danger"),
        ("dindingnya hampir roboh", "danger"),
        ("tadi ketemu pak RT", None),
        ("", None),
    ],
)
def test_how_grave_it_is(text: str, expected: str | None) -> None:
    assert visits.how_grave(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("orangnya ga ada di rumah bu", "not_home", True),
        ("rumahnya terkunci terus", "not_home", True),
        ("benar, atapnya bocor", "not_home", False),
        ("kunjungan batal ya", "call_off", True),
        ("lain hari aja", "later", True),
    ],
)
def test_what_is_said_about_a_visit(text: str, name: str, expected: bool) -> None:
    assert visits.says(text, name) is expected


def test_who_came_along_is_named_without_the_word_before() -> None:
    assert visits.company("sama bu bidan") == "bu bidan"
    assert visits.company("pak RT") == "pak RT"
    assert visits.company("sama") == "sama"


def test_words_that_open_a_sentence_or_are_all_of_it() -> None:
    assert visits.begins("gak jadi, sudah lihat tadi", "call_off_bare")
    assert not visits.begins("atapnya tidak jadi roboh", "call_off_bare")
    assert visits.is_all("Kirim!", "send_now")
    assert not visits.is_all("kirim besok", "send_now")
