"""Taking a filed report back: asked once more before it goes, told to whoever was working on it."""

from __future__ import annotations

from dataclasses import replace

from handlers import linked
from handlers.effects import CancelFires, CloseAsks, Effect, KaderOf, Notify, OfficersOf, Sender
from handlers.form import choice
from handlers.lifecycle import change
from handlers.matter import Matter
from handlers.messages import Say
from handlers.officer import AT_OFFICE
from handlers.replies import ask_back, pick, status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.status import listing
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers, numbered
from routing.changes import change_allowed
from routing.model import Actor, Report, Status

PART = "withdraw_part"
KINDS = frozenset({"withdraw", "solved_itself", "mistaken", PART})


def which(scene: Scene, words: str = "") -> Outcome:
    """*Batal* outside of a form: the one open report of one's own is asked about, several are listed."""
    own = tuple(r for r in scene.mine if r.open and r.reporter_id == scene.person.id and not r.restricted)
    own = named(words, own, scene) or own
    if not own:
        return told(scene, Say("cancel.nothing"))
    if linked.one_story(own):
        say, parts = linked.which_to_withdraw(own)
        return told(scene, None, (Notify(Sender(), replace(say, choices=parts), own[0].id, PART),), own[0])
    if len(own) > 1:
        return listing(scene, own, "cancel.several")
    options = (choice("@yes", "choice.withdraw"), choice("@no", "choice.keep_report"))
    return told(scene, None, (ask_back(Matter.of(own[0]), "cancel.sure", "withdraw", options),), own[0])


def solved_itself(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Anaknya sudah ketemu*, *sudah ngalir lagi*: may it be closed, so that nobody goes on looking?"""
    own = tuple(r for r in scene.mine if r.open and r.reporter_id == scene.person.id and not r.restricted)
    if not own or not answers.mentions(heard.text, "news", "solved") or answers.mentions(heard.text, "answers", "no"):
        return None
    if len(own) > 1:
        return listing(scene, own, "cancel.solved_which")
    options = (choice("@yes", "choice.close_it"), choice("@no", "choice.not_solved"))
    return told(scene, None, (ask_back(Matter.of(own[0]), "cancel.solved", "solved_itself", options),), own[0])


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """Yes takes the report back, or closes it as solved; no leaves it where it is. *Keliru* is not asked again."""
    if ask.kind == PART:
        return _parts(scene, heard, report)
    matter = Matter.of(report)
    verdict = _verdict(heard, ask)
    if verdict is None:
        return None
    after = Status.CLOSED if ask.kind == "solved_itself" else Status.CANCELLED
    if not verdict:
        return told(scene, Say("cancel.kept", matter.values()), (CloseAsks(report.id, (ask.kind,)),), report)
    if not change_allowed(report.status, after, Actor.REPORTER):
        return told(scene, Say("status.moved_on", {**matter.values(), "status": status_word(report)}), (), report)
    return told(scene, Say(f"cancel.{after}", matter.values()), _taken_back(report, after), report)


def _parts(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """One part of a story by its ticket, or all of them; nobody is asked a second time."""
    parts = tuple(one for one in linked.family(report, scene.mine) if one.open)
    everything = tap(heard) == "all" or numbered.means_all(heard.text)
    named_here = tuple(one for one in parts if tap(heard) == one.ticket) or named(heard.text, parts, scene)
    meant = parts if everything else named_here
    if not meant:
        return None
    free = tuple(one for one in meant if change_allowed(one.status, Status.CANCELLED, Actor.REPORTER))
    effects = tuple(effect for one in free for effect in _taken_back(one, Status.CANCELLED))
    outcome = told(scene, None, (CloseAsks(report.id, (PART,)), *effects), report)
    return replace(outcome, says=tuple(_how_it_went(one, free) for one in meant))


def _how_it_went(part: Report, free: tuple[Report, ...]) -> Say:
    values = Matter.of(part).values()
    if part in free:
        return Say("cancel.cancelled", values)
    return Say("status.moved_on", {**values, "status": status_word(part)})


def _taken_back(report: Report, after: Status) -> tuple[Effect, ...]:
    matter = Matter.of(report)
    audience = OfficersOf(report.id) if report.status in AT_OFFICE else KaderOf(report.id)
    return (
        CloseAsks(report.id),
        CancelFires(report.id),
        *change(matter, after, Actor.REPORTER),
        Notify(audience, Say(f"office.{after}_by_reporter", matter.values()), report.id),
    )


def _verdict(heard: Utterance, ask: Ask) -> bool | None:
    if ask.kind == "mistaken":
        said = tap(heard) == "mistaken" or answers.matches(heard.text, "news", "mistaken")
        return True if said else None
    tapped = pick(heard, ("yes", "no"))
    return tapped == "yes" if tapped else answers.yes_or_no(heard.text)
