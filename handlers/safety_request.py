"""Who has a request on the restricted track is heard about it ever after: danger, *nobody called yet*, *I changed my
mind*. Everything else a person may say is left to the other conversations."""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_pleas as pleas
from handlers import safety_ways as ways
from handlers import safety_words as words
from handlers.effects import Amend, Effect, Remember
from handlers.form import ask
from handlers.messages import Say
from handlers.report_form import REPORT
from handlers.safety_contact import agreed, ask_way, may_contact, no_contact_after_all, stands, takes_back, wished
from handlers.safety_despair import self_harm, swallowed, took_it
from handlers.safety_track import (
    CONNECT,
    NAME,
    cover,
    emptied,
    harms_self,
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

_COVERED = frozenset({"menu", "stop", "cancel", "status", "list", "report", "change"})
"""Commands that a passer-by might try as well."""
_POLITE = 4
"""Words of a greeting or thanks that is nothing more."""
_BRIEF = 8
"""Words of a plea for secrecy that tells nothing else."""


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
    free = here or (scene.state.dialogue != REPORT and not any(r.open for r in scene.mine))
    aside = about_the_data(scene, heard) if free else None
    if aside:
        return aside
    if takes_back(scene, heard):
        return no_contact_after_all(scene)
    if scene.own_request and scene.own_request.safe_contact and words.names_a_number(heard.text):
        # The number to call her at, asked for or better than the first.
        return rest(scene, said(scene, "safety.kept"), passed_on(scene, heard))
    asked_after = words.says(heard.text, "progress", "refers") and not ways.offers_way(heard.text)
    nobody = ways.nobody_came(heard.text) and (free or words.says(heard.text, "called"))
    if nobody or (free and asked_after and read.score < scene.reader.ask_below):
        return progress(scene, heard)
    if here and agreed(scene) and ways.only_way(heard.text):
        return may_contact(scene, heard)
    if ways.asks_to_be_contacted(heard.text):
        return wished(scene, heard)
    return _hers(scene, heard, read)


def _hers(scene: Scene, heard: Utterance, read: Understanding) -> Outcome | None:
    """Where she sleeps and who threw her out is no matter for a kader, whatever was talked about meanwhile."""
    away = scene.state.dialogue not in (NAME, REPORT) and not scene.person.memberships
    if not (away and _open(scene) and who(scene) != "others" and read.kind is Kind.REPORT):
        return None
    if not pleas.personal(heard.text) or _ordinary(scene, heard, read):
        return None
    return rest(scene, said(scene, "safety.kept"), passed_on(scene, heard))


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
    if words.is_just(heard.text, "unsend"):
        return emptied(scene)
    commanded = answers.command(heard.text)
    if commanded and commanded[0] == "report" and _others_wait(scene):
        return None
    if commanded or words.says(heard.text, "asks_who"):
        return _commanded(scene, heard, commanded[0] if commanded else "menu")
    read = scene.reader.read(heard.text, near=scene.region)
    if _ordinary(scene, heard, read):
        return None
    if words.says(heard.text, "schedule"):
        return rest(scene, said(scene, "cover.schedule"))
    if words.safe_now(heard.text) and _open(scene):
        return _safe_again(scene, heard)
    if read.kind in (Kind.THANKS, Kind.GREETING) and _only_polite(heard.text):
        key = "cover.schedule" if read.kind is Kind.GREETING and quiet(scene) else f"safety.{read.kind.value}"
        return rest(scene, said(scene, key))
    if words.is_question(heard.text) and (agreed(scene) or not quiet(scene)):
        return explain(scene, heard)
    if read.urgent and _open(scene):
        return danger(scene, heard)
    other = read.kind is Kind.REPORT and _told(scene, read) and not words.says(heard.text, "personal", "him")
    key = "safety.kept_other" if other else "safety.kept"
    return rest(scene, said(scene, key), passed_on(scene, heard))


def _others_wait(scene: Scene) -> bool:
    """What was told in one breath with it is kept, and *lapor* is how we said that it goes on (`left_waiting.py`)."""
    return bool(scene.state.queue) and scene.state.answers.get("phone") == "safe"


def _open(scene: Scene) -> bool:
    return scene.own_request is None or scene.own_request.open


def _told(scene: Scene, read: Understanding) -> bool:
    """Told so that it can be taken up: what it is, or where."""
    return read.score >= scene.reader.ask_below or read.place is not None or read.rt is not None


def _ordinary(scene: Scene, heard: Utterance, read: Understanding) -> bool:
    """Another matter. While her own request is open, only what plainly has nothing to do with her."""
    if scene.person.memberships or not _open(scene):
        return read.kind is Kind.REPORT and _told(scene, read) and read.category not in RESTRICTED_CATEGORIES
    own = who(scene) != "others"
    return pleas.other_matter(heard.text, read, told=_told(scene, read), own=own, quiet=quiet(scene))


def _only_polite(text: str) -> bool:
    """*Besok pagi suami pergi* begins like a greeting and is none."""
    return len(words.tokens(text)) <= _POLITE and not words.says(text, "personal", "him")


def _safe_again(scene: Scene, heard: Utterance) -> Outcome:
    """*Sekarang aman*, after the posyandu's days were shown: said how to go on, in case it is she."""
    scene = replace(scene, state=replace(scene.state, answers={**scene.state.answers, "phone": "safe"}))
    effects = (Remember({"discreet": ""}), *phone_is(scene, discreet=False), *passed_on(scene, heard))
    if agreed(scene):
        return stands(scene, effects)
    return rest(scene, said(scene, "safety.how_to_be_contacted"), effects)


def changes_the_matter(scene: Scene, heard: Utterance) -> bool:
    """In the middle of a question: whole other news, plain enough for whoever works here, else with its place."""
    if not heard.text or scene.state.asked not in ("phone", "connect"):
        return False
    read = scene.reader.read(heard.text, near=scene.region)
    sure = read.score >= scene.reader.ask_below and read.category not in ("keamanan", "gangguan_jiwa")
    located = read.place is not None or read.rt is not None
    return sure and _ordinary(scene, heard, read) and (bool(scene.person.memberships) or located)


def in_danger(scene: Scene, heard: Utterance, read: Understanding) -> bool:
    """Danger in words that alone could be about a thief; what names another matter and its place is an ordinary one."""
    located = read.place is not None or read.rt is not None
    here = scene.state.dialogue == NAME
    if "🆘" in heard.text or (_poison(scene, heard) and not located):
        return True
    if pleas.wants_rescue(heard.text) and (here or not located):
        return True
    sure = read.score >= scene.reader.ask_below and read.category not in (*RESTRICTED_CATEGORIES, "keamanan", None)
    if _ordinary(scene, heard, read) and (sure or located):
        return False
    if words.says(heard.text, "danger"):
        return True
    return here and (words.is_just(heard.text, "cry") or words.says(heard.text, "pleading"))


def danger(scene: Scene, heard: Utterance) -> Outcome:
    """Numbers at once; the words go to the PPA office as pressing. A question that is open stays open."""
    read = scene.reader.read(heard.text, near=scene.region)
    if self_harm(heard.text, read):
        scene = replace(scene, state=replace(scene.state, answers={**scene.state.answers, "self": True}))
    say = said(scene, _danger_key(scene, heard))
    effects = passed_on(scene, heard, pressing=True)
    if scene.state.dialogue in (NAME, REPORT):
        return Outcome(replace(scene.state, last=say.key), (say,), effects)
    return rest(scene, say, effects)


def _poison(scene: Scene, heard: Utterance) -> bool:
    return swallowed(heard.text) or (harms_self(scene) and took_it(heard.text))


def _danger_key(scene: Scene, heard: Utterance) -> str:
    """Poison before everything; that nobody can be sent is said to who hopes for it."""
    if _poison(scene, heard):
        return "safety.poison.others" if who(scene) in ("others", "parent") else "safety.poison"
    return "safety.no_rescue" if pleas.wants_rescue(heard.text) else "safety.danger"


def progress(scene: Scene, heard: Utterance) -> Outcome:
    """Honest: opened by somebody or by nobody yet, and that nobody makes contact before it is allowed."""
    state_of_it = said(scene, "safety.taken" if opened(scene) else "safety.waiting")
    effects = passed_on(scene, heard)
    if scene.state.dialogue == NAME and scene.state.asked in ("phone", "how"):
        return Outcome(replace(scene.state, last=state_of_it.key), (state_of_it,), effects)
    if agreed(scene):
        return rest(scene, state_of_it, effects, after=(Say("safety.contact_stands"),))
    if quiet(scene):
        return rest(scene, state_of_it, effects, after=(Say("safety.how_to_be_contacted"),))
    asked = ask(scene, on_track(scene), Say("safety.connect_later", {}, CONNECT), "connect", before=(state_of_it,))
    return replace(asked, state=replace(asked.state, last=state_of_it.key), effects=effects)


def explain(scene: Scene, heard: Utterance) -> Outcome:
    """A question or a worry is no refusal: an officer explains, the person decides (`domain.md §6.5`)."""
    if agreed(scene):
        return progress(scene, heard)
    key = "safety.explain.child" if who(scene) == "child" else "safety.explain"
    free = (Say("safety.free"),) if words.says(heard.text, "costs") else ()
    asked = ask(scene, on_track(scene), said(scene, key, CONNECT), "connect", before=free)
    return replace(asked, effects=passed_on(scene, heard))


def about_the_data(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Data*, and *saya cabut laporan saya*: answered in neutral words; what was asked stays asked."""
    if not _open(scene) or scene.person.memberships:
        return None
    if words.says(heard.text, "withdraws"):
        return _withdrawn(scene, heard)
    commanded = answers.command(heard.text)
    if words.says(heard.text, "nameless") and not commanded and len(words.tokens(heard.text)) <= _BRIEF:
        return _aside(scene, "safety.nameless", passed_on(scene, heard))
    return _aside(scene, "safety.data") if commanded and commanded[0] == "data" else None


def nameless(scene: Scene) -> Outcome:
    """*Jangan sebut nama saya*: no name is shown on this track, and what was asked stays asked."""
    return _aside(scene, "safety.nameless")


def _aside(scene: Scene, key: str, effects: tuple[Effect, ...] = ()) -> Outcome:
    say = said(scene, key)
    if scene.state.dialogue == NAME:
        return Outcome(replace(scene.state, last=say.key), (say,), effects)
    return rest(scene, say, effects)


def _withdrawn(scene: Scene, heard: Utterance) -> Outcome:
    """Another hand than hers may have written it: nothing is dropped, nobody calls any more, and the office decides."""
    ref = request_of(scene.state)
    silent: tuple[Effect, ...] = (Amend(ref, {"safe_contact": None}, Actor.REPORTER),) if agreed(scene) else ()
    return _aside(scene, "safety.withdraw_noted", (*silent, *passed_on(scene, heard, pressing=True)))


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
    if name == "secret":
        return nameless(scene)
    if name in _COVERED:
        return None if name in ("status", "list") and scene.mine else cover(scene)
    if name == "person":
        return ask_way(scene)
    return danger(scene, heard) if name == "help" else None
