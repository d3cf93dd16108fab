"""A confirmed draft becomes a report: its office or the reason it has none, its promise, its first question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from handlers.draft import Draft
from handlers.effects import Attach, Effect, FileReport, Notify, Sender
from handlers.lifecycle import ask_coordinator, ask_kader, change, forward, pen_clock, verification_clock
from handlers.matter import Matter
from handlers.messages import Attachment, Day, OfficeName, Say, TicketOf, Values
from handlers.scene import Scene
from routing.assign import Assignment, Hold, assign
from routing.deadlines import Deadlines, deadlines_for, office_deadlines
from routing.model import EMERGENCIES, Actor, Status

Filed = tuple[Effect, ...]
"""The report and all it brings about, the ticket message included: what it says depends on who could be reached."""


def destination(draft: Draft, scene: Scene) -> Assignment | Hold:
    """Which office gets it, or why none does: decided the same way before sending and when it is sent."""
    if draft.place is None:
        return Hold("no_place")
    return assign(draft.category, draft.place, scene.atlas, answers=conditions(draft), region=scene.region)


def conditions(draft: Draft) -> dict[str, str]:
    """The resident's answers that a route may ask for."""
    return {"condition": draft.condition} if draft.condition else {}


def file(draft: Draft, files: tuple[Attachment, ...], ref: str, scene: Scene) -> Filed:
    """The effects of sending the draft, with the ticket message to its sender."""
    where = destination(draft, scene)
    region = scene.atlas.regions[draft.place[:5] if draft.place else scene.region]
    clock = deadlines_for(region, draft.category or "", scene.now)
    report = replace(_report(draft, ref, region.code, scene.now), promise_by=clock.promise_by)
    kept: tuple[Effect, ...] = (Attach(ref, files),) if files else ()
    if isinstance(where, Hold):
        held = replace(report, status=Status.HOLDING, hold_reason=where.reason)
        asked = ask_coordinator(Matter.filed(held, scene.person.name), where.reason, scene.atlas)
        return held, *kept, asked, pen_clock(ref, scene.now, region), _ticket("report.filed_held", held)
    assigned = replace(report, office=where.office, support=where.support, field=where.field, verify_by=clock.verify_by)
    return assigned, *kept, *_on_its_way(assigned, clock, scene)


def _on_its_way(report: FileReport, clock: Deadlines, scene: Scene) -> tuple[Effect, ...]:
    """To a kader first; straight to the office when a kader sent it, when minutes matter, or without a kader there."""
    matter = Matter.filed(report, scene.person.name)
    region = scene.atlas.regions[report.region]
    heard_by = office_deadlines(region, report.category or "", scene.now)[0].astimezone(region.tz).date()
    if report.verified:
        sent = forward(matter, Actor.SYSTEM, scene.now, scene.atlas, tell=False)
        return *sent, _ticket("report.filed_relay", report, heard_by)
    if report.urgent and report.category in EMERGENCIES:
        return *_unchecked(matter, "urgent", scene), _ticket("report.filed_urgent", report)
    nobody = (*_unchecked(matter, "no_kader", scene), _ticket("report.filed_direct", report, heard_by))
    checked_first = _ticket("report.filed_nameless" if report.hide_name else "report.filed", report)
    clocks = verification_clock(matter, scene.now, clock.verify_by, clock.forward_at, scene.atlas)
    return *clocks, *ask_kader(matter, nobody, (checked_first,))


def _unchecked(matter: Matter, reason: str, scene: Scene) -> tuple[Effect, ...]:
    moved = change(matter, Status.UNVERIFIED, Actor.SYSTEM, reason=reason)
    return *moved, *forward(replace(matter, status=Status.UNVERIFIED), Actor.SYSTEM, scene.now, scene.atlas, tell=False)


def _ticket(key: str, report: FileReport, day: date | None = None) -> Effect:
    """The ticket with its promise: until when it is passed on, or `day`, until when the office has to be heard."""
    values: Values = {"ticket": TicketOf(report.ref)}
    promised = day or report.promise_by
    if promised:
        values["day"] = Day(promised)
    if report.office:
        values["office"] = OfficeName(report.region, report.office, full=False)
    return Notify(Sender(), Say(key, values))


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
