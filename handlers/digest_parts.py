"""The parts of a morning's round-up: of which reports somebody hears today, the most urgent first, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers import week, worklist
from handlers.matter import Matter
from handlers.messages import Day, Lines, OfficeName, Say, Values, Word
from handlers.scene import Membership, Scene
from routing.deadlines import WorkingTime
from routing.ladder import COORDINATOR, OFFICER, current_deadline, forwarded_at, rung
from routing.model import Report, Role, Status

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Part:
    """What one hat of a person has to hear of. `opening` stands above its lines, `how` (a key) tells how to answer."""

    opening: Say
    how: str
    lines: tuple[tuple[Report, Say], ...]


def officers_part(scene: Scene, *, all_of_them: bool = False) -> Part:
    """What their offices have and they are to hear of, each rung with those below it; `all_of_them` after a leave."""
    led = [one for one in worklist.at_office(scene) if all_of_them or 0 < _rank(scene, one) <= _rung(scene, one)]
    led.sort(key=_urgency)
    return Part(_opening(led), "digest.how", tuple((one, _officers_line(scene, one)) for one in led))


def coordinators_part(scene: Scene) -> Part:
    """What no office has, and what its office has let lie in spite of its heads; on the day of a week's summary that
    tells it."""
    regions = {hat.region for hat in scene.person.memberships if hat.role is Role.COORDINATOR}
    regions -= {code for code in regions if week.told_today(scene, code)}
    theirs = [one for one in scene.tasks if one.region in regions and not one.restricted]
    due = sorted((one for one in theirs if _rung(scene, one) >= COORDINATOR), key=_urgency)
    lines = tuple((one, _held_line(one) if one.office is None else _late_line(scene, one)) for one in due)
    return Part(Say("digest.coordinator", {"count": len(lines)}), "digest.how_decide", lines)


def _rung(scene: Scene, report: Report) -> int:
    return rung(report, scene.now, WorkingTime(scene.atlas.regions[report.region]))


def _rank(scene: Scene, report: Report) -> int:
    """What this person is today in the office that has it; 0 on leave."""
    hats = (hat for hat in scene.person.memberships if (hat.region, hat.office) == (report.region, report.office))
    return min((hat.rank for hat in hats if hat.role is Role.OFFICER and not _away(scene, hat)), default=0)


def _away(scene: Scene, hat: Membership) -> bool:
    today = WorkingTime(scene.atlas.regions[hat.region]).local_day(scene.now)
    return hat.away_until is not None and today <= hat.away_until


def _urgency(report: Report) -> tuple[bool, datetime, int]:
    return not report.urgent, current_deadline(report) or _NEVER, report.id


def _opening(led: Sequence[Report]) -> Say:
    """Names the office where there is one only."""
    offices = {(one.region, one.office) for one in led}
    values: Values = {"count": len(led)}
    if len(offices) != 1:
        return Say("digest.offices", values)
    region, office = offices.pop()
    return Say("digest.office", {**values, "office": OfficeName(region, office or "", full=False)})


# --- lines ------------------------------------------------------------------------------------------------------------


def _officers_line(scene: Scene, report: Report) -> Say:
    """Who stands above the officer reads how it came to be late."""
    values = _values(scene, report)
    if _rank(scene, report) <= OFFICER:
        return Say("digest.line", values)
    return Say("digest.line_history", {**values, "history": Lines((_history(scene, report),))})


def _late_line(scene: Scene, report: Report) -> Say:
    return Say("digest.line_office", {**_values(scene, report), "history": Lines((_history(scene, report),))})


def _held_line(report: Report) -> Say:
    values = Matter.of(report).values()
    if report.status is not Status.HOLDING or not report.hold_reason:
        return Say("digest.line_unplaced", values)
    return Say("digest.line_held", {**values, "reason": Word(f"hold.reason.{report.hold_reason}")})


def _values(scene: Scene, report: Report) -> Values:
    return {**Matter.of(report).values(), "due": Lines((_due(scene, report),))}


def _due(scene: Scene, report: Report) -> Say:
    """How late it is, or how many working days are left."""
    work = WorkingTime(scene.atlas.regions[report.region])
    today, deadline = work.local_day(scene.now), current_deadline(report)
    if report.put_off_until and today < report.put_off_until:
        return Say("digest.put_off", {"day": Day(report.put_off_until)})
    days = work.working_days_between(today, work.local_day(deadline)) if deadline else 1
    if days >= 0 and report.promised_on and report.promised_on <= today:
        since = work.working_days_between(work.on_or_after(report.promised_on), today)
        key = "digest.promise_broken" if since else "digest.promised"
        return Say(key, {"day": Day(report.promised_on), "days": since})
    if deadline is None:
        return Say("digest.open")
    if days < 0:
        return Say("digest.late", {"days": -days})
    if days and report.status is Status.REOPENED:
        return Say("digest.reopened", {"days": days})
    return Say("digest.left", {"days": days}) if days else Say("digest.today")


def _history(scene: Scene, report: Report) -> Say:
    """When its office got it, and what came of that; a promise that the line tells of already is left out.

    What an office before it answered is no word of this one.
    """
    work = WorkingTime(scene.atlas.regions[report.region])
    values: Values = {"day": Day(work.local_day(forwarded_at(report)))}
    if report.promised_on and "day" not in _due(scene, report).values:
        return Say("digest.history_promised", {**values, "promised": Day(report.promised_on)})
    answered = report.first_response_at is not None and report.first_response_at >= forwarded_at(report)
    return Say("digest.history" if answered else "digest.history_silent", values)
