"""What an officer answered is repeated back, and waits ten minutes before a resident hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers import held
from handlers.effects import AddNote, Amend, Attach, ChangeStatus, Effect, Notify, Sender
from handlers.held import HOLD, Held
from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Moment, Say, Values
from handlers.office_work import Step, act
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime
from routing.model import Actor, Report, Role
from routing.officer import OfficerUpdate
from routing.quiet import not_before

Answer = tuple[Report, OfficerUpdate]

_UNDERSTOOD = {
    "office.accepted": "held.accepted",
    "office.working": "held.working",
    "office.working_day": "held.working_day",
    "office.done": "held.done",
    "office.passed_on": "held.passed_on",
    "office.to_coordinator": "held.to_coordinator",
    "office.asked": "held.asked",
    "verify.joined": "held.joined",
}
"""What an officer is told when an answer takes effect at once, and how it is repeated back while it waits."""
_SHORT = frozenset({"office.done", "office.passed_on", "office.to_coordinator", "office.asked"})
"""Lines that have a shorter wording where several stand under one another."""


@dataclass(frozen=True)
class _Taken:
    """What one answer came to: a line to say back, what happens now, and what waits."""

    line: Say | None
    now: tuple[Effect, ...] = ()
    waits: Held | None = None


def answered(scene: Scene, heard: Utterance, answers: Sequence[Answer], besides: Sequence[Say] = ()) -> Outcome:
    """One message back, a line for each report, however many were answered at once.

    `besides` are lines about what could not be answered. An emergency, and what no resident hears of, happens at once.
    """
    taken = [_taken(scene, heard, report, update) for report, update in answers]
    waiting = [one.waits for one in taken if one.waits]
    effects = tuple(effect for one in taken for effect in one.now)
    if not waiting:
        return _at_once(scene, taken, effects, answers, besides)
    gone = _replaced(scene, heard, waiting)
    due_at = scene.now + HOLD
    effects += (*held.taken_out(scene, gone), *held.planned(scene.fresh, waiting[0].region, waiting, due_at))
    said = _repeated(scene, taken, besides, waiting)
    about = next((one for one in waiting if one.update.intent == "resolved"), waiting[0])
    return replace(said, effects=effects, state=replace(said.state, about=about.report))


def _taken(scene: Scene, heard: Utterance, report: Report, update: OfficerUpdate) -> _Taken:
    matter = Matter.of(report)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    if update.strange is not None:
        return _Taken(_not_a_day(scene, matter, update.strange), kept)
    before = held.of_colleague(scene, report.id)
    if before and not matter.emergency:
        line, noted = _after_a_colleague(scene, report, update, before)
        return _Taken(line, (*kept, *noted))
    wanted, update = update.eta, _on_a_working_day(scene, report, update)
    say, effects = step = act(scene, report, update, heard)
    if matter.emergency or not any(_heard_by_others(effect) for effect in effects):
        return _Taken(say, effects)
    off: Values = {"off": Day(wanted)} if wanted and wanted != update.eta else {}
    waits = Held(report.id, report.ticket, update, scene.fresh, report.region, scene.now + HOLD, scene.person.id)
    return _Taken(understood(step, update, off), kept, waits)


def _heard_by_others(effect: Effect) -> bool:
    return isinstance(effect, ChangeStatus) or (isinstance(effect, Notify) and not isinstance(effect.to, Sender))


def understood(step: Step, update: OfficerUpdate, off: Values | None = None) -> Say:
    """What was understood, as a line of the message that repeats it."""
    say, effects = step
    confirmed = say or next(one.say for one in effects if isinstance(one, Notify) and isinstance(one.to, Sender))
    key = _UNDERSTOOD.get(confirmed.key, "held.noted")
    moved = off and key == "held.working_day"
    return Say(f"{key}.moved" if moved else key, {**confirmed.values, "note": update.note, **(off or {})})


# --- days -------------------------------------------------------------------------------------------------------------


def _not_a_day(scene: Scene, matter: Matter, day: date) -> Say:
    """A promise in the past or in five years is a slip: asked again, and nothing changes."""
    today = WorkingTime(scene.atlas.regions[matter.region]).local_day(scene.now)
    return Say("held.day_gone" if day < today else "held.day_too_far", {**matter.values(), "day": Day(day)})


def _on_a_working_day(scene: Scene, report: Report, update: OfficerUpdate) -> OfficerUpdate:
    """Nobody is reminded on a day off: the working day after it is offered instead, and the resident reads of that."""
    work = WorkingTime(scene.atlas.regions[report.region])
    if update.eta is None or work.is_working_day(update.eta):
        return update
    note = " ".join(update.note.replace(update.eta_words or "\0", " ").split())
    return replace(update, eta=work.on_or_after(update.eta), note=note)


# --- two who answer the same ------------------------------------------------------------------------------------------


def _after_a_colleague(
    scene: Scene, report: Report, update: OfficerUpdate, before: Held
) -> tuple[Say, tuple[Effect, ...]]:
    """The second hears what the first said, and until when it can be taken back; nothing is lost."""
    step = act(scene, report, before.update, Utterance(at=scene.now))
    line = understood(step, before.update)
    said = replace(line, key=f"{line.key}.theirs") if line.key == "held.done" else line
    theirs: Values = {"said": Lines((said,)), "until": Moment(before.due_at, before.region)}
    same = (update.intent, update.eta, update.forward_role) == (
        before.update.intent,
        before.update.eta,
        before.update.forward_role,
    )
    key = "held.colleague_same" if same else "held.colleague"
    noted = (AddNote(report.id, update.note, Actor.OFFICER, seen=False),) if update.note and not same else ()
    return Say(key, {**Matter.of(report).values(), **theirs}), noted


def _replaced(scene: Scene, heard: Utterance, waiting: Sequence[Held]) -> list[Held]:
    """The last word about a report counts; a message that was edited is replaced as a whole."""
    reports = {one.report for one in waiting}
    last = held.latest(scene) if heard.edited else ()
    whole = last if reports & {one.report for one in last} else ()
    return [one for one in held.mine(scene) if one.report in reports or one in whole]


# --- what is said back ------------------------------------------------------------------------------------------------


def _repeated(scene: Scene, taken: Sequence[_Taken], besides: Sequence[Say], waiting: Sequence[Held]) -> Outcome:
    values, later = _when(scene, waiting[0].region)
    options = (Choice(f"h:{scene.fresh}", "choice.take_back"),)
    lines = [one for one in taken if one.line]
    if len(lines) == 1 and not besides and lines[0].line:
        return told(scene, Say(f"held.one{later}", {**values, "line": Lines((lines[0].line,))}, options))
    tickets = tuple(one.waits.ticket for one in lines if one.waits)
    listed = scene.state.listed if set(tickets) <= set(scene.state.listed) else tickets
    numbered = tuple(_numbered(one, listed) for one in lines)
    said = told(scene, Say(f"held.several{later}", {**values, "lines": Lines((*numbered, *besides))}, options))
    return replace(said, state=replace(said.state, listed=listed))


def _numbered(taken: _Taken, listed: Sequence[str]) -> Say:
    """With the number by which the officer knows it, so that *batalkan 2* takes back what was meant."""
    assert taken.line is not None
    line = _short(taken.line)
    if taken.waits is None:
        return line
    return Say("held.numbered", {"number": listed.index(taken.waits.ticket) + 1, "line": Lines((line,))})


def _when(scene: Scene, region: str) -> tuple[Values, str]:
    """In ten minutes, or in the morning where that would be in the night."""
    morning = not_before(Role.RESIDENT, scene.now + HOLD, WorkingTime(scene.atlas.regions[region]))
    minutes = int(HOLD.total_seconds()) // 60
    return ({"minutes": minutes}, "") if morning is None else ({"at": Moment(morning, region)}, ".later")


def _at_once(
    scene: Scene,
    taken: Sequence[_Taken],
    effects: tuple[Effect, ...],
    answers: Sequence[Answer],
    besides: Sequence[Say],
) -> Outcome:
    if len(taken) == 1 and not besides:
        return told(scene, taken[0].line, effects, answers[0][0])
    lines = [_short(one.line) for one in taken if one.line] + [line for one in taken for line in _confirmed(one)]
    lines += besides
    quiet = tuple(effect for effect in effects if not _confirms(effect))
    said = told(scene, Say("office.noted_all", {"lines": Lines(tuple(lines))}) if lines else None, quiet)
    return replace(said, state=replace(said.state, about=None))


def _short(say: Say) -> Say:
    return replace(say, key=f"{say.key}.line") if say.key in _SHORT else say


def _confirmed(taken: _Taken) -> list[Say]:
    """A confirmation with buttons is a line like the others when several were answered."""
    if taken.line:
        return []
    return [
        Say(f"{one.say.key}.line", one.say.values) for one in taken.now if isinstance(one, Notify) and _confirms(one)
    ]


def _confirms(effect: Effect) -> bool:
    return isinstance(effect, Notify) and isinstance(effect.to, Sender) and effect.ask == "progress"


# --- taken back -------------------------------------------------------------------------------------------------------


def called_off(scene: Scene, gone: Sequence[Held]) -> Outcome:
    """Nobody has heard of these, and nobody will."""
    lines = Lines(tuple(Say("held.ticket", {"ticket": one.ticket}) for one in gone))
    several = Say("held.called_off_all", {"lines": lines})
    say = several if len(gone) > 1 else Say("held.called_off", {"ticket": gone[0].ticket})
    said = told(scene, say, held.taken_out(scene, gone))
    return replace(said, state=replace(said.state, about=gone[-1].report))


def unmarked(report: Report) -> Amend:
    """Nothing waits for this report any more."""
    return Amend(report.id, {"answer_due_at": None}, Actor.OFFICER)
