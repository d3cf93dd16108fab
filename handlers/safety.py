"""What may be violence or self-harm: numbers first, one question, nothing a passer-by could read (`domain.md §6`).

It starts from the first message that *may* be it, is filed to the PPA office at once, and is easy to leave again.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_words as words
from handlers.effects import (
    AddNote,
    Amend,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Effect,
    Notify,
    OfficersOf,
    Remember,
    Sender,
    Unsend,
)
from handlers.form import ask
from handlers.messages import Moment, Say, TicketOf
from handlers.replies import pick, tap, told
from handlers.report import next_in_line
from handlers.safety_clock import OPEN, started
from handlers.safety_desk import KINDS, answer_ppa, by_ppa
from handlers.safety_opening import begin
from handlers.safety_request import (
    about_request,
    ask_way,
    at_rest,
    begins_anew,
    changes_the_matter,
    danger,
    explain,
    in_danger,
    no_contact_after_all,
    progress,
)
from handlers.safety_track import (
    CONNECT,
    NAME,
    PHONE,
    REST,
    code,
    cover,
    harms_self,
    hushed,
    may_be,
    needs_doctor,
    numbers,
    opened,
    passed_on,
    phone_is,
    request_of,
    rest,
    said,
    unsafe,
    who,
    without_words,
)
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.deadlines import WorkingTime
from routing.locate import locate
from routing.model import Actor, Kind, Report, Status

__all__ = [
    "KINDS",
    "NAME",
    "REST",
    "about_request",
    "answer_ppa",
    "at_rest",
    "begin",
    "by_code",
    "by_ppa",
    "changes_the_matter",
    "is_tap",
    "may_be",
    "outside",
    "resume",
    "with_news",
]

_TAPS = ("safe", "unsafe", "mistaken", "contact_me", "i_contact", "not_now", "unsend")
_SECOND_MISS = 2


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
    stranger = _stranger(scene, heard)
    if stranger:
        return stranger
    readers = {"phone": _phone, "connect": _connect, "how": _how}
    return readers.get(scene.state.asked or "", _further)(scene, heard)


def is_tap(scene: Scene, heard: Utterance) -> bool:
    """A button of this track, old or new: it keeps its meaning as long as there is a request."""
    of_a_form = (heard.choice or "").startswith("f")
    return of_a_form and (scene.state.dialogue == NAME or tap(heard) in _TAPS)


def with_news(scene: Scene, outcome: Outcome) -> Outcome:
    """Who is still to hear that nobody has opened it hears so with this answer, unless it is to hide everything."""
    request = scene.own_request
    if request is None or not request.owed_news or any(say.key.startswith("cover.") for say in outcome.says):
        return outcome
    told = Amend(request.id, {"owed_news": False}, Actor.SYSTEM)
    if any(say.key.startswith("safety.waiting") for say in outcome.says):
        return replace(outcome, effects=(*outcome.effects, told))
    despair = request.category == "gangguan_jiwa"
    say = Say("safety.nobody_yet", {"code": request.ticket, **numbers(scene, self_harm=despair)})
    return replace(outcome, says=(say, *outcome.says), effects=(*outcome.effects, told))


def outside(scene: Scene) -> Scene:
    """The same scene for every other conversation; only the reference of the request stays behind."""
    if scene.state.dialogue != NAME:
        return scene
    return replace(scene, state=replace(scene.state, dialogue=None, asked=None, answers={}, ref=None, misses=0))


def by_code(scene: Scene, report: Report, heard: Utterance) -> Outcome:
    """Who has the code may ask; the answer is neutral and carries the numbers. Danger told with it is passed on."""
    despair = report.category == "gangguan_jiwa"
    key = "safety.waiting" if report.status is Status.REPORTED else "safety.taken"
    told_of_it = told(scene, Say(key, {"code": report.ticket, **numbers(scene, self_harm=despair)}))
    read = scene.reader.read(heard.text, near=scene.region)
    if not (may_be(scene, read) or in_danger(scene, heard, read)):
        return told_of_it
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
        hidden = cover(scene)
        return replace(hidden, effects=(Unsend(), *hidden.effects))
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
    picked = pick(heard, ("contact_me", "i_contact", "not_now")) or words.wants_contact(heard.text)
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
    return rest(scene, said(scene, f"{key}_self" if harms_self(scene) else key))


def _how(scene: Scene, heard: Utterance) -> Outcome:
    """Contact opens only on a time or a channel; a refusal ends it, and what is neither is asked once more."""
    if words.refuses(heard.text):
        return no_contact_after_all(scene)
    read = scene.reader.read(heard.text, near=scene.region)
    if in_danger(scene, heard, read):
        return danger(scene, heard)
    if words.way_of_contact(heard.text):
        return _may_contact(scene, heard)
    effects = () if read.kind is Kind.THANKS else passed_on(scene, heard)
    if scene.state.misses:
        return rest(scene, said(scene, "safety.no_contact_for_now"), effects)
    return replace(ask_way(scene, again=True), effects=effects)


def _may_contact(scene: Scene, heard: Utterance) -> Outcome:
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
        if_somebody=(Notify(Sender(), done),),
    )
    return replace(rest(scene, done, (Amend(ref, known, Actor.REPORTER), informed)), says=())


def _promise(scene: Scene) -> Say:
    """While the office is closed, when it opens is said with it: nobody waits at night for a call that cannot come."""
    work = WorkingTime(scene.atlas.regions[scene.region])
    if work.in_office_hours(scene.now):
        return said(scene, "safety.will_contact")
    later = said(scene, "safety.will_contact_later")
    return replace(later, values={**later.values, "when": Moment(work.next_opening(scene.now), scene.region)})


# --- anything else ----------------------------------------------------------------------------------------------------


def _stranger(scene: Scene, heard: Utterance) -> Outcome | None:
    """Somebody else may hold this phone: no word betrays what was talked about (`domain.md §6.4`)."""
    commanded = answers.command(heard.text) if heard.text else None
    if commanded and commanded[0] in ("help", "person"):
        return danger(scene, heard) if commanded[0] == "help" else ask_way(scene)
    if words.says(heard.text, "somebody_else"):
        return hushed(scene, said(scene, "cover.schedule"), passed_on(scene, heard))
    refusing = scene.state.asked in ("connect", "how") and commanded is not None and commanded[0] == "cancel"
    return cover(scene) if (commanded and not refusing) or words.says(heard.text, "asks_who") else None


def _further(scene: Scene, heard: Utterance) -> Outcome:
    """More words go to PPA alone. The question comes once more in other words, then never again."""
    read = scene.reader.read(heard.text, near=scene.region)
    if may_be(scene, read) and begins_anew(scene, heard, read):
        return begin(scene, heard, read)
    goes_on = may_be(scene, read) and (scene.state.asked == "connect" or opened(scene))
    if goes_on or in_danger(scene, heard, read):
        return danger(scene, heard)
    if words.says(heard.text, "progress"):
        return progress(scene, heard)
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
    """A mistaken start: withdrawn, and the person is asked plainly what it was.

    Once somebody has opened it, that person decides: another hand than hers may have written this.
    """
    ref = request_of(scene.state)
    effects: tuple[Effect, ...] = passed_on(scene, heard)
    if scene.own_request is None or scene.own_request.status is Status.REPORTED:
        cancelled = ChangeStatus(ref, Status.CANCELLED, Actor.REPORTER, reason="mistaken")
        effects = (CloseAsks(ref), CancelFires(ref), cancelled)
    left = replace(scene.state, request=None, ref=None)
    return next_in_line(scene, left, (Say("safety.left", {"code": code(scene)}),), effects)
