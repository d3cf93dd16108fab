"""Who has an office's work today, and what goes where when somebody is away, back, or gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.app import knowledge
from bot.apply import Applier
from bot.store.database import reading
from bot.store.errands import waiting
from bot.store.persons import person_by_id
from bot.store.tables import addresses, asks, errands, memberships, outbox
from handlers.effects import (
    AlarmIfUnmanned,
    ComeBack,
    Effect,
    FileReport,
    GoAway,
    HandOver,
    Notify,
    OfficersOf,
    PersonWith,
    Plan,
)
from handlers.errands import Errand, ErrandKind
from handlers.messages import Choice, Say
from routing.model import Status
from tests.flow.world import COORDINATOR, PLACE, RESIDENT, START, add_person

REF = "draft-1"
FRIDAY = date(2026, 11, 27)
TOMORROW = Errand(ErrandKind.DIGEST, "2026-11-24", "64.72")
NEXT_WEEK = Errand(ErrandKind.DIGEST, "2026-11-30", "64.72")
REPORT = FileReport(
    ref=REF,
    region="64.72",
    text="no water",
    field="pekerjaan_umum",
    category="air_bersih",
    place_code=PLACE,
    received_at=START,
    status=Status.FORWARDED,
    office="AIR",
)
QUESTION = Notify(OfficersOf(REF), Say("new", {}, (Choice("@accept", "accept"),)), REF, "accept")

Apply = Callable[..., None]


@dataclass(frozen=True)
class Office:
    """Two who handle reports, one who leads the section, one who leads the office."""

    first: int
    second: int
    section: int
    head: int
    elsewhere: int


@pytest.fixture
def office(engine: Engine) -> Office:
    def somebody(number: int, rank: int, role: str = "AIR") -> int:
        return add_person(engine, f"+62812000001{number}", "officer", office=role, contact_rank=rank)

    return Office(somebody(1, 1), somebody(2, 1), somebody(3, 2), somebody(4, 3), somebody(5, 1, "PU"))


@pytest.fixture
def apply(engine: Engine) -> Apply:
    """Applies effects as a turn of `sender`."""
    atlas, _ = knowledge()
    applier = Applier(atlas, made_up=False)
    resident = add_person(engine, RESIDENT)
    turns = iter(range(100))

    def applied(*effects: Effect, sender: int = resident) -> None:
        with engine.begin() as connection:
            applier.turn(
                connection,
                origin=f"t{next(turns)}",
                now=START,
                sender=sender,
                reply_channel="test",
                region="64.72",
                says=(),
                effects=effects,
            )

    return applied


def told(engine: Engine) -> set[int]:
    with reading(engine) as connection:
        return set(connection.scalars(select(outbox.c.person_id)))


def asked(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        open_ = select(asks.c.person_id).where(asks.c.closed_at.is_(None))
        return sorted(connection.scalars(open_))


def digests(engine: Engine, person: int) -> list[str]:
    with reading(engine) as connection:
        return [errand.key for errand in waiting(connection, person, ErrandKind.DIGEST)]


def away(engine: Engine, *people: int, until: date = FRIDAY, stand_in: int | None = None) -> None:
    with engine.begin() as connection:
        hats = update(memberships).where(memberships.c.person_id.in_(people))
        connection.execute(hats.values(away_until=until, stand_in_id=stand_in))


def blocked(engine: Engine, *people: int) -> None:
    with engine.begin() as connection:
        connection.execute(update(addresses).where(addresses.c.person_id.in_(people)).values(blocked_at=START))


def test_those_who_handle_reports_are_told_and_nobody_above_them(engine: Engine, office: Office, apply: Apply) -> None:
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.first, office.second}


@pytest.mark.parametrize(("rank", "part"), [(2, "section"), (3, "head")])
def test_a_rank_is_asked_for_by_itself(engine: Engine, office: Office, apply: Apply, rank: int, part: str) -> None:
    apply(REPORT, Notify(OfficersOf(REF, rank=rank), Say("told"), REF))
    assert told(engine) == {getattr(office, part)}


def test_a_stand_in_is_told_instead_and_may_lead_the_section(engine: Engine, office: Office, apply: Apply) -> None:
    away(engine, office.first, stand_in=office.section)
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.section, office.second}


def test_the_next_in_rank_has_it_where_all_below_are_away_or_cannot_be_reached(
    engine: Engine, office: Office, apply: Apply
) -> None:
    away(engine, office.first)
    blocked(engine, office.second)
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.section}


def test_where_everybody_is_away_they_are_told_all_the_same(engine: Engine, office: Office, apply: Apply) -> None:
    away(engine, office.first, office.second, office.section, office.head)
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.first, office.second, office.section, office.head}


def test_a_leave_that_is_over_counts_no_more(engine: Engine, office: Office, apply: Apply) -> None:
    away(engine, office.first, until=START.date() - timedelta(days=1), stand_in=office.section)
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.first, office.second}


def test_a_round_up_of_a_day_off_goes_to_the_stand_in(engine: Engine, office: Office, apply: Apply) -> None:
    apply(Plan(PersonWith(office.first), TOMORROW, START), Plan(PersonWith(office.first), NEXT_WEEK, START))
    apply(GoAway(FRIDAY, office.section), sender=office.first)
    assert digests(engine, office.section) == ["2026-11-24"]
    assert digests(engine, office.first) == ["2026-11-30"]


def test_nobody_is_welcomed_back_in_the_place_of_another(engine: Engine, office: Office, apply: Apply) -> None:
    apply(Plan(PersonWith(office.first), replace(TOMORROW, data={"back": True}), START))
    apply(GoAway(FRIDAY, office.section), sender=office.first)
    with reading(engine) as connection:
        assert [one.data for one in waiting(connection, office.section, ErrandKind.DIGEST)] == [{}]


def test_a_stand_in_of_another_office_is_none(engine: Engine, office: Office, apply: Apply) -> None:
    apply(GoAway(FRIDAY, office.elsewhere), sender=office.first)
    with reading(engine) as connection:
        (hat,) = person_by_id(connection, office.first, made_up=False).memberships
    assert (hat.away_until, hat.stand_in) == (FRIDAY, None)


def test_who_is_back_has_the_work_again(engine: Engine, office: Office, apply: Apply) -> None:
    apply(GoAway(FRIDAY, office.section), sender=office.first)
    apply(ComeBack(), sender=office.first)
    apply(REPORT, Notify(OfficersOf(REF), Say("told"), REF))
    assert told(engine) == {office.first, office.second}


def test_who_goes_hands_over_questions_and_errands_in_one_step(engine: Engine, office: Office, apply: Apply) -> None:
    answer = Errand(ErrandKind.ANSWER, "t9", "64.72")
    apply(REPORT, QUESTION, Plan(PersonWith(office.first), TOMORROW, START))
    apply(Plan(PersonWith(office.first), answer, START))
    apply(HandOver(office.first, "64.72", office.section), sender=office.first)
    assert asked(engine) == sorted([office.second, office.section])
    assert digests(engine, office.section) == ["2026-11-24"]
    with reading(engine) as connection:
        assert [one.key for one in waiting(connection, office.section, ErrandKind.ANSWER)] == ["t9"]
        assert person_by_id(connection, office.first, made_up=False).memberships == ()


def test_a_question_that_the_successor_has_already_is_not_asked_twice(
    engine: Engine, office: Office, apply: Apply
) -> None:
    apply(REPORT, QUESTION)
    apply(HandOver(office.first, "64.72", office.second), sender=office.first)
    assert asked(engine) == [office.second]


def test_only_the_hats_of_that_region_are_taken_off(engine: Engine, office: Office, apply: Apply) -> None:
    with engine.begin() as connection:
        more = {"person_id": office.first, "role": "officer", "region": "64.02", "office": "AIR"}
        connection.execute(insert(memberships).values(more))
    answer = Errand(ErrandKind.ANSWER, "t9", "64.02")
    apply(Plan(PersonWith(office.first), TOMORROW, START), Plan(PersonWith(office.first), answer, START))
    apply(HandOver(office.first, "64.72"), sender=office.first)
    with reading(engine) as connection:
        (left,) = person_by_id(connection, office.first, made_up=False).memberships
        assert [one.key for one in waiting(connection, office.first, ErrandKind.ANSWER)] == ["t9"]
    assert left.region == "64.02"
    assert digests(engine, office.first) == ["2026-11-24"], "the other office goes on"


def test_an_office_without_anybody_alarms_once_a_day(engine: Engine, office: Office, apply: Apply) -> None:
    coordinator = add_person(engine, COORDINATOR, "coordinator")
    everybody = (office.first, office.second, office.section, office.head)
    alarm = AlarmIfUnmanned("64.72", "AIR", otherwise=(Notify(PersonWith(coordinator), Say("somebody")),))
    apply(REPORT, alarm)
    assert told(engine) == {coordinator}
    away(engine, *everybody[:2])
    blocked(engine, *everybody[2:])
    apply(alarm)
    apply(alarm)
    with reading(engine) as connection:
        rows = connection.execute(select(errands).where(errands.c.kind == ErrandKind.UNMANNED)).all()
    assert [(row.person_id, row.data) for row in rows] == [(coordinator, {"office": "AIR", "count": 1})]
