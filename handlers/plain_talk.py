"""What is not about one report: greeting, thanks, help, the menu, privacy, an invitation, a misunderstanding."""

from __future__ import annotations

from dataclasses import replace

from handlers import talking
from handlers.effects import Amend, Effect, Redeem
from handlers.form import choice
from handlers.messages import Say, Values, Word
from handlers.replies import told
from handlers.scene import Outcome, Scene
from routing import answers
from routing.model import Actor, Role
from routing.person_wanted import wants_person

_MENU = (choice("m:report", "choice.report"), choice("m:status", "choice.status"), choice("m:help", "choice.help"))
MISSES_BEFORE_A_PERSON = 3
LONGEST_QUESTION = 7
"""Words; a longer text tells of something and is no mere question."""


def greeting(scene: Scene) -> Outcome:
    """A first hello gets an example of what to write; an officer or kader is greeted as one."""
    if scene.person.facts.get("discreet"):
        return told(scene, Say("cover.schedule"))
    if scene.talk is not None:
        return talking.wanted(scene)  # *halo?* of who waits for a person
    return told(scene, Say(f"greeting.{_hat(scene)}", _name(scene), _MENU[:2] if _hat(scene) == "resident" else ()))


def menu(scene: Scene) -> Outcome:
    """What can be done here. Who once said that the phone is not safe sees the posyandu's opening days instead."""
    if scene.person.facts.get("discreet"):
        return told(scene, Say("cover.schedule"))
    return told(scene, Say(f"menu.{_hat(scene)}", {}, _MENU))


def help_(scene: Scene) -> Outcome:
    return told(scene, Say(f"help.{_hat(scene)}"))


def thanks(scene: Scene) -> Outcome:
    return told(scene, Say("thanks.again" if scene.state.last == "thanks" else "thanks"))


def chitchat(scene: Scene) -> Outcome:
    return (
        missed(scene)
        if scene.state.last in ("chitchat", "missed.first", "missed.second")
        else told(scene, Say("chitchat"))
    )


def spam(scene: Scene) -> Outcome:
    return told(scene, Say("spam"))


def asked_before(scene: Scene, text: str) -> Outcome | None:
    """What people ask in the middle of anything: for a person, who this is, what it costs, whether it is a machine."""
    if wants_person(text):
        return talking.wanted(scene)
    kind = next((kind for kind in ("who", "free", "robot") if asks(text, kind)), None)
    return told(scene, Say(f"question.{kind}")) if kind else None


def asks(text: str, kind: str) -> bool:
    """Whether a short text is one of the questions of that kind."""
    return len(text.split()) <= LONGEST_QUESTION and answers.mentions(text, "questions", kind)


def question(scene: Scene) -> Outcome:
    """A question that we cannot answer is told who can, and how to make a report of it."""
    return told(scene, Say("question.again" if scene.state.last == "question" else "question"))


def data(scene: Scene) -> Outcome:
    return told(scene, Say("privacy.data"))


def secret(scene: Scene) -> Outcome:
    """*RAHASIA*: the office sees no name, on the report in progress and on all that are open."""
    hidden: tuple[Effect, ...] = tuple(
        Amend(report.id, {"hide_name": True}, Actor.REPORTER)
        for report in scene.mine
        if report.open and report.reporter_id == scene.person.id
    )
    said = told(scene, Say("privacy.secret"), hidden)
    if scene.state.dialogue == "report":
        state = replace(said.state, answers={**said.state.answers, "hide_name": True})
        return replace(said, state=state)
    return said


def invited(scene: Scene) -> Outcome:
    """A valid invitation links this chat with the person it was made for; any other is told kindly."""
    if scene.invitation is not None:
        return told(scene, Say("enrol.welcome"), (Redeem(scene.invitation),))
    return told(scene, Say(f"enrol.{scene.invitation_problem}"))


def missed(scene: Scene) -> Outcome:
    """Not understood: an example, then other words, then a person. Never the same sentence twice in a row."""
    misses = scene.state.misses + 1
    if misses >= MISSES_BEFORE_A_PERSON:
        return talking.lost(scene)
    said = told(scene, Say("missed.first" if misses == 1 else "missed.second"))
    return replace(said, state=replace(said.state, misses=misses))


def unreadable(scene: Scene, key: str) -> Outcome:
    """Something came that cannot be read, such as a sticker or a broken file."""
    return told(scene, Say(key if scene.state.last != key else f"{key}.again"))


def nothing_open(scene: Scene) -> Outcome:
    """A yes or no, and nothing was asked."""
    return told(scene, Say("nothing_open", {}, _MENU[:2]))


def _hat(scene: Scene) -> str:
    for role in (Role.COORDINATOR, Role.OFFICER, Role.KADER):
        if scene.person.has(role):
            return str(role)
    return "resident"


def _name(scene: Scene) -> Values:
    return {"name": scene.person.name} if scene.person.name else {"name": Word("greeting.nobody")}
