"""*Perlu kunjungan*: the day a kader goes to look, what is told on its morning, and what is done when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers import worklist
from handlers.effects import (
    AddNote,
    Amend,
    CancelFires,
    CloseAsks,
    Effect,
    Notify,
    Plan,
    ScheduleFire,
    Sender,
)
from handlers.errands import Errand, ErrandKind
from handlers.form import choice
from handlers.lifecycle import VERIFY_CHOICES, for_kader
from handlers.matter import Matter
from handlers.messages import Day, Lines, Say, Values, Word
from handlers.replies import ask_back, told
from handlers.scene import Outcome, Scene, State
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import visits
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report, Status
from routing.promises import promised_date

VISIT_CHOICES = (
    choice("@true", "choice.true"),
    choice("@false", "choice.false"),
    choice("@visit", "visit.choice.later"),
)
"""On the day itself there is something else to say than that it needs a visit."""
_DAY_CHOICES = (choice("@today", "choice.today"), choice("@tomorrow", "choice.tomorrow"))
_AGAIN_CHOICES = (choice("@tomorrow", "choice.tomorrow"), choice("@not_there", "visit.choice.no_such_person"))
TODAY = "visit.today"
"""The list of a morning with several visits: its numbers hold (`handlers/worklist.py`)."""


def without(state: State, ticket: str) -> State:
    """What was found there is sent, or was not so."""
    return replace(state, visits={known: found for known, found in state.visits.items() if known != ticket})


def due(scene: Scene, report: Report) -> bool:
    """Whether the day of the visit has come."""
    return report.visit_on is not None and report.visit_on <= today(scene, report.region)


def ask_day(scene: Scene, matter: Matter) -> Outcome:
    return told(scene, None, (ask_back(matter, "verify.ask_day", "visit_day", _DAY_CHOICES),), matter)


def ask_day_again(scene: Scene, matter: Matter) -> Outcome:
    """No day, or one that is over."""
    return told(scene, None, (ask_back(matter, "visit.which_day", "visit_day", _DAY_CHOICES),), matter)


def hindered(scene: Scene, report: Report, words: str) -> Outcome | None:
    """Said on the day itself: nobody opened, or the kader cannot get there. None for other words."""
    if not due(scene, report):
        return None
    if visits.says(words, "not_home"):
        return nobody_home(scene, report)
    if not visits.says(words, "hindered"):
        return None
    day = day_named(scene, Matter.of(report), words)
    return visit_on(scene, report, day) if day else ask_day(scene, Matter.of(report))


def nobody_home(scene: Scene, report: Report) -> Outcome:
    """Nobody opened, or nobody of that name lives there: which of the two is asked with the next day."""
    return told(scene, None, (ask_back(Matter.of(report), "visit.nobody_home", "visit_day", _AGAIN_CHOICES),), report)


def visit_on(scene: Scene, report: Report, day: date) -> Outcome:
    """The visit has a day: told of on its morning, and the next kader only when it passes in silence.

    The promise to the resident waits for no visit, and the kader is told so.
    """
    matter = Matter.of(report)
    work = WorkingTime(scene.atlas.regions[matter.region])
    morning = work.start_of(day)
    effects: tuple[Effect, ...] = (
        CloseAsks(matter.key, ("visit_day",)),
        AddNote(matter.key, day.isoformat(), Actor.KADER, seen=False),
        Amend(matter.key, {"visit_on": day}, Actor.KADER),
        CancelFires(matter.key, (FireKind.VERIFY_REMIND, FireKind.VERIFY_NEXT)),
        ScheduleFire(matter.key, FireKind.VERIFY_NEXT, work.end_of(work.day_after(morning, 1)), step=2),
    )
    if day <= today(scene, matter.region):
        return told(scene, None, (*effects, _asked_on_the_day(matter, "visit.noted_today")), matter)
    errand = Errand(ErrandKind.VISITS, day.isoformat(), matter.region)
    values = _values(matter, day)
    key = "verify.visit_noted.along" if visits.along(matter.category) else "verify.visit_noted"
    if report.promise_by and report.promise_by <= day:
        key, values["promise"] = "verify.visit_noted.late", Day(report.promise_by)
    return told(scene, Say(key, values), (*effects, Plan(Sender(), errand, morning)), matter)


def called_off(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Kunjungan batal*, or *tidak jadi* right after one was noted: the question whether it is so stands again."""
    planned = [task for task in scene.tasks if task.visit_on and task.status is Status.REPORTED]
    if not planned or heard.choice or not heard.text or scene.state.dialogue is not None:
        return None
    just_noted = (scene.state.last or "").startswith(("verify.visit_noted", TODAY))
    nothing_else = len(planned) == 1 and not any(own.open for own in scene.mine)
    bare = (just_noted and visits.begins(heard.text, "call_off_bare")) or (
        nothing_else and visits.is_all(heard.text, "call_off_bare")
    )
    if not bare and not visits.says(heard.text, "call_off"):
        return None
    meant = named(heard.text, planned, scene) or [one for one in planned if one.id == scene.state.about] or planned
    return _back_to_the_question(scene, meant[0])


