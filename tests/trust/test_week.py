"""What a coordinator is told by the week, by number and by name: nothing restricted, nothing that is kept from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from bot.app import knowledge
from bot.store import reports as queries
from bot.store.officers import colleagues_of
from bot.store.persons import person_by_id
from bot.store.tables import addresses, kept_from, misses, reports
from bot.store.week import week_of
from handlers.week_figures import Week
from tests.trust.town import ELSEWHERE, NOW, PLACE, Town

ATLAS, _ = knowledge()


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with engine.connect() as connection:
        yield Town(connection, ATLAS)
        connection.rollback()


def week(town: Town, part: str = "coordinator", region: str = "64.72") -> Week:
    return week_of(town.connection, town.ids[part], region, NOW, ATLAS)


def test_a_week_names_what_is_late_with_its_office_and_its_place(town: Town) -> None:
    late, fine = town.file("late"), town.file("at_office")
    told = week(town)
    assert [(report.id, since) for report, since in told.late] == [(late, NOW - timedelta(days=1))]
    assert (told.came, told.late_in_all) == (2, 1)
    assert (dict(told.by_office), dict(told.by_kecamatan)) == ({"AIR": 1}, {PLACE[:8]: 1})
    assert fine not in {report.id for report, _ in told.late}


def test_a_week_counts_what_was_solved_held_and_missed(town: Town) -> None:
    late = town.file("late")
    town.file("in_the_pen")
    town.file("solved")
    row = {"report_id": late, "clock": "plan", "due_at": NOW, "region": "64.72", "missed_at": NOW}
    town.connection.execute(insert(misses).values(row))
    told = week(town)
    assert (told.came, told.held, told.missed, told.solved) == (3, 1, 1, 1)


def test_a_week_only_counts_what_is_restricted(town: Town) -> None:
    restricted = town.file("restricted")
    overdue = {"respond_by": NOW - timedelta(days=1), "status": "forwarded"}
    town.connection.execute(update(reports).where(reports.c.id == restricted).values(overdue))
    told = week(town)
    assert told == Week(0, 0, 0, 1, 0, 0, (), {}, {})


def test_a_week_of_another_region_is_empty(town: Town) -> None:
    town.file("late")
    assert week(town, "coordinator_away", ELSEWHERE) == Week(0, 0, 0, 0, 0, 0, (), {}, {})


def test_what_is_kept_from_a_coordinator_counts_nowhere_and_has_no_number(town: Town) -> None:
    late = town.file("late")
    town.connection.execute(insert(kept_from).values(report_id=late, person_id=town.ids["coordinator"], since=NOW))
    assert week(town) == Week(0, 0, 0, 0, 0, 0, (), {}, {})
    assert named(town, "coordinator", late) == []


def test_what_was_put_off_is_not_late(town: Town) -> None:
    late = town.file("late")
    day = NOW.date() + timedelta(days=3)
    town.connection.execute(update(reports).where(reports.c.id == late).values(put_off_until=day))
    assert week(town).late == ()


@pytest.mark.parametrize("kind", ["at_office", "late", "in_the_pen", "solved", "closed_long_ago", "to_verify"])
def test_a_coordinator_finds_any_ordinary_report_of_the_region_by_its_number(town: Town, kind: str) -> None:
    number = town.file(kind)
    assert named(town, "coordinator", number) == [number]
    others = ("coordinator_away", "officer", "kader", "stranger", "reporter")
    assert [part for part in others if named(town, part, number)] == []


def test_no_number_finds_a_restricted_one(town: Town) -> None:
    assert named(town, "coordinator", town.file("restricted")) == []


def named(town: Town, part: str, report_id: int) -> list[int]:
    person = person_by_id(town.connection, town.ids[part], made_up=False)
    ticket = town.connection.execute(select(reports.c.ticket).where(reports.c.id == report_id)).scalar_one()
    return [one.id for one in queries.named_for(town.connection, person, [ticket], NOW)]


def test_officers_know_their_own_office_coordinators_their_region_and_others_nobody(town: Town) -> None:
    def known(part: str) -> set[str]:
        person = person_by_id(town.connection, town.ids[part], made_up=False)
        return {town.part_of[one.person_id] for one in colleagues_of(town.connection, person, made_up=False)}

    assert known("officer") == {"officer", "officer_meant"}
    assert known("coordinator_away") == {"officer_away", "ppa_away"}
    assert known("kader") == known("reporter") == set()


def test_who_cannot_be_written_to_is_known_as_such(town: Town) -> None:
    town.connection.execute(delete(addresses).where(addresses.c.person_id == town.ids["officer_meant"]))
    person = person_by_id(town.connection, town.ids["officer"], made_up=False)
    found = {
        town.part_of[one.person_id]: one.reachable for one in colleagues_of(town.connection, person, made_up=False)
    }
    assert found == {"officer": True, "officer_meant": False}
