"""Which conversation an errand that came due belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import answers_due, digest, recap, taking_over, talking, visit, week
from handlers.errands import Errand, ErrandKind, NotYet
from handlers.scene import Outcome, Scene

OnErrand = Callable[[Errand, Scene], Outcome | NotYet]

_WHOSE: Mapping[ErrandKind, OnErrand] = {
    ErrandKind.ANSWER: answers_due.on_answer,
    ErrandKind.DIGEST: digest.on_morning,
    ErrandKind.TALK: talking.on_time,
    ErrandKind.RECAP: recap.on_month,
    ErrandKind.VISITS: visit.on_errand,
    ErrandKind.WEEK: week.on_week,
    ErrandKind.TAKEOVER: taking_over.on_takeover,
    ErrandKind.UNMANNED: taking_over.on_unmanned,
}


def on_errand(errand: Errand, scene: Scene) -> Outcome | NotYet:
    """What comes of it. `scene.incoming` is empty; papers are not for a conversation (`bot/recap_desk.py`)."""
    return _WHOSE[errand.kind](errand, scene)
