"""What was told in one breath with violence waits in line: said so, once, when nothing more is asked on that track."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages import Say
from handlers.safety_track import NAME, REST
from handlers.scene import Outcome, Scene


def remembered(scene: Scene, outcome: Outcome) -> Outcome:
    """The same outcome, with the line where others wait. Never on a phone that others read (`domain.md §6.4`)."""
    after = outcome.state
    just_rests = after.dialogue == NAME and after.asked == REST and scene.state.asked != REST
    if not just_rests or not after.queue or after.answers.get("phone") != "safe":
        return outcome
    return replace(outcome, says=(*outcome.says, Say("several.waiting", {"count": len(after.queue)})))
