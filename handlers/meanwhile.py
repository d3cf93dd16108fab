"""What the first thing said in a turn changes is known to the second: *1 minggu depan*, then a tap on the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.effects import ChangeStatus, Effect
from handlers.scene import Scene
from routing.model import Report, Status


def as_changed(scene: Scene, effects: Sequence[Effect]) -> Scene:
    """The scene with its reports in the status that these effects bring them to."""
    changed = {one.report: one.to for one in effects if isinstance(one, ChangeStatus)}
    if not changed:
        return scene
    return replace(
        scene,
        mine=_now(scene.mine, changed),
        tasks=_now(scene.tasks, changed),
        named=_now(scene.named, changed),
    )


def _now(reports: Sequence[Report], changed: dict[int | str, Status]) -> tuple[Report, ...]:
    return tuple(replace(one, status=changed[one.id]) if one.id in changed else one for one in reports)
