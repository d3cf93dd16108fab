"""What a reminder that came due brings about: who is reminded, who is told above them, what time itself changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import listening
from handlers.effects import (
    Audience,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    Forget,
    KaderOf,
    NextKader,
    Notify,
    OfficersOf,
    ScheduleFire,
)
from handlers.lifecycle import (
    ACCEPT_CHOICES,
    PROGRESS_CHOICES,
    VERIFY_CHOICES,
    for_kader,
    for_office,
    forward,
    work_clock,
)
from handlers.matter import Matter
from handlers.messages import Choice, Say
from handlers.safety_clock import unmarked, unopened
from routing import remind
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report, Role, Status
from routing.region import Atlas

_REPEATED = frozenset({FireKind.RESPOND_REMIND, FireKind.RESOLVE_REMIND, FireKind.FORWARD_PROMISE})
"""These come again until somebody acts; from the second time on the coordinator hears of an office too."""
DAILY_STEPS = 3
WEEKLY = 5
"""Working days between reminders once three came on days in a row: nobody reads a nagging voice."""


def on_fire(
    report: Report, kind: FireKind, step: int, decision: remind.Decision, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """The effects of a decision of `routing.remind`; none for Skip and Later. `now` is aware UTC."""
    matter = Matter.of(report)
    if report.restricted:
        return _restricted(report, kind, step, decision, now, atlas)
    if listening.waits(report):
        return listening.reminded(report, decision, now, atlas)
    match decision:
        case remind.Send(audience, key):
            return (_reminder(matter, audience, key), *_again(matter, kind, step, now, atlas))
        case remind.Escalate(to, key):
            reminders = tuple(_reminder(matter, role, key) for role in to)
            return (*reminders, *_again(matter, kind, step, now, atlas))
        case remind.NextKader():
            say = Say("verify.ask", for_kader(matter), VERIFY_CHOICES)
            return (Notify(NextKader(report.id), say, report.id, "verify", with_files=True),)
        case remind.MoveOn(to):
            return _moved_on(matter, report, to, now, atlas)
    return ()


def _restricted(
    report: Report, kind: FireKind, step: int, decision: remind.Decision, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    if isinstance(decision, remind.LetGo):
        return CloseAsks(report.id), Forget(report.id)
    if kind is FireKind.RESOLVE_REMIND:
        return unmarked(report, step, decision, now)
    return unopened(report, step, decision, now, atlas)


def _reminder(matter: Matter, role: Role, key: str) -> Notify:
    """A reminder is the question asked again, with its buttons; the coordinator is told and not asked."""
    if role is Role.COORDINATOR:
        return Notify(Coordinators(matter.region), Say(f"{key}.coordinator", for_office(matter)), matter.key)
    audience: Audience = KaderOf(matter.key) if role is Role.KADER else OfficersOf(matter.key)
    values = for_kader(matter) if role is Role.KADER else for_office(matter)
    ask, options = _question(matter, role)
    return Notify(audience, Say(key, values, options), matter.key, ask)


def _question(matter: Matter, role: Role) -> tuple[str, tuple[Choice, ...]]:
    if role is Role.KADER:
        return "verify", VERIFY_CHOICES
    return ("accept", ACCEPT_CHOICES) if matter.status is Status.FORWARDED else ("progress", PROGRESS_CHOICES)


def _again(matter: Matter, kind: FireKind, step: int, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    if kind not in _REPEATED:
        return ()
    work = WorkingTime(atlas.regions[matter.region])
    pause = 1 if step < DAILY_STEPS else WEEKLY
    return (ScheduleFire(matter.key, kind, work.start_of(work.day_after(now, pause)), step + 1),)


def _moved_on(matter: Matter, report: Report, to: Status, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """Silence moved the report: on to the office unverified, on without the reporter's answer, or closed."""
    changed = ChangeStatus(matter.key, to, Actor.SYSTEM, reason="silence")
    if to is Status.UNVERIFIED:
        return (changed, *forward(replace(matter, status=to), Actor.SYSTEM, now, atlas))
    if to is Status.CLOSED:
        # *Sudah beres?* stays open: who finds later that it is not may still say so.
        return (changed, CancelFires(matter.key))
    say = Say("office.no_answer", for_office(matter), PROGRESS_CHOICES)
    back = Notify(OfficersOf(matter.key), say, matter.key, "progress")
    clock = work_clock(matter.key, report.resolve_by, now, atlas.regions[matter.region])
    return (changed, CloseAsks(matter.key, ("info",)), back, clock)
