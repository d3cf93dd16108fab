"""An officer answers in the chat: by button, by ticket number, or in words for one or several reports."""

from __future__ import annotations

from datetime import date

from handlers.effects import (
    AddNote,
    Attach,
    CancelFires,
    CloseAsks,
    Effect,
    Followers,
    Join,
    Notify,
    ScheduleFire,
)
from handlers.lifecycle import ACCEPT_CHOICES, PROGRESS_CHOICES, change, on_answered, resolved
from handlers.matter import Matter
from handlers.messages import Day, Lines, Say, Values
from handlers.passing_on import pass_on, which_office
from handlers.replies import ask_back, pick, status_word, told
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report, Status
from routing.officer import OfficerUpdate

KINDS = frozenset({"accept", "progress", "office_question", "which_office"})
AT_OFFICE = frozenset({Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_REPORTER, Status.REOPENED})
_TAPS = {
    "accept": "accepted",
    "working": "in_progress",
    "done": "resolved",
    "not_ours": "not_ours",
    "info": "need_info",
}
Step = tuple[Say | None, tuple[Effect, ...]]
"""What the officer is told about one report, and what happens to it."""


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """The answer to one question about one report; None when the words are none."""
    if report.status not in AT_OFFICE:
        return told(scene, Say("office.already", {**Matter.of(report).values(), "status": status_word(report)}))
    if ask.kind == "which_office":
        return which_office(scene, heard, report)
    if ask.kind == "office_question" and heard.text:
        say, effects = _ask_reporter(Matter.of(report), heard.text)
        return told(scene, say, effects, report)
    options = ("accept", "not_ours", "info") if ask.kind == "accept" else ("working", "done", "not_ours")
    tapped = pick(heard, options)
    if tapped:
        update = OfficerUpdate(ticket=report.ticket, intent=_TAPS[tapped], note="")
        say, effects = act(scene, report, update, heard)
        return told(scene, say, effects, report)
    updates = read(scene, heard, (report,))
    if not updates or updates[0].intent in ("other", "question"):
        return None
    say, effects = act(scene, report, updates[0], heard)
    return told(scene, say, effects, report)


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """Reports named by number in a free text, each with its own answer; None when no number of theirs is in it."""
    mine = tasks(scene)
    if not named(heard.text, mine, scene):
        return None
    by_ticket = {task.ticket: task for task in mine}
    says: list[Say] = []
    effects: tuple[Effect, ...] = ()
    for update in read(scene, heard, mine):
        report = by_ticket.get(update.ticket or "")
        if report is None or report.status not in AT_OFFICE:
            continue
        say, happening = act(scene, report, update, heard)
        says += [say] if say else []
        effects += happening
    if not says and not effects:
        return None
    whole = says[0] if len(says) == 1 else Say("office.noted_all", {"lines": Lines(tuple(says))}) if says else None
    return told(scene, whole, effects)


def unclear(scene: Scene, heard: Utterance, about: tuple[Report, ...]) -> Outcome:
    """Not understood as an answer: kept as a note where only one report can be meant, and asked in plain choices."""
    if len(about) != 1:
        lines = Lines(tuple(Say("list.line", Matter.of(report).values()) for report in about[:3]))
        return told(scene, Say("office.which", {"lines": lines}))
    matter = Matter.of(about[0])
    kept: tuple[Effect, ...] = (Attach(about[0].id, heard.keepable),) if heard.keepable else ()
    options = ACCEPT_CHOICES if matter.status is Status.FORWARDED else PROGRESS_CHOICES
    kind = "accept" if matter.status is Status.FORWARDED else "progress"
    noted = AddNote(about[0].id, heard.text, Actor.OFFICER, seen=False)
    return told(scene, None, (*kept, noted, ask_back(matter, "office.unclear", kind, options)), about[0])


def tasks(scene: Scene) -> tuple[Report, ...]:
    """Reports led by an office this person answers for."""
    offices = scene.person.offices()
    return tuple(task for task in scene.tasks if (task.region, task.office) in offices and not task.restricted)


