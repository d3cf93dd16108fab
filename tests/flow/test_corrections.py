"""A category that a person set right is kept as an example: masked, never of the restricted track, gone on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from bot.app import knowledge
from bot.apply import Applier
from bot.store.erasing import anonymise, erase
from bot.store.tables import corrections
from handlers.effects import Amend, Effect, FileReport, Restrict
from routing.model import Actor
from tests.flow.world import PLACE, RESIDENT, START, add_person, rows

TEXT = "Pak Sarmidi rt 05 hp 0812-0000-0001 minta keran diperbaiki, bu Wagiyem juga"
DRAFT = FileReport(
    ref="draft-1",
    region="64.72",
    text=TEXT,
    field="perumahan_rakyat",
    category="rtlh",
    place_code=PLACE,
    received_at=START,
    office="AIR",
    promise_by=date(2026, 11, 30),
)
RIGHT: dict[str, object] = {"category": "air_bersih", "field": "pekerjaan_umum"}
Apply = Callable[..., None]


@pytest.fixture
def resident(engine: Engine) -> int:
    return add_person(engine, RESIDENT)


@pytest.fixture
def apply(engine: Engine, resident: int) -> Apply:
    atlas, _ = knowledge()
    applier = Applier(atlas, made_up=False)
    turns = iter(range(100))

    def applied(*effects: Effect) -> None:
        with engine.begin() as connection:
            applier.turn(
                connection,
                origin=f"t{next(turns)}",
                now=START,
                sender=resident,
                reply_channel="test",
                region="64.72",
                says=(),
                effects=effects,
            )

    return applied


def kept(engine: Engine) -> list[tuple[str, str | None, str]]:
    return [(row.actor, row.before, row.after) for row in rows(engine, corrections)]


@pytest.mark.parametrize("actor", [Actor.REPORTER, Actor.KADER, Actor.OFFICER, Actor.COORDINATOR])
def test_whoever_sets_the_category_right_teaches(engine: Engine, apply: Apply, actor: Actor) -> None:
    apply(DRAFT, Amend("draft-1", RIGHT, actor))
    assert kept(engine) == [(actor, "rtlh", "air_bersih")]


def test_no_name_and_no_number_is_kept(engine: Engine, apply: Apply) -> None:
    apply(DRAFT, Amend("draft-1", RIGHT, Actor.KADER))
    (row,) = rows(engine, corrections)
    assert row.text == "Pak … rt 00 hp 0000-0000-0000 minta keran diperbaiki, bu … juga"


def test_a_category_chosen_among_several_is_an_example(engine: Engine, apply: Apply) -> None:
    apply(replace(DRAFT, chosen_by_person=True))
    assert kept(engine) == [(Actor.REPORTER, None, "rtlh")]


@pytest.mark.parametrize(
    ("draft", "change"),
    [
        (DRAFT, Amend("draft-1", {"rt": "06"}, Actor.KADER)),
        (DRAFT, Amend("draft-1", {"category": "rtlh"}, Actor.KADER)),
        (DRAFT, Amend("draft-1", RIGHT, Actor.SYSTEM)),
        (DRAFT, Amend("draft-1", {"category": "kdrt"}, Actor.KADER)),
        (replace(DRAFT, category="kekerasan_anak"), Amend("draft-1", RIGHT, Actor.KADER)),
        (
            replace(DRAFT, category="kdrt", restricted=True, chosen_by_person=True),
            Amend("draft-1", RIGHT, Actor.OFFICER),
        ),
        (DRAFT, Restrict("draft-1", "draft-2", "PPA")),
    ],
)
def test_nothing_else_is_kept(engine: Engine, apply: Apply, draft: FileReport, change: Effect) -> None:
    apply(draft, change)
    assert kept(engine) == []


def test_what_becomes_restricted_later_leaves_no_example(engine: Engine, apply: Apply) -> None:
    apply(DRAFT, Amend("draft-1", RIGHT, Actor.KADER))
    apply(Restrict("draft-1", "draft-2", "PPA"))
    assert kept(engine) == []


def test_who_asks_to_be_erased_takes_the_examples_along(engine: Engine, apply: Apply, resident: int) -> None:
    apply(DRAFT, Amend("draft-1", RIGHT, Actor.KADER))
    with engine.begin() as connection:
        erase(connection, resident, START)
    assert kept(engine) == []


def test_after_years_an_example_belongs_to_no_report(engine: Engine, apply: Apply) -> None:
    apply(DRAFT, Amend("draft-1", RIGHT, Actor.KADER))
    with engine.begin() as connection:
        anonymise(connection, 1, START)
    assert [(row.report_id, row.after) for row in rows(engine, corrections)] == [(None, "air_bersih")]
