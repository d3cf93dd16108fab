"""When a coordinator's week is told, and what of it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import knowledge
from handlers.effects import Plan
from handlers.errands import Errand, ErrandKind
from handlers.messages import Lines, Say
from handlers.scene import Colleague, Membership, Person, Scene, State
from handlers.week import on_week, plan, told_today
from handlers.week_figures import Week
from routing.model import Role
from tests.flow.test_coordinator import REPORT
from tests.flow.world import START

ATLAS, READER = knowledge()
ERRAND = Errand(ErrandKind.WEEK, "2026-11-23", "64.72")
EMPTY = Week(0, 0, 0, 0, 0, 0, (), {}, {})
LATE = replace(EMPTY, came=3, late_in_all=1, late=((REPORT, START),), by_office={"PU": 1}, by_kecamatan={"64.72.06": 1})
LEADING = {route.lead for routes in ATLAS.regions["64.72"].routes.values() for route in routes}
EVERYBODY = tuple(Colleague(10 + n, "Contoh", "64.72", role) for n, role in enumerate(sorted(LEADING)))


def scene(week: Week, *, role: Role = Role.COORDINATOR, colleagues: tuple[Colleague, ...] = EVERYBODY) -> Scene:
    person = Person(1, "Contoh", (Membership(role, "64.72", "PU" if role is Role.OFFICER else None),))
    return Scene(person, State(), (), START, ATLAS, READER, "64.72", "e1", colleagues=colleagues, week=week)


def parts(say: Say) -> list[str]:
    lines = say.values["lines"]
    assert isinstance(lines, Lines)
    return [one.key for one in lines.says]


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "2026-11-30"),  # a Monday
        (datetime(2026, 11, 29, 2, 0, tzinfo=UTC), "2026-11-30"),  # a Sunday
        (datetime(2026, 11, 29, 17, 0, tzinfo=UTC), "2026-12-07"),  # Monday already, where the offices are
        (datetime(2026, 5, 29, 2, 0, tzinfo=UTC), "2026-06-02"),  # that Monday is a holiday
    ],
)
def test_it_is_told_on_the_first_working_day_of_next_week(now: datetime, key: str) -> None:
    planned = plan("64.72", now, ATLAS)
    assert (planned.errand.kind, planned.errand.key, planned.once) == (ErrandKind.WEEK, key, True)


@pytest.mark.parametrize("week", [EMPTY, LATE])
def test_each_week_plans_the_next(week: Week) -> None:
    outcome = on_week(ERRAND, scene(week))
    assert [one.errand.key for one in outcome.effects if isinstance(one, Plan)] == ["2026-11-30"]


def test_a_week_without_anything_is_not_told() -> None:
    assert on_week(ERRAND, scene(EMPTY)).says == ()


def test_its_numbers_can_be_answered() -> None:
    outcome = on_week(ERRAND, scene(LATE))
    (say,) = outcome.says
    assert parts(say) == [
        "week.counts",
        "week.now",
        "week.by_office",
        "week.by_place",
        "week.longest",
        "week.how",
    ]
    assert (outcome.state.listed, outcome.state.listed_as) == (("SMD-0001",), "week.told")


@pytest.mark.parametrize(("count", "told"), [(0, False), (4, False), (5, True)])
def test_restricted_reports_are_counted_from_five_on(count: int, *, told: bool) -> None:
    (say,) = on_week(ERRAND, scene(replace(LATE, restricted=count))).says
    assert ("week.restricted" in parts(say)) is told


def test_offices_that_nobody_can_be_reached_in_are_named() -> None:
    away = replace(EVERYBODY[0], away_until=START.date() + timedelta(days=3))
    (say,) = on_week(ERRAND, scene(LATE, colleagues=(away, *EVERYBODY[1:]))).says
    assert "week.unmanned" in parts(say)


def test_who_coordinates_no_more_hears_nothing() -> None:
    outcome = on_week(ERRAND, scene(LATE, role=Role.OFFICER))
    assert (outcome.says, outcome.effects) == ((), ())


def test_that_morning_has_one_message() -> None:
    assert told_today(scene(LATE), "64.72")
    assert not told_today(replace(scene(LATE), now=START + timedelta(days=1)), "64.72")
