"""What every answer on the restricted track is made of: numbers, a neutral cover, and words for the PPA office."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import AddNote, Amend, Effect, Notify, OfficersOf, Remember
from handlers.form import choice
from handlers.messages import Choice, Say, TicketOf, Values
from handlers.report_form import REPORT
from handlers.safety_words import whose
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance
from routing.locate import locate_point
from routing.model import RESTRICTED_CATEGORIES, Actor, Kind, Status, Understanding

NAME = "safety"
REST = "rest"
"""Nothing is asked; what follows may still be about the request."""
PHONE = (choice("safe", "choice.phone_safe"), choice("unsafe", "choice.phone_unsafe"))
CONNECT = (
    choice("contact_me", "choice.contact_me"),
    choice("i_contact", "choice.i_contact"),
    choice("not_now", "choice.not_now"),
)
OPEN: tuple[Choice, ...] = (choice("@open", "choice.open"),)


def may_be(scene: Scene, read: Understanding) -> bool:
    """Whether words belong on this track: the reader says so, or is sure of a category that is always on it."""
    violent = read.category in RESTRICTED_CATEGORIES and read.score >= scene.reader.ask_below
    return read.restricted or (read.kind is Kind.REPORT and violent)


# --- what is known ----------------------------------------------------------------------------------------------------


def request_of(state: State) -> str:
    """The draft reference of the request; empty when there is none."""
    return state.request or state.ref or ""


def code(scene: Scene) -> TicketOf:
    return TicketOf(request_of(scene.state))


def opened(scene: Scene) -> bool:
    """Whether somebody at the PPA office has looked at it."""
    return scene.own_request is not None and scene.own_request.status is not Status.REPORTED


def harms_self(scene: Scene) -> bool:
    known = scene.own_request.category if scene.own_request else None
    return bool(scene.state.answers.get("self", known == "gangguan_jiwa"))


def who(scene: Scene) -> str:
    """`me`, `child`, `parent` or `others`: as noted, or read from the request once more."""
    noted, known = scene.state.answers.get("who"), scene.own_request
    if noted or known is None:
        return str(noted or "me")
    return whose(known.text, known.category, works_for_others=bool(scene.person.memberships))


def quiet(scene: Scene) -> bool:
    """Others may read this phone: nothing said may tell what it is about."""
    said = scene.state.answers.get("phone")
    return said == "unsafe" if said else bool(scene.person.facts.get("discreet"))


def numbers(scene: Scene, *, self_harm: bool | None = None) -> Values:
    """The region's own numbers (`domain.md §8`); `first` and `second` are those to call now."""
    hotlines = scene.atlas.regions[scene.region].hotlines
    kept: Values = {name: hotlines[name].number for name in ("emergency", "police", "women_children", "medical")}
    despair = harms_self(scene) if self_harm is None else self_harm
    first, second = ("medical", "emergency") if despair else ("emergency", "police")
    return {**kept, "first": hotlines[first].number, "second": hotlines[second].number}


def said(scene: Scene, key: str, options: tuple[Choice, ...] = ()) -> Say:
    """The line, or its other wording when it was the last one said; with the code and the numbers to fill it."""
    key = f"{key}.again" if scene.state.last == key else key
    return Say(key, {**numbers(scene), "code": code(scene)}, options)


def on_track(scene: Scene) -> State:
    """The conversation on this track; an ordinary report that it interrupts waits in line."""
    state = scene.state
    if state.dialogue != REPORT:
        return replace(state, dialogue=NAME)
    return replace(state, dialogue=NAME, ref=None, answers={}, queue=(dict(state.answers), *state.queue))


# --- what is answered -------------------------------------------------------------------------------------------------


def rest(scene: Scene, say: Say, effects: tuple[Effect, ...] = (), *, after: tuple[Say, ...] = ()) -> Outcome:
    """Said, and nothing is asked any more."""
    state = replace(on_track(scene), asked=REST, step=scene.state.step + 1, misses=0, last=say.key)
    return Outcome(state, (say, *after), effects)


def cover(scene: Scene) -> Outcome:
    """The posyandu's opening days and nothing else, as if that had been asked; from now on nothing may tell more."""
    return hushed(scene, said(scene, "cover.schedule"))


def hushed(scene: Scene, say: Say, effects: tuple[Effect, ...] = ()) -> Outcome:
    """The phone is not safe from now on. Who works here needs the menu all the same, so only residents are covered."""
    covered = () if scene.person.memberships else (Remember({"discreet": "1"}),)
    kept = on_track(scene)
    kept = replace(kept, answers={**kept.answers, "phone": "unsafe"})
    return rest(replace(scene, state=kept), say, (*effects, *covered))


def passed_on(scene: Scene, heard: Utterance, *, pressing: bool = False) -> tuple[Effect, ...]:
    """Her words go to the PPA office alone; it is told of them when it has looked already, or when it is pressing.

    Of a pin only the area is kept.
    """
    ref = request_of(scene.state)
    noted: tuple[Effect, ...] = (AddNote(ref, heard.text, Actor.REPORTER),) if heard.text else ()
    area = locate_point(*heard.point, scene.atlas) if heard.point else None
    if area:
        noted += (Amend(ref, {"place_code": area.code}, Actor.REPORTER),)
    if not (pressing or (noted and opened(scene))):
        return noted
    say = Say("ppa.pressing" if pressing else "ppa.more", {"ticket": TicketOf(ref)}, OPEN)
    return (*noted, Notify(OfficersOf(ref), say, ref, "ppa"))


def pictured(heard: Utterance) -> bool:
    return any(file.kind in ("photo", "video") for file in heard.files)


def without_words(scene: Scene, heard: Utterance) -> Outcome:
    """No picture and no voice is kept (`domain.md §6.5`); what was asked stays asked."""
    say = said(scene, "safety.no_photo" if pictured(heard) else "safety.only_words")
    return Outcome(replace(scene.state, last=say.key), (say,))
