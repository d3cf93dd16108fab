"""What may be violence or self-harm: numbers first, one question, nothing a passer-by could read (`domain.md §6`).

It starts from the first message that *may* be it, is filed to the PPA office at once, and is easy to leave again.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import rights
from handlers import safety_ways as ways
from handlers import safety_words as words
from handlers.effects import (
    AddNote,
    CancelFires,
    ChangeStatus,
    Effect,
    Notify,
    OfficersOf,
    Remember,
    ScheduleFire,
)
from handlers.form import ask
from handlers.messages import Say, TicketOf
from handlers.replies import pick, tap, told
from handlers.report import next_in_line
from handlers.safety_clock import LOOKED_AT_FOR, OPEN, started
from handlers.safety_contact import agreed, ask_way, may_contact, no_contact_after_all, stands, wished
from handlers.safety_desk import KINDS, answer_ppa, by_ppa
from handlers.safety_despair import poisoned, swallowed, took_it
from handlers.safety_opening import begin, begun_by
from handlers.safety_pleas import wants_rescue
from handlers.safety_request import (
    about_request,
    about_the_data,
    at_rest,
    begins_anew,
    changes_the_matter,
    danger,
    explain,
    in_danger,
    nameless,
    progress,
)
from handlers.safety_track import (
    CONNECT,
    NAME,
    PHONE,
    REST,
    code,
    cover,
    emptied,
    harms_self,
    hushed,
    may_be,
    needs_doctor,
    numbers,
    opened,
    outside,
    passed_on,
    phone_is,
    request_of,
    rest,
    said,
    unsafe,
    who,
    with_news,
    without_words,
)
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, FireKind, Kind, Report, Status

__all__ = [
    "KINDS",
    "NAME",
    "REST",
    "about_request",
    "answer_ppa",
    "at_rest",
    "begin",
    "begun_by",
    "by_code",
    "by_ppa",
    "changes_the_matter",
    "is_tap",
    "looks_like_a_code",
    "may_be",
    "outside",
    "poisoned",
    "resume",
    "with_news",
]

_TAPS = ("safe", "unsafe", "mistaken", "contact_me", "i_contact", "not_now", "unsend")
_HEARD = ("help", "person", "secret", "erase")
"""Commands that are answered while something is asked; any other one may be a stranger's."""
_SECOND_MISS = 2
CODE_LENGTH = 8
_BY_CODE = {Status.REPORTED: "safety.waiting", Status.CANCELLED: "safety.cancelled"}


def resume(scene: Scene, heard: Utterance) -> Outcome:
    """The next words while something is asked. *Bukan itu* leaves, a stranger's words and *menu* hide it."""
    if scene.by_code:
        return by_code(scene, scene.by_code, heard)
    if heard.choice:
        return _tapped(scene, heard) if tap(heard) in _TAPS else rest(scene, said(scene, "safety.kept"))
    if not heard.text and not passed_on(scene, heard):
        return without_words(scene, heard)
    if heard.text and answers.matches(heard.text, "safety", "leave"):
        return _leave(scene, heard)
    if words.is_just(heard.text, "unsend"):
        return emptied(scene)
    stranger = _stranger(scene, heard)
    if stranger:
        return stranger
    readers = {"phone": _phone, "connect": _connect, "how": _how}
    return readers.get(scene.state.asked or "", _further)(scene, heard)


def is_tap(scene: Scene, heard: Utterance) -> bool:
    """A button of this track, old or new: it keeps its meaning as long as there is a request."""
    of_a_form = (heard.choice or "").startswith("f")
    return of_a_form and (scene.state.dialogue == NAME or tap(heard) in _TAPS)


def looks_like_a_code(text: str) -> bool:
    """Nothing but a code of a request, whether there is such a one or not."""
    return answers.code(text) is not None and len(text.strip().replace("-", "")) == CODE_LENGTH


