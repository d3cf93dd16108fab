"""What somebody may ask about their own data: to see it, to have it erased, to hear no more of us (UU 27/2022)."""

from __future__ import annotations

from handlers.effects import Coordinators, Effect, Erase, GoOn, HandOut, Notify, OfficersOf, Stop
from handlers.form import choice
from handlers.matter import category_word
from handlers.messages import Lines, Say, Word
from handlers.plain_talk import nothing_open
from handlers.replies import told
from handlers.safety_clock import OPEN
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Report

SURE = "rights.erase_sure"
_SURE_CHOICES = (choice("p:erase", "choice.erase"), choice("p:keep", "choice.keep_data"))


def show(scene: Scene) -> Outcome:
    """*DATA SAYA*: all that is held, as a text and as a paper; it is put together a moment later."""
    return told(scene, Say("rights.show"), (HandOut(),))


def stop(scene: Scene) -> Outcome:
    """*BERHENTI*: no news any more, at once. Who works here is on a list that the coordinator keeps."""
    if scene.person.memberships:
        return _by_coordinator(scene, "stop")
    return told(scene, Say("rights.stopped"), (Stop(),))


def go_on(scene: Scene) -> Outcome:
    return told(scene, Say("rights.going_on"), (GoOn(),))


def erase(scene: Scene) -> Outcome:
    """*HAPUS DATA* cannot be undone, so it is asked once more, with what will go on without them."""
    if scene.person.memberships:
        return _by_coordinator(scene, "erase")
    running = tuple(
        Say("rights.goes_on", {"ticket": one.ticket, "what": category_word(one.category)})
        for one in scene.mine
        if one.open and one.reporter_id == scene.person.id
    )
    if running:
        return told(scene, Say(f"{SURE}_running", {"lines": Lines(running)}, _SURE_CHOICES))
    return told(scene, Say(SURE, {}, _SURE_CHOICES))


def answered(scene: Scene, heard: Utterance) -> Outcome | None:
    """A yes or no to *are you sure?*, while nothing else was said in between."""
    if not (scene.state.last or "").startswith(SURE):
        return None
    number = answers.chosen(heard.text, [""] * len(_SURE_CHOICES))
    if number == 0 or answers.matches(heard.text, "rights", "erase"):
        return tapped(scene, "erase")
    if number == 1 or answers.matches(heard.text, "answers", "no"):
        return tapped(scene, "keep")
    return None


def tapped(scene: Scene, what: str) -> Outcome:
    """A button counts only right after it was shown: an old one erases nobody."""
    if not (scene.state.last or "").startswith(SURE):
        return nothing_open(scene)
    if what == "erase":
        return told(scene, Say("rights.erased"), (Erase(),))
    return told(scene, Say("rights.kept"))


def gone(report: Report) -> Effect:
    """The office that holds a request learns that its writer cannot be reached any more, whatever was agreed."""
    say = Say("ppa.contact_withdrawn", {"ticket": report.ticket}, OPEN)
    return Notify(OfficersOf(report.id), say, report.id, "ppa")


def _by_coordinator(scene: Scene, kind: str) -> Outcome:
    asked: Effect = Notify(Coordinators(scene.region), Say("privacy.asked", {"kind": Word(f"privacy.kind.{kind}")}))
    return told(scene, Say(f"privacy.{kind}"), (asked,))
