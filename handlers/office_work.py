"""What one answer of an officer brings about: taken on, worked on, done, asked about, passed on, or taken back."""

from __future__ import annotations

from datetime import date

from handlers.effects import (
    AddNote,
    Amend,
    Attach,
    CancelFires,
    CloseAsks,
    Effect,
    Followers,
    Join,
    Notify,
    Reporter,
)
from handlers.lifecycle import (
    PROGRESS_CHOICES,
    answer_clock,
    change,
    first_response,
    on_answered,
    resolved,
    work_clock,
)
from handlers.matter import Matter
from handlers.messages import Day, Say, Values
from handlers.passing_on import pass_on
from handlers.replies import ask_back
from handlers.scene import Scene
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report, Status
from routing.officer import OfficerUpdate

Step = tuple[Say | None, tuple[Effect, ...]]
"""What the officer is told about one report, and what happens to it."""


def tasks(scene: Scene) -> tuple[Report, ...]:
    """Reports led by an office this person answers for."""
    offices = scene.person.offices()
    return tuple(task for task in scene.tasks if (task.region, task.office) in offices and not task.restricted)


def act(scene: Scene, report: Report, update: OfficerUpdate, heard: Utterance) -> Step:
    """One answer becomes one change; whatever is not a change is kept as a note, so that nothing said is lost.

    `update.note` holds the words about this report alone: its reporter reads nothing of what was said of another.
    """
    matter = Matter.of(report)
    note = _quotable(update)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    match update.intent:
        case "accepted" if matter.status in (Status.FORWARDED, Status.REOPENED):
            step = _accepted(scene, matter, update)
        case "in_progress" | "postponed":
            step = _working(scene, matter, update, note)
        case "accepted" if update.eta:
            step = _working(scene, matter, update, note)
        case "resolved":
            step = _done(scene, matter, note)
        case "not_ours":
            step = pass_on(scene, report, update.forward_role, update.note or None)
        case "need_info":
            step = _need_info(scene, matter, update.note)
        case "refuse_duplicate":
            step = _duplicate(scene, report, update)
        case "accepted" if matter.status is Status.IN_PROGRESS and not update.note:
            step = None, ()  # said after *sedang dikerjakan* it says nothing new
        case _:
            step = Say("office.noted", matter.values()), _noted(matter, update.note)
    heard_of_it = any(_heard_by_reporter(effect) for effect in step[1])
    return step[0], (*kept, *step[1], *(first_response(report, scene.now) if heard_of_it else ()))


def _heard_by_reporter(effect: Effect) -> bool:
    """Only what the resident can read is an answer of the office."""
    return isinstance(effect, Notify) and isinstance(effect.to, Followers | Reporter)


def ask_reporter(scene: Scene, matter: Matter, question: str) -> Step:
    """The office's clock rests while the reporter is asked, five working days at the most (`domain.md §5`)."""
    if matter.status is Status.WAITING_REPORTER:
        return Say("office.asked_before", matter.values()), _noted(matter, question)
    asked = change(matter, Status.WAITING_REPORTER, Actor.OFFICER, values={"question": question}, ask="info")
    clock = answer_clock(matter.key, scene.now, scene.atlas.regions[matter.region])
    return Say("office.asked", matter.values()), (*on_answered(matter), *asked, clock)


def take_back(scene: Scene, report: Report, words: str) -> tuple[Effect, ...]:
    """*Salah kirim, belum selesai*: worked on again; the question whether it is solved closes, the resident hears."""
    matter = Matter.of(report)
    return (
        CloseAsks(report.id, ("solved", "why_not")),
        CancelFires(report.id, (FireKind.CLOSE_QUIET,)),
        *_noted(matter, words),
        *change(matter, Status.IN_PROGRESS, Actor.OFFICER),
        *_next_reminder(scene, matter, None),
        ask_back(matter, "office.taken_back", "progress", PROGRESS_CHOICES),
    )


