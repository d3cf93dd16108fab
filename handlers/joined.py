"""*Belum* of who is not asked: neighbours who joined a report that its office calls solved, and reporters whose report
was closed."""

from __future__ import annotations

from handlers import additions, rating
from handlers.effects import AddNote, Attach, Effect
from handlers.matter import Matter
from handlers.messages import Say
from handlers.reopening import to_office
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, Kind, Report, Status, Understanding


def not_solved(scene: Scene, heard: Utterance, read: Understanding) -> Outcome | None:
    """*Belum pak, lubangnya masih ada*; None for words about anything else."""
    if read.restricted or not answers.mentions(heard.text, "solved", "not_yet"):
        return None
    followed = next((one for one in scene.mine if _waits_for_its_reporter(scene, one)), None)
    if followed and _about(scene, heard, read, followed):
        return _passed_on(scene, heard, followed)
    own = _closed(scene, heard)
    return rating.closed_too_soon(scene, heard, own) if own and _about(scene, heard, read, own) else None


def _about(scene: Scene, heard: Utterance, read: Understanding, report: Report) -> bool:
    """No question how far it is, and no other matter or place."""
    if read.kind is Kind.REPORT:
        return additions.belongs_to(scene, heard, read, report)
    return read.kind is not Kind.STATUS_QUERY


def _passed_on(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """Its reporter decides; the office reads what a neighbour finds."""
    matter = Matter.of(report)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    noted = AddNote(report.id, heard.text, Actor.REPORTER, seen=False)
    effects = (*kept, noted, to_office(matter, "office.why_not", heard.text))
    return told(scene, Say("feedback.joined_passed", matter.values()), effects, report)


def _waits_for_its_reporter(scene: Scene, report: Report) -> bool:
    return report.status is Status.RESOLVED and report.reporter_id != scene.person.id and not report.restricted


def _closed(scene: Scene, heard: Utterance) -> Report | None:
    """A closed report of their own, the one that is named or else the last; none while another is open."""
    own = tuple(one for one in scene.mine if one.reporter_id == scene.person.id and not one.restricted)
    if any(one.open for one in own):
        return None
    closed = tuple(one for one in own if one.status is Status.CLOSED)
    return next(iter(named(heard.text, closed, scene) or closed), None)
