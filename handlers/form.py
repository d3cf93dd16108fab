"""The form engine: a dialogue is a table of questions, and the next one is the first that still has no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from handlers.messages import Choice, Say
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance

D = TypeVar("D")


@dataclass(frozen=True)
class Question(Generic[D]):
    """One row of a form.

    `open` tells from the draft whether it still has no answer, so a question added by a deploy is simply the next one.
    `ask` says it; `read` returns the draft with the answer, or None when the words are no answer to it.
    `give_up` is the draft that goes on without it, used after two misses, so that nobody is asked for ever.
    """

    name: str
    open: Callable[[D, Scene], bool]
    ask: Callable[[D, Scene], Say]
    read: Callable[[D, Scene, Utterance], D | None]
    give_up: Callable[[D, Scene], D] | None = None


@dataclass(frozen=True)
class Form(Generic[D]):
    name: str
    questions: Sequence[Question[D]]

    def next(self, draft: D, scene: Scene) -> Question[D] | None:
        """The first question without an answer."""
        return next((question for question in self.questions if question.open(draft, scene)), None)

    def named(self, name: str | None) -> Question[D] | None:
        return next((question for question in self.questions if question.name == name), None)


def ask(
    scene: Scene,
    state: State,
    say: Say,
    question: str,
    *,
    repeated: bool = False,
    before: tuple[Say, ...] = (),
) -> Outcome:
    """Ask `say` as the next question: its buttons get the number of this step, so that older ones are known as old.

    When it is asked again, the other wording of the two is taken, so the same sentence never comes twice in a row.
    """
    step = state.step + 1
    if repeated:
        again = f"{say.key}.again"
        say = replace(say, key=say.key if state.last == again else again)
    numbered = replace(say, choices=tuple(replace(c, id=f"f{step}:{c.id}") for c in say.choices))
    asked = replace(
        state,
        asked=question,
        step=step,
        asked_at=scene.now,
        misses=state.misses + 1 if repeated else 0,
        last=say.key,
    )
    return Outcome(asked, (*before, numbered))


def choice(identifier: str, key: str, **values: str) -> Choice:
    return Choice(identifier, key, dict(values))
