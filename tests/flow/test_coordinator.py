"""What a coordinator does with any open report: what is kept, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.app import knowledge
from handlers.coordinator_deeds import close, move, put_off, refused
from handlers.effects import (
    AddNote,
    Amend,
    ChangeStatus,
    Effect,
    Followers,
    Notify,
    OfficersOf,
    SetOffice,
)
from handlers.scene import Colleague, Membership, Person, Scene, State
from routing.model import Actor, Report, Role, Status
from tests.flow.world import PLACE, START

ATLAS, READER = knowledge()
FRIDAY = date(2026, 11, 27)
REASON = "alat rusak"
REPORT = Report(
    id=1,
    ticket="SMD-0001",
    region="64.72",
    status=Status.FORWARDED,
    text="jalan berlubang",
    field="pekerjaan_umum",
    category="jalan_jembatan",
    place_code=PLACE,
    rt=None,
    rw=None,
    office="PU",
    received_at=START,
    promise_by=FRIDAY,
    verify_by=None,
    respond_by=START + timedelta(days=5),
    resolve_by=START + timedelta(days=60),
)


def scene(*offices: str) -> Scene:
    hat = Membership(Role.COORDINATOR, "64.72")
    there = tuple(Colleague(10 + n, "Contoh", "64.72", office) for n, office in enumerate(offices))
    return Scene(Person(1, "Contoh", (hat,)), State(), (), START, ATLAS, READER, "64.72", "t1", colleagues=there)


def heard(effects: tuple[Effect, ...], to: type) -> list[str]:
    return [one.say.key for one in effects if isinstance(one, Notify) and isinstance(one.to, to)]


def kept(effects: tuple[Effect, ...]) -> dict[str, object]:
    return {name: value for one in effects if isinstance(one, Amend) for name, value in one.values.items()}


@pytest.mark.parametrize(
    ("status", "promised_on", "until", "told"),
    [
        (Status.IN_PROGRESS, FRIDAY, FRIDAY + timedelta(days=7), ["hear.put_off"]),
        (Status.IN_PROGRESS, FRIDAY, FRIDAY, []),
        (Status.FORWARDED, None, FRIDAY + timedelta(days=7), []),  # it is at the office, as it was promised
        (Status.HOLDING, None, FRIDAY + timedelta(days=7), ["hear.put_off"]),
        (Status.HOLDING, None, FRIDAY, []),
        (Status.REPORTED, None, FRIDAY + timedelta(days=7), ["hear.put_off"]),
    ],
)
def test_putting_off_is_told_where_a_day_moves_that_the_resident_was_told(
    status: Status, promised_on: date | None, until: date, told: list[str]
) -> None:
    _, effects = put_off(scene(), replace(REPORT, status=status, promised_on=promised_on), until, REASON)
    assert heard(effects, Followers) == told
    assert kept(effects)["put_off_until"] == until
    assert AddNote(1, REASON, Actor.COORDINATOR, seen=False) in effects


def test_a_promise_moves_along_and_never_forward() -> None:
    promised = replace(REPORT, status=Status.IN_PROGRESS, promised_on=FRIDAY)
    later = FRIDAY + timedelta(days=7)
    assert kept(put_off(scene(), promised, later, REASON)[1])["promised_on"] == later
    assert "promised_on" not in kept(put_off(scene(), promised, FRIDAY - timedelta(days=1), REASON)[1])


def test_an_emergency_that_nobody_answered_is_not_put_off() -> None:
    fire = replace(REPORT, urgent=True, category="kebakaran")
    say, effects = put_off(scene(), fire, FRIDAY, REASON)
    assert (say.key, effects) == ("decide.emergency", ())
    assert put_off(scene(), replace(fire, status=Status.IN_PROGRESS), FRIDAY, REASON)[1]


def test_a_day_off_is_put_off_to_the_next_working_day() -> None:
    _, effects = put_off(scene(), REPORT, date(2026, 11, 28), REASON)
    assert kept(effects)["put_off_until"] == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("status", "told", "through"),
    [
        (Status.FORWARDED, ["office.moved"], [Status.NOT_OURS, Status.FORWARDED]),
        (Status.WAITING_REPORTER, ["office.moved"], [Status.NOT_OURS, Status.FORWARDED]),
        (Status.HOLDING, [], [Status.FORWARDED]),
        (Status.REPORTED, [], []),  # a kader looks at it first
    ],
)
def test_moving_tells_the_office_that_had_it(status: Status, told: list[str], through: list[Status]) -> None:
    office = None if status is Status.HOLDING else "PU"
    _, effects = move(scene("LH"), replace(REPORT, status=status, office=office), "LH", REASON)
    assert [key for key in heard(effects, OfficersOf) if key == "office.moved"] == told
    assert [one.to for one in effects if isinstance(one, ChangeStatus)] == through
    assert SetOffice(1, "LH", Actor.COORDINATOR) in effects
    assert AddNote(1, REASON, Actor.COORDINATOR, seen=False) in effects
    assert "promise_by" not in kept(effects)


@pytest.mark.parametrize(
    ("report", "role", "key"),
    [
        (REPORT, "PU", "decide.there_already"),
        (REPORT, "KB", "decide.unmanned"),
        (replace(REPORT, status=Status.RESOLVED), "LH", "decide.solved"),
    ],
)
def test_what_cannot_be_moved_stays_where_it_is(report: Report, role: str, key: str) -> None:
    say, effects = move(scene("PU", "LH"), report, role, REASON)
    assert (say.key, effects) == (key, ())


@pytest.mark.parametrize(
    ("status", "over", "office_told"),
    [
        (Status.FORWARDED, Status.CANCELLED, True),
        (Status.HOLDING, Status.CANCELLED, False),
        (Status.RESOLVED, Status.CLOSED, False),
    ],
)
def test_closing_keeps_the_reason_and_tells_everybody_concerned(
    status: Status, over: Status, *, office_told: bool
) -> None:
    _, effects = close(replace(REPORT, status=status), REASON)
    assert ChangeStatus(1, over, Actor.COORDINATOR, REASON) in effects
    assert heard(effects, Followers) == ["hear.closed_by_coordinator.note"]
    assert bool(heard(effects, OfficersOf)) is office_told


def test_what_is_over_is_refused_with_its_status() -> None:
    say = refused(replace(REPORT, status=Status.CLOSED))
    assert say is not None
    assert say.key == "decide.over"
    assert refused(REPORT) is None
