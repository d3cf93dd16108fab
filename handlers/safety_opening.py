"""The first answer to what may be violence or self-harm: numbers to call, one question, and the PPA office knows
(`domain.md §6.4`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import safety_words as words
from handlers.effects import Coordinators, Effect, FileReport, Notify, OfficersOf, ScheduleFire
from handlers.form import ask
from handlers.messages import Say, TicketOf
from handlers.report_form import REPORT
from handlers.safety_desk import OFFICE
from handlers.safety_track import NAME, OPEN, PHONE, harms_self, hushed, pictured, quiet, said, who
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance
from routing.model import RESTRICTED_CATEGORIES, FireKind, Understanding

DANGER_MINUTES = 30
"""Until the PPA office has to have taken it, day and night (`domain.md §6.4`)."""


def begin(scene: Scene, heard: Utterance, read: Understanding) -> Outcome:
    """Numbers to call and one question; meanwhile the PPA office has it. No form, no kader, no preview that tells."""
    filed = _file(scene, heard, read)
    state = scene.state
    about = words.whose(heard.text, read.category, works_for_others=bool(scene.person.memberships))
    started = State(
        dialogue=NAME,
        request=filed.ref,
        answers={"who": about, "self": words.self_harm(heard.text, read)},
        queue=(dict(state.answers), *state.queue) if state.dialogue == REPORT else state.queue,
        about=state.about,
        step=state.step,
        heard_at=state.heard_at,
        last=state.last,
    )
    # What is known of an older request says nothing about this one.
    scene = replace(scene, own_request=None, state=started)
    photo = (Say("safety.no_photo"),) if pictured(heard) else ()
    opening = _opening(scene, heard)
    return replace(opening, says=(*photo, *opening.says), effects=(filed, *_to_ppa(filed, scene), *opening.effects))


def _opening(scene: Scene, heard: Utterance) -> Outcome:
    """A phone that somebody else reads gets the numbers once and is not asked; poison comes before every question."""
    despair, about = harms_self(scene), who(scene)
    if despair and words.swallowed(heard.text):
        key = "safety.poison.others" if about in ("others", "parent") else "safety.poison"
        return ask(scene, scene.state, said(scene, key), "phone")
    if words.exposed(heard.text) or quiet(scene):
        key = "safety.first_quiet.child" if about == "child" else "safety.first_quiet"
        return hushed(scene, said(scene, key))
    if despair:
        about = "others" if about == "parent" else about
    return ask(
        scene, scene.state, said(scene, f"safety.{'first_self' if despair else 'first'}.{about}", PHONE), "phone"
    )


def _file(scene: Scene, heard: Utterance, read: Understanding) -> FileReport:
    """Minimum only: the words, the area, the urgency. No photo is kept; contact is forbidden until allowed."""
    place = read.place if read.place and scene.atlas.served(read.place.code) else None
    return FileReport(
        ref=scene.fresh,
        region=place.region if place else scene.region,
        text=heard.text,
        field=read.field,
        category=_category(heard, read),
        place_code=place.code if place else None,
        received_at=scene.now,
        office=OFFICE,
        urgent=True,
        restricted=True,
        hide_name=True,
        score=read.score,
    )


def _category(heard: Utterance, read: Understanding) -> str:
    if words.self_harm(heard.text, read):
        return "gangguan_jiwa"
    if read.category in RESTRICTED_CATEGORIES:
        return read.category or ""
    return "kekerasan_anak" if read.category == "kekerasan_sekolah" else "kdrt"


def _to_ppa(filed: FileReport, scene: Scene) -> tuple[Effect, ...]:
    """To the PPA officers alone, in neutral words; when there is none, the coordinator learns the bare count."""
    say = Say("ppa.new", {"ticket": TicketOf(filed.ref)}, OPEN)
    counted = Notify(Coordinators(filed.region), Say("hold.restricted"))
    due = scene.now + timedelta(minutes=DANGER_MINUTES)
    return (
        Notify(OfficersOf(filed.ref), say, filed.ref, "ppa", if_nobody=(counted,)),
        ScheduleFire(filed.ref, FireKind.RESPOND_REMIND, due),
    )
