"""A group, where everybody reads the answer: nothing is heard there, and once a day it is told where we can talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.messages import Say
from handlers.scene import Outcome, Scene

QUIET = timedelta(days=1)


def answer(scene: Scene) -> Outcome:
    """One polite line a day. `heard_at` of a group is when it was told last."""
    told = scene.state.heard_at
    if told is not None and scene.now - told < QUIET:
        return Outcome(scene.state)
    return Outcome(replace(scene.state, heard_at=scene.now), (Say("crowd.private"),))
