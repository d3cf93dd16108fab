"""A hint of violence too faint for the restricted track: numbers to call above the ordinary answer, in words that tell
nobody why (`domain.md §6`)."""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_words as words
from handlers.draft import draft_of
from handlers.effects import Remember
from handlers.messages import Say
from handlers.replies import pick
from handlers.report_form import CONFIRM, REPORT, may_hide_violence
from handlers.safety_despair import self_harm
from handlers.safety_opening import begin
from handlers.safety_track import NAME, numbers
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Role

_FACT = "hinted"
"""Local day on which this person was given the numbers last: once a day helps, more often is a nuisance."""
_NUMBERS = ("danger.", "safety.", "cover.")


def with_numbers(scene: Scene, heard: Utterance, outcome: Outcome) -> Outcome:
    """The same outcome, with the numbers in front where the words may hide violence."""
    answered = any(say.key.startswith(_NUMBERS) for say in outcome.says)
    if not heard.text or answered or not outcome.says or NAME in (scene.state.dialogue, outcome.state.dialogue):
        return outcome
    cry = words.is_just(heard.text, "cry", "pleading", "afraid")
    if _at_work(scene, outcome) or (answers.command(heard.text) and not cry):
        return outcome
    today = scene.now.astimezone(scene.atlas.regions[scene.region].tz).date().isoformat()
    if scene.person.facts.get(_FACT) == today:
        return outcome
    role = Role.KADER if scene.person.has(Role.KADER) else Role.RESIDENT
    read = scene.reader.read(heard.text, role=role, near=scene.region)
    if not (cry or read.hinted):
        return outcome
    key = "danger.hint_report" if outcome.state.dialogue == REPORT else "danger.hint"
    hint = Say(key, numbers(scene, self_harm=self_harm(heard.text, read)))
    return replace(outcome, says=(hint, *outcome.says), effects=(*outcome.effects, Remember({_FACT: today})))


def made_private(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Pribadi* in the middle of a report: no kader reads it, the PPA office alone does."""
    if scene.state.dialogue != REPORT:
        return None
    draft = draft_of(scene.state.answers)
    offered = scene.state.asked == "confirm" and may_hide_violence(draft, scene)
    if not ((offered and pick(heard, CONFIRM) == "private") or words.is_just(heard.text, "private")):
        return None
    text = draft.text
    told = replace(heard, text=text, choice=None, files=())
    alone = replace(scene, state=replace(scene.state, dialogue=None, answers={}, ref=None, files=()))
    return begin(alone, told, scene.reader.read(text, near=scene.region)) if text else None


def _at_work(scene: Scene, outcome: Outcome) -> bool:
    """What is said about the reports of others is no hint."""
    if scene.person.has(Role.OFFICER) or scene.person.has(Role.COORDINATOR):
        return True
    return scene.person.has(Role.KADER) and outcome.state.dialogue != REPORT
