"""The coordinator decides what nobody else can: where a held report belongs, and what is done about a stuck one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handlers import status, worklist
from handlers.coordinator_deeds import nobody_there, refused
from handlers.coordinator_words import (
    ask_where,
    ask_why,
    asked_again,
    completed,
    decided,
    dropped,
    in_another_hat,
    offices,
    pool,
    unknown,
)
from handlers.effects import Amend, ChangeStatus, CloseAsks, Effect, SetOffice
from handlers.lifecycle import ask_kader, change, forward, verification_clock
from handlers.matter import Matter
from handlers.messages import OfficeName, Say, Values, Where, Word
from handlers.replies import status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.standing_in import coordinates
from handlers.utterance import Utterance
from handlers.worklist import Said
from routing import answers, deciding
from routing.assign import Assignment, assign, office_named
from routing.deadlines import WorkingTime, deadlines_for
from routing.ladder import late_since
from routing.locate import locate
from routing.model import FIELD_OF, Actor, Report, Role, Status

KINDS = frozenset({"hold"})
FEW = 5
"""Fewer could be told apart by whoever knows the neighbourhood."""


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """An office by button or name, a place, or *tutup* with a reason; None when the words are none of these."""
    matter = Matter.of(report)
    if report.status is not Status.HOLDING:
        return told(scene, Say("hold.already", {**matter.values(), "status": status_word(report)}), (), report)
    if tap(heard) == "close":
        return ask_why(scene, report)
    if tap(heard) == "others":
        return ask_where(scene, report)
    if deciding.begins(heard.text):
        return decided(scene, f"{report.ticket} {heard.text}")
    region = scene.atlas.regions[report.region]
    role = tap(heard) or office_named(heard.text, region, scene.atlas)
    if role in offices(region):
        return _to_office(scene, matter, role or "")
    return _completed(scene, matter, heard)


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """*SMD-0130 ke Perkim, 2 tutup karena dobel*: reports named by number or line; None when none is."""
    if not heard.text or heard.choice:
        return None
    text = completed(scene, heard) or heard.text
    if answers.command(text):
        return dropped(scene, text)
    by_deed = decided(scene, text) or _about_named(scene, replace(heard, text=text))
    return by_deed or asked_again(scene, text) or _of_no_list(scene, text)


def _of_no_list(scene: Scene, text: str) -> Outcome | None:
    """*1 ke Perkim*, and no list stands on the phone: no report of their own begins with that."""
    if scene.state.listed or scene.state.dialogue is not None:
        return None
    (first, *_) = worklist.parts(scene, deciding.line_first(text))
    region = scene.atlas.regions[min(coordinates(scene), default=scene.region)]
    decides = deciding.decision(first.note).deed or office_named(first.note, region, scene.atlas) in offices(region)
    return told(scene, Say("decide.no_list")) if first.number and decides else None


def _about_named(scene: Scene, heard: Utterance) -> Outcome | None:
    """Without a word like *tunda*: where a held report goes, or what has become of one."""
    named = worklist.said_of(scene, heard.text, pool(scene))
    if not any(one.report for one in named):
        return _strange(scene, named)
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    for said in named:
        outcome = _decided(scene, heard, said)
        if outcome:
            scene = replace(scene, state=outcome.state)
            says, effects = says + outcome.says, effects + outcome.effects
    return Outcome(scene.state, says, effects) if says or effects else None


def _strange(scene: Scene, named: Sequence[Said]) -> Outcome | None:
    """A number that is written out and belongs to no report they know, not even to one of their own."""
    own = {one.ticket for one in (*scene.mine, *scene.tasks)}
    strange = [one for one in named if not one.by_line]
    if not strange or any(one.name in own for one in strange):
        return None
    return told(scene, unknown(scene, strange[0]))


def unclear(scene: Scene, heard: Utterance) -> Outcome | None:
    """No decision in these words while reports are held: the list again, with how to decide."""
    waiting = worklist.held(scene)
    return worklist.listed(scene, "hold.unclear", waiting) if waiting else None


def overview(scene: Scene) -> Outcome:
    """What is held and stuck, and the bare counts of the rest; restricted reports are only counted, from five on."""
    counts: Values = {name: scene.counts.get(name, 0) for name in ("held", "open", "overdue", "restricted")}
    if scene.counts.get("restricted", 0) < FEW:
        counts["restricted"] = Word("coordinator.few")
    waiting = (*worklist.held(scene), *_late(scene))
    if waiting:
        return worklist.listed(scene, "coordinator.overview", waiting, counts, line="coordinator.line")
    return told(scene, Say("coordinator.overview_empty", counts))


def _late(scene: Scene) -> Iterator[Report]:
    """What an office has let lie beyond its day, the oldest first; what was put off waits for nobody."""
    for report in reversed(scene.tasks):
        since = late_since(report) if report.region in coordinates(scene) else None
        today = WorkingTime(scene.atlas.regions[report.region]).local_day(scene.now)
        if since and since < scene.now and not (report.put_off_until and today < report.put_off_until):
            yield report


def _decided(scene: Scene, heard: Utterance, said: Said) -> Outcome | None:
    """A line number counts only with a decision behind it; a ticket that is written out is always answered."""
    report, words = said.report, said.update.note
    if report is None:
        return told(scene, unknown(scene, said))
    if report.status is not Status.HOLDING:
        return _elsewhere(scene, report, said)
    outcome = answer(scene, replace(heard, text=words), Ask(0, "hold", report.id, scene.now), report) if words else None
    if outcome or said.by_line:
        return outcome
    return worklist.listed(scene, "hold.unclear", worklist.held(scene)) if words else status.story(scene, report)


def _elsewhere(scene: Scene, report: Report, said: Said) -> Outcome | None:
    """A report that waits for nobody's decision: its story, or another office where one is named."""
    if in_another_hat(scene, report):
        return None
    words = said.update.note
    if not words:
        return status.story(scene, report)
    if not report.open:
        return told(scene, refused(report), (), report)
    if office_named(words, scene.atlas.regions[report.region], scene.atlas):
        return decided(scene, deciding.sentence("move", [report.ticket], words, ""))
    return None if said.by_line else told(scene, Say("decide.unclear", {"ticket": report.ticket}), (), report)


def _to_office(scene: Scene, matter: Matter, role: str) -> Outcome:
    if nobody_there(scene, matter.region, role):
        values: Values = {**matter.values(), "office": OfficeName(matter.region, role)}
        return told(scene, Say("decide.unmanned", values), (), matter)
    effects = (
        CloseAsks(matter.key, ("hold",)),
        SetOffice(matter.key, role, Actor.COORDINATOR),
        *forward(replace(matter, office=role), Actor.COORDINATOR, scene.now, scene.atlas, key=_heard_as(matter)),
    )
    return told(
        scene, Say("hold.sent", {**matter.values(), "office": OfficeName(matter.region, role)}), effects, matter
    )


def _heard_as(matter: Matter) -> str | None:
    """Its reporter heard before that a kader looked, and is not told so twice."""
    return "hear.sent_on" if matter.bounces else None


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
    if matter.verified:  # a kader sent it: no other kader is asked
        sent = _to_office(scene, replace(matter, place_code=place_code, category=category), found.office)
        return replace(sent, effects=(*amended, *sent.effects))
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