def read(scene: Scene, heard: Utterance, about: tuple[Report, ...]) -> tuple[OfficerUpdate, ...]:
    region = scene.atlas.regions[about[0].region if about else scene.region]
    today = scene.now.astimezone(region.tz).date()
    listed = [report.ticket for report in about]
    return scene.reader.read_officer(heard.text, today=today, region=region, listed=listed)


def act(scene: Scene, report: Report, update: OfficerUpdate, heard: Utterance) -> Step:
    """One answer becomes one change; whatever is not a change is kept as a note, so that nothing said is lost."""
    matter = Matter.of(report)
    note = heard.text if update.note or (heard.text and not heard.choice) else None
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    match update.intent:
        case "accepted":
            step = _accepted(scene, matter, update, note)
        case "in_progress" | "postponed":
            step = _working(scene, matter, update, note)
        case "resolved":
            step = _done(scene, matter, note)
        case "not_ours":
            step = pass_on(scene, report, update.forward_role, note)
        case "need_info":
            step = _need_info(matter, note)
        case "refuse_duplicate":
            step = _duplicate(scene, report, update, heard)
        case _:
            step = Say("office.noted", matter.values()), (AddNote(report.id, heard.text, Actor.OFFICER, seen=False),)
    return step[0], (*kept, *step[1])


def _accepted(scene: Scene, matter: Matter, update: OfficerUpdate, note: str | None) -> Step:
    if matter.status is not Status.FORWARDED and matter.status is not Status.REOPENED:
        return _working(scene, matter, update, note)
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
    effects = (
        *on_answered(matter),
        *moved,
        Notify(Followers(matter.key), Say(key, said), matter.key),
        *_next_reminder(scene, matter, update.eta),
        ask_back(
            matter, "office.working_day" if update.eta else "office.working", "progress", PROGRESS_CHOICES[1:], values
        ),
    )
    return None, effects


def _done(scene: Scene, matter: Matter, note: str | None) -> Step:
    effects = resolved(matter, Actor.OFFICER, scene.now, scene.atlas, note)
    return Say("office.done", matter.values()), effects


def _need_info(matter: Matter, question: str | None) -> Step:
    if question:
        return _ask_reporter(matter, question)
    return None, (CloseAsks(matter.key, ("accept",)), ask_back(matter, "office.ask_question", "office_question", ()))


def _ask_reporter(matter: Matter, question: str) -> Step:
    """The office's clock rests while the reporter is asked, five working days at the most (`domain.md §5`)."""
    asked = change(matter, Status.WAITING_REPORTER, Actor.OFFICER, values={"question": question}, ask="info")
    return Say("office.asked", matter.values()), (*on_answered(matter), *asked)


def _duplicate(scene: Scene, report: Report, update: OfficerUpdate, heard: Utterance) -> Step:
    matter = Matter.of(report)
    others = [task for task in tasks(scene) if task.id != report.id]
    other = next((task for task in others if task.ticket == update.duplicate_of), None)
    if other is None:
        return Say("office.duplicate_unknown", matter.values()), (
            AddNote(report.id, heard.text, Actor.OFFICER, seen=False),
        )
    effects = (
        CloseAsks(report.id),
        CancelFires(report.id),
        Join(other.id, report.id),
        *change(matter, Status.DUPLICATE, Actor.OFFICER, values={"other": other.ticket}),
    )
    return Say("verify.joined", {**matter.values(), "other": other.ticket}), effects


def _next_reminder(scene: Scene, matter: Matter, promised: date | None) -> tuple[Effect, ...]:
    """The office's own promise is the next reminder; without one the day the report should be solved by."""
    work = WorkingTime(scene.atlas.regions[matter.region])
    report = next((task for task in scene.tasks if task.id == matter.key), None)
    if promised:
        due = work.start_of(promised if work.is_working_day(promised) else work.day_after(work.start_of(promised), 1))
    elif report and report.resolve_by:
        due = report.resolve_by
    else:
        return ()
    return (
        CancelFires(matter.key, (FireKind.RESOLVE_REMIND,)),
        ScheduleFire(matter.key, FireKind.RESOLVE_REMIND, max(due, scene.now)),
    )
