"""What a reminder that came due brings about: who is reminded, who is told above them, what time itself changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import listening, week
from handlers.effects import (
    Audience,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    Forget,
    KaderOf,
    Missed,
    Notify,
    OfficersOf,
    Plan,
    Reminded,
    ScheduleFire,
)
from handlers.errands import Errand, ErrandKind
from handlers.lifecycle import (
    ACCEPT_CHOICES,
    PROGRESS_CHOICES,
    VERIFY_CHOICES,
    ask_coordinator,
    for_kader,
    for_office,
    forward,
    hold,
    work_clock,
)
from handlers.matter import Matter
from handlers.messages import Say
from handlers.safety_clock import unmarked, unopened
from handlers.silent_kader import next_kader
from routing import remind
from routing.deadlines import WorkingTime
from routing.ladder import COORDINATOR, HEAD_OF_OFFICE, SECTION_HEAD, UNPLACED, missed_clocks, next_due
from routing.model import Actor, FireKind, Report, Status
from routing.region import Atlas


def on_fire(
    report: Report, kind: FireKind, step: int, decision: remind.Decision, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """The effects of a decision of `routing.remind`; none for Skip and Later. `now` is aware UTC."""
    if report.restricted:
        return _restricted(report, kind, step, decision, now, atlas)
    if listening.waits(report):
        return listening.reminded(report, decision, now, atlas)
    match decision:
        case remind.Send(_, key):
            return _to_kader(report, key)
        case remind.Nudge(rung) | remind.Escalate(rung):
            return _brought_up(report, kind, step, rung, now, atlas)
        case remind.Alarm():
            return (*_alarm_again(report, kind, step), *_alarm(report, step, now, atlas))
        case remind.NextKader():
            return next_kader(report, step, now, atlas)
        case remind.MoveOn(to):
            return _moved_on(report, to, now, atlas)
    return ()


def _restricted(
    report: Report, kind: FireKind, step: int, decision: remind.Decision, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    if isinstance(decision, remind.LetGo):
        return CloseAsks(report.id), Forget(report.id)
    if kind is FireKind.RESOLVE_REMIND:
        return unmarked(report, step, decision, now)
    return unopened(report, step, decision, now, atlas)


def _to_kader(report: Report, key: str) -> tuple[Effect, ...]:
    """A reminder is the question asked again, with its buttons."""
    say = Say(key, for_kader(Matter.of(report)), VERIFY_CHOICES)
    return Notify(KaderOf(report.id), say, report.id, "verify"), Reminded(report.id, 0)


def _brought_up(
    report: Report, kind: FireKind, step: int, rung: int, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """In the morning's digest of everybody up to `rung`, and again on the next day there is something to say.

    An office in which nobody can be reached any more has nobody to be reminded: the coordinator decides.
    """
    work = WorkingTime(atlas.regions[report.region])
    missed = tuple(Missed(report.id, clock, due) for clock, due in missed_clocks(report, now, work))
    nobody = () if report.status in UNPLACED else hold(Matter.of(report), "no_officer", now, atlas)
    again = ScheduleFire(report.id, kind, next_due(report, now, work), step + 1)
    # The first digest of a week tells a coordinator nothing of it, for the week's summary does.
    summed_up = (week.plan(report.region, now, atlas),) if rung >= COORDINATOR else ()
    return (*missed, Reminded(report.id, rung), again, *summed_up, *_digests(report, rung, now, work, nobody))


def _digests(
    report: Report, rung: int, now: datetime, work: WorkingTime, if_nobody: tuple[Effect, ...]
) -> tuple[Effect, ...]:
    """One digest for each person and day, however many reports ask for it."""
    today = work.local_day(now)
    errand = Errand(ErrandKind.DIGEST, today.isoformat(), report.region)
    above = tuple(OfficersOf(report.id, rank) for at, rank in ((SECTION_HEAD, 2), (HEAD_OF_OFFICE, 3)) if rung >= at)
    told: tuple[Audience, ...] = (*above, *((Coordinators(report.region),) if rung >= COORDINATOR else ()))
    due_at = max(now, work.digest_at(today))
    plans = tuple(Plan(to, errand, due_at) for to in told)
    if report.status in UNPLACED:
        return plans
    return *plans, Plan(OfficersOf(report.id), errand, due_at, if_nobody=if_nobody)


def _alarm_again(report: Report, kind: FireKind, step: int) -> tuple[Effect, ...]:
    again = ScheduleFire(report.id, kind, remind.next_alarm(report, step), step + 1)
    return Reminded(report.id, step), again


def _alarm(report: Report, step: int, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """An emergency calls again after half an hour; after an hour everybody above, too, by day and by night."""
    matter = Matter.of(report)
    if report.status in UNPLACED:
        return (ask_coordinator(matter, report.hold_reason or "no_office", atlas),)
    say = Say("remind.alarm", for_office(matter), ACCEPT_CHOICES)
    call = Notify(OfficersOf(report.id), say, report.id, "accept", at_once=True)
    told: tuple[Effect, ...] = (replace(call, if_nobody=hold(matter, "no_officer", now, atlas)),)
    if step >= remind.EVERYBODY_FROM:
        above = Say("remind.alarm.coordinator", for_office(matter))
        heads = (replace(call, to=OfficersOf(report.id, 2)), replace(call, to=OfficersOf(report.id, 3)))
        told = (*told, *heads, Notify(Coordinators(report.region), above, report.id, at_once=True))
    missed = (Missed(report.id, "acknowledge", report.acknowledge_by),) if report.acknowledge_by else ()
    return (*missed, *told)


def _moved_on(report: Report, to: Status, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """Silence moved the report: on to the office unverified, on without the reporter's answer, or closed."""
    matter = Matter.of(report)
    changed = ChangeStatus(matter.key, to, Actor.SYSTEM, reason="silence")
    if to is Status.UNVERIFIED:
        return (changed, *forward(replace(matter, status=to), Actor.SYSTEM, now, atlas))
    if to is Status.CLOSED:
        # *Sudah beres?* stays open: who finds later that it is not may still say so.
        return (changed, CancelFires(matter.key))
    say = Say("office.no_answer", for_office(matter), PROGRESS_CHOICES)
    back = Notify(OfficersOf(matter.key), say, matter.key, "progress")
    clock = work_clock(matter.key, now, atlas.regions[matter.region])
    return (changed, back, clock)  # the question stays open: a late answer goes to the office all the same
