"""Which older report a new one repeats: the same thing in the same place, and nothing that tells on a neighbour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from routing.alike import Seen, comparable, follows, most_alike
from routing.model import FIELD_OF, RESTRICTED_CATEGORIES, Status

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Spot = tuple[float, float]


def seen(text: str, rt: str | None = None, point: Spot | None = None, number: int = 1) -> Seen:
    received = NOW + timedelta(minutes=number)
    ticket = f"SMD-{number:04d}"
    return Seen(number, ticket, Status.FORWARDED, "jalan_jembatan", "64.72.06.1001", text, received, rt, point)


PAIRS: list[tuple[str, str | None, str, str | None, bool]] = [
    ("jalan depan langgar berlubang besar", "05", "lubang di jalan depan langgar makin dalam", "05", True),
    ("jalan depan langgar berlubang besar", None, "lubang di jalan depan langgar makin dalam", None, True),
    ("jalan berlubang besar", "05", "jalan berlubang, motor jatuh", "05", True),
    ("jalan berlubang besar", "05", "jalan berlubang, motor jatuh", "5", True),
    ("jalan berlubang besar", "05", "jalan berlubang besar", "07", False),
    ("jalan gang 4 berlubang", "05", "jalan gang 9 berlubang", "05", False),
    ("jalan gang 4 berlubang", "05", "gg 4 jalannya berlubang", "05", True),
    ("jembatan kayu putus papan lepas", None, "papan jembatan kayu lepas dan putus", None, True),
    ("jembatan kayu putus", None, "aspal retak di tanjakan", None, False),
    ("aspal retak di tanjakan", "05", "jembatan kayu hanyut", "05", False),
]


@pytest.mark.parametrize(("text", "rt", "older", "older_rt", "alike"), PAIRS)
def test_alike(text: str, rt: str | None, older: str, older_rt: str | None, alike: bool) -> None:
    assert (most_alike(text, rt, None, [seen(older, older_rt)]) is not None) is alike


@pytest.mark.parametrize(("metres_north", "alike"), [(0.0, True), (120.0, True), (200.0, False)])
def test_pins_say_more_than_words(metres_north: float, alike: bool) -> None:
    here = (-0.4948, 117.1436)
    there = (here[0] + metres_north / 111_195, here[1])
    assert (most_alike("lubang", "05", here, [seen("aspal retak", "07", there)]) is not None) is alike


def test_the_most_alike_is_taken_and_the_newest_of_equals() -> None:
    others = [seen("jalan berlubang", "05", number=1), seen("jalan depan langgar berlubang", "05", number=2)]
    best = most_alike("jalan depan langgar berlubang dalam", "05", None, others)
    assert best == others[1]
    same = [seen("jalan berlubang", "05", number=3), seen("jalan berlubang", "05", number=4)]
    newest = most_alike("jalan berlubang", "05", None, same)
    assert newest == same[1]


PRIVATE = ("lansia_terlantar", "gangguan_jiwa", "disabilitas", "balita_gizi", "ibu_hamil", "bantuan_sosial", "rtlh")


@pytest.mark.parametrize("category", [*sorted(RESTRICTED_CATEGORIES), *PRIVATE])
def test_never_about_a_person(category: str) -> None:
    assert category in FIELD_OF
    assert not comparable(category, "64.72.06.1001")


@pytest.mark.parametrize(
    ("category", "place", "is_so"),
    [("air_bersih", "64.72.06.1001", True), ("air_bersih", None, False), (None, "64.72.06.1001", False)],
)
def test_comparable(category: str | None, place: str | None, is_so: bool) -> None:
    assert comparable(category, place) is is_so


@pytest.mark.parametrize(
    ("text", "is_so"), [("ikut", True), ("Ikut saja ya", False), ("gabung", True), ("tidak", False)]
)
def test_follows(text: str, is_so: bool) -> None:
    assert follows(text) is is_so
