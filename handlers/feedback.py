"""What the reporter answers: *sudah beres?*, the office's question, an objection. Silence is never satisfaction."""

from __future__ import annotations

from handlers import rating
from handlers.effects import (
    AddNote,
    Attach,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Effect,
    SetOffice,
)
from handlers.lifecycle import ask_coordinator, change, pen_clock, work_clock
from handlers.matter import Matter
from handlers.messages import Say, Word
from handlers.reopening import reopened, to_office
from handlers.replies import pick, status_word, told
from handlers.scene import Ask, Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, Kind, Report, Status

KINDS = frozenset({"solved", "why_not", "info", "object"})


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """The reporter's answer to the question `ask`; None when the words are none."""
    readers = {"solved": _solved, "why_not": _why_not, "info": _info, "object": _object}
    return readers[ask.kind](scene, heard, report)


def verdict(heard: Utterance) -> bool | None:
    """Whether it is solved: *sudah, makasih* is yes, *masih mati* is no; an emoji is neither yes nor no."""
    tapped = pick(heard, ("yes", "no"))
    if tapped:
        return tapped == "yes"
    if not heard.text:
        return None
    return answers.yes_or_no(heard.text, "solved")


def _solved(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    matter = Matter.of(report)
    if report.status not in (Status.RESOLVED, Status.CLOSED):
        return told(scene, Say("status.moved_on", {**matter.values(), "status": status_word(report)}), (), report)
    fixed = verdict(heard)
    if fixed is None:
        return None
    if not fixed:
        return reopened(scene, heard, report)
    if report.status is Status.CLOSED and report.rating is not None:
        return told(scene, Say("feedback.thanks", matter.values()), (), report)
    if report.status is Status.CLOSED:
        return told(scene, None, (CloseAsks(report.id, ("solved",)), rating.ask(matter)), report)
    closed = (
        CloseAsks(report.id),
        CancelFires(report.id),
        *change(matter, Status.CLOSED, Actor.REPORTER),
    )
    return told(scene, None, (*closed, rating.ask(matter)), report)


def _why_not(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    tapped = pick(heard, ("same", "half"))
    matter = Matter.of(report)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    if not tapped and len(heard.text) < 3 and not kept:
        return None
    reason: str | Word = heard.text or Word(f"why.{tapped or 'photo'}")
    noted: tuple[Effect, ...] = (AddNote(report.id, heard.text, Actor.REPORTER),) if heard.text else ()
    effects = (*kept, CloseAsks(report.id, ("why_not",)), *noted, to_office(matter, "office.why_not", reason))
    return told(scene, Say("feedback.reason_passed", matter.values()), effects, report)


def _info(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    matter = Matter.of(report)
    if not (heard.text or heard.keepable) or _too_late_for(scene, heard, report):
        return None
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    # What is answered to an office is for the office: neighbours who joined do not read it in the story.
    noted: tuple[Effect, ...] = (AddNote(report.id, heard.text, Actor.REPORTER, seen=False),) if heard.text else ()
    moved: tuple[Effect, ...] = ()
    if report.status is Status.WAITING_REPORTER:
        moved = (
            ChangeStatus(report.id, Status.ACCEPTED, Actor.REPORTER),
            CancelFires(report.id),
            work_clock(report.id, scene.now, scene.atlas.regions[report.region]),
        )
    said: str | Word = heard.text or Word("why.photo")
    effects = (*kept, *noted, *moved, CloseAsks(report.id, ("info",)), to_office(matter, "office.answer", said))
    return told(scene, Say("feedback.answer_passed", matter.values()), effects, report)


def _too_late_for(scene: Scene, heard: Utterance, report: Report) -> bool:
    """Once the office goes on without the answer, *makasih* and *sampai mana* are not taken for it."""
    if report.status is Status.WAITING_REPORTER or heard.reply_to or not heard.text:
        return False
    kind = scene.reader.read(heard.text, near=report.region).kind
    return not report.open or kind not in (Kind.REPORT, Kind.CHITCHAT, Kind.AFFIRM, Kind.DENY)


def _object(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """The reporter does not accept a *tidak benar*: the coordinator looks at it, not the same kader again."""
    objects = pick(heard, ("object",)) or answers.yes_or_no(heard.text) is False or len(heard.text.split()) >= 3
    if not objects or report.status is not Status.REFUSED:
        return None
    matter = Matter.of(report)
    noted: tuple[Effect, ...] = (AddNote(report.id, heard.text, Actor.REPORTER),) if heard.text else ()
    effects = (
        *noted,
        CloseAsks(report.id),
        ChangeStatus(report.id, Status.HOLDING, Actor.REPORTER, reason="objection"),
        SetOffice(report.id, None, Actor.REPORTER, hold_reason="objection"),
        ask_coordinator(matter, "objection", scene.atlas),
        pen_clock(report.id, scene.now, scene.atlas.regions[report.region]),
    )
    return told(scene, Say("feedback.objection_noted", matter.values()), effects, report)
