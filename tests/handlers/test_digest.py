"""The round-up of the morning: when, of what, in which order, nine lines at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from handlers.dialogue import respond
from handlers.digest import more, on_morning
from handlers.errands import Errand, ErrandKind, NotYet
from handlers.messages import Incoming, Say
from handlers.scene import Outcome, Scene, State
from routing.model import Status, StoryLine
from tests.handlers.office import MONDAY, TUESDAY, WORK, heard, keys, local, officer, report, scene

MORNING = Errand(ErrandKind.DIGEST, "2026-11-24", "64.72")
TEN = [report(number) for number in range(1, 13)]
FRIDAY = local("2026-11-27T08:15")


def told(of: Scene, errand: Errand = MORNING) -> Outcome:
    outcome = on_morning(errand, of)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-28T08:15", "2026-11-30T08:15"),  # a Saturday
        ("2026-11-24T07:00", "2026-11-24T08:15"),  # before the offices open
        ("2026-11-24T22:00", "2026-11-25T08:15"),  # the service stood still for a day
        ("2026-12-25T08:15", "2026-12-28T08:15"),  # Christmas, and the weekend behind it
    ],
)
def test_on_a_day_off_and_at_night_it_waits_for_the_next_working_morning(now: str, then: str) -> None:
    expected = WORK.digest_at(local(then).astimezone(WORK.region.tz).date())
    assert on_morning(MORNING, scene(report(1), now=local(now))) == NotYet(expected)


@pytest.mark.parametrize(
    "nothing",
    [
        scene(),
        scene(report(1), state=State(digest_day="2026-11-24")),
        scene(report(1, answer_due_at=TUESDAY + timedelta(minutes=5))),
        scene(report(1, put_off_until=date(2026, 12, 1))),
        scene(report(1, status=Status.WAITING_REPORTER, waiting_since=MONDAY)),
        scene(report(1, status=Status.RESOLVED)),
        scene(report(1, restricted=True)),
        scene(report(1, office="AIR")),
        scene(report(1), person=officer(rank=2)),
    ],
    ids=["empty", "told today", "answered", "put off", "asked", "resolved", "restricted", "elsewhere", "head"],
)
def test_nothing_is_sent_where_nothing_waits_for_this_person_today(nothing: Scene) -> None:
    outcome = told(nothing)
    assert (outcome.says, outcome.effects) == ((), ())


def test_it_tells_nine_lines_and_the_next_ones_on_request() -> None:
    first = told(scene(*TEN))
    assert keys(first.says[0]).count("digest.numbered") == 9
    assert first.state.listed == tuple(one.ticket for one in TEN[:9])
    assert first.state.digest_day == "2026-11-24"
    second = more(scene(*TEN, state=first.state), heard("LAGI"))
    assert second is not None
    assert second.state.listed == ("SMD-0010", "SMD-0011", "SMD-0012")
    assert more(scene(*TEN, state=second.state), heard("lagi dikerjakan")) is None, "not the word"
    third = more(scene(*TEN, state=second.state), heard("lagi dong"))
    assert third is not None
    assert third.says == (Say("digest.no_more"),)


def test_what_was_answered_of_the_page_meanwhile_moves_nothing() -> None:
    first = told(scene(*TEN))
    left = [replace(one, answer_due_at=TUESDAY + timedelta(minutes=9)) if one.id in (1, 9) else one for one in TEN]
    second = more(scene(*left, state=first.state), heard("lanjut"))
    assert second is not None
    assert second.state.listed == ("SMD-0010", "SMD-0011", "SMD-0012")


def test_the_most_urgent_stands_first() -> None:
    late = report(4, acknowledge_by=MONDAY - timedelta(days=3))
    urgent = report(5, urgent=True)
    assert told(scene(report(1), late, urgent)).state.listed == ("SMD-0005", "SMD-0004", "SMD-0001")


def late_by(days: int) -> datetime:
    """A report of `SILENT` is late by so many working days on that Friday."""
    return local(f"2026-11-{27 - days}T16:00")


@pytest.mark.parametrize(("rank", "days", "heard_of"), [(1, 1, True), (2, 1, True), (3, 1, False), (3, 2, True)])
def test_the_ladder_reads_its_history(rank: int, days: int, heard_of: bool) -> None:
    silent = report(1, acknowledge_by=late_by(days), story=(StoryLine(late_by(days) - timedelta(days=1), "forwarded"),))
    outcome = told(scene(silent, now=FRIDAY, person=officer(rank=rank)))
    assert bool(outcome.says) == heard_of
    if heard_of:
        assert ("digest.history_silent" in keys(outcome.says[0])) == (rank > 1)


@pytest.mark.parametrize(("spoke", "key"), [(-1, "digest.history_silent"), (1, "digest.history")])
def test_what_the_office_before_answered_is_no_word_of_this_one(spoke: int, key: str) -> None:
    got_it = late_by(2) - timedelta(days=1)
    late = report(
        1,
        acknowledge_by=late_by(2),
        story=(StoryLine(got_it, "forwarded"),),
        first_response_at=got_it + timedelta(hours=spoke),
    )
    assert key in keys(told(scene(late, now=FRIDAY, person=officer(rank=2))).says[0])


def test_somebody_with_two_hats_gets_one_message_with_each_report_once() -> None:
    late = report(1, acknowledge_by=late_by(3), story=(StoryLine(late_by(3) - timedelta(days=1), "forwarded"),))
    elsewhere = replace(late, id=2, ticket="SMD-0002", office="AIR")
    outcome = told(scene(late, elsewhere, now=FRIDAY, person=officer(coordinates=True)))
    (say,) = outcome.says
    assert outcome.state.listed == ("SMD-0001", "SMD-0002")
    assert keys(say).count("digest.coordinator") == 1


def test_after_a_leave_all_that_waits_is_told() -> None:
    waiting = report(1, status=Status.WAITING_REPORTER, waiting_since=MONDAY)
    back = replace(MORNING, data={"back": True})
    outcome = told(scene(waiting), back)
    assert outcome.state.listed == ("SMD-0001",)
    assert "leave.back_digest" in keys(outcome.says[0])


def test_a_bare_word_means_the_one_line_of_a_round_up() -> None:
    """Another question may still be open from before."""
    shown = told(scene(report(1))).state
    of = scene(report(1), report(2, status=Status.IN_PROGRESS), state=shown, now=TUESDAY + timedelta(minutes=1))
    said = Incoming("test", "1", "+628120000003", TUESDAY, "selesai")
    (say,) = respond(replace(of, incoming=(said,))).says
    assert keys(say)[:2] == ["held.one", "held.done"]


def test_a_list_on_request_tells_what_was_answered_a_moment_ago() -> None:
    told_soon = replace(TEN[0], answer_due_at=TUESDAY + timedelta(minutes=9))
    said = Incoming("test", "1", "+628120000003", TUESDAY, "daftar")
    first = respond(scene(told_soon, *TEN[1:], incoming=(said,)))
    assert keys(first.says[0]).count("list.answered") == 1
    more_of = respond(scene(*TEN, state=first.state, incoming=(replace(said, text="lagi"),)))
    assert more_of.state.listed == ("SMD-0010", "SMD-0011", "SMD-0012")


def test_what_a_resident_reopened_is_said_to_be_that() -> None:
    """Not only that there are weeks left, as for any other."""
    reopened = report(1, status=Status.REOPENED, story=(StoryLine(MONDAY, "forwarded"), StoryLine(MONDAY, "reopened")))
    assert "digest.reopened" in keys(told(scene(reopened)).says[0])
