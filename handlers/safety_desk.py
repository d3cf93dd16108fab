"""The PPA office at work on the restricted track: codes and neutral lines, the words only on demand, each view an event
(`domain.md §6.4`)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import safety_words as words
from handlers.effects import AddNote, Amend, CancelFires, ChangeStatus, CloseAsks, Effect, Forget, Notify, Sender
from handlers.form import choice
from handlers.listening import ask_ppa
from handlers.messages import ContactOf, Lines, Say, Values, Where, Word
from handlers.replies import pick, told
from handlers.safety_clock import opened_at
from handlers.safety_track import NAME, REST, may_be
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import names_a_ticket
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, FireKind, Kind, Report, Role, Status

OFFICE = "PPA"
KINDS = frozenset({"ppa"})
LISTED = 10
_HANDED = (choice("@handed", "choice.handed"),)
_NO_WORK = frozenset({Kind.GREETING, Kind.THANKS, Kind.SPAM, Kind.AFFIRM, Kind.DENY})


def answer_ppa(scene: Scene, heard: Utterance, asked: Ask, report: Report) -> Outcome | None:
    """A PPA officer opens a request: the first tap takes it on, a later one hands it over; each view is an event."""
    tapped = pick(heard, ("open",)) if report.status is Status.REPORTED else pick(heard, ("handed", "open"))
    if tapped == "handed":
        return _handed_over(scene, report)
    return _opened(scene, report) if tapped == "open" else None


def by_ppa(scene: Scene, heard: Utterance) -> Outcome | None:
    """A PPA officer in words: *daftar*, *buka* and a code, or what was done about the open request.

    What an officer writes about a victim is never a new request with the officer as the victim.
    """
    requests = tuple(task for task in scene.tasks if task.restricted)
    if not (requests and heard.text) or heard.choice or not _at_the_desk(scene):
        return None
    named = tuple(one for one in requests if _bare(one.ticket) in _bare(heard.text))
    commanded = answers.command(heard.text)
    if commanded:
        wants_list = commanded[0] in ("list", "status") and not names_a_ticket(commanded[1], scene)
        return listing(scene, named or requests) if wants_list else None
    if not named and not _about_work(scene, heard, requests):
        return None
    about = named or _meant(scene, heard, requests)
    unseen = not named and about[0].status is Status.REPORTED and not words.is_just(heard.text, "ppa_open")
    return _which(scene, about) if unseen or len(about) > 1 else _worked(scene, heard, about[0])


def listing(scene: Scene, requests: Sequence[Report]) -> Outcome:
    """Codes and how far each is; nothing that a passer-by could read."""
    unfinished = [one for one in requests if one.open] or list(requests)
    return told(scene, Say("ppa.list", {"lines": _lines(unfinished), "count": len(unfinished)}))


def _bare(text: str) -> str:
    """*buka 5bxv z3d3* names 5BXV-Z3D3, whatever stands before it."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _at_the_desk(scene: Scene) -> bool:
    """Of the PPA office, and in the middle of nothing else."""
    free = scene.state.dialogue is None or (scene.state.dialogue == NAME and scene.state.asked == REST)
    return free and any(office == OFFICE for _, office in scene.person.offices())


def _about_work(scene: Scene, heard: Utterance, requests: Sequence[Report]) -> bool:
    """Words of work, or any words after a request was opened that tell neither a new case nor an ordinary matter."""
    if not any(one.open for one in requests) or words.says(heard.text, "ppa_new") or names_a_ticket(heard.text, scene):
        return False
    if words.says(heard.text, "ppa_done", "ppa_work") or words.is_just(heard.text, "ppa_open"):
        return True
    read = scene.reader.read(heard.text, role=Role.OFFICER, near=scene.region)
    ordinary = read.kind is Kind.REPORT and not may_be(scene, read) and read.score >= scene.reader.ask_below
    taken_on = any(one.status is Status.ACKNOWLEDGED for one in requests)
    return taken_on and not ordinary and read.kind not in _NO_WORK


