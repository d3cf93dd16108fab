"""What a tap says about a voice note besides *a kader may hear it*: it is private, or more of what was reported."""

from __future__ import annotations

from dataclasses import replace

from handlers import additions, spoken
from handlers.replies import tap
from handlers.safety_opening import begin
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance

QUESTION = "voice"


def settled(scene: Scene, heard: Utterance) -> Outcome | None:
    """None when the answer lets a kader listen, or is none of these."""
    if scene.state.asked != QUESTION or not heard.choice:
        return None
    free = replace(scene, state=replace(scene.state, dialogue=None, asked=None, answers={}, ref=None, misses=0))
    if tap(heard) == "private":
        # Nobody but the PPA office hears it; numbers and the way out come with the first answer.
        return begin(free, Utterance(at=heard.at), scene.reader.read("", near=scene.region))
    known = spoken.recent(scene)
    if tap(heard) == "more" and known:
        alone = replace(free, state=replace(free.state, files=()))
        return additions.add(alone, Utterance(at=heard.at, files=scene.state.files), known)
    return None
