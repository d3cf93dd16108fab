"""A confirmed draft becomes a report: its office or the reason it has none, its promise, its first question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from handlers.draft import Draft
from handlers.effects import Attach, Effect, FileReport
from handlers.lifecycle import AT_ONCE, ask_coordinator, ask_kader, change, forward, verification_clock
from handlers.matter import Matter
from handlers.messages import Attachment, Day, OfficeName, Say, TicketOf, Values
from handlers.scene import Scene
from routing.assign import Assignment, Hold, assign
from routing.deadlines import Deadlines, deadlines_for
from routing.model import Actor, Status

Filed = tuple[tuple[Effect, ...], Say]
Way = tuple[tuple[Effect, ...], str]
"""Effects, and the key of the ticket message."""


def destination(draft: Draft, scene: Scene) -> Assignment | Hold:
    """Which office gets it, or why none does: decided the same way before sending and when it is sent."""
    if draft.place is None:
        return Hold("no_place")
    return assign(draft.category, draft.place, scene.atlas, answers=conditions(draft), region=scene.region)


def conditions(draft: Draft) -> dict[str, str]:
    """The resident's answers that a route may ask for."""
    return {"condition": draft.condition} if draft.condition else {}


def file(draft: Draft, files: tuple[Attachment, ...], ref: str, scene: Scene) -> Filed:
    """The effects of sending the draft, and the ticket message."""
    where = destination(draft, scene)
    region = scene.atlas.regions[draft.place[:5] if draft.place else scene.region]
    clock = deadlines_for(region, draft.category or "", scene.now)
    if isinstance(where, Assignment):
        report = replace(
            _report(draft, ref, region.code, scene.now),
            office=where.office,
            support=where.support,
            field=where.field,
            promise_by=clock.promise_by,
            verify_by=clock.verify_by,
        )
        effects, key = _on_its_way(report, clock, scene)
    else:
        report = replace(
            _report(draft, ref, region.code, scene.now),
            status=Status.HOLDING,
            hold_reason=where.reason,
            promise_by=clock.promise_by,
        )
        effects, key = (
            (ask_coordinator(Matter.filed(report, scene.person.name), where.reason, scene.atlas),),
            "report.filed_held",
        )
    if key == "report.filed" and report.hide_name:
        key = "report.filed_nameless"
    kept: tuple[Effect, ...] = (Attach(ref, files),) if files else ()
    return (report, *kept, *effects), Say(key, _ticket_values(report, clock.promise_by))


def _on_its_way(report: FileReport, clock: Deadlines, scene: Scene) -> Way:
    """To a kader first; straight to the office when a kader sent it, or when hours matter."""
    matter = Matter.filed(report, scene.person.name)
    if report.verified:
        checked = replace(matter, status=Status.VERIFIED)
        return forward(checked, Actor.SYSTEM, scene.now, scene.atlas, tell=False), "report.filed_relay"
    if report.urgent and report.category in AT_ONCE:
        at_once = change(matter, Status.UNVERIFIED, Actor.SYSTEM, reason="urgent")
        unchecked = replace(matter, status=Status.UNVERIFIED)
        return (*at_once, *forward(unchecked, Actor.SYSTEM, scene.now, scene.atlas, tell=False)), "report.filed_urgent"
    nobody = (
        *change(matter, Status.UNVERIFIED, Actor.SYSTEM, reason="no_kader"),
        *forward(replace(matter, status=Status.UNVERIFIED), Actor.SYSTEM, scene.now, scene.atlas, tell=False),
    )
    clocks = verification_clock(matter, scene.now, clock.verify_by, clock.forward_at, scene.atlas)
    return (*clocks, *ask_kader(matter, nobody)), "report.filed"


def _report(draft: Draft, ref: str, region: str, now: datetime) -> FileReport:
    return FileReport(
        ref=ref,
        region=region,
        text=draft.text,
        field=draft.field,
        category=draft.category,
        place_code=draft.place,
        received_at=now,
        status=Status.VERIFIED if draft.relay else Status.REPORTED,
        rt=draft.rt,
        rw=draft.rw,
        point=draft.point,
        urgent=draft.urgent,
        verified=draft.relay,
        hide_name=draft.hide_name or draft.consent == "not_asked",
        on_behalf_of=draft.on_behalf_of if draft.consent != "not_asked" else None,
        consent=draft.consent,
        alternatives=draft.likely,
        score=draft.score,
        chosen_by_person=draft.chosen,
    )


def _ticket_values(report: FileReport, promise_by: date) -> Values:
    values: Values = {"ticket": TicketOf(report.ref), "day": Day(promise_by)}
    if report.office:
        values["office"] = OfficeName(report.region, report.office, full=False)
    return values
