"""What a coordinator may do with any open report of their region: put it off, give it to another office, close it. Each
with a reason that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.effects import (
    AddNote,
    Amend,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Effect,
    Followers,
    Notify,
    OfficersOf,
    SetOffice,
)
from handlers.lifecycle import forward
from handlers.matter import Matter
from handlers.messages import Day, OfficeName, Say, Values
from handlers.replies import status_word
from handlers.scene import Scene
from handlers.standing_in import office_of
from handlers.worklist import WITH_OFFICE
from routing.deadlines import WorkingTime
from routing.model import Actor, Report, Status

Step = tuple[Say, tuple[Effect, ...]]


def refused(report: Report) -> Say | None:
    """Why nothing can be decided about it any more; None where it can."""
    values: Values = {**Matter.of(report).values(), "status": status_word(report)}
    return None if report.open else Say("decide.over", values)


def put_off(scene: Scene, report: Report, until: date, reason: str) -> Step:
    """Nobody is reminded before that day. Its reporter hears of it where a day they were told moves."""
    matter = Matter.of(report)
    if report.status is Status.RESOLVED:
        return Say("decide.solved", {**matter.values(), "status": status_word(report)}), ()
    if matter.emergency and report.status is Status.FORWARDED:
        return Say("decide.emergency", matter.values()), ()
    day = WorkingTime(scene.atlas.regions[report.region]).on_or_after(until)
    kept: dict[str, object] = {"put_off_until": day}
    told: tuple[Effect, ...] = ()
    promised = report.promised_on if report.status in WITH_OFFICE else report.promise_by
    if promised and day > promised:
        if report.promised_on:
            kept["promised_on"] = day
        values: Values = {**matter.values(), "day": Day(day), "note": reason}
        told = (Notify(Followers(report.id), Say("hear.put_off", values), report.id),)
    effects = (Amend(report.id, kept, Actor.COORDINATOR), _reason(report, reason), *told)
    return Say("decide.put_off", {**matter.values(), "day": Day(day)}), effects


def move(scene: Scene, report: Report, role: str, reason: str) -> Step:
    """The new office gets clocks of its own; the promise to the resident stays (`domain.md §5`)."""
    matter = Matter.of(report)
    values: Values = {**matter.values(), "office": OfficeName(report.region, role), "note": reason}
    if report.status is Status.RESOLVED:
        return Say("decide.solved", {**values, "status": status_word(report)}), ()
    if role == report.office:
        return Say("decide.there_already", values), ()
    if nobody_there(scene, report.region, role):
        return Say("decide.unmanned", values), ()
    noted = (_reason(report, reason),) if reason else ()
    if report.status is Status.REPORTED:  # a kader is looking at it; it goes to that office afterwards
        return Say("decide.moved_later", values), (*noted, SetOffice(report.id, role, Actor.COORDINATOR))
    leaving: tuple[Effect, ...] = ()
    moved = replace(matter, office=role)
    key = "hear.sent_on" if report.bounces else None
    if report.status in WITH_OFFICE:
        left: Values = {**matter.values(), "other": OfficeName(report.region, role, full=False), "note": reason}
        left_behind = Notify(OfficersOf(report.id), Say("office.moved", left), report.id)
        leaving = (left_behind, ChangeStatus(report.id, Status.NOT_OURS, Actor.COORDINATOR, reason="moved"))
        moved, key = replace(moved, status=Status.NOT_OURS), "hear.passed_on"
    effects = (
        *leaving,
        *noted,
        CloseAsks(report.id),
        SetOffice(report.id, role, Actor.COORDINATOR),
        *forward(moved, Actor.COORDINATOR, scene.now, scene.atlas, key=key),
    )
    return Say("hold.sent", values), effects


def nobody_there(scene: Scene, region: str, role: str) -> bool:
    """An office where nobody can be reached: what goes there would only come back."""
    return not any(one.reachable for one in office_of(scene, region, role))


def close(report: Report, reason: str) -> Step:
    """Closed with its reason, which its reporter and the office that has it hear."""
    matter = Matter.of(report)
    values: Values = {**matter.values(), "note": reason}
    told: tuple[Effect, ...] = ()
    if report.status in WITH_OFFICE:
        told = (Notify(OfficersOf(report.id), Say("office.closed_by_coordinator", values), report.id),)
    over = Status.CLOSED if report.status is Status.RESOLVED else Status.CANCELLED
    effects = (
        *told,
        CloseAsks(report.id),
        CancelFires(report.id),
        ChangeStatus(report.id, over, Actor.COORDINATOR, reason),
        Notify(Followers(report.id), Say("hear.closed_by_coordinator.note", values), report.id),
    )
    return Say("hold.closed", matter.values()), effects


def _reason(report: Report, reason: str) -> AddNote:
    return AddNote(report.id, reason, Actor.COORDINATOR, seen=False)