def _quotable(update: OfficerUpdate) -> str | None:
    """Words that tell a resident more than our own line does; a bare *selesai* or *tanggal 1 Desember* does not."""
    least = 3 if update.intent == "resolved" else 2
    without_day = update.note.replace(update.eta_words or "\0", " ")
    return update.note if len(without_day.split()) >= least else None


def _noted(matter: Matter, words: str | None) -> tuple[Effect, ...]:
    return (AddNote(matter.key, words, Actor.OFFICER, seen=False),) if words else ()


def _accepted(scene: Scene, matter: Matter, update: OfficerUpdate) -> Step:
    effects = (
        *on_answered(matter),
        *change(matter, Status.ACCEPTED, Actor.OFFICER),
        *_next_reminder(scene, matter, update.eta),
        ask_back(matter, "office.accepted", "progress", PROGRESS_CHOICES),
    )
    return None, effects


def _working(scene: Scene, matter: Matter, update: OfficerUpdate, note: str | None) -> Step:
    """Work goes on, maybe with a day: the resident hears both, in the officer's own words."""
    values: Values = {"day": Day(update.eta)} if update.eta else {}
    told_day = "hear.in_progress.day" if update.eta else "hear.in_progress"
    said = {**matter.values(), **values, **({"note": note} if note else {})}
    key = f"{told_day}.note" if note else told_day
    moved: tuple[Effect, ...] = ()
    if matter.status is not Status.IN_PROGRESS:
        silent = change(matter, Status.IN_PROGRESS, Actor.OFFICER, note=note)
        moved = tuple(effect for effect in silent if not isinstance(effect, Notify))
    elif note:
        moved = (AddNote(matter.key, note, Actor.OFFICER),)
    confirmed = "office.working_day" if update.eta else "office.working"
    effects = (
        *on_answered(matter),
        *moved,
        Notify(Followers(matter.key), Say(key, said), matter.key, at_once=matter.emergency),
        *_next_reminder(scene, matter, update.eta),
        ask_back(matter, confirmed, "progress", PROGRESS_CHOICES, values),
    )
    return None, effects


def _done(scene: Scene, matter: Matter, note: str | None) -> Step:
    kept = Amend(matter.key, {"promised_on": None}, Actor.OFFICER)
    effects = resolved(matter, Actor.OFFICER, scene.now, scene.atlas, note)
    return Say("office.done", matter.values()), (*effects, kept)


def _need_info(scene: Scene, matter: Matter, question: str) -> Step:
    if question:
        return ask_reporter(scene, matter, question)
    return None, (CloseAsks(matter.key, ("accept",)), ask_back(matter, "office.ask_question", "office_question", ()))


def _duplicate(scene: Scene, report: Report, update: OfficerUpdate) -> Step:
    matter = Matter.of(report)
    others = [task for task in tasks(scene) if task.id != report.id]
    other = next((task for task in others if task.ticket == update.duplicate_of), None)
    if other is None:
        return Say("office.duplicate_unknown", matter.values()), _noted(matter, update.note)
    effects = (
        CloseAsks(report.id),
        CancelFires(report.id),
        Join(other.id, report.id),
        *change(matter, Status.DUPLICATE, Actor.OFFICER, values={"other": other.ticket}),
    )
    return Say("verify.joined", {**matter.values(), "other": other.ticket}), effects


def _next_reminder(scene: Scene, matter: Matter, promised: date | None) -> tuple[Effect, ...]:
    """A day that the office named is the next reminder, and one that has come stands no longer; else the clocks tell
    when there is something to ask."""
    region = scene.atlas.regions[matter.region]
    report = next((task for task in scene.tasks if task.id == matter.key), None)
    before = report.promised_on if report else None
    over = before is not None and before <= WorkingTime(region).local_day(scene.now)
    day = promised or (None if over else before)
    amended = (Amend(matter.key, {"promised_on": day}, Actor.OFFICER),) if day != before else ()
    return *amended, CancelFires(matter.key, (FireKind.RESOLVE_REMIND,)), work_clock(matter.key, scene.now, region)
