"""*Belum*: what an office called solved goes back to it, with the reason; the promise to the resident stays."""

from __future__ import annotations

from handlers.effects import Attach, CancelFires, ChangeStatus, CloseAsks, Effect, Notify, OfficersOf
from handlers.form import choice
from handlers.lifecycle import PROGRESS_CHOICES, work_clock
from handlers.matter import Matter
from handlers.messages import Say, Word
from handlers.replies import ask_back, told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing.model import Actor, Report, Status


def reopened(scene: Scene, heard: Utterance, report: Report, told_before: str | None = None) -> Outcome:
    """Reopened at once, so that a *belum* without a reason is not lost; the reason follows when it is told.

    `told_before` is a reason that was given already; None: the words themselves may hold one.
    """
    matter = Matter.of(report)
    reason = told_before or (heard.text if told_before is None and len(heard.text.split()) >= 3 else None)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    effects: tuple[Effect, ...] = (
        *kept,
        CloseAsks(report.id),
        CancelFires(report.id),
        ChangeStatus(report.id, Status.REOPENED, Actor.REPORTER, reason),
        to_office(matter, "office.reopened.note" if reason else "office.reopened", reason),
        work_clock(report.id, scene.now, scene.atlas.regions[report.region]),
    )
    if reason:
        return told(scene, Say("feedback.reopened", matter.values()), effects, report)
    options = (choice("@same", "choice.same_as_before"), choice("@half", "choice.half_done"))
    return told(scene, None, (*effects, ask_back(matter, "feedback.ask_why", "why_not", options)), report)


def to_office(matter: Matter, key: str, note: str | Word | None) -> Notify:
    """Something of the reporter's for the office, with the files there are."""
    say = Say(key, {**matter.values(), "note": note or ""}, PROGRESS_CHOICES)
    return Notify(OfficersOf(matter.key), say, matter.key, "progress", with_files=True)