def by_code(scene: Scene, report: Report | None, heard: Utterance) -> Outcome:
    """Who has the code may ask; the answer is neutral and carries the numbers. Danger told with it is passed on."""
    if report is None:
        return told(scene, Say("safety.code_unknown", numbers(scene, self_harm=False)))
    despair = report.category == "gangguan_jiwa"
    key = _BY_CODE.get(report.status, "safety.taken")
    told_of_it = told(scene, Say(key, {"code": report.ticket, **numbers(scene, self_harm=despair)}))
    read = scene.reader.read(heard.text, near=scene.region)
    if not (may_be(scene, read) or in_danger(scene, heard, read)):
        return told_of_it
    if not report.open:
        return begin(replace(scene, by_code=None), heard, read)
    say = Say("ppa.pressing", {"ticket": report.ticket}, OPEN)
    noted = AddNote(report.id, words.without_ids(heard.text), Actor.REPORTER)
    clock = started(report.id, scene.atlas.regions[report.region], scene.now, danger=True)
    return replace(told_of_it, effects=(noted, Notify(OfficersOf(report.id), say, report.id, "ppa"), *clock))


# --- is the phone safe? -----------------------------------------------------------------------------------------------


def _tapped(scene: Scene, heard: Utterance) -> Outcome:
    """A button of this track means the same whenever it is tapped."""
    option = tap(heard)
    if option == "unsafe":
        return unsafe(scene)
    if option == "unsend":
        return emptied(scene)
    if option == "mistaken":
        return _leave(scene, heard)
    return _safe(scene) if option == "safe" else _answered(scene, option)


def _phone(scene: Scene, heard: Utterance) -> Outcome:
    tapped = pick(heard, ("safe", "unsafe", "mistaken")) or words.phone(heard.text)
    if tapped == "mistaken":
        return _leave(scene, heard)
    if tapped == "unsafe":
        told_more = len(heard.text.split()) > len(PHONE) + 1
        return unsafe(scene, passed_on(scene, heard) if told_more else ())
    if tapped == "safe" and ways.offers_way(heard.text):
        return wished(scene, heard)
    return _safe(scene) if tapped == "safe" else _further(scene, heard)


def _safe(scene: Scene) -> Outcome:
    """Free, confidential, her own choice; after sexual violence also what a doctor can still do (`domain.md §6.4`)."""
    state = replace(scene.state, answers={**scene.state.answers, "phone": "safe"})
    about = who(scene)
    key = f"safety.connect.{about}"
    if harms_self(scene):
        key = "safety.connect_self.others" if about in ("others", "parent") else "safety.connect_self"
    before = (Say("safety.doctor"),) if needs_doctor(scene) else ()
    asked = ask(scene, state, said(scene, key, CONNECT), "connect", before=before)
    return replace(asked, effects=(Remember({"discreet": ""}), *phone_is(scene, discreet=False)))


# --- shall we put you in touch? ---------------------------------------------------------------------------------------


def _connect(scene: Scene, heard: Utterance) -> Outcome:
    if wants_rescue(heard.text) or swallowed(heard.text) or (harms_self(scene) and took_it(heard.text)):
        return danger(scene, heard)
    picked = pick(heard, ("contact_me", "i_contact", "not_now")) or ways.wants_contact(heard.text)
    if picked == "contact_me" and (ways.names_way(heard.text) or ways.offers_way(heard.text)):
        return may_contact(scene, heard)
    if picked:
        return _answered(scene, picked)
    if words.is_question(heard.text) or words.says(heard.text, "worry"):
        read = scene.reader.read(heard.text, near=scene.region)
        if not (may_be(scene, read) or in_danger(scene, heard, read)):
            return explain(scene, heard)
    return _further(scene, heard)


def _answered(scene: Scene, option: str) -> Outcome:
    if option == "contact_me":
        return ask_way(scene)
    key = "safety.you_call" if option == "i_contact" else "safety.later"
    # Nothing is sent unasked to who wants to hear nothing now.
    return rest(scene, said(scene, f"{key}_self" if harms_self(scene) else key), phone_is(scene, discreet=True))


def _how(scene: Scene, heard: Utterance) -> Outcome:
    """Contact opens only on a time or a channel; a refusal ends it, and what is neither is asked once more."""
    if ways.refuses(heard.text):
        return no_contact_after_all(scene)
    read = scene.reader.read(heard.text, near=scene.region)
    if in_danger(scene, heard, read):
        return danger(scene, heard)
    if ways.way_of_contact(heard.text):
        return may_contact(scene, heard)
    if ways.nobody_came(heard.text) or words.says(heard.text, "progress"):
        return progress(scene, heard)
    effects = () if read.kind is Kind.THANKS else passed_on(scene, heard)
    if scene.state.misses and agreed(scene):
        return stands(scene, effects)
    if scene.state.misses:
        return rest(scene, said(scene, "safety.no_contact_for_now"), effects)
    return replace(ask_way(scene, again=True), effects=effects)


