"""The kader's pocket school: a card of eight short lines for each category, on request and after the first check of
that kind. Training has no money before 2027 (`domain.md §10`), so the chat teaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handlers.effects import ChangeStatus, Effect, Notify, Remember
from handlers.messages import Lines, Say, Word
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import CATEGORIES, FIELDS, Actor, Role, Status

SEEN = "cards"
"""Fact of a person: categories whose card they have had, divided by blanks."""
_CHECKED = (Status.VERIFIED, Status.REFUSED)
_NO_CARD_YET = "lain"


def asked(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Kartu gizi* gets that card, a bare *kartu* the fields to choose from; None for everything else.

    Only what is known as a topic counts: *kartu JKN mati* tells of a problem.
    """
    if not heard.text or heard.choice or not scene.person.has(Role.KADER):
        return None
    picked = _picked(scene, heard.text)
    if picked:
        return picked
    topic = answers.starts_with(heard.text, "school", "ask")
    if topic is None:
        return None
    if not topic:
        return _numbered(scene, "school.which", [f"field.{field}" for field in FIELDS])
    category = next((name for name in answers.rules()["topics"] if answers.matches(topic, "topics", name)), None)
    return _card(scene, category) if category else None


def with_card(scene: Scene, outcome: Outcome) -> Outcome:
    """After somebody's first check of a kind its card comes along in the same message; one card a turn."""
    if not scene.person.has(Role.KADER):
        return outcome
    of = {task.id: task.category for task in scene.tasks}
    checked = [of.get(key) for key in _checked(outcome.effects) if isinstance(key, int)]
    new = next((name for name in checked if name and name not in (_NO_CARD_YET, *_seen(scene))), None)
    if new is None:
        return outcome
    says = (*outcome.says, Say("school.first_time"), _say(new))
    return replace(outcome, says=says, effects=(*outcome.effects, _remembered(scene, new)))


def _checked(effects: Sequence[Effect]) -> Iterator[int | str]:
    for effect in effects:
        if isinstance(effect, ChangeStatus) and effect.by is Actor.KADER and effect.to in _CHECKED:
            yield effect.report
        elif isinstance(effect, Notify):
            yield from _checked((*effect.if_somebody, *effect.if_nobody))


def _picked(scene: Scene, text: str) -> Outcome | None:
    """A bare figure right after one of our lists: a field, or the card itself."""
    if scene.state.last not in ("school.which", "school.field") or scene.state.pending is None:
        return None
    names = scene.state.pending.split()
    line = answers.chosen(text, [str(number) for number in range(1, len(names) + 1)])
    if line is None:
        return None
    kind, _, name = names[line].partition(".")
    return _card(scene, name) if kind == "category" else _of_field(scene, name)


def _of_field(scene: Scene, field: str) -> Outcome:
    return _numbered(scene, "school.field", [f"category.{name}" for name in CATEGORIES[field]], field)


def _numbered(scene: Scene, key: str, names: list[str], field: str | None = None) -> Outcome:
    lines = Lines(tuple(Say("school.line", {"what": Word(name)}) for name in names), numbered=True)
    said = told(scene, Say(key, {"lines": lines, **({"field": Word(f"field.{field}")} if field else {})}))
    return replace(said, state=replace(said.state, pending=" ".join(names)))


def _card(scene: Scene, category: str) -> Outcome:
    return told(scene, _say(category), (_remembered(scene, category),))


def _say(category: str) -> Say:
    return Say(f"school.card.{category}", {"what": Word(f"category.{category}")})


def _seen(scene: Scene) -> tuple[str, ...]:
    return tuple(scene.person.facts.get(SEEN, "").split())


def _remembered(scene: Scene, category: str) -> Effect:
    return Remember({SEEN: " ".join(dict.fromkeys((*_seen(scene), category)))})
