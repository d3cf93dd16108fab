"""One to five, once the reporter said that it is solved; who is not content is asked why, and may have it reopened.
Silence is no mark at all."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import AddNote, Amend, CloseAsks, Effect, Notify
from handlers.form import choice
from handlers.matter import Matter
from handlers.messages import Say
from handlers.reopening import reopened
from handlers.replies import ask_back, pick, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.utterance import Utterance
from routing import answers, rating
from routing.model import Actor, Report, Status
from routing.rating import Rating

KINDS = frozenset({"rating", "low_rating"})
LOW = 2
"""Up to this mark we ask what was wrong."""
_MARKS = tuple(choice(f"@{mark}", f"choice.rate.{mark}") for mark in range(1, 6))
_LOW = (choice("@reopen", "choice.reopen"), choice("@leave", "choice.leave_closed"))


def ask(matter: Matter) -> Notify:
    """The question, in one message with the thanks."""
    return ask_back(matter, "feedback.rate", "rating", _MARKS)


def marks(heard: Utterance, asked: Ask) -> bool:
    """Whether the words begin with a mark, whatever else they tell: *4, tapi jalannya masih becek*."""
    return asked.kind == "rating" and rating.read(heard.text) is not None


def answer(scene: Scene, heard: Utterance, asked: Ask, report: Report) -> Outcome | None:
    """The mark, or what was wrong; None for words that are neither."""
    if report.status not in (Status.RESOLVED, Status.CLOSED):
        return None
    return _rated(scene, heard, report) if asked.kind == "rating" else _unhappy(scene, heard, report)


def _rated(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    given = Rating(int(tap(heard))) if pick(heard, ("1", "2", "3", "4", "5")) and heard.choice else None
    given = given or (rating.read(heard.text) if not heard.choice else None)
    if given is None:
        return None
    matter = Matter.of(report)
    effects = (
        CloseAsks(report.id, ("rating",)),
        Amend(report.id, {"rating": given.value}, Actor.REPORTER),
        *_noted(report, given.words),
    )
    if given.value > LOW:
        return told(scene, Say("feedback.rated", matter.values()), effects, report)
    key = "feedback.rated_low_words" if given.words else "feedback.rated_low"
    asked = told(scene, None, (*effects, ask_back(matter, key, "low_rating", _LOW)), report)
    return _keeping(asked, given.words)


def closed_too_soon(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """*Kok ditutup, belum diperbaiki itu*: offered to reopen, with these words for a reason."""
    asked = ask_back(Matter.of(report), "feedback.closed_already", "low_rating", _LOW)
    return _keeping(told(scene, None, (asked,), report), heard.text)


def _unhappy(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    tapped = pick(heard, ("reopen", "leave"))
    yes = None if tapped else answers.yes_or_no(heard.text)
    not_yet = not tapped and answers.starts_with(heard.text, "solved", "not_yet") is not None
    if tapped == "reopen" or yes or not_yet:
        bare = bool(tapped or yes) or len(heard.text.split()) == 1
        return reopened(scene, heard, report, (scene.state.pending or "") if bare else None)
    matter = Matter.of(report)
    if tapped or yes is False:
        left = (CloseAsks(report.id, ("low_rating",)),)
        return told(scene, Say("feedback.left_closed", matter.values()), left, report)
    if len(heard.text.split()) == 1:
        return None
    asked = ask_back(matter, "feedback.reason_noted", "low_rating", _LOW)
    return _keeping(told(scene, None, (*_noted(report, heard.text), asked), report), heard.text)


def _keeping(asked: Outcome, why: str) -> Outcome:
    """The reason waits for the *buka lagi*."""
    return replace(asked, state=replace(asked.state, pending=why or None))


def _noted(report: Report, words: str) -> tuple[Effect, ...]:
    """For the office and the coordinator; neighbours who joined do not read it."""
    return (AddNote(report.id, words, Actor.REPORTER, seen=False),) if words else ()
