"""The front door: which conversation a thing said belongs to. Danger before everything, then taps, commands, open
questions, the form in progress, and last a fresh start."""

from __future__ import annotations

from dataclasses import replace

from handlers import (
    at_work,
    calling_off,
    crowd,
    held,
    leave,
    left_waiting,
    listened,
    phone_owner,
    plain_talk,
    recap,
    report,
    rights,
    safety,
    school,
    status,
    talking,
)
from handlers.commands import commanded
from handlers.effects import Effect
from handlers.fresh import files_alone, freshly
from handlers.matter import Matter
from handlers.meanwhile import as_changed
from handlers.messages import Say
from handlers.open_questions import answer_to, answered, chosen_question, report_known
from handlers.replies import status_word, told
from handlers.report_form import REPORT
from handlers.safety_hint import made_private, with_numbers
from handlers.scene import Ask, Outcome, Scene, State
from handlers.utterance import Utterance, utterances
from routing import answers
from routing.model import Kind


def respond(scene: Scene) -> Outcome:
    """What one turn brings about: each thing said is handled in the state that the one before it left."""
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    state = scene.state
    if any(one.crowd for one in scene.incoming):
        return crowd.answer(scene)
    if all(one.silent for one in scene.incoming):
        return Outcome(state)
    for number, heard in enumerate(utterances(scene.incoming)):
        if _overtaken(scene, state, heard):
            continue
        fresh = scene.fresh if number == 0 else f"{scene.fresh}.{number}"
        outcome = _one(replace(scene, state=state, fresh=fresh), heard)
        album = heard.album or state.album
        state, says, effects = replace(outcome.state, album=album), says + outcome.says, effects + outcome.effects
        scene = as_changed(replace(scene, held=held.after(scene, outcome.effects)), outcome.effects)
    return Outcome(replace(state, heard_at=scene.now), says, effects)


def _overtaken(scene: Scene, now: State, heard: Utterance) -> bool:
    """A tap on the question that words of the same turn have changed: it is being asked anew, which is the answer."""
    asked = f"f{scene.state.step}:"
    return now.dialogue == REPORT and now.step > scene.state.step and (heard.choice or "").startswith(asked)


def _one(scene: Scene, heard: Utterance) -> Outcome:
    outcome = left_waiting.remembered(scene, school.with_card(scene, _heard(scene, heard)))
    return talking.overheard(scene, heard, safety.with_news(scene, heard, with_numbers(scene, heard, outcome)))


def _heard(scene: Scene, heard: Utterance) -> Outcome:
    late = _late_piece(scene, heard)
    if late:
        return late
    if scene.state.dialogue == safety.NAME or scene.state.request:
        on_track = _on_safety_track(scene, heard)
        if on_track:
            return on_track
        scene = safety.outside(scene)
    if heard.choice:
        return _tapped(scene, heard)
    if heard.wordless or heard.unreadable or heard.empty:
        return talking.smiled(scene, heard) or _wordless(scene, heard)
    if scene.invitation is not None or scene.invitation_problem:
        return plain_talk.invited(scene)
    if scene.by_code or safety.looks_like_a_code(heard.text):
        return safety.by_ppa(scene, heard) or safety.by_code(scene, scene.by_code, heard)
    return (
        rights.answered(scene, heard)
        or made_private(scene, heard)
        or listened.said(scene, heard)
        or safety.by_ppa(scene, heard)
        or school.asked(scene, heard)
        or recap.said(scene, heard)
        or leave.said(scene, heard)
        or talking.by_operator(scene, heard)
        or at_work.said(scene, heard)
        or commanded(scene, heard)
        or safety.begun_by(scene, heard)
        or talking.by_resident(scene, heard)
        or phone_owner.said(scene, heard)
        or plain_talk.asked_before(scene, heard.text)
        or answered(scene, heard)
        or at_work.unclear(scene, heard)
        or _in_form(scene, heard)
        or freshly(scene, heard)
    )


# --- danger -----------------------------------------------------------------------------------------------------------


def _on_safety_track(scene: Scene, heard: Utterance) -> Outcome | None:
    """While something is asked, all that is said belongs there, but for the commands of those who work here. Later only
    what is about the request, and what can be no ordinary matter."""
    commanded = answers.command(heard.text) if heard.text else None
    exits = commanded is not None and commanded[0] == "menu" and not (scene.state.last or "").startswith("cover.")
    if exits and scene.state.dialogue == safety.NAME:
        return safety.resume(scene, heard)
    at_work = bool(scene.person.memberships) and commanded is not None
    resting = scene.state.dialogue != safety.NAME or scene.state.asked == safety.REST
    elsewhere = at_work or safety.changes_the_matter(scene, heard)
    if safety.is_tap(scene, heard) or not (resting or elsewhere):
        return safety.resume(scene, heard)
    if heard.choice or elsewhere or scene.invitation is not None:
        return None
    about = safety.by_ppa(scene, heard) or safety.about_request(scene, heard)
    if about or scene.state.dialogue != safety.NAME:
        return about
    return answered(safety.outside(scene), heard) or safety.at_rest(scene, heard)


