"""*Cek*: how far a report is, told to its reporter, to who joined, to those who work on it, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

from handlers import linked, listening, visit_day, worklist
from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Moment, Say, Values, Word
from handlers.next_step import next_day, next_step
from handlers.replies import status_word, told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import named, names_a_ticket
from routing.alike import rules
from routing.answers import mentions, plain
from routing.model import Report, Role, StoryLine

LISTED = 5
STEPS = 4
"""Steps of a story that are shown, the latest."""
_NOT_TOLD = frozenset({"note", "amended"})


def tell(scene: Scene, words: str) -> Outcome:
    """The story of the report that is named; without a number the only one, or a list to choose from."""
    known = (*scene.mine, *scene.tasks, *scene.named)
    visible = tuple({report.id: report for report in known if not report.restricted}.values())
    found = named(words, visible, scene)
    if found:
        return story(scene, found[0])
    if names_a_ticket(words, scene):
        return worklist.unknown(scene, words) or told(scene, Say("status.not_found"))
    if scene.person.has(Role.KADER) or scene.person.has(Role.OFFICER):
        return _tasks(scene)
    return _own(scene, words)


def story(scene: Scene, report: Report) -> Outcome:
    """How it stands, what it waits for and until when, and the last steps, each with its day."""
    report = _as_known_to(scene, report)
    matter = Matter.of(report)
    joined = sum(line.kind == "joined" for line in report.story)
    told_of = (line for line in report.story if line.kind not in _NOT_TOLD or line.note)
    lines = tuple(_line(report, line) for line in told_of if line.kind != "joined" or joined == 1)[-STEPS:]
    values: Values = {**matter.values(), "status": status_word(report), "lines": Lines(lines)}
    following = next_step(scene, report)
    if following:
        values["next"] = Lines((following,))
    outcome = told(scene, Say("status.story_next" if following else "status.story", values), (), report)
    crowd = (Say("alike.followed", {"count": joined}),) if joined > 1 else ()
    return replace(outcome, says=(*outcome.says, *crowd, *linked.others(report, scene.mine)))


def _as_known_to(scene: Scene, report: Report) -> Report:
    """Who joined it reads no words of whoever filed it, and no RT where that may be one house (`handlers/alike.py`)."""
    at_work = any(one.id == report.id for one in (*scene.tasks, *scene.named))
    if at_work or report.reporter_id == scene.person.id:
        return report
    story_ = tuple(replace(line, note=None) if line.by is Role.RESIDENT else line for line in report.story)
    if report.category in rules().without_rt:
        report = replace(report, rt=None, rw=None)
    return replace(report, story=story_)


def listing(scene: Scene, reports: tuple[Report, ...], key: str) -> Outcome:
    lines = tuple(_listed(scene, report) for report in reports[:LISTED])
    options = tuple(Choice(f"m:cek {r.ticket}", "choice.ticket", {"ticket": r.ticket}) for r in reports[:3])
    return told(scene, Say(key, {"lines": Lines(lines), "count": len(reports)}, options))


def _own(scene: Scene, words: str) -> Outcome:
    mine = tuple(report for report in scene.mine if not report.restricted)
    if not mine:
        return told(scene, Say("status.none"))
    running = tuple(report for report in mine if report.open) or mine[:1]
    meant = _meant(words, running)
    if meant:
        return story(scene, meant)
    if linked.one_story(running):
        return told(scene, linked.told_together(linked.family(running[0], scene.mine)))
    return story(scene, running[0]) if len(running) == 1 else listing(scene, running, "status.several")


def _meant(words: str, reports: tuple[Report, ...]) -> Report | None:
    """*Yang air gimana?*: the only one of several in which a telling word of the question stands."""
    asked = {word for word in plain(words).split() if len(word) > 2 and not mentions(word, "status", "vague")}
    found = [report for report in reports if asked & set(plain(report.text).split())]
    return found[0] if len(found) == 1 < len(reports) else None


def _listed(scene: Scene, report: Report) -> Say:
    values: Values = {**Matter.of(report).values(), "status": status_word(report)}
    day = next_day(scene, report)
    return Say("list.status_day", {**values, "day": Day(day)}) if day else Say("list.status", values)


def _tasks(scene: Scene) -> Outcome:
    """What waits for this person's answer, numbered; the oldest first, so that it is not forgotten."""
    at_office, to_check = worklist.at_office(scene), worklist.to_check(scene)
    if at_office:
        return worklist.listed(scene, "status.tasks.officer", at_office, line="list.status")
    if to_check:
        return visit_day.checks(scene, to_check)
    to_hear = next((task for task in reversed(scene.tasks) if listening.waits(task)), None)
    if to_hear:
        return told(scene, None, (listening.again(to_hear),), to_hear)
    return _own(scene, "") if scene.mine else told(scene, Say("status.no_tasks"))


def _line(report: Report, line: StoryLine) -> Say:
    key = "story.line_note" if line.note else "story.line"
    values: Values = {"at": Moment(line.at, report.region), "what": Word(f"story.{line.kind}"), "note": line.note or ""}
    return Say(key, values)
