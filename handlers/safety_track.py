"""What every answer on the restricted track is made of: numbers, a neutral cover, and words for the PPA office."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import AddNote, Amend, Attach, Effect, Notify, OfficersOf, Remember, Unsend
from handlers.form import choice
from handlers.messages import Attachment, Choice, Say, TicketOf, Values
from handlers.report_form import REPORT
from handlers.safety_clock import OPEN, started
from handlers.safety_clock import numbers as region_numbers
from handlers.safety_words import for_a_doctor, whose, without_ids
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance
from routing.locate import locate_point
from routing.model import RESTRICTED_CATEGORIES, Actor, Kind, Status, Understanding

NAME = "safety"
REST = "rest"
"""Nothing is asked; what follows may still be about the request."""
PHONE = (
    choice("safe", "choice.phone_safe"),
    choice("unsafe", "choice.phone_unsafe"),
    choice("mistaken", "choice.phone_mistaken"),
)
CONNECT = (
    choice("contact_me", "choice.contact_me"),
    choice("i_contact", "choice.i_contact"),
    choice("not_now", "choice.not_now"),
)


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
    despair = harms_self(scene) if self_harm is None else self_harm
    return region_numbers(scene.atlas.regions[scene.region].hotlines, self_harm=despair)


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


def emptied(scene: Scene) -> Outcome:
    """The conversation is taken off the phone, where the channel can do that, and hidden for whoever looks next."""
    hidden = cover(scene)
    return replace(hidden, effects=(Unsend(), *hidden.effects)) if scene.unsends else hidden


def unsafe(scene: Scene, effects: tuple[Effect, ...] = ()) -> Outcome:
    """Others read this phone: the code, the way out, and, where the channel can do that, an empty conversation."""
    return hushed(scene, with_way_out(scene, said(scene, "safety.discreet")), effects)


def with_way_out(scene: Scene, say: Say) -> Say:
    """The line with a button that empties the conversation, where the channel can do that."""
    if not scene.unsends:
        return say
    return replace(say, choices=(choice(f"f{scene.state.step + 1}:unsend", "choice.unsend"),))


def hushed(scene: Scene, say: Say, effects: tuple[Effect, ...] = ()) -> Outcome:
    """The phone is not safe from now on. Who works here needs the menu all the same, so only residents are covered."""
    covered: tuple[Effect, ...] = () if scene.person.memberships else (Remember({"discreet": "1"}),)
    kept = on_track(scene)
    kept = replace(kept, answers={**kept.answers, "phone": "unsafe"})
    scene = replace(scene, state=kept)
    return rest(scene, say, (*effects, *covered, *phone_is(scene, discreet=True)), after=_doctor(scene, say))


def _doctor(scene: Scene, say: Say) -> tuple[Say, ...]:
    """What a doctor could still do matters on a phone that others read too; there it is a plain opening hour."""
    told = say.key in ("safety.discreet", "safety.first_quiet", "safety.first_quiet.child")
    return (Say("safety.open_all_day"),) if told and needs_doctor(scene) else ()


def needs_doctor(scene: Scene) -> bool:
    known = scene.own_request
    noted = scene.state.answers.get("doctor")
    return bool(noted) if noted is not None or known is None else for_a_doctor(known.text, known.category)


def phone_is(scene: Scene, *, discreet: bool) -> tuple[Effect, ...]:
    """Whether anything may be sent to this phone unasked; noted on the request when it is news."""
    known = scene.own_request
    if known is not None and known.discreet is discreet:
        return ()
    return (Amend(request_of(scene.state), {"discreet": discreet}, Actor.REPORTER),)


def passed_on(scene: Scene, heard: Utterance, *, pressing: bool = False) -> tuple[Effect, ...]:
    """Her words go to the PPA office alone; it is told of them when it has looked already, or when it is pressing.

    Of a pin only the area is kept.
    """
    ref = request_of(scene.state)
    noted: tuple[Effect, ...] = (AddNote(ref, without_ids(heard.text), Actor.REPORTER),) if heard.text else ()
    area = locate_point(*heard.point, scene.atlas) if heard.point else None
    if area:
        noted += (Amend(ref, {"place_code": area.code}, Actor.REPORTER),)
    if not (pressing or (noted and opened(scene))):
        return noted
    say = Say("ppa.pressing" if pressing else "ppa.more", {"ticket": TicketOf(ref)}, OPEN)
    told = Notify(OfficersOf(ref), say, ref, "ppa")
    if not pressing:
        return *noted, told
    region = scene.atlas.regions[scene.own_request.region if scene.own_request else scene.region]
    urgent = Amend(ref, {"urgent": True}, Actor.REPORTER)
    return *noted, urgent, told, *started(ref, region, scene.now, danger=True)


def pictured(heard: Utterance) -> bool:
    return any(file.kind in ("photo", "video") for file in heard.files)


def without_words(scene: Scene, heard: Utterance) -> Outcome:
    """No picture is kept (`domain.md §6.5`), and a voice note only for the PPA office; what was asked stays asked."""
    voices = tuple(file for file in heard.keepable if file.kind == "voice")
    if voices and (scene.own_request is None or scene.own_request.open):
        return _spoken(scene, voices)
    say = said(scene, "safety.no_photo" if pictured(heard) else "safety.only_words")
    return Outcome(replace(scene.state, last=say.key), (say,))


def _spoken(scene: Scene, voices: tuple[Attachment, ...]) -> Outcome:
    """Whoever opened the request already is told that there is more to hear."""
    ref, say = request_of(scene.state), said(scene, "safety.voice_kept")
    effects: tuple[Effect, ...] = (Attach(ref, voices),)
    if opened(scene):
        effects += (Notify(OfficersOf(ref), Say("ppa.more", {"ticket": TicketOf(ref)}, OPEN), ref, "ppa"),)
    return Outcome(replace(scene.state, last=say.key), (say,), effects)


# --- around every answer ----------------------------------------------------------------------------------------------


def with_news(scene: Scene, heard: Utterance, outcome: Outcome) -> Outcome:
    """Who is still to hear that nobody has opened it hears so with this answer, unless it is to hide everything; and
    whoever sends a picture with words, that none is needed."""
    if outcome.says and NAME == scene.state.dialogue == outcome.state.dialogue and heard.text and pictured(heard):
        outcome = _without_picture(outcome)
    request = scene.own_request
    if request is None or not request.owed_news or any(say.key.startswith("cover.") for say in outcome.says):
        return outcome
    told = Amend(request.id, {"owed_news": False}, Actor.SYSTEM)
    if any(say.key.startswith("safety.waiting") for say in outcome.says):
        return replace(outcome, effects=(*outcome.effects, told))
    despair = request.category == "gangguan_jiwa"
    say = Say("safety.nobody_yet", {"code": request.ticket, **numbers(scene, self_harm=despair)})
    return replace(outcome, says=(say, *outcome.says), effects=(*outcome.effects, told))


def _without_picture(outcome: Outcome) -> Outcome:
    if any(say.key.startswith(("safety.no_photo", "cover.")) for say in outcome.says):
        return outcome
    *first, last = outcome.says
    # A question stays the last thing said.
    said_now = (*first, Say("safety.no_photo"), last) if last.choices else (*outcome.says, Say("safety.no_photo"))
    return replace(outcome, says=said_now)


def outside(scene: Scene) -> Scene:
    """The same scene for every other conversation; only the reference of the request stays behind."""
    if scene.state.dialogue != NAME:
        return scene
    return replace(scene, state=replace(scene.state, dialogue=None, asked=None, answers={}, ref=None, misses=0))
