"""Who has a request on the restricted track is heard about it ever after: danger, *nobody called yet*, *I changed my
mind*. Everything else a person may say is left to the other conversations."""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_words as words
from handlers.effects import Amend, Effect, Notify, OfficersOf, Remember
from handlers.form import ask
from handlers.messages import Say, TicketOf
from handlers.report_form import REPORT
from handlers.safety_clock import OPEN
from handlers.safety_track import (
    CONNECT,
    NAME,
    code,
    cover,
    hushed,
    may_be,
    on_track,
    opened,
    passed_on,
    phone_is,
    quiet,
    request_of,
    rest,
    said,
    who,
    without_words,
)
from handlers.scene import Outcome, Scene
from handlers.ticket_words import names_a_ticket
from handlers.utterance import Utterance
from routing import answers
from routing.model import RESTRICTED_CATEGORIES, Actor, Kind, Understanding

_COVERED = frozenset({"menu", "stop", "cancel", "status", "list", "report", "change", "secret"})
"""Commands that a passer-by might try as well."""


def about_request(scene: Scene, heard: Utterance) -> Outcome | None:
    """What is plainly about the open request, wherever the conversation stands; None for anything else."""
    if not heard.text or heard.choice or scene.by_code or names_a_ticket(heard.text, scene):
        return None
    if not scene.person.memberships and words.says(heard.text, "somebody_else"):
        return hushed(scene, said(scene, "cover.schedule"), passed_on(scene, heard))
    here = scene.state.dialogue == NAME
    read = scene.reader.read(heard.text, near=scene.region)
    restricted = may_be(scene, read)
    if restricted and begins_anew(scene, heard, read):
        return None
    if restricted or in_danger(scene, heard, read):
        return danger(scene, heard)
    if _takes_contact_back(scene, heard):
        return no_contact_after_all(scene)
    if words.says(heard.text, "wants_contact"):
        return _wants_contact(scene, heard)
    free = here or (scene.state.dialogue != REPORT and not any(r.open for r in scene.mine))
    if free and words.says(heard.text, "progress", "refers") and read.score < scene.reader.ask_below:
        return progress(scene, heard)
    return None


def at_rest(scene: Scene, heard: Utterance) -> Outcome | None:
    """The track is silent: what cannot be an ordinary matter stays with the PPA office, and is answered neutrally."""
    if scene.person.memberships or scene.by_code or names_a_ticket(heard.text, scene):
        return None
    if not heard.text:
        return (
            rest(scene, said(scene, "safety.kept"), passed_on(scene, heard))
            if heard.point
            else without_words(scene, heard)
        )
    commanded = answers.command(heard.text)
    if commanded or words.says(heard.text, "asks_who"):
        return _commanded(scene, heard, commanded[0] if commanded else "menu")
    read = scene.reader.read(heard.text, near=scene.region)
    if _ordinary(scene, read):
        return None
    if words.says(heard.text, "schedule"):
        return rest(scene, said(scene, "cover.schedule"))
    if read.kind in (Kind.THANKS, Kind.GREETING):
        key = "cover.schedule" if read.kind is Kind.GREETING and quiet(scene) else f"safety.{read.kind.value}"
        return rest(scene, said(scene, key))
    if words.is_question(heard.text) and not quiet(scene):
        return explain(scene, heard)
    return rest(scene, said(scene, "safety.kept"), passed_on(scene, heard))


def _ordinary(scene: Scene, read: Understanding) -> bool:
    """Another matter, told so that it can be taken up: what it is, or where."""
    told = read.score >= scene.reader.ask_below or read.place is not None or read.rt is not None
    return read.kind is Kind.REPORT and told and read.category not in RESTRICTED_CATEGORIES


def changes_the_matter(scene: Scene, heard: Utterance) -> bool:
    """In the middle of a question: whole other news, plain enough for whoever works here, else with its place."""
    if not heard.text or scene.state.asked not in ("phone", "connect"):
        return False
    read = scene.reader.read(heard.text, near=scene.region)
    sure = read.score >= scene.reader.ask_below and read.category not in ("keamanan", "gangguan_jiwa")
    located = read.place is not None or read.rt is not None
    return sure and _ordinary(scene, read) and (bool(scene.person.memberships) or located)


def in_danger(scene: Scene, heard: Utterance, read: Understanding) -> bool:
    """Danger in words that alone could be about a thief; what names another matter and its place is an ordinary one."""
    if "🆘" in heard.text:
        return True
    ordinary = read.score >= scene.reader.ask_below and read.category not in (*RESTRICTED_CATEGORIES, "keamanan", None)
    if ordinary or read.place or read.rt:
        return False
    if words.says(heard.text, "danger"):
        return True
    return scene.state.dialogue == NAME and (words.is_just(heard.text, "cry") or words.says(heard.text, "pleading"))


