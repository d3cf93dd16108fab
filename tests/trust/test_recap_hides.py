"""No recap counts or names what its kader may not know of: restricted reports, and reports about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, insert

from bot.app import knowledge
from bot.store import recap
from bot.store.tables import events, memberships, misses, posyandu
from routing.model import Actor, Status
from routing.recap import Recap, Step, recap_of, span
from tests.trust.town import KINDS, NOW, PLACE, Town

NOVEMBER = date(2026, 11, 1)
ZONE = ZoneInfo("Asia/Makassar")
FEBRUARY = date(2027, 2, 1)


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with engine.connect() as connection:
        yield Town(connection, knowledge()[0])
        connection.rollback()


def counted(town: Town, *parts: str, first: date = NOVEMBER) -> Recap:
    people = tuple(town.ids[part] for part in parts)
    return recap_of(first, recap.happened(town.connection, people, "64.72", *span(first, ZONE), ZONE))


def happens(connection: Connection, report: int, kind: str, actor: Actor, person: int | None = None) -> None:
    row = {"report_id": report, "at": NOW, "person_id": person, "actor": actor, "kind": kind, "seen": False, "data": {}}
    connection.execute(insert(events).values(row))


@pytest.mark.parametrize("kind", [kind for kind, values in KINDS.items() if values.get("restricted")])
def test_a_restricted_report_is_in_no_recap(town: Town, kind: str) -> None:
    report = town.file(kind)
    for part in ("kader", "kader_there"):
        happens(town.connection, report, "kader_asked", Actor.SYSTEM, town.ids[part])
        happens(town.connection, report, Status.VERIFIED, Actor.KADER, town.ids[part])
    assert counted(town, "kader", "kader_there").empty


def test_a_kader_finds_no_report_about_herself(town: Town) -> None:
    report = town.file("about_kader_to_verify")
    happens(town.connection, report, "kader_asked", Actor.SYSTEM, town.ids["kader_asked"])
    assert counted(town, "kader_meant").empty
    assert counted(town, "kader_asked").total(Step.RECEIVED) == 1
    assert counted(town, "kader_asked", "kader_meant").empty, "nor does the paper of her posyandu, which she may read"


def test_what_happens_to_the_reports_of_a_kader_is_theirs(town: Town) -> None:
    report = town.file("to_verify")
    connection, kader = town.connection, town.ids["kader"]
    happens(connection, report, Status.VERIFIED, Actor.KADER, kader)
    happens(connection, report, Status.FORWARDED, Actor.KADER, kader)
    happens(connection, report, Status.IN_PROGRESS, Actor.OFFICER, town.ids["officer"])
    happens(connection, report, Status.RESOLVED, Actor.OFFICER, town.ids["officer"])
    happens(connection, report, Status.CLOSED, Actor.SYSTEM)
    mine = counted(town, "kader")
    assert {str(step): mine.total(step) for step in Step if mine.total(step)} == {
        "received": 1,
        "checked": 1,
        "forwarded": 1,
        "taken_up": 1,
        "solved": 1,
    }
    assert [(entry.field, entry.day, entry.outcome) for entry in mine.entries] == [
        ("pekerjaan_umum", date(2026, 11, 23), "solved")
    ]
    assert counted(town, "kader_there").empty, "nobody gets the work of another"
    assert counted(town, "kader", first=FEBRUARY).empty


def test_a_day_that_passed_is_counted_where_it_passed(town: Town) -> None:
    report = town.file("to_verify")
    missed = {"report_id": report, "due_at": NOW, "missed_at": NOW, "region": "64.72", "person_id": town.ids["kader"]}
    town.connection.execute(insert(misses).values({**missed, "clock": "verify"}))
    town.connection.execute(insert(misses).values({**missed, "clock": "plan"}))
    assert counted(town, "kader").total(Step.LATE) == 1
    assert counted(town, "kader_asked").total(Step.LATE) == 0


def test_a_posyandu_has_those_who_were_ever_kader_there(town: Town) -> None:
    place = insert(posyandu).values(region="64.72", place_code=PLACE, name="Contoh Mawar").returning(posyandu.c.id)
    number = town.connection.execute(place).scalar_one()
    of = [(town.ids["kader"], True), (town.ids["left"], False)]
    for person, active in of:
        hat = {"person_id": person, "role": "kader", "region": "64.72", "posyandu_id": number, "active": active}
        town.connection.execute(insert(memberships).values(hat))
    (post,) = recap.posts(town.connection, "64.72")
    assert (post.name, post.kader) == ("Contoh Mawar", (town.ids["kader"], town.ids["left"]))
    assert recap.post_of(town.connection, town.ids["kader"]) == post
    assert recap.post_of(town.connection, town.ids["kader_there"]) is None
