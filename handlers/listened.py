"""What somebody heard in a voice note becomes the report: its words, its matter, its office. What must not be heard by
a kader leaves the neighbourhood at once (`domain.md §6.5`)."""

from __future__ import annotations

from dataclasses import replace

from handlers.draft import Draft, harvest
from handlers.effects import (
    Amend,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    KaderOf,
    Notify,
    OfficersOf,
    Reporter,
    Restrict,
    Sender,
    SetOffice,
    Transcribe,
)
from handlers.filing import destination
from handlers.form import choice
from handlers.lifecycle import VERIFY_CHOICES, change, for_kader, forward, hold
from handlers.listening import LISTEN, waits
from handlers.matter import Matter
from handlers.messages import Say, TicketOf
from handlers.replies import ask_back, pick, status_word, told
from handlers.safety_clock import OPEN, numbers, started
from handlers.safety_desk import OFFICE
from handlers.safety_opening import begin
from handlers.safety_track import may_be
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import names_a_ticket
from handlers.utterance import Utterance
from routing import answers
from routing.assign import Hold
from routing.model import EMERGENCIES, RESTRICTED_CATEGORIES, Actor, Kind, Report, Role, Status, Understanding

KINDS = frozenset({LISTEN})
_NO_LINE = frozenset({Kind.GREETING, Kind.THANKS, Kind.AFFIRM, Kind.DENY, Kind.STATUS_QUERY})
_A_LINE = 2
"""Words that can tell what somebody said."""
_ORDINARY = (choice("@ordinary", "choice.ordinary"), choice("@private", "choice.not_for_kader"))
_HANDED = (choice("@handed", "choice.handed"),)


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """Words in answer to the question to listen: in reply to it, with the report's number, or when it came last."""
    if not heard.text or heard.choice or answers.command(heard.text):
        return None
    waiting = [(ask, report) for ask in scene.asks if ask.kind == LISTEN and (report := _report(scene, ask))]
    replied = [one for one in waiting if heard.reply_to and heard.reply_to in one[0].message_ids]
    numbered = [one for one in waiting if one[1].ticket in heard.text]
    for asked, report in replied or numbered:
        line = heard.text.replace(report.ticket, "").strip(" :,.-")
        return answer(scene, replace(heard, text=line), asked, report)
    unasked = heard.reply_to or scene.state.dialogue or not waiting or scene.asks[0].kind != LISTEN
    if unasked or names_a_ticket(heard.text, scene) or _tells_of_elsewhere(scene, heard, waiting[0][1]):
        return None
    answered = answer(scene, heard, *waiting[0])
    if answered is None or len(waiting) == 1:
        return answered
    tickets = ", ".join(report.ticket for _, report in waiting)
    return told(scene, Say("voice.which", {"tickets": tickets, "ticket": waiting[0][1].ticket}))


def _tells_of_elsewhere(scene: Scene, heard: Utterance, report: Report) -> bool:
    """Another street, or *saya mau lapor*: news of their own, and nothing that was heard."""
    read = scene.reader.read(heard.text, role=Role.KADER, near=report.region)
    other_place = read.place is not None and read.place.code != report.place_code
    other_rt = bool(read.rt and report.rt and read.rt != report.rt)
    return other_place or other_rt or answers.mentions(heard.text, "commands", "report")


def by_reporter(scene: Scene, heard: Utterance, report: Report, read: Understanding) -> Outcome | None:
    """Who spoke first and writes it after all tells what the recording says; None for anything else."""
    if not waits(report) or read.kind is not Kind.REPORT or not read.evidence:
        return None
    elsewhere = read.place is not None and read.place.code != report.place_code
    return None if elsewhere else _understood(scene, heard, report, Actor.REPORTER)


def answer(scene: Scene, heard: Utterance, asked: Ask, report: Report) -> Outcome | None:
    """A tap or a line about the voice note of this report; None when it is no answer."""
    if report.restricted:
        return _by_ppa(scene, heard, report)
    if not waits(report):
        return told(scene, Say("voice.already", {**Matter.of(report).values(), "status": status_word(report)}))
    if pick(heard, ("private",)):
        return _not_for_kader(scene, report, "")
    if pick(heard, ("unclear",)) or answers.mentions(heard.text, "voice", "unclear"):
        return _unclear(scene, report)
    own = report.reporter_id == scene.person.id
    by = Actor.REPORTER if own else Actor.KADER
    if pick(heard, ("ordinary",)) and scene.state.pending:
        return _understood(scene, Utterance(at=heard.at, text=scene.state.pending), report, by)
    read = scene.reader.read(heard.text, role=Role.KADER, near=report.region)
    if read.kind in _NO_LINE or len(heard.text.split()) < _A_LINE:
        return None
    if may_be(scene, read):
        return _begun_anew(scene, heard, report) if own else _not_for_kader(scene, report, heard.text)
    return _is_it_ordinary(scene, heard, report) if read.hinted and not own else _understood(scene, heard, report, by)


# --- an ordinary matter -----------------------------------------------------------------------------------------------