def danger(scene: Scene, heard: Utterance) -> Outcome:
    """Numbers at once; the words go to the PPA office as pressing. A question that is open stays open."""
    read = scene.reader.read(heard.text, near=scene.region)
    if words.self_harm(heard.text, read):
        scene = replace(scene, state=replace(scene.state, answers={**scene.state.answers, "self": True}))
    say = said(scene, "safety.poison" if words.swallowed(heard.text) else "safety.danger")
    effects = passed_on(scene, heard, pressing=True)
    if scene.state.dialogue in (NAME, REPORT):
        return Outcome(replace(scene.state, last=say.key), (say,), effects)
    return rest(scene, say, effects)


def progress(scene: Scene, heard: Utterance) -> Outcome:
    """Honest: opened by somebody or by nobody yet, and that nobody makes contact before it is allowed."""
    state_of_it = said(scene, "safety.taken" if opened(scene) else "safety.waiting")
    effects = passed_on(scene, heard)
    if scene.state.dialogue == NAME and scene.state.asked in ("phone", "how"):
        return Outcome(replace(scene.state, last=state_of_it.key), (state_of_it,), effects)
    if scene.own_request and scene.own_request.safe_contact:
        return rest(scene, state_of_it, effects)
    if quiet(scene):
        return rest(scene, state_of_it, effects, after=(Say("safety.how_to_be_contacted"),))
    asked = ask(scene, on_track(scene), Say("safety.connect_later", {}, CONNECT), "connect", before=(state_of_it,))
    return replace(asked, state=replace(asked.state, last=state_of_it.key), effects=effects)


def explain(scene: Scene, heard: Utterance) -> Outcome:
    """A question or a worry is no refusal: an officer explains, the person decides (`domain.md §6.5`)."""
    key = "safety.explain.child" if who(scene) == "child" else "safety.explain"
    free = (Say("safety.free"),) if words.says(heard.text, "costs") else ()
    asked = ask(scene, on_track(scene), said(scene, key, CONNECT), "connect", before=free)
    return replace(asked, effects=passed_on(scene, heard))


def ask_way(scene: Scene, *, again: bool = False) -> Outcome:
    """When and how is it safe? Asked once more when neither was told."""
    named = {"child": ".child", "others": ".others"}.get(who(scene), "")
    key = "safety.ask_how.quiet" if quiet(scene) else f"safety.ask_how{named}"
    if again:
        key = "safety.ask_how.quiet.again" if quiet(scene) else "safety.ask_how.again"
    asked = ask(scene, on_track(scene), Say(key), "how")
    return replace(asked, state=replace(asked.state, misses=scene.state.misses + 1 if again else 0))


def no_contact_after_all(scene: Scene) -> Outcome:
    """Taken back at any time: the PPA office learns that it may not make contact any more."""
    ref = request_of(scene.state)
    told: tuple[Effect, ...] = ()
    if scene.own_request and scene.own_request.safe_contact:
        forbidden = Say("ppa.contact_withdrawn", {"ticket": TicketOf(ref)}, OPEN)
        told = (Amend(ref, {"safe_contact": None}, Actor.REPORTER), Notify(OfficersOf(ref), forbidden, ref, "ppa"))
    return rest(scene, Say("safety.no_contact", {"code": code(scene)}), told)


def _wants_contact(scene: Scene, heard: Utterance) -> Outcome:
    """*Now it is safe, call me*: the phone counts as safe again when she says so."""
    if not words.safe_now(heard.text):
        return ask_way(scene)
    answered = {**scene.state.answers, "phone": "safe"}
    outcome = ask_way(replace(scene, state=replace(scene.state, answers=answered)))
    return replace(outcome, effects=(Remember({"discreet": ""}), *phone_is(scene, discreet=False)))


def _takes_contact_back(scene: Scene, heard: Utterance) -> bool:
    if not (scene.own_request and scene.own_request.safe_contact):
        return words.forbids(heard.text)
    return words.forbids(heard.text) or (scene.state.dialogue == NAME and words.refuses(heard.text))


def begins_anew(scene: Scene, heard: Utterance, read: Understanding) -> bool:
    """Another person's plight, or one after the first was settled, is a request of its own."""
    if scene.own_request and not scene.own_request.open:
        return True
    if who(scene) == "others" and words.says(heard.text, "myself"):
        return True
    about = words.whose(heard.text, read.category, works_for_others=bool(scene.person.memberships))
    other_case = words.says(heard.text, "another") or read.place is not None or read.rt is not None
    return about == "others" and (other_case or not words.says(heard.text, "goes_on"))


def _commanded(scene: Scene, heard: Utterance, name: str) -> Outcome | None:
    if name in _COVERED:
        return None if name in ("status", "list") and scene.mine else cover(scene)
    if name == "person":
        return ask_way(scene)
    return danger(scene, heard) if name == "help" else None
