"""What a kader found at a visit, in at most five taps: is it so · how grave · what is needed · who came along · send.

Words and photos are taken at any of them. What is answered waits in `State.visits` until it is sent; what is not sent
goes out by itself after two hours, for the visit took place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from pydantic import TypeAdapter

from handlers.effects import AddNote, Amend, Attach, CancelFires, Effect, Plan, Sender
from handlers.errands import Errand, ErrandKind
from handlers.form import Form, Question, choice
from handlers.lifecycle import change, forward
from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Say, Values, Word
from handlers.recap import after_a_check
from handlers.replies import ask_back, pick, told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from handlers.visit_day import on_morning, today, without
from routing import visits
from routing.answers import gist
from routing.model import Actor, FireKind, Report, Status

KIND = "visit"
UNSENT = timedelta(hours=2)
"""How long a result that is told but not sent waits for the rest of it."""
TOLD = 4
"""Words behind *benar* that tell enough: nothing more is asked but whether it may go."""
_WORDS_KEPT = 200
_GRAVE = ("wait", "soon", "danger")
_NEEDS = ("nothing",)
_WITH = ("alone", "health", "neighbours")
_SEND = ("send", "change")
_LEFT_OUT = "-"
"""An answer that was passed over: its line is not sent."""


@dataclass(frozen=True)
class Found:
    """What was found so far. Empty: not answered yet; `-`: left out; else a code of the buttons, or own words."""

    begun: str = ""
    """The turn of the first answer."""
    grave: str = ""
    needs: str = ""
    along: str = ""
    note: str = ""


_FOUND: TypeAdapter[Found] = TypeAdapter(Found)


def begin(scene: Scene, heard: Utterance, report: Report, words: str) -> Outcome:
    """*Benar*, said on the spot: how it looks there is asked, unless the words behind it tell."""
    grave = visits.how_grave(words)
    found = Found(scene.fresh, grave or "", note="" if grave else words)
    if len(words.split()) >= TOLD:
        found = Found(scene.fresh, grave or _LEFT_OUT, _LEFT_OUT, _LEFT_OUT, words)
    kept = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    key = f"{report.ticket} {scene.fresh}"
    unsent = Errand(ErrandKind.VISITS, key, report.region, {"report": report.id, "begun": scene.fresh})
    # Whatever becomes of the form, this report is checked: the next kader need not go there as well.
    waits = (CancelFires(report.id, (FireKind.VERIFY_NEXT,)), Plan(Sender(), unsent, scene.now + UNSENT))
    return _next(scene, report, found, (*kept, *waits))


def answer(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """The answer to whatever was asked last; None when the words belong elsewhere."""
    found = _kept(scene, report)
    kept = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    if not heard.text and not heard.choice:
        return _next(scene, report, found, kept, "visit.photo_kept") if kept else None
    if visits.is_all(heard.text, "send_now"):
        return _sent(scene, report, found, kept)
    question = FORM.next(found, scene)
    if question is None:
        return _last(scene, heard, report, found, kept)
    read = question.read(found, scene, heard)
    return None if read is None else _next(scene, report, read, kept)


def in_progress(scene: Scene) -> Report | None:
    """The report whose visit is being told: the last question to this kader was about it, and no form came between."""
    if scene.state.dialogue is not None:
        return None
    asked = max(scene.asks, key=lambda ask: (ask.asked_at, ask.id), default=None)
    if asked is None or asked.kind != KIND:
        return None
    return next((one for one in scene.tasks if one.id == asked.report and one.status is Status.REPORTED), None)


def takes_any_words(scene: Scene, report: Report) -> bool:
    """Whether what is asked now may be answered with *tidak ada*, and the like, without taking anything back."""
    question = FORM.next(_kept(scene, report), scene)
    return question is not None and question.name in ("needs", "along")


def on_errand(errand: Errand, scene: Scene) -> Outcome:
    """The morning of a day with visits, or the end of the time a result waits for the rest of it."""
    if "report" not in errand.data:
        return on_morning(errand, scene)
    report = next((task for task in scene.tasks if task.id == errand.data["report"]), None)
    found = _kept(scene, report) if report else Found()
    if report is None or report.status is not Status.REPORTED or found.begun != errand.data["begun"]:
        return Outcome(scene.state)  # sent, or called off and perhaps begun anew
    return _sent(scene, report, found, ())


# --- the questions ----------------------------------------------------------------------------------------------------


def _asks(key: str, options: tuple[str, ...]) -> Callable[[Found, Scene], Say]:
    choices = tuple(choice(f"@{one}", f"visit.choice.{one}") for one in options)
    return lambda found, scene: Say(key, {}, choices)


def _read_grave(found: Found, scene: Scene, heard: Utterance) -> Found | None:
    """Words that name no degree are kept: they tell more than one."""
    named = pick(heard, _GRAVE) or (visits.how_grave(heard.text) or "")
    if named and len(heard.text.split()) < TOLD:
        return replace(found, grave=named)
    return None if heard.choice else replace(found, grave=named or _LEFT_OUT, note=_joined(found.note, heard.text))


def _read_needs(found: Found, scene: Scene, heard: Utterance) -> Found | None:
    if pick(heard, _NEEDS) or visits.is_all(heard.text, "nothing"):
        return replace(found, needs="nothing")
    return None if heard.choice else replace(found, needs=gist(heard.text, _WORDS_KEPT))


def _read_along(found: Found, scene: Scene, heard: Utterance) -> Found | None:
    named = pick(heard, _WITH) or next((who for who in _WITH if visits.is_all(heard.text, who)), "")
    if named:
        return replace(found, along=named)
    return None if heard.choice else replace(found, along=gist(visits.company(heard.text), _WORDS_KEPT))


FORM: Form[Found] = Form(
    KIND,
    (
        Question("grave", lambda found, _: not found.grave, _asks("visit.ask_grave", _GRAVE), _read_grave),
        Question("needs", lambda found, _: not found.needs, _asks("visit.ask_needs", _NEEDS), _read_needs),
        Question("along", lambda found, _: not found.along, _asks("visit.ask_along", _WITH), _read_along),
    ),
)
"""What is asked after *benar*; whether it may go is asked last."""


def _next(scene: Scene, report: Report, found: Found, effects: tuple[Effect, ...], instead: str = "") -> Outcome:
    """The next question, or the whole to look at before it goes. `instead` is said above it."""
    matter = Matter.of(report)
    question = FORM.next(found, scene)
    danger = found.grave == "danger" and question is not None and question.name == "needs"
    first = Say(instead or "visit.danger", matter.values()) if instead or danger else None
    if question is None:
        values: Values = {"lines": _lines(scene, found, matter)}
        asked = ask_back(matter, "visit.ask_send", KIND, _buttons(_SEND), values)
    else:
        say = question.ask(found, scene)
        asked = ask_back(matter, say.key, KIND, say.choices)
    outcome = told(scene, first, (*effects, asked), report)
    drafts = {**scene.state.visits, report.ticket: asdict(found)}
    # Whatever list was read before, a bare figure answers this question now.
    return replace(outcome, state=replace(outcome.state, visits=drafts, last=asked.say.key))


def _last(scene: Scene, heard: Utterance, report: Report, found: Found, kept: tuple[Effect, ...]) -> Outcome | None:
    """*Kirim* or *ubah*; further words are added, and it is shown once more."""
    chosen = pick(heard, _SEND)
    if chosen == "send" or visits.is_all(heard.text, "send"):
        return _sent(scene, report, found, kept)
    if chosen == "change" or visits.is_all(heard.text, "change"):
        return _next(scene, report, Found(found.begun), kept)
    if heard.choice:
        return None
    return _next(scene, report, replace(found, note=_joined(found.note, heard.text)), kept)


# --- sent -------------------------------------------------------------------------------------------------------------


def _sent(scene: Scene, report: Report, found: Found, kept: tuple[Effect, ...]) -> Outcome:
    """It is so: to the office with what was found, at once when somebody is in danger."""
    matter = replace(
        Matter.of(report), status=Status.VERIFIED, verified=True, urgent=report.urgent or found.grave == "danger"
    )
    seen = replace(matter, found=_lines(scene, found, matter))
    graver = (Amend(report.id, {"urgent": True}, Actor.KADER),) if matter.urgent and not report.urgent else ()
    effects: tuple[Effect, ...] = (
        *kept,
        AddNote(report.id, _trail(found), Actor.KADER, seen=False),
        *graver,
        *change(Matter.of(report), Status.VERIFIED, Actor.KADER),
        *forward(seen, Actor.KADER, scene.now, scene.atlas),
        after_a_check(scene, report.region),
    )
    outcome = told(scene, Say("visit.sent", matter.values()), effects, report)
    return replace(outcome, state=without(outcome.state, report.ticket))


def _lines(scene: Scene, found: Found, matter: Matter) -> Lines:
    """What the office reads of the visit, one line for each thing."""
    says = [Say("visit.found.day", {"day": Day(today(scene, matter.region))})]
    for name, codes in (("grave", _GRAVE), ("needs", _NEEDS), ("along", _WITH)):
        told_ = getattr(found, name)
        if told_ and told_ != _LEFT_OUT:
            value: str | Word = Word(f"visit.value.{told_}") if told_ in codes else told_
            says.append(Say(f"visit.found.{name}", {name: value}))
    if found.note:
        says.append(Say("visit.found.note", {"note": found.note}))
    return Lines(tuple(says))


def _trail(found: Found) -> str:
    """For the audit trail: the codes and the kader's words."""
    return " | ".join(
        f"{name}: {told_}" for name, told_ in asdict(replace(found, begun="")).items() if told_ and told_ != _LEFT_OUT
    )


def _kept(scene: Scene, report: Report) -> Found:
    """Unknown fields of another version are ignored."""
    return _FOUND.validate_python(scene.state.visits.get(report.ticket, {}))


def _joined(note: str, words: str) -> str:
    return gist(f"{note}. {words}" if note else words, _WORDS_KEPT)


def _buttons(options: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(choice(f"@{one}", f"visit.choice.{one}") for one in options)
