"""What kader, officers and coordinators say about the reports that wait for them, taken before anything else."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from handlers import coordinator, digest, kader_words, officer, status, worklist
from handlers.open_questions import answered
from handlers.report_form import REPORT
from handlers.scene import Outcome, Scene
from handlers.ticket_words import open_asks
from handlers.utterance import Utterance
from routing import answers
from routing.model import Kind, Role


class _Talk(Protocol):
    """The conversation with one role about what waits for it."""

    def by_words(self, scene: Scene, heard: Utterance) -> Outcome | None: ...

    def unclear(self, scene: Scene, heard: Utterance) -> Outcome | None: ...


_TALKS: dict[Role, _Talk] = {Role.COORDINATOR: coordinator, Role.KADER: kader_words, Role.OFFICER: officer}


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """Who answers for reports speaks about them before anything else: *korban sudah kami jemput* is no cry for help."""
    if not any(scene.person.has(role) for role in _TALKS):
        return None
    shown = digest.more(scene, heard)
    if shown:
        return shown
    line = worklist.by_number(scene, heard)
    if line:
        report, waited = line
        if not waited:
            return officer.letter(scene, report) or status.story(scene, report)
        heard = replace(heard, text=f"{report.ticket} {waited}")
    for role, talk in _TALKS.items():
        taken = talk.by_words(scene, heard) if scene.person.has(role) else None
        if taken:
            return taken
    strange = None if answers.command(heard.text) else worklist.unknown(scene, heard.text)
    if strange or not scene.person.has(Role.OFFICER):
        return strange
    if open_asks(scene, heard, officer.KINDS):
        command = answers.command(heard.text)
        return answered(scene, heard) if command is None or command[0] == "cancel" else None
    meant = _meant_for_work(scene, heard, clear=True) and not answered(scene, heard)
    return officer.unasked(scene, heard) if meant else None


def unclear(scene: Scene, heard: Utterance) -> Outcome | None:
    """Words that answer nothing while something waits for this person: asked again in plain choices."""
    if not _meant_for_work(scene, heard):
        return None
    asked = (talk.unclear(scene, heard) for role, talk in _TALKS.items() if scene.person.has(role))
    return next((outcome for outcome in asked if outcome), None)


def _meant_for_work(scene: Scene, heard: Utterance, *, clear: bool = False) -> bool:
    """No command, nothing about a report of their own, and no other problem that is told with evidence.

    Nor a greeting, a thanks or a question how far something is, unless the words are `clear`: *sedang kami cek*.
    """
    if not heard.text or answers.command(heard.text) or scene.state.dialogue == REPORT:
        return False
    read = scene.reader.read(heard.text, role=reads_as(scene), near=scene.region)
    if read.restricted or (read.kind is Kind.CANCEL and any(own.open for own in scene.mine)):
        return False
    if read.kind is Kind.REPORT:
        elsewhere = bool(read.place or read.place_candidates or read.rt or read.urgent)
        own = any(task.category == read.category for task in worklist.at_office(scene))
        return (clear and own and not elsewhere) or not read.evidence or read.score < scene.reader.ask_below
    return clear or read.kind not in (Kind.GREETING, Kind.THANKS, Kind.STATUS_QUERY)


def reads_as(scene: Scene) -> Role:
    """A kader mostly speaks of others."""
    return Role.KADER if scene.person.has(Role.KADER) else Role.RESIDENT
