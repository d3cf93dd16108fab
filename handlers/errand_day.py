"""Which conversation an errand that came due belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.errands import Errand, ErrandKind, NotYet
from handlers.scene import Outcome, Scene

OnErrand = Callable[[Errand, Scene], Outcome | NotYet]

_WHOSE: Mapping[ErrandKind, OnErrand] = {}


def on_errand(errand: Errand, scene: Scene) -> Outcome | NotYet:
    """What comes of it; nothing for a kind that a later version planned. `scene.incoming` is empty."""
    handler = _WHOSE.get(errand.kind)
    return Outcome(scene.state) if handler is None else handler(errand, scene)