def _understood(scene: Scene, heard: Utterance, report: Report, by: Actor) -> Outcome:
    """Read like any report, and on its way: to the same kader for the check, or to the office when minutes matter."""
    known = Draft(text=report.text, place=report.place_code, rt=report.rt, rw=report.rw)
    draft = harvest(known, heard, scene)
    where = destination(draft, scene)
    noted: dict[str, object] = {
        "text": draft.text,
        "field": draft.field,
        "category": draft.category,
        "rt": draft.rt,
        "rw": draft.rw,
        "urgent": draft.urgent,
    }
    office = None if isinstance(where, Hold) else where.office
    matter = replace(
        Matter.of(report),
        text=draft.text,
        category=draft.category,
        rt=draft.rt,
        rw=draft.rw,
        urgent=draft.urgent,
        office=office,
    )
    kept = (Transcribe(report.id, heard.text), Amend(report.id, noted, by), CloseAsks(report.id, (LISTEN,)))
    if isinstance(where, Hold):
        followed: tuple[Effect, ...] = hold(matter, where.reason, scene.now, scene.atlas)
    else:
        followed = (SetOffice(report.id, office, Actor.SYSTEM), *_next_step(scene, matter, by))
    line = _reporter_hears(scene, matter, by)
    if by is Actor.REPORTER:
        return told(scene, line, (*kept, *followed), report)
    thanks = None if _checks(matter) else Say("voice.thanks", matter.values())
    return told(scene, thanks, (*kept, *followed, Notify(Reporter(report.id), line, report.id)), report)


def _checks(matter: Matter) -> bool:
    """Whether the kader who listened is asked to look at it as well."""
    return matter.office is not None and not _minutes_matter(matter)


def _minutes_matter(matter: Matter) -> bool:
    return matter.urgent and matter.category in EMERGENCIES


def _next_step(scene: Scene, matter: Matter, by: Actor) -> tuple[Effect, ...]:
    if _minutes_matter(matter):
        moved = change(matter, Status.UNVERIFIED, Actor.SYSTEM, reason="urgent")
        unchecked = replace(matter, status=Status.UNVERIFIED)
        return *moved, *forward(unchecked, Actor.SYSTEM, scene.now, scene.atlas, tell=False)
    if by is Actor.KADER:
        return (ask_back(matter, "voice.now_check", "verify", VERIFY_CHOICES, for_kader(matter)),)
    say = Say("verify.ask", for_kader(matter), VERIFY_CHOICES)
    return (Notify(KaderOf(matter.key), say, matter.key, "verify"),)


def _reporter_hears(scene: Scene, matter: Matter, by: Actor) -> Say:
    """One warm line; when minutes matter the number to call stands first."""
    emergency = scene.atlas.regions[matter.region].hotlines["emergency"].number
    heard = "voice.heard" if by is Actor.KADER else "voice.written"
    ending = "_urgent" if _minutes_matter(matter) and matter.office else "" if matter.office else "_held"
    return Say(f"{heard}{ending}", {**matter.values(), "number": emergency})


def _is_it_ordinary(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """Words that may hide violence: the kader, who heard the voice, says so with one tap; until then nobody else
    reads them."""
    asked = ask_back(Matter.of(report), "voice.is_it_ordinary", LISTEN, _ORDINARY)
    waiting = told(scene, None, (asked,), report)
    return replace(waiting, state=replace(waiting.state, pending=heard.text))


def _unclear(scene: Scene, report: Report) -> Outcome:
    """Nobody can make it out: its reporter is asked for one line, warmly and once."""
    matter = Matter.of(report)
    please = Notify(Reporter(report.id), Say("voice.please_write", matter.values()), report.id, LISTEN)
    return told(scene, Say("voice.unclear_noted", matter.values()), (CloseAsks(report.id, (LISTEN,)), please), report)


# --- not an ordinary matter -------------------------------------------------------------------------------------------


def _not_for_kader(scene: Scene, report: Report, words: str) -> Outcome:
    """The report leaves the kader's hands for the PPA office's; its reporter gets a code and numbers, neutrally."""
    region = scene.atlas.regions[report.region]
    read = scene.reader.read(words, role=Role.KADER, near=report.region)
    category = read.category if read.category in RESTRICTED_CATEGORIES else "kdrt"
    ticket = TicketOf(scene.fresh)
    heard: tuple[Effect, ...] = (Transcribe(report.id, words),) if words else ()
    calls = numbers(region.hotlines, self_harm=False)
    effects = (
        *heard,
        Amend(report.id, {"text": words, "category": category, "urgent": read.urgent}, Actor.KADER),
        CloseAsks(report.id),
        CancelFires(report.id),
        Restrict(report.id, scene.fresh, OFFICE),
        Notify(
            OfficersOf(report.id),
            Say("ppa.new", {"ticket": ticket}, OPEN),
            report.id,
            "ppa",
            if_nobody=(Notify(Coordinators(report.region), Say("hold.restricted")),),
        ),
        *started(report.id, region, scene.now, danger=read.urgent),
        Notify(Reporter(report.id), Say("voice.noted", {"code": ticket, **calls}), report.id),
    )
    return told(scene, Say("voice.not_for_kader", calls), effects)


def _begun_anew(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """The reporter writes what the kader could not make out, and it is no ordinary matter: the old report is over."""
    begun = begin(scene, heard, scene.reader.read(heard.text, near=report.region))
    over = ChangeStatus(report.id, Status.CANCELLED, Actor.REPORTER)
    return replace(begun, effects=(*begun.effects, CloseAsks(report.id), CancelFires(report.id), over))


def _by_ppa(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """One line of the PPA officer who listened: kept as the words of the request."""
    if not heard.text or len(heard.text.split()) < _A_LINE or not report.open:
        return None
    read = scene.reader.read(heard.text, near=report.region)
    known: dict[str, object] = {"text": "\n".join(filter(None, (report.text, heard.text)))}
    if read.category in RESTRICTED_CATEGORIES:
        known["category"] = read.category
    noted = Notify(Sender(), Say("ppa.noted", {"ticket": report.ticket}, _HANDED), report.id, "ppa")
    kept = (Transcribe(report.id, heard.text), Amend(report.id, known, Actor.OFFICER))
    return told(scene, None, (*kept, CloseAsks(report.id, (LISTEN,)), noted), report)


def _report(scene: Scene, asked: Ask | None) -> Report | None:
    known = (*scene.tasks, *scene.mine)
    return next((one for one in known if asked and one.id == asked.report), None)
