"""A confirmed draft becomes a report: its office or the reason it has none, its promise, its first question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import listening
from handlers.draft import Draft
from handlers.effects import Attach, Effect, FileReport, Notify, Sender
from handlers.form import choice
from handlers.lifecycle import ask_coordinator, ask_kader, change, forward, pen_clock, verification_clock
from handlers.listening import UNHEARD
from handlers.matter import Matter
from handlers.messages import Attachment, Day, OfficeName, Say, TicketOf, Values
from handlers.scene import Scene
from handlers.spoken import for_a_kader
from routing.about_staff import accused
from routing.assign import Assignment, Hold, assign
from routing.deadlines import Deadlines, deadlines_for, office_deadlines
from routing.model import EMERGENCIES, Actor, Status

Filed = tuple[Effect, ...]
"""The report and all it brings about, the ticket message included: what it says depends on who could be reached."""


def destination(draft: Draft, scene: Scene) -> Assignment | Hold:
    """Which office gets it, or why none does: decided the same way before sending and when it is sent."""
    if accused(draft.text) and not draft.emergency:
        return Hold("about_staff")
    if draft.place is None and not draft.emergency:
        return Hold("no_place")
    return assign(draft.category, draft.place, scene.atlas, answers=conditions(draft), region=scene.region)


def conditions(draft: Draft) -> dict[str, str]:
    """The resident's answers that a route may ask for."""
    return {"condition": draft.condition} if draft.condition else {}


def file(draft: Draft, files: tuple[Attachment, ...], ref: str, scene: Scene, *, linked_to: str | None = None) -> Filed:
    """The effects of sending the draft, with the ticket message to its sender. `linked_to`: another part of its story,
    filed in this turn."""
    where = destination(draft, scene)
    region = scene.atlas.regions[draft.place[:5] if draft.place else scene.region]
    clock = deadlines_for(region, draft.category or "", scene.now)
    report = replace(_report(draft, ref, region.code, scene.now), promise_by=clock.promise_by, linked_to=linked_to)
    kept: tuple[Effect, ...] = (Attach(ref, files),) if files else ()
    if for_a_kader(draft) and draft.place:
        unheard = replace(report, status=Status.REPORTED, verified=False, hold_reason=UNHEARD)
        return unheard, *kept, *_to_be_heard(unheard, clock, scene)
    if isinstance(where, Hold):
        held = replace(report, status=Status.HOLDING, hold_reason=where.reason)
        matter = Matter.filed(held, scene.person.name)
        asked = ask_coordinator(matter, where.reason, scene.atlas)
        watched = pen_clock(ref, scene.now, region, emergency=matter.emergency)
        return held, *kept, asked, watched, _ticket("report.filed_held", held)
    assigned = replace(report, office=where.office, support=where.support, field=where.field, verify_by=clock.verify_by)
    return assigned, *kept, *_on_its_way(assigned, clock, scene)


def _to_be_heard(report: FileReport, clock: Deadlines, scene: Scene) -> tuple[Effect, ...]:
    """A voice note and nothing else: its kader listens before anybody can say which office it is for."""
    matter = Matter.filed(report, scene.person.name)
    nobody = (_ticket("report.filed_held", report),)
    return listening.ask_kader(matter, clock, _ticket("voice.filed", report), nobody, scene.now, scene.atlas)


def _on_its_way(report: FileReport, clock: Deadlines, scene: Scene) -> tuple[Effect, ...]:
    """To a kader first; straight to the office when a kader sent it, when minutes matter, or without a kader there."""
    matter = Matter.filed(report, scene.person.name)
    region = scene.atlas.regions[report.region]
    if report.urgent and report.category in EMERGENCIES:
        truth = _Receipts(_emergency_ticket(report), _ticket("report.filed_urgent_held", report))
        return _forwarded(matter, truth, scene) if report.verified else _unchecked(matter, "urgent", truth, scene)
    heard_by = office_deadlines(region, report.category or "", scene.now)[0].astimezone(region.tz).date()
    held = _ticket("report.filed_held", report)
    if report.verified:
        return _forwarded(matter, _Receipts(_ticket("report.filed_relay", report, heard_by), held), scene)
    direct = _Receipts(_ticket("report.filed_direct", report, heard_by), held)
    nobody = _unchecked(matter, "no_kader", direct, scene)
    checked_first = _ticket("report.filed_nameless" if report.hide_name else "report.filed", report)
    clocks = verification_clock(matter, scene.now, clock.verify_by, clock.forward_at, scene.atlas)
    return *clocks, *ask_kader(matter, nobody, (checked_first,))


@dataclass(frozen=True)
class _Receipts:
    """What the reporter is told, by whether the office could be reached."""

    sent: Effect
    held: Effect


def _unchecked(matter: Matter, reason: str, truth: _Receipts, scene: Scene) -> tuple[Effect, ...]:
    moved = change(matter, Status.UNVERIFIED, Actor.SYSTEM, reason=reason)
    return *moved, *_forwarded(replace(matter, status=Status.UNVERIFIED), truth, scene)


def _forwarded(matter: Matter, truth: _Receipts, scene: Scene) -> tuple[Effect, ...]:
    return forward(matter, Actor.SYSTEM, scene.now, scene.atlas, tell=False, sent=(truth.sent,), held=(truth.held,))


def _emergency_ticket(report: FileReport) -> Effect:
    """Sent already: what is missing is asked now, and a mistake costs one tap."""
    key = "report.filed_urgent" if report.place_code else "report.filed_urgent_where"
    values: Values = {"ticket": TicketOf(report.ref)}
    if report.office:
        values["office"] = OfficeName(report.region, report.office, full=False)
    say = Say(key, values, (choice("@mistaken", "choice.mistaken"),))
    return Notify(Sender(), say, report.ref, "mistaken")


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
