"""What may be violence or self-harm: numbers first, one question, nothing a passer-by could read (`domain.md §6`).

It starts from the first message that *may* be it, is filed to the PPA office at once, and is easy to leave again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.effects import (
    Amend,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    FileReport,
    Notify,
    OfficersOf,
    Remember,
    ScheduleFire,
)
from handlers.form import ask, choice
from handlers.messages import Say, TicketOf, Values, Where
from handlers.replies import pick, told
from handlers.report import next_in_line
from handlers.report_form import REPORT
from handlers.scene import Ask, Outcome, Scene, State
from handlers.utterance import Utterance
from routing import answers
from routing.locate import locate
from routing.model import RESTRICTED_CATEGORIES, Actor, FireKind, Report, Role, Status, Understanding

NAME = "safety"
OFFICE = "PPA"
DANGER_MINUTES = 30
"""Until the PPA office has to have taken it, day and night (`domain.md §6.4`)."""
KINDS = frozenset({"ppa"})
_PHONE = (choice("safe", "choice.phone_safe"), choice("unsafe", "choice.phone_unsafe"))
_CONNECT = (
    choice("contact_me", "choice.contact_me"),
    choice("i_contact", "choice.i_contact"),
    choice("not_now", "choice.not_now"),
)


def begin(scene: Scene, heard: Utterance, read: Understanding) -> Outcome:
    """Numbers to call and one question; meanwhile the PPA office has it. No form, no kader, no preview that tells."""
    others = _about_others(scene, heard)
    filed = _file(scene, heard, read)
    interrupted = scene.state.dialogue == REPORT
    state = State(
        dialogue=NAME,
        ref=filed.ref,
        answers={"text": heard.text},
        queue=(dict(scene.state.answers), *scene.state.queue) if interrupted else scene.state.queue,
        about=scene.state.about,
    )
    key = "safety.first_self" if read.category == "gangguan_jiwa" else "safety.first"
    say = Say(f"{key}.others" if others else key, _numbers(scene), _PHONE)
    return replace(ask(scene, state, say, "phone"), effects=(filed, *_to_ppa(filed, scene)))


def resume(scene: Scene, heard: Utterance) -> Outcome:
    """The next words on this track. *Bukan itu* leaves it, *menu* hides it; everything else is kept for PPA alone."""
    state = scene.state
    if _leaves(heard, state):
        return leave(scene)
    readers = {"phone": _phone, "connect": _connect, "how": _how}
    return readers.get(state.asked or "", _further)(scene, heard)


def hide(scene: Scene) -> Outcome:
    """*Menu* on this track: the posyandu's opening days and nothing else, as if that had been asked."""
    state = replace(scene.state, asked="rest", step=scene.state.step + 1)
    return Outcome(state, (Say("cover.schedule"),), (Remember({"discreet": "1"}),))


def leave(scene: Scene) -> Outcome:
    """A mistaken start: withdrawn, and the person is asked plainly what it was."""
    ref = scene.state.ref or ""
    effects = (CloseAsks(ref), CancelFires(ref), ChangeStatus(ref, Status.CANCELLED, Actor.REPORTER, reason="mistaken"))
    return next_in_line(scene, scene.state, (Say("safety.left"),), effects)


def answer_ppa(scene: Scene, heard: Utterance, asked: Ask, report: Report) -> Outcome | None:
    """A PPA officer opens a request: the first tap takes it on, a later one hands it over; each view is an event."""
    tapped = pick(heard, ("open",)) if report.status is Status.REPORTED else pick(heard, ("handed", "open"))
    if tapped == "handed":
        done = (
            CloseAsks(report.id),
            CancelFires(report.id),
            ChangeStatus(report.id, Status.HANDED_OVER, Actor.OFFICER),
        )
        return told(scene, Say("ppa.handed_over", {"ticket": report.ticket}), done, report)
    if tapped != "open":
        return None
    taken: tuple[Effect, ...] = ()
    if report.status is Status.REPORTED:
        taken = (ChangeStatus(report.id, Status.ACKNOWLEDGED, Actor.OFFICER), CancelFires(report.id))
    where = Where(report.place_code, report.rt, report.rw)
    values: Values = {"ticket": report.ticket, "text": report.text, "where": where}
    contact = "ppa.contact_allowed" if report.safe_contact else "ppa.contact_forbidden"
    question = Notify(
        OfficersOf(report.id),
        Say(contact, {"contact": report.safe_contact or ""}, (choice("@handed", "choice.handed"),)),
        report.id,
        "ppa",
    )
    return told(scene, Say("ppa.details", values), (*taken, CloseAsks(report.id), question), report)


def by_code(scene: Scene, report: Report) -> Outcome:
    """Who has the code may ask; the answer is neutral and carries the numbers."""
    taken = report.status is not Status.REPORTED
    return told(scene, Say("safety.taken" if taken else "safety.waiting", {"code": report.ticket, **_numbers(scene)}))


def _file(scene: Scene, heard: Utterance, read: Understanding) -> FileReport:
    """Minimum only: the words, the area, the urgency. No photo is kept; contact is forbidden until allowed."""
    place = read.place if read.place and scene.atlas.served(read.place.code) else None
    category = read.category if read.category in RESTRICTED_CATEGORIES or read.category == "gangguan_jiwa" else "kdrt"
    return FileReport(
        ref=scene.fresh,
        region=place.region if place else scene.region,
        text=heard.text,
        field=read.field,
        category=category,
        place_code=place.code if place else None,
        received_at=scene.now,
        office=OFFICE,
        urgent=True,
        restricted=True,
        hide_name=True,
        score=read.score,
    )