# --- taps -------------------------------------------------------------------------------------------------------------


def _tapped(scene: Scene, heard: Utterance) -> Outcome:
    kind, _, what = (heard.choice or "").partition(":")
    if kind == talking.TAP:
        return talking.tapped(scene, what)
    if kind == "m":
        return _menu(scene, heard, what)
    if kind == "p":
        return rights.tapped(scene, what)
    if kind == recap.TAP:
        return recap.tapped(scene, what) or _old_button(scene)
    if kind == "h":
        return calling_off.tapped(scene, what)
    if kind == "l":
        return leave.tapped(scene, what) or _old_button(scene)
    if kind.startswith("f"):
        if scene.state.dialogue == REPORT and kind == f"f{scene.state.step}":
            return made_private(scene, heard) or report.resume(scene, heard)
        return _old_button(scene)
    if kind.startswith("w"):
        return chosen_question(scene, heard) or _old_button(scene)
    ask = next((ask for ask in scene.asks if f"a{ask.id}" == kind), None)
    if ask:
        return answer_to(scene, heard, ask) or _old_button(scene)
    if scene.stale_ask:
        return _settled(scene, scene.stale_ask)
    return plain_talk.unreadable(scene, "button.unknown")


def _menu(scene: Scene, heard: Utterance, what: str) -> Outcome:
    if what == "report":
        return report.begin(scene, replace(heard, choice=None))
    if what == "help":
        return plain_talk.help_(scene)
    return status.tell(scene, what.removeprefix("cek").removeprefix("status"))


def _old_button(scene: Scene) -> Outcome:
    """A button of a question that was left behind: said so, and the present question once more."""
    if scene.state.dialogue == REPORT:
        resumed = report.again(scene)
        return replace(resumed, says=(Say("button.old"), *resumed.says))
    return told(scene, Say("button.old_nothing_open"))


def _settled(scene: Scene, ask: Ask) -> Outcome:
    """The question was answered before, by this person or a colleague: how the report stands now."""
    known = report_known(scene, ask.report)
    if known is None or known.restricted:
        return told(scene, Say("button.settled"))
    return told(
        scene, Say("button.settled_report", {**Matter.of(known).values(), "status": status_word(known)}), (), known
    )


# --- late pieces of an album ------------------------------------------------------------------------------------------


def _late_piece(scene: Scene, heard: Utterance) -> Outcome | None:
    """A photo whose album was taken up already goes where the others went, and nothing is said again.

    On the safety track the others went nowhere, and so does this one (`domain.md §6.5`).
    """
    if not heard.album or heard.album != scene.state.album or heard.text or not heard.keepable:
        return None
    if scene.state.dialogue == safety.NAME:
        return Outcome(scene.state)
    if scene.state.dialogue == REPORT:
        return Outcome(replace(scene.state, files=scene.state.files + heard.keepable))
    kept = files_alone(scene, heard)
    return kept if kept.state.dialogue == REPORT else replace(kept, says=())


# --- the form in progress, and things without words -------------------------------------------------------------------


def _in_form(scene: Scene, heard: Utterance) -> Outcome | None:
    if scene.state.dialogue != REPORT:
        return None
    agreed = answers.matches(heard.text, "consent", "spoken")  # a bare *sudah* asks for nothing
    if heard.text and not agreed and scene.reader.read(heard.text, near=scene.region).kind is Kind.STATUS_QUERY:
        asked_meanwhile = status.tell(scene, heard.text)
        resumed = report.again(scene)
        return replace(resumed, says=(*asked_meanwhile.says, *resumed.says))
    return report.resume(scene, heard)


def _wordless(scene: Scene, heard: Utterance) -> Outcome:
    """Stickers and emoji answer nothing, file nothing and reopen nothing; a cry for help is one all the same."""
    if "🆘" in heard.text:
        return safety.begin(scene, heard, scene.reader.read(heard.text, near=scene.region))
    if scene.state.dialogue == REPORT:
        return report.again(scene)
    return plain_talk.unreadable(scene, "unreadable" if heard.unreadable or heard.empty else "wordless")