# --- anything else ----------------------------------------------------------------------------------------------------


def _stranger(scene: Scene, heard: Utterance) -> Outcome | None:
    """Somebody else may hold this phone: no word betrays what was talked about (`domain.md §6.4`)."""
    about_data = about_the_data(scene, heard)
    if about_data:
        return about_data
    commanded = answers.command(heard.text) if heard.text else None
    if commanded and commanded[0] in _HEARD:
        return _commanded(scene, heard, commanded[0])
    if words.says(heard.text, "somebody_else"):
        return hushed(scene, said(scene, "cover.schedule"), passed_on(scene, heard))
    refusing = scene.state.asked in ("connect", "how") and commanded is not None and commanded[0] == "cancel"
    return cover(scene) if (commanded and not refusing) or words.says(heard.text, "asks_who") else None


def _commanded(scene: Scene, heard: Utterance, name: str) -> Outcome:
    if name == "help":
        return danger(scene, heard)
    if name == "person":
        return ask_way(scene)
    return nameless(scene) if name == "secret" else rights.erase(outside(scene))


def _further(scene: Scene, heard: Utterance) -> Outcome:
    """More words go to PPA alone. The question comes once more in other words, then never again."""
    read = scene.reader.read(heard.text, near=scene.region)
    if may_be(scene, read) and begins_anew(scene, heard, read):
        return begin(scene, heard, read)
    goes_on = may_be(scene, read) and (scene.state.asked == "connect" or opened(scene))
    if goes_on or in_danger(scene, heard, read):
        return danger(scene, heard)
    if ways.nobody_came(heard.text) or words.says(heard.text, "progress"):
        return progress(scene, heard)
    if ways.offers_way(heard.text):
        return wished(scene, heard)
    effects = passed_on(scene, heard)
    asked, misses = scene.state.asked, scene.state.misses + 1
    if asked not in ("phone", "connect"):
        return rest(scene, said(scene, "safety.kept"), effects)
    if misses >= _SECOND_MISS:
        discreet = said(scene, "safety.discreet")
        return hushed(scene, discreet, effects) if asked == "phone" else rest(scene, discreet, effects)
    key = f"safety.{asked}_self_again" if harms_self(scene) else f"safety.{asked}_again"
    again = ask(scene, scene.state, said(scene, key, PHONE if asked == "phone" else CONNECT), asked)
    return replace(again, state=replace(again.state, misses=misses), effects=effects)


def _leave(scene: Scene, heard: Utterance) -> Outcome:
    """A mistaken start, and the person is asked plainly what it was: withdrawn while the first question is open.

    Later, or once somebody has opened it, the PPA office decides: another hand than hers may have written this.
    """
    ref, known = request_of(scene.state), scene.own_request
    first = scene.state.dialogue == NAME and scene.state.asked == "phone"
    withdrawn = first and (known is None or known.status is Status.REPORTED)
    left = replace(scene.state, request=None if withdrawn else ref, ref=None)
    effects = _withdrawn(scene, ref) if withdrawn else _said_mistaken(ref, heard)
    gone = known is not None and not known.open
    return next_in_line(scene, left, (Say("safety.left", {"code": code(scene)}),), () if gone else effects)


def _withdrawn(scene: Scene, ref: str) -> tuple[Effect, ...]:
    """The office may still look at it for some days, in case that was not her."""
    cancelled = ChangeStatus(ref, Status.CANCELLED, Actor.REPORTER, reason="mistaken")
    return cancelled, CancelFires(ref), ScheduleFire(ref, FireKind.CLOSE_QUIET, scene.now + LOOKED_AT_FOR)


def _said_mistaken(ref: str, heard: Utterance) -> tuple[Effect, ...]:
    noted = (AddNote(ref, words.without_ids(heard.text), Actor.REPORTER),) if heard.text else ()
    say = Say("ppa.said_mistaken", {"ticket": TicketOf(ref)}, OPEN)
    return *noted, Notify(OfficersOf(ref), say, ref, "ppa")
