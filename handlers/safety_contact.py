"""May somebody make contact, when and how: only as the person wrote it, until it is taken back (`domain.md §6.3`)."""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_ways as ways
from handlers import safety_words as words
from handlers.effects import Amend, Effect, Notify, OfficersOf, Remember, Sender
from handlers.form import ask
from handlers.messages import Moment, Say, TicketOf
from handlers.safety_clock import OPEN
from handlers.safety_track import NAME, code, on_track, passed_on, phone_is, quiet, request_of, rest, said, who
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime
from routing.locate import locate
from routing.model import Actor


def agreed(scene: Scene) -> bool:
    """Whether contact is allowed now."""
    return bool(scene.own_request and scene.own_request.safe_contact)


def ask_way(scene: Scene, *, again: bool = False) -> Outcome:
    """When and how is it safe? Asked once more when neither was told."""
    named = {"child": ".child", "others": ".others"}.get(who(scene), "")
    key = "safety.ask_how.quiet" if quiet(scene) else f"safety.ask_how{named}"
    if again:
        key = "safety.ask_how.quiet.again" if quiet(scene) else "safety.ask_how.again"
    asked = ask(scene, on_track(scene), Say(key), "how")
    return replace(asked, state=replace(asked.state, misses=scene.state.misses + 1 if again else 0))


def wished(scene: Scene, heard: Utterance) -> Outcome:
    """*Now it is safe, call me*: the phone counts as safe again when she says so. What was agreed stands."""
    effects: tuple[Effect, ...] = ()
    if words.safe_now(heard.text):
        scene = replace(scene, state=replace(scene.state, answers={**scene.state.answers, "phone": "safe"}))
        effects = (Remember({"discreet": ""}), *phone_is(scene, discreet=False))
    if ways.offers_way(heard.text):
        allowed = may_contact(scene, heard)
        return replace(allowed, effects=(*effects, *allowed.effects))
    if agreed(scene):
        return stands(scene, (*effects, *passed_on(scene, heard)))
    return replace(ask_way(scene), effects=effects)


def stands(scene: Scene, effects: tuple[Effect, ...] = ()) -> Outcome:
    """The way that was agreed is kept until another is written or it is taken back."""
    return rest(scene, said(scene, "safety.contact_stands"), effects)


def may_contact(scene: Scene, heard: Utterance) -> Outcome:
    """In the person's own words; when nobody is there to make contact, that is said at once (`domain.md §6.4`)."""
    ref = request_of(scene.state)
    found = locate(heard.text, scene.atlas, near=scene.region)
    area = found.place or found.kecamatan
    known: dict[str, object] = {"safe_contact": heard.text, **({"place_code": area.code} if area else {})}
    done, nobody = _promise(scene), said(scene, "safety.nobody")
    informed = Notify(
        OfficersOf(ref),
        Say("ppa.contact_now", {"ticket": TicketOf(ref)}, OPEN),
        ref,
        "ppa",
        if_nobody=(Notify(Sender(), nobody),),
        if_somebody=(Notify(Sender(), done), *_which_number(scene, heard)),
    )
    effects = (Amend(ref, known, Actor.REPORTER), *phone_is(scene, discreet=quiet(scene)), informed)
    return replace(rest(scene, done, effects), says=())


def _which_number(scene: Scene, heard: Utterance) -> tuple[Notify, ...]:
    """Asked where nobody could call for want of a number; what she writes next is passed on like everything else."""
    known = scene.numbered or words.names_a_number(heard.text)
    return () if known else (Notify(Sender(), Say("safety.which_number")),)


def _promise(scene: Scene) -> Say:
    """While the office is closed, when it opens is said with it: nobody waits at night for a call that cannot come."""
    work = WorkingTime(scene.atlas.regions[scene.region])
    if work.in_office_hours(scene.now):
        return said(scene, "safety.will_contact")
    later = said(scene, "safety.will_contact_later")
    return replace(later, values={**later.values, "when": Moment(work.next_opening(scene.now), scene.region)})


def no_contact_after_all(scene: Scene) -> Outcome:
    """Taken back at any time: the PPA office learns that it may not make contact any more."""
    ref = request_of(scene.state)
    told: tuple[Effect, ...] = ()
    if agreed(scene):
        forbidden = Say("ppa.contact_withdrawn", {"ticket": TicketOf(ref)}, OPEN)
        told = (Amend(ref, {"safe_contact": None}, Actor.REPORTER), Notify(OfficersOf(ref), forbidden, ref, "ppa"))
    return rest(scene, Say("safety.no_contact", {"code": code(scene)}), told)


def takes_back(scene: Scene, heard: Utterance) -> bool:
    """*Jangan hubungi saya lagi* at any time; a mere *tidak jadi* only where there is something to take back."""
    if not agreed(scene):
        return ways.forbids(heard.text)
    return ways.forbids(heard.text) or (scene.state.dialogue == NAME and ways.refuses(heard.text))