def on_morning(errand: Errand, scene: Scene) -> Outcome:
    """What this kader goes to see today, all of it in one message; nothing when it was settled or moved meanwhile."""
    day = date.fromisoformat(errand.key)
    planned = tuple(
        task
        for task in reversed(scene.tasks)
        if task.visit_on == day and task.status is Status.REPORTED and task.kader_id == scene.person.id
    )
    if not planned:
        return Outcome(scene.state)
    if len(planned) == 1:
        matter = Matter.of(planned[0])
        key = "remind.visit.along" if visits.along(matter.category) else "remind.visit"
        return told(scene, None, (_asked_on_the_day(matter, key),), planned[0])
    lines = Lines(tuple(Say(_line(one), _values(Matter.of(one), day)) for one in planned), numbered=True)
    said = told(scene, Say(TODAY, {"count": len(planned), "lines": lines}))
    listed = tuple(one.ticket for one in planned)
    return replace(said, state=replace(said.state, listed=listed, listed_at=scene.now))


def checks(scene: Scene, waiting: Sequence[Report]) -> Outcome:
    """What this kader was asked to look at, numbered; a visit that has a day stands with it."""
    shown = waiting[: worklist.SHOWN]
    lines = tuple(
        Say("visit.task_line", _values(Matter.of(one), one.visit_on)) if one.visit_on else _plain(one) for one in shown
    )
    said = worklist.listed(scene, "status.tasks.kader", waiting)
    numbered = Lines(lines, numbered=True)
    return replace(said, says=tuple(replace(say, values={**say.values, "lines": numbered}) for say in said.says))


def day_named(scene: Scene, matter: Matter, words: str) -> date | None:
    """A day to come, as the kader named it."""
    if not words:
        return None
    work = WorkingTime(scene.atlas.regions[matter.region])
    return promised_date(words, today(scene, matter.region), work.is_working_day)[0]


def tomorrow(scene: Scene, region: str) -> date:
    """The next day: a kader goes on a Saturday as well."""
    return today(scene, region) + timedelta(days=1)


def today(scene: Scene, region: str) -> date:
    return scene.now.astimezone(scene.atlas.regions[region].tz).date()


def _asked_on_the_day(matter: Matter, key: str) -> Notify:
    values: Values = {**for_kader(matter), **_along(matter)}
    return Notify(Sender(), Say(key, values, VISIT_CHOICES), matter.key, "verify")


def _back_to_the_question(scene: Scene, report: Report) -> Outcome:
    """Its clock starts anew: the next kader is asked at the end of the next working day."""
    work = WorkingTime(scene.atlas.regions[report.region])
    effects: tuple[Effect, ...] = (
        CloseAsks(report.id, ("visit", "visit_day")),
        Amend(report.id, {"visit_on": None}, Actor.KADER),
        CancelFires(report.id, (FireKind.VERIFY_NEXT,)),
        ScheduleFire(report.id, FireKind.VERIFY_NEXT, work.end_of(work.day_after(scene.now, 1)), step=2),
        ask_back(Matter.of(report), "visit.called_off", "verify", VERIFY_CHOICES),
    )
    outcome = told(scene, None, effects, report)
    return replace(outcome, state=without(outcome.state, report.ticket))


def _line(report: Report) -> str:
    return "visit.line.along" if visits.along(report.category) else "visit.line"


def _plain(report: Report) -> Say:
    return Say("list.line", Matter.of(report).values())


def _values(matter: Matter, day: date) -> Values:
    return {**matter.values(), **_along(matter), "day": Day(day)}


def _along(matter: Matter) -> Values:
    who = visits.along(matter.category)
    return {"along": Word(f"visit.along.{who}")} if who else {}
