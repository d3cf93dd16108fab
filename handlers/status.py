"""*Cek*: how far a report is, told to its reporter, to who joined, to those who work on it, and to nobody else."""

from __future__ import annotations

from handlers import listening, worklist
from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Moment, Say, Values, Word
from handlers.replies import status_word, told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import named, names_a_ticket
from routing.model import Report, Role, StoryLine

LISTED = 5
_NOT_TOLD = frozenset({"note", "amended"})


def tell(scene: Scene, words: str) -> Outcome:
    """The story of the report that is named; without a number the only one, or a list to choose from."""
    visible = tuple({report.id: report for report in (*scene.mine, *scene.tasks) if not report.restricted}.values())
    found = named(words, visible, scene)
    if found:
        return story(scene, found[0])
    if names_a_ticket(words, scene):
        return worklist.unknown(scene, words) or told(scene, Say("status.not_found"))
    if scene.person.has(Role.KADER) or scene.person.has(Role.OFFICER):
        return _tasks(scene)
    return _own(scene)


def story(scene: Scene, report: Report) -> Outcome:
    """What happened so far, the last steps first in mind: at most five lines, each with its day."""
    matter = Matter.of(report)
    lines = tuple(_line(report, line) for line in report.story if line.kind not in _NOT_TOLD or line.note)[-LISTED:]
    values: Values = {**matter.values(), "status": status_word(report), "lines": Lines(lines)}
    key = "status.story"
    if report.open and report.promise_by and not report.office:
        key = "status.story_held"
    elif report.open and report.promise_by and report.status in ("reported", "verified", "unverified"):
        key, values["day"] = "status.story_promise", Day(report.promise_by)
    return told(scene, Say(key, values), (), report)


def listing(scene: Scene, reports: tuple[Report, ...], key: str) -> Outcome:
    lines = tuple(Say("list.status", {**Matter.of(r).values(), "status": status_word(r)}) for r in reports[:LISTED])
    options = tuple(Choice(f"m:cek {r.ticket}", "choice.ticket", {"ticket": r.ticket}) for r in reports[:3])
    return told(scene, Say(key, {"lines": Lines(lines), "count": len(reports)}, options))


def _own(scene: Scene) -> Outcome:
    mine = tuple(report for report in scene.mine if not report.restricted)
    if not mine:
        return told(scene, Say("status.none"))
    running = tuple(report for report in mine if report.open) or mine[:1]
    return story(scene, running[0]) if len(running) == 1 else listing(scene, running, "status.several")


def _tasks(scene: Scene) -> Outcome:
    """What waits for this person's answer, numbered; the oldest first, so that it is not forgotten."""
    at_office, to_check = worklist.at_office(scene), worklist.to_check(scene)
    if at_office:
        return worklist.listed(scene, "status.tasks.officer", at_office, line="list.status")
    if to_check:
        return worklist.listed(scene, "status.tasks.kader", to_check)
    to_hear = next((task for task in reversed(scene.tasks) if listening.waits(task)), None)
    if to_hear:
        return told(scene, None, (listening.again(to_hear),), to_hear)
    return _own(scene) if scene.mine else told(scene, Say("status.no_tasks"))


def _line(report: Report, line: StoryLine) -> Say:
    key = "story.line_note" if line.note else "story.line"
    values: Values = {"at": Moment(line.at, report.region), "what": Word(f"story.{line.kind}"), "note": line.note or ""}
    return Say(key, values)
