"""Small shapes that every conversation answers with."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import Effect, Notify, Sender
from handlers.matter import Matter
from handlers.messages import Choice, Say, Values, Word
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Report


def told(
    scene: Scene, say: Say | None, effects: tuple[Effect, ...] = (), about: Report | Matter | None = None
) -> Outcome:
    """An answer that leaves a form in progress where it is; what follows may be about `about`."""
    state = scene.state
    key = about.id if isinstance(about, Report) else about.key if about else None
    if isinstance(key, int):
        state = replace(state, about=key)
    says = (say,) if say else ()
    return Outcome(replace(state, pending=None, misses=0, last=say.key if say else state.last), says, effects)


def ask_back(matter: Matter, key: str, kind: str, options: tuple[Choice, ...], values: Values | None = None) -> Notify:
    """A question back to whoever just answered, tied to the report."""
    return Notify(Sender(), Say(key, {**matter.values(), **(values or {})}, options), matter.key, kind)


def tap(heard: Utterance) -> str:
    """What was tapped on, without the number of the question; empty for typed words."""
    return (heard.choice or "").partition(":")[2]


def pick(heard: Utterance, options: tuple[str, ...]) -> str:
    """The option that was tapped or typed as its number; empty when neither."""
    if heard.choice:
        return tap(heard) if tap(heard) in options else ""
    number = answers.chosen(heard.text, [""] * len(options)) if heard.text else None
    return options[number] if number is not None else ""


def status_word(report: Report) -> Word:
    return Word(f"status.{report.status}")
