"""A recap in the chat: its words, its buttons, and the morning it is told unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.app import knowledge
from bot.catalogue import load_catalogue
from bot.render import Renderer
from handlers import recap
from handlers.effects import Plan, TellRecap
from handlers.errands import Errand, ErrandKind, NotYet
from handlers.messages import Say
from handlers.scene import Membership, Outcome, Person, Scene, State
from routing.model import Report, Role, Status
from routing.recap import Happened, Step, recap_of

ATLAS, READER = knowledge()
RENDERER = Renderer(ATLAS, load_catalogue("id"))
FIRST_WORKING_MORNING = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
"""Half past seven on Tuesday, 1 December, in Samarinda."""
NOVEMBER = date(2026, 11, 1)
OVER = date(2026, 12, 1)
KADER = Person(7, "Kader Contoh", (Membership(Role.KADER, "64.72", posyandu="Contoh Mawar"),))


def scene(person: Person = KADER, tasks: tuple[Report, ...] = ()) -> Scene:
    return Scene(person, State(), (), FIRST_WORKING_MORNING, ATLAS, READER, "64.72", "turn", tasks=tasks)


def visit(day: date, status: Status = Status.REPORTED) -> Report:
    return Report(
        id=1,
        ticket="SMD-0001",
        region="64.72",
        status=status,
        text="atap bocor",
        field="perumahan_rakyat",
        category="rtlh",
        place_code="64.72.06.1001",
        rt=None,
        rw=None,
        office="PERKIM",
        received_at=FIRST_WORKING_MORNING,
        promise_by=None,
        verify_by=None,
        respond_by=None,
        resolve_by=None,
        kader_id=7,
        visit_on=day,
    )


def said(say: Say) -> tuple[str, list[str]]:
    return RENDERER.text(say), [RENDERER.label(choice) for choice in say.choices]


def test_a_month_that_is_over_is_told_with_its_papers() -> None:
    steps = (Step.RECEIVED, Step.CHECKED, Step.FORWARDED, Step.SOLVED)
    month = recap_of(NOVEMBER, [Happened(1, "SMD-0001", "sosial", NOVEMBER, step) for step in steps])
    text, buttons = said(recap.month_told(month, "mine", OVER, unasked=True))
    assert text.startswith("Selamat pagi. Rekap Bapak/Ibu, November 2026, sudah jadi:")
    assert "Masuk 1, dicek kader 1, diteruskan 1\nDitindaklanjuti 1, selesai 1" in text
    assert "Sosial: masuk 1, dicek 1, selesai 1" in text
    assert buttons == ["PDF", "Excel"]


@pytest.mark.parametrize(
    ("first", "words"),
    [(NOVEMBER, "Pada November 2026 tidak ada laporan"), (OVER, "Sampai Selasa, 1 Desember 2026 belum ada laporan")],
)
def test_an_empty_month_is_told_kindly_and_has_its_papers(first: date, words: str) -> None:
    text, buttons = said(recap.month_told(recap_of(first, []), "mine", OVER))
    assert text.startswith(words)
    assert buttons == ["PDF", "Excel", "Bulan lalu"]


@pytest.mark.parametrize("what", ["", "2026-11", "2026-13.mine.pdf", "2026-11.all.pdf", "2026-11.mine.exe", "x.y.z"])
def test_a_button_that_means_nothing(what: str) -> None:
    assert recap.tapped(scene(), what) is None


def test_a_tap_asks_for_a_paper_once_for_each_turn() -> None:
    outcome = recap.tapped(scene(), "2026-11.posyandu.xlsx")
    assert outcome is not None
    (plan,) = outcome.effects
    assert isinstance(plan, Plan)
    assert (plan.errand.kind, plan.errand.key) == (ErrandKind.PAPER, "turn")
    assert plan.errand.data == {"month": "2026-11", "whose": "posyandu", "form": "xlsx"}


def test_a_kader_without_a_posyandu_gets_her_own_month() -> None:
    alone = replace(KADER, memberships=(Membership(Role.KADER, "64.72"),))
    outcome = recap.tapped(scene(alone), "2026-11.posyandu.")
    assert outcome is not None
    assert outcome.effects == (TellRecap(NOVEMBER, "mine", "64.72", "Asia/Makassar"),)


@pytest.mark.parametrize(
    ("tasks", "waits"),
    [
        ((), False),
        ((visit(OVER),), True),
        ((visit(date(2026, 12, 2)),), False),
        ((visit(OVER, Status.FORWARDED),), False),
    ],
)
def test_a_morning_with_visits_is_full_enough(tasks: tuple[Report, ...], waits: bool) -> None:
    outcome = recap.on_month(Errand(ErrandKind.RECAP, "2026-11", "64.72"), scene(tasks=tasks))
    assert isinstance(outcome, NotYet) is waits
    if isinstance(outcome, NotYet):
        assert outcome.until > FIRST_WORKING_MORNING


def test_who_is_no_kader_any_more_is_told_nothing() -> None:
    outcome = recap.on_month(Errand(ErrandKind.RECAP, "2026-11", "64.72"), scene(Person(7)))
    assert isinstance(outcome, Outcome)
    assert (outcome.says, outcome.effects) == ((), ())


def test_the_recap_waits_for_the_first_working_morning_after_the_month() -> None:
    """1 January 2027 is a Friday and a holiday."""
    december = replace(scene(), now=datetime(2026, 12, 15, 2, tzinfo=UTC))
    plan = recap.after_a_check(december, "64.72")
    assert isinstance(plan, Plan)
    assert plan.errand.key == "2026-12"
    assert plan.due_at.astimezone(ATLAS.regions["64.72"].tz).date() == date(2027, 1, 4)
