"""Parts of one story know of each other once they are filed; a restricted report has nothing beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.app import knowledge
from bot.apply import Applier
from bot.store.database import reading
from bot.store.reports import reports_of
from bot.store.tables import reports
from handlers.effects import ChangeStatus, FileReport
from handlers.scene import Ask, Person, Scene, State
from handlers.utterance import Utterance
from handlers.withdrawal import PART, answer
from routing.model import Status
from tests.flow.test_coordinator import REPORT
from tests.flow.world import PLACE, RESIDENT, START, add_person, rows

FIRST = FileReport("d+1", "64.72", "roof", "perumahan_rakyat", "rtlh", PLACE, START, office="PERKIM")
SECOND = FileReport(
    "d+2", "64.72", "school", "pendidikan", "putus_sekolah", PLACE, START, office="DIK", linked_to="d+1"
)
THIRD = replace(SECOND, ref="d+3", linked_to="d+2")
APART = replace(SECOND, ref="d+4", linked_to=None)


@pytest.fixture
def person(engine: Engine) -> int:
    return add_person(engine, RESIDENT)


def filed(engine: Engine, person: int, *drafts: FileReport) -> list[int | None]:
    """What each points to, as the place of that report in the order they were filed."""
    with engine.begin() as connection:
        Applier(knowledge()[0], made_up=False).turn(
            connection,
            origin=drafts[0].ref,
            now=START,
            sender=person,
            reply_channel="test",
            region="64.72",
            says=(),
            effects=drafts,
        )
    found = sorted(rows(engine, reports), key=lambda row: row.id)
    places = {row.id: number for number, row in enumerate(found)}
    return [places.get(row.linked_to) for row in found]


def test_all_parts_point_to_the_first(engine: Engine, person: int) -> None:
    assert filed(engine, person, FIRST, SECOND, THIRD, APART) == [0, 0, 0, None]
    with reading(engine) as connection:
        mine = reports_of(connection, person)
    assert len({one.linked_to for one in mine if one.linked_to}) == 1


def test_a_restricted_report_has_nothing_beside_it(engine: Engine, person: int) -> None:
    secret = replace(SECOND, category="kdrt", office="PPA", restricted=True)
    assert filed(engine, person, FIRST, secret) == [None, None]
    hidden = replace(FIRST, ref="d+5", category="kdrt", office="PPA", restricted=True)
    beside = replace(SECOND, ref="d+6", linked_to="d+5")
    assert filed(engine, person, hidden, beside) == [None] * 4


def test_taking_all_parts_back_says_of_each_how_it_went() -> None:
    """One is called solved already, which is another question."""
    atlas, reader = knowledge()
    roof = replace(REPORT, reporter_id=5, linked_to=1, category="rtlh")
    school = replace(roof, id=2, ticket="SMD-0002", status=Status.RESOLVED)
    scene = Scene(Person(5), State(), (), START, atlas, reader, "64.72", "t1", mine=(school, roof))
    asked = Ask(7, PART, 1, START)
    outcome = answer(scene, Utterance(START, "semuanya"), asked, roof)
    assert outcome is not None
    assert [(say.key, say.values["ticket"]) for say in outcome.says] == [
        ("cancel.cancelled", "SMD-0001"),
        ("status.moved_on", "SMD-0002"),
    ]
    assert [one.report for one in outcome.effects if isinstance(one, ChangeStatus)] == [1]