def _to_ppa(filed: FileReport, scene: Scene) -> tuple[Effect, ...]:
    """To the PPA officers alone, in neutral words; when there is none, the coordinator learns the bare count."""
    say = Say("ppa.new", {"ticket": TicketOf(filed.ref)}, (choice("@open", "choice.open"),))
    counted = Notify(Coordinators(filed.region), Say("hold.restricted"))
    due = scene.now + timedelta(minutes=DANGER_MINUTES)
    return (
        Notify(OfficersOf(filed.ref), say, filed.ref, "ppa", if_nobody=(counted,)),
        ScheduleFire(filed.ref, FireKind.RESPOND_REMIND, due),
    )


def _phone(scene: Scene, heard: Utterance) -> Outcome:
    tapped = pick(heard, ("safe", "unsafe"))
    if tapped == "unsafe" or (heard.text and answers.matches(heard.text, "safety", "unsafe")):
        return _unsafe(scene)
    if tapped == "safe" or (heard.text and answers.matches(heard.text, "safety", "safe")):
        return ask(scene, scene.state, Say("safety.connect", {}, _CONNECT), "connect")
    return _further(scene, heard)


def _unsafe(scene: Scene) -> Outcome:
    """Nothing from here on tells what this was about; the code is how the person may ask."""
    state = replace(scene.state, asked="rest", step=scene.state.step + 1)
    return Outcome(
        state, (Say("safety.discreet", {"code": TicketOf(state.ref or "")}),), (Remember({"discreet": "1"}),)
    )


def _connect(scene: Scene, heard: Utterance) -> Outcome:
    tapped = pick(heard, ("contact_me", "i_contact", "not_now"))
    for word in ("i_contact", "not_now", "contact_me"):
        if not tapped and heard.text and answers.starts_with(heard.text, "safety", word) is not None:
            tapped = word
    if not tapped and heard.text:
        verdict = answers.yes_or_no(heard.text)
        tapped = "" if verdict is None else ("contact_me" if verdict else "not_now")
    if tapped == "contact_me":
        return ask(scene, scene.state, Say("safety.ask_how"), "how")
    if tapped in ("i_contact", "not_now"):
        key = "safety.you_call" if tapped == "i_contact" else "safety.later"
        return _rest(scene, Say(key, {"code": TicketOf(scene.state.ref or ""), **_numbers(scene)}))
    return _further(scene, heard)


def _how(scene: Scene, heard: Utterance) -> Outcome:
    """When and how it is safe to call, in the person's own words; only now may anybody make contact."""
    if not heard.text:
        return ask(scene, scene.state, Say("safety.ask_how"), "how", repeated=True)
    ref = scene.state.ref or ""
    found = locate(heard.text, scene.atlas, near=scene.region)
    area = found.place or found.kecamatan
    known: dict[str, object] = {"safe_contact": heard.text, **({"place_code": area.code} if area else {})}
    allowed = Amend(ref, known, Actor.REPORTER)
    informed = Notify(
        OfficersOf(ref),
        Say("ppa.contact_now", {"ticket": TicketOf(ref)}, (choice("@open", "choice.open"),)),
        ref,
        "ppa",
    )
    done = _rest(scene, Say("safety.will_contact", {"code": TicketOf(ref)}))
    return replace(done, effects=(allowed, informed))


def _further(scene: Scene, heard: Utterance) -> Outcome:
    """More words on this track go to PPA alone; the open question stays, said differently."""
    effects: tuple[Effect, ...] = ()
    if heard.text:
        whole = f"{scene.state.answers.get('text', '')}\n{heard.text}"
        scene = replace(scene, state=replace(scene.state, answers={"text": whole}))
        effects = (Amend(scene.state.ref or "", {"text": whole}, Actor.REPORTER),)
    if scene.state.asked in ("phone", "connect"):
        options = _PHONE if scene.state.asked == "phone" else _CONNECT
        again = Say(f"safety.{scene.state.asked}", _numbers(scene), options)
        return replace(ask(scene, scene.state, again, scene.state.asked, repeated=True), effects=effects)
    return replace(_rest(scene, Say("safety.kept")), effects=effects)


def _rest(scene: Scene, say: Say) -> Outcome:
    state = replace(scene.state, asked="rest", step=scene.state.step + 1, last=say.key)
    return Outcome(state, (say,))


def _leaves(heard: Utterance, state: State) -> bool:
    return bool(heard.text) and state.asked != "rest" and answers.matches(heard.text, "safety", "leave")


def _numbers(scene: Scene) -> Values:
    """The region's own numbers; 112 and 110 hold everywhere (`domain.md §8`)."""
    hotlines = scene.atlas.regions[scene.region].hotlines
    return {
        key: hotlines[key].number for key in ("emergency", "police", "women_children", "medical") if key in hotlines
    }


def _about_others(scene: Scene, heard: Utterance) -> bool:
    if scene.person.has(Role.KADER):
        return True
    return answers.mentions(heard.text, "safety", "about_others") and not answers.mentions(
        heard.text, "safety", "about_me"
    )
