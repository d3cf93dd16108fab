"""The morning of who answers for reports: one round-up a day, the most urgent first, numbered, nine lines at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from handlers import worklist
from handlers.digest_parts import coordinators_part, officers_part
from handlers.errands import Errand, NotYet
from handlers.messages import Day, Lines, Say, Values, Word
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from handlers.worklist import PAGED, ROUND_UPS, SHOWN
from routing import answers
from routing.deadlines import WorkingTime
from routing.model import Report

MORNING = "digest.morning"
MORE = "digest.more"
_NOON = time(11)


@dataclass(frozen=True)
class _Item:
    """One line. `opening` stands above the first of its kind."""

    report: Report
    opening: Say
    how: str
    line: Say


def _items(scene: Scene, *, all_of_them: bool = False) -> tuple[_Item, ...]:
    """Of every hat of this person; a report that two of them are about stands there once."""
    parts = (officers_part(scene, all_of_them=all_of_them), coordinators_part(scene))
    found: dict[int, _Item] = {}
    for part in parts:
        for report, line in part.lines:
            found.setdefault(report.id, _Item(report, part.opening, part.how, line))
    return tuple(found.values())


def on_morning(errand: Errand, scene: Scene) -> Outcome | NotYet:
    """Told once on a working day, while the offices are open; nothing where nothing waits.

    What was planned for a day that turned out to be a day off, or comes late, is told on the next working morning. With
    `back` in its data it is the first one after a leave: all that waits, due or not.
    """
    work = WorkingTime(scene.atlas.regions[errand.region])
    today = work.local_day(scene.now)
    if not work.in_office_hours(scene.now):
        opening = work.next_opening(scene.now)
        return NotYet(work.digest_at(work.local_day(opening)))
    if scene.state.digest_day == today.isoformat():
        return Outcome(scene.state)
    back = bool(errand.data.get("back"))
    every = _items(scene, all_of_them=back)
    if not every:
        return Outcome(scene.state)
    local = scene.now.astimezone(work.region.tz).time()
    values: Values = {
        "greeting": Word("digest.greeting.morning" if local < _NOON else "digest.greeting.noon"),
        "day": Day(today),
        "opening": Lines((Say("leave.back_digest") if back else every[0].opening,)),
    }
    said = _shown(scene, MORNING, every, 0, values)
    return replace(said, state=replace(said.state, digest_day=today.isoformat()))


def more(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Lagi*: the next lines of the list on the phone; None when that has no more, or the words mean something else."""
    kind, listed = scene.state.listed_as, scene.state.listed
    if not listed or kind not in ROUND_UPS | PAGED or scene.state.dialogue is not None:
        return None
    if not answers.matches(heard.text, "officer", "more"):
        return None
    every = _items(scene) if kind in ROUND_UPS else ()
    reports = [one.report for one in every] if kind in ROUND_UPS else list(worklist.at_office(scene))
    shown = [place for place, one in enumerate(reports, 1) if one.ticket in listed]
    start = shown[-1] if shown else 0
    if start >= len(reports):
        return told(scene, Say("digest.no_more"))
    if kind in PAGED:
        return worklist.listed(scene, "status.tasks.officer", reports, line="list.status", start=start)
    return _shown(scene, MORE, every, start, {})


def _shown(scene: Scene, key: str, every: Sequence[_Item], start: int, values: Values) -> Outcome:
    page = every[start : start + SHOWN]
    left = len(every) - start - len(page)
    lines: list[Say] = []
    opening = every[0].opening
    for number, one in enumerate(page, 1):
        if one.opening != opening:
            opening = one.opening
            lines.append(opening)
        lines.append(Say("digest.numbered", {"number": number, "line": Lines((one.line,))}))
    how = _how(page[0].how, left, alone=len(every) == 1)
    said = told(scene, Say(key, {**values, "lines": Lines(tuple(lines)), "how": Lines((how,))}))
    listed = tuple(one.report.ticket for one in page)
    return replace(said, state=replace(said.state, listed=listed, listed_as=key, listed_at=scene.now))


def _how(key: str, left: int, *, alone: bool) -> Say:
    """How to answer: the ways of the first line's hat."""
    if left:
        return Say(f"{key}_more", {"count": left})
    return Say("digest.how_one" if alone and key == "digest.how" else key)
