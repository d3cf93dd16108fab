"""The coordinator decides what nobody else can: where a held report belongs, and what is done about a stuck one."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import Amend, CancelFires, ChangeStatus, CloseAsks, Effect, Followers, Notify, SetOffice
from handlers.lifecycle import ask_kader, change, forward, verification_clock
from handlers.matter import Matter
from handlers.messages import Lines, OfficeName, Say, Where
from handlers.replies import status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers
from routing.assign import Assignment, assign, office_named
from routing.deadlines import deadlines_for
from routing.locate import locate
from routing.model import FIELD_OF, Actor, Report, Role, Status

KINDS = frozenset({"hold"})


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """An office by button or name, a place, or *tutup* with a reason; None when the words are none of these."""
    matter = Matter.of(report)
    if report.status is not Status.HOLDING:
        return told(scene, Say("hold.already", {**matter.values(), "status": status_word(report)}), (), report)
    if tap(heard) == "close" or answers.starts_with(heard.text, "coordinator", "close") is not None:
        return _close(scene, matter, heard)
    region = scene.atlas.regions[report.region]
    role = tap(heard) or office_named(heard.text, region, scene.atlas)
    if role in region.offices:
        return _to_office(scene, matter, role or "")
    return _completed(scene, matter, heard)


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """*SMD-0130 ke Perkim*: a held report named by its number; None when none is named."""
    held = [task for task in scene.tasks if task.status is Status.HOLDING]
    found = named(heard.text, held, scene)
    if len(found) != 1:
        return None
    return answer(scene, heard, Ask(0, "hold", found[0].id, scene.now), found[0])


def overview(scene: Scene) -> Outcome:
    """What is held and stuck, and the bare counts of the rest; restricted reports are only counted."""
    held = [task for task in scene.tasks if task.status is Status.HOLDING][:5]
    lines = tuple(Say("list.line", Matter.of(task).values()) for task in held)
    counts = {name: scene.counts.get(name, 0) for name in ("held", "open", "overdue", "restricted")}
    key = "coordinator.overview" if lines else "coordinator.overview_empty"
    return told(scene, Say(key, {**counts, "lines": Lines(lines)}))


def _to_office(scene: Scene, matter: Matter, role: str) -> Outcome:
    effects = (
        CloseAsks(matter.key, ("hold",)),
        SetOffice(matter.key, role, Actor.COORDINATOR),
        *forward(replace(matter, office=role), Actor.COORDINATOR, scene.now, scene.atlas),
    )
    return told(
        scene, Say("hold.sent", {**matter.values(), "office": OfficeName(matter.region, role)}), effects, matter
    )


def _completed(scene: Scene, matter: Matter, heard: Utterance) -> Outcome | None:
    """The missing place or category was named: the report takes the ordinary way, its promise as it was."""
    if not heard.text:
        return None
    place = locate(heard.text, scene.atlas, near=matter.region, asked=True).place
    read = scene.reader.read(heard.text, role=Role.COORDINATOR, near=matter.region)
    place_code = matter.place_code or (place.code if place and scene.atlas.served(place.code) else None)
    category = matter.category or read.category
    if (place_code, category) == (matter.place_code, matter.category):
        return None
    values = {"place_code": place_code, "category": category, "field": FIELD_OF.get(category or "")}
    known: dict[str, object] = {name: value for name, value in values.items() if value}
    amended: tuple[Effect, ...] = (Amend(matter.key, known, Actor.COORDINATOR),)
    found = assign(category, place_code, scene.atlas, region=matter.region)
    where = Where(place_code, matter.rt, matter.rw)
    if not isinstance(found, Assignment):
        return told(scene, Say("hold.still_missing", {**matter.values(), "where": where}), amended, matter)
    whole = replace(matter, place_code=place_code, category=category, office=found.office, status=Status.REPORTED)
    clock = deadlines_for(scene.atlas.regions[matter.region], category or "", scene.now)
    nobody = (
        ChangeStatus(matter.key, Status.UNVERIFIED, Actor.SYSTEM, reason="no_kader"),
        *forward(replace(whole, status=Status.UNVERIFIED), Actor.SYSTEM, scene.now, scene.atlas),
    )
    effects = (
        *amended,
        CloseAsks(matter.key, ("hold",)),
        SetOffice(matter.key, found.office, Actor.COORDINATOR),
        *change(matter, Status.REPORTED, Actor.COORDINATOR),
        *verification_clock(whole, scene.now, clock.verify_by, clock.forward_at, scene.atlas),
        *ask_kader(whole, nobody),
    )
    values_said = {**whole.values(), "office": OfficeName(matter.region, found.office)}
    return told(scene, Say("hold.completed", values_said), effects, matter)


def _close(scene: Scene, matter: Matter, heard: Utterance) -> Outcome:
    """Closed by the coordinator; the reporter hears it with the reason."""
    reason = answers.starts_with(heard.text, "coordinator", "close") if heard.text else ""
    key = "hear.closed_by_coordinator.note" if reason else "hear.closed_by_coordinator"
    effects = (
        CloseAsks(matter.key),
        CancelFires(matter.key),
        ChangeStatus(matter.key, Status.CANCELLED, Actor.COORDINATOR, reason or None),
        Notify(Followers(matter.key), Say(key, {**matter.values(), "note": reason or ""}), matter.key),
    )
    return told(scene, Say("hold.closed", matter.values()), effects, matter)
