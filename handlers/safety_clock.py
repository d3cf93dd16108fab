"""Words that nobody at the PPA office has opened: the second contact, then the truth for whoever asked for help
(`domain.md §6.4`). Danger counts minutes, day and night; anything else counts office hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.effects import (
    Amend,
    CancelFires,
    Coordinators,
    Effect,
    Notify,
    OfficersOf,
    Reporter,
    ReportKey,
    ScheduleFire,
    Sender,
)
from handlers.form import choice
from handlers.messages import Choice, Say, Values
from handlers.safety_pleas import pleads
from routing import remind
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report
from routing.region import Atlas, Hotline, Region

OPEN: tuple[Choice, ...] = (choice("@open", "choice.open"),)
DANGER = timedelta(minutes=30)
LOOKED_AT_FOR = timedelta(days=7)
"""How long a request that was withdrawn at once can still be read by the PPA office."""
UNMARKED = (timedelta(days=7), timedelta(days=23), timedelta(days=30))
"""After the first look, after the first asking, and between all later ones: 7 and 30 days after it was opened."""
WEEKLY_FROM = 9
"""The step from which reminders come once a week, three days after everybody was told."""
HALF_A_DAY = timedelta(hours=12)
"""Between reminders once everybody has been told: nobody lets go of it, and nobody is woken every half hour."""


def due(region: Region, now: datetime, *, danger: bool) -> datetime:
    """By when the words have to have been opened, UTC."""
    return now + DANGER if danger else WorkingTime(region).add_hours(now, region.clocks.restricted_hours)


def started(ref: ReportKey, region: Region, now: datetime, *, danger: bool) -> tuple[Effect, ...]:
    """The clock of new words. Danger starts it anew, however far an earlier one had come."""
    anew: tuple[Effect, ...] = (CancelFires(ref, (FireKind.RESPOND_REMIND,)),) if danger else ()
    return (*anew, ScheduleFire(ref, FireKind.RESPOND_REMIND, due(region, now, danger=danger)))


def unopened(report: Report, step: int, decision: remind.Decision, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """What a clock that ran out brings about; nothing for Skip and Later. `now` is aware UTC."""
    region = atlas.regions[report.region]
    pause = due(region, now, danger=report.urgent)
    if isinstance(decision, remind.SecondContact):
        second = Notify(
            OfficersOf(report.id, rank=2),
            Say("ppa.new", {"ticket": report.ticket}, OPEN),
            report.id,
            "ppa",
            if_nobody=(*honest(report, region), _again(report, region, now, 3)),
            if_somebody=(ScheduleFire(report.id, FireKind.RESPOND_REMIND, pause, 2),),
        )
        return _reminder(report, rank=1), second
    if isinstance(decision, remind.NobodyOnDuty):
        later = _again(report, region, now, 3)
        return _reminder(report), *honest(report, region), later
    if isinstance(decision, remind.Send):
        counted = (Notify(Coordinators(report.region), Say("ppa.unopened")),) if step >= WEEKLY_FROM else ()
        return _reminder(report), *counted, _again(report, region, now, step + 1)
    return ()


def opened_at(report: Report, now: datetime) -> Effect:
    """From now on somebody has it; its words go when that is marked as done (`domain.md §7`)."""
    return ScheduleFire(report.id, FireKind.RESOLVE_REMIND, now + UNMARKED[0])


def unmarked(report: Report, step: int, decision: remind.Decision, now: datetime) -> tuple[Effect, ...]:
    """Opened long ago and still not marked as handed over: whoever works on it is asked once more."""
    if not isinstance(decision, remind.Send):
        return ()
    say = Say(decision.key, {"ticket": report.ticket}, (choice("@handed", "choice.handed"), *OPEN))
    asked = Notify(OfficersOf(report.id), say, report.id, "ppa")
    later = UNMARKED[min(step, len(UNMARKED) - 1)]
    return asked, ScheduleFire(report.id, FireKind.RESOLVE_REMIND, now + later, step + 1)


def honest(report: Report, region: Region) -> tuple[Effect, ...]:
    """At once where help was pleaded for or contact allowed, and nobody else reads the phone; else with their next
    words. Danger alone is no plea: nothing lights up a lock screen that was not asked for.

    The coordinator learns that one more waits, and nothing else of it.
    """
    counted = Notify(Coordinators(report.region), Say("ppa.unopened"))
    asked = bool(report.safe_contact) or (report.urgent and pleads(report.text))
    at_once = asked and not report.discreet
    if not at_once:
        return counted, Amend(report.id, {"owed_news": True}, Actor.SYSTEM)
    despair = report.category == "gangguan_jiwa"
    values: Values = {"code": report.ticket, **numbers(region.hotlines, self_harm=despair)}
    return counted, Notify(Reporter(report.id), Say("safety.nobody_yet", values), report.id)


def nobody_there(ref: str, region: Region, *, at_once: Say | None) -> tuple[Effect, ...]:
    """There is no officer at all who could be told: known in the very turn that files the request."""
    counted = Notify(Coordinators(region.code), Say("hold.restricted"))
    told = Notify(Sender(), at_once) if at_once else Amend(ref, {"owed_news": True}, Actor.SYSTEM)
    return counted, told


def numbers(hotlines: Mapping[str, Hotline], *, self_harm: bool) -> Values:
    """The region's own numbers (`domain.md §8`); `first` and `second` are those to call now."""
    kept: Values = {name: hotlines[name].number for name in ("emergency", "police", "women_children", "medical")}
    first, second = ("emergency", "police")
    if self_harm:
        first, second = ("crisis" if "crisis" in hotlines else "medical", "emergency")
    return {**kept, "first": hotlines[first].number, "second": hotlines[second].number}


def _reminder(report: Report, rank: int | None = None) -> Effect:
    return Notify(OfficersOf(report.id, rank), Say("ppa.remind", {"ticket": report.ticket}, OPEN), report.id, "ppa")


def _again(report: Report, region: Region, now: datetime, step: int) -> Effect:
    later = now + (HALF_A_DAY if step < WEEKLY_FROM else timedelta(days=7))
    due_at = later if report.urgent else WorkingTime(region).next_opening(later)
    return ScheduleFire(report.id, FireKind.RESPOND_REMIND, due_at, step)
