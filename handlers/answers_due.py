"""The ten minutes of an officer's answer are over: it takes effect on the reports as they are now."""

from __future__ import annotations

from dataclasses import replace

from handlers import held
from handlers.effects import AddNote, Effect, Notify, Sender
from handlers.errands import Errand
from handlers.held import Held
from handlers.holding import unmarked
from handlers.matter import Matter
from handlers.messages import Say
from handlers.office_work import act, tasks
from handlers.replies import status_word
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from handlers.worklist import WITH_OFFICE
from routing.model import Actor, Report, Role


def on_answer(errand: Errand, scene: Scene) -> Outcome:
    """Residents hear; the officer, who was told before, only of what could not be done any more."""
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    led = {task.id: task for task in tasks(scene)}
    for answer in held.held_in(errand):
        report = led.get(answer.report)
        if report is None:
            says += (Say("held.not_theirs", {"ticket": answer.ticket}),)
            continue
        if report.status not in WITH_OFFICE or _answered_since(report, answer):
            say, happening = _overtaken(report, answer)
            says += (say,)
        else:
            _, happening = act(scene, report, answer.update, Utterance(at=answer.said_at))
            happening = tuple(one for effect in happening for one in _quietly(effect))
        effects += (unmarked(report), *happening)
    return Outcome(scene.state, says, effects)


def _answered_since(report: Report, answer: Held) -> bool:
    """A colleague was quicker: both were asked, and both answered before either could be told of the other."""
    return any(line.by is Role.OFFICER and line.at > answer.said_at for line in report.story)


def _overtaken(report: Report, answer: Held) -> tuple[Say, tuple[Effect, ...]]:
    words = answer.update.note
    kept = (AddNote(report.id, words, Actor.OFFICER, seen=False),) if words else ()
    return Say("held.not_done", {**Matter.of(report).values(), "status": status_word(report)}), kept


def _quietly(effect: Effect) -> tuple[Effect, ...]:
    """What would confirm it to the officer was said before; a question that goes with it is open from now on."""
    if not (isinstance(effect, Notify) and isinstance(effect.to, Sender)):
        return (effect,)
    return (replace(effect, unsaid=True),) if effect.ask else ()