def _meant(scene: Scene, heard: Utterance, requests: Sequence[Report]) -> tuple[Report, ...]:
    """The request replied to, else the one talked about last, else those taken on, else all that are open."""
    unfinished = tuple(one for one in requests if one.open)
    replied = {
        ask.report for ask in scene.asks if heard.reply_to and heard.reply_to in (ask.message_id, *ask.message_ids)
    }
    for chosen in (
        [one for one in unfinished if one.id in replied],
        [one for one in unfinished if one.id == scene.state.about],
        [one for one in unfinished if one.status is Status.ACKNOWLEDGED],
    ):
        if chosen:
            return tuple(chosen)
    return unfinished


def _worked(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    said = heard.text.replace(report.ticket, "").strip(" :,.-")
    if words.is_just(said, "ppa_done"):
        return _handed_over(scene, report)
    if not said or words.is_just(said, "ppa_open") or words.is_question(said):
        return _opened(scene, report)
    noted = AddNote(report.id, heard.text, Actor.OFFICER, seen=False)
    question = Notify(Sender(), Say("ppa.noted", {"ticket": report.ticket}, _HANDED), report.id, "ppa")
    return told(scene, None, (*_taken(scene, report), noted, question), report)


def _opened(scene: Scene, report: Report) -> Outcome:
    """The words and all that was told since; whoever looks takes it on. Of one that is over there are none left, but
    for some days of one that was withdrawn."""
    if not report.open and not (report.status is Status.CANCELLED and report.text):
        key = "ppa.forgotten_cancelled" if report.status is Status.CANCELLED else "ppa.forgotten"
        return told(scene, Say(key, {"ticket": report.ticket}), (), report)
    since = [line.note for line in report.story if line.kind == "note" and line.note]
    values: Values = {
        "ticket": report.ticket,
        "text": "\n".join(filter(None, (report.text, *since))),
        "where": Where(report.place_code, report.rt, report.rw),
    }
    said = Say("ppa.contact_forbidden", {}, _HANDED)
    if not report.open:
        said = Say("ppa.was_cancelled", {}, _HANDED)
    elif report.safe_contact:
        said = Say("ppa.contact_allowed", {"contact": report.safe_contact, "number": ContactOf(report.id)}, _HANDED)
    question = Notify(Sender(), said, report.id, "ppa", with_files=bool(values["text"]))
    # A request that was spoken shows what it is only to whoever listens.
    spoken = () if values["text"] else (ask_ppa(report),)
    details = Say("ppa.details" if values["text"] else "ppa.details_spoken", values)
    return told(scene, details, (*_taken(scene, report), CloseAsks(report.id), question, *spoken), report)


def _handed_over(scene: Scene, report: Report) -> Outcome:
    settled: tuple[Effect, ...] = (CloseAsks(report.id), CancelFires(report.id))
    if report.open:
        settled += (ChangeStatus(report.id, Status.HANDED_OVER, Actor.OFFICER), Forget(report.id))
    elif report.text:
        settled += (Forget(report.id),)
    return told(scene, Say("ppa.handed_over", {"ticket": report.ticket}), settled, report)


def _taken(scene: Scene, report: Report) -> tuple[Effect, ...]:
    """A look at it leaves a trace each time: the first as a change of status, later ones as an amendment of nothing."""
    if report.status is not Status.REPORTED:
        looked = Amend(report.id, {}, Actor.OFFICER)
        return (looked, CancelFires(report.id, (FireKind.RESPOND_REMIND,))) if report.open else (looked,)
    taken = ChangeStatus(report.id, Status.ACKNOWLEDGED, Actor.OFFICER)
    known = (Amend(report.id, {"owed_news": False}, Actor.OFFICER),) if report.owed_news else ()
    return taken, *known, CancelFires(report.id), opened_at(report, scene.now)


def _which(scene: Scene, requests: Sequence[Report]) -> Outcome:
    return told(scene, Say("ppa.which", {"lines": _lines(requests)}))


def _lines(requests: Sequence[Report]) -> Lines:
    says = (Say("ppa.line", {"ticket": one.ticket, "state": Word(f"ppa.state.{one.status}")}) for one in requests)
    return Lines(tuple(says)[:LISTED])
