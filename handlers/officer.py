"""An officer answers in the chat: by button, by ticket number, or in words for one or several reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import calling_off, held, holding, named_by, status, worklist
from handlers.effects import AddNote, Attach, Effect, Notify, Sender
from handlers.lifecycle import ACCEPT_CHOICES, PROGRESS_CHOICES, for_office
from handlers.matter import Matter
from handlers.messages import Say, Values
from handlers.office_work import take_back, tasks
from handlers.passing_on import which_office
from handlers.replies import ask_back, pick, status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import open_asks
from handlers.utterance import Utterance
from handlers.worklist import Said
from routing import answers
from routing.assign import office_named
from routing.model import Actor, Kind, Report, Status
from routing.officer import OfficerUpdate

KINDS = frozenset({"accept", "progress", "office_question", "which_office"})
AT_OFFICE = worklist.WITH_OFFICE
TAKEN_BACK_WITHIN = timedelta(hours=24)
"""A *selesai* that is older is no slip: by then its reporter has been asked, and answers for it."""
JUST_NOW = timedelta(hours=1)
"""How long a bare *batalkan* can still be about a *selesai*; later it takes words that say what is so instead."""
_TAPS = {
    "accept": "accepted",
    "working": "in_progress",
    "done": "resolved",
    "not_ours": "not_ours",
    "info": "need_info",
}
_VAGUE = frozenset({"other", "no_update"})
_FEW = 4
"""Words in which a day is a promise, whatever else they say."""
_NO_ANSWER = frozenset({"other", "question"})
_FIRM = frozenset({"resolved", "not_ours", "need_info", "refuse_duplicate"})
"""What is clear however impatiently it is said."""
_STILL_AT_IT = frozenset({"in_progress", "postponed"})
_UNASKED = frozenset({"resolved", "in_progress", "postponed", "not_ours", "need_info"})
"""What changes a report though nothing was asked; a bare *ok* does not."""


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """The answer to one question about one report; None when the words are none."""
    if report.status not in AT_OFFICE:
        return told(scene, Say("office.already", {**Matter.of(report).values(), "status": status_word(report)}))
    options = ("accept", "not_ours", "info") if ask.kind == "accept" else ("working", "done", "not_ours")
    tapped = pick(heard, options) if ask.kind in ("accept", "progress") else ""
    if tapped:
        return _acted(scene, heard, report, OfficerUpdate(ticket=report.ticket, intent=_TAPS[tapped], note=""))
    update = _read(scene, heard.text)
    if ask.kind == "which_office" and update.intent in ("not_ours", "no_update", *_NO_ANSWER):
        return _to_office(scene, heard, report)
    if ask.kind == "office_question" and heard.text and (update.intent not in _UNASKED - {"need_info"}):
        return _acted(scene, heard, report, OfficerUpdate(report.ticket, "need_info", note=heard.text))
    return None if update.intent in _NO_ANSWER else _acted(scene, heard, report, update)


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """Reports named by number in a free text, each with its own answer; None when no number of theirs is in it."""
    if not heard.text or heard.choice:
        return None
    back = calling_off.said(scene, heard) or _taken_back(scene, heard) or calling_off.too_late(scene, heard)
    back = back or calling_off.agreed(scene, heard)
    if back or answers.command(heard.text):
        return back
    pictured = _pictured(scene, heard)
    if pictured:
        return pictured
    meant = calling_off.put_right(scene, heard)
    if isinstance(meant, Outcome):
        return meant
    heard, mine = meant, tasks(scene)
    found = [_weighed(one) for one in worklist.said_of(scene, heard.text, mine) or _without_number(scene, heard, mine)]
    unclear_line = _unclear_line(scene, heard, found)
    if unclear_line:
        return unclear_line
    found = [one for one in found if not one.by_line or one.update.intent not in _NO_ANSWER]
    if not any(one.report for one in found):
        return _one_of_several(scene, heard) if not found else None
    if len(found) == 1 and (report := found[0].report):
        return _about_one(scene, heard, report, found[0].update)
    return _about_several(scene, heard, found)


def _pictured(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Ini hasilnya* under a photo, right after an answer: it shows what was answered, whatever else is open."""
    last = held.latest(scene)
    update = _read(scene, heard.text)
    told_more = update.intent in _FIRM or update.eta or any(sign.isdigit() for sign in heard.text)
    if not heard.keepable or len(last) != 1 or told_more or len(heard.text.split()) > _FEW:
        return None
    report = next((task for task in worklist.at_office(scene) if task.id == last[0].report), None)
    if report is None:
        return None
    kept = (Attach(report.id, heard.keepable), AddNote(report.id, heard.text, Actor.OFFICER, seen=False))
    return told(scene, Say("office.photo_kept", Matter.of(report).values()), kept, report)


def _unclear_line(scene: Scene, heard: Utterance, found: Sequence[Said]) -> Outcome | None:
    """*1 apa ini?* shows that line, *3 31 februari* is asked about it: a few words behind one number are about it."""
    if len(found) != 1 or not found[0].by_line or len(found[0].update.note.split()) > _FEW:
        return None
    update, report = found[0].update, found[0].report
    if not update.note or update.intent not in _NO_ANSWER or report not in worklist.at_office(scene):
        return None
    read = scene.reader.read(heard.text, near=scene.region)
    if read.kind is Kind.REPORT and read.evidence:
        return None
    asks = update.intent == "question" or update.note.endswith("?")
    return letter(scene, report) if asks else _buttons(scene, replace(heard, text=update.note), report)


def _without_number(scene: Scene, heard: Utterance, mine: Sequence[Report]) -> Sequence[Said]:
    """*Semua selesai*, *yang air sudah*; and a bare *selesai* right after a round-up of one line."""
    if scene.state.dialogue is not None:
        return ()
    only = worklist.only_line(scene, mine)
    if only and _read(scene, heard.text).intent not in _NO_ANSWER:
        return [Said(only.ticket, _read(scene, heard.text), only)]
    return named_by.said_of(scene, heard.text, mine)


def letter(scene: Scene, report: Report) -> Outcome | None:
    """All that an officer has to know of one line of a list, with its files and what can be tapped; None for others."""
    if report not in worklist.at_office(scene):
        return None
    new = report.status is Status.FORWARDED
    values: Values = {**for_office(Matter.of(report)), "status": status_word(report)}
    say = Say("office.detail", values, ACCEPT_CHOICES if new else PROGRESS_CHOICES)
    shown = Notify(Sender(), say, report.id, "accept" if new else "progress", with_files=True)
    return told(scene, None, (shown,), report)


def unclear(scene: Scene, heard: Utterance) -> Outcome | None:
    """Not understood as an answer: kept as a note where only one report can be meant, and asked in plain choices."""
    asks = open_asks(scene, heard, KINDS)
    about = _asked_about(scene, asks)
    if not about:
        return None
    if len(about) > 1:
        return worklist.which(scene, "office.which", about, heard.text, asks)
    return _buttons(scene, heard, about[0])


def unasked(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Sudah selesai dikerjakan*, and nothing was asked: of the only report they have, or of which."""
    about = _unanswered(scene, worklist.at_office(scene))
    update = _read(scene, heard.text)
    if not about or update.intent not in _UNASKED:
        return None
    if len(about) > 1:
        return worklist.which(scene, "office.which", about, heard.text)
    return _acted(scene, heard, about[0], update)


def _one_of_several(scene: Scene, heard: Utterance) -> Outcome | None:
    """A bare *selesai* while several questions came: asked of which, told apart by what they are about."""
    asks = open_asks(scene, heard, KINDS)
    about = _asked_about(scene, asks)
    if len(about) < 2 or scene.state.dialogue is not None or _read(scene, heard.text).intent in _NO_ANSWER:
        return None
    return worklist.which(scene, "office.which", about, heard.text, asks)


def _asked_about(scene: Scene, asks: tuple[Ask, ...]) -> list[Report]:
    asked = {ask.report for ask in asks}
    return [task for task in worklist.at_office(scene) if task.id in asked]


def _read(scene: Scene, text: str) -> OfficerUpdate:
    """Words about one report, whichever figures stand in them."""
    updates = worklist.parts(scene, text)
    whole = replace(updates[0], note=text) if len(updates) == 1 and not updates[0].ticket else updates[0]
    return _clear(whole)


def _weighed(said: Said) -> Said:
    return replace(said, update=_clear(said.update))


def _clear(update: OfficerUpdate) -> OfficerUpdate:
    """A question to the reporter is one; words of impatience are no news, and are quoted to nobody. A few words with a
    day in them promise it (*masih hujan, Senin*)."""
    if update.eta and update.intent in _VAGUE and len(update.note.split()) <= _FEW and "?" not in update.note:
        update = replace(update, intent="postponed")
    if answers.mentions(update.note, "officer", "asks_reporter") and update.intent in ("no_update", *_NO_ANSWER):
        return replace(update, intent="need_info")
    if not answers.mentions(update.note, "officer", "impatient"):
        return update
    return replace(update, note="") if update.intent in _FIRM - {"need_info"} else replace(update, intent="other")


def _acted(scene: Scene, heard: Utterance, report: Report, update: OfficerUpdate) -> Outcome:
    return holding.answered(scene, heard, [(report, update)])


def _to_office(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """*Dinas mana?*: the office that is named takes it, like any answer; without one the coordinator does."""
    region = scene.atlas.regions[report.region]
    role = tap(heard) or office_named(heard.text, region, scene.atlas) or ""
    if role in region.offices and role != report.office:
        return _acted(scene, heard, report, OfficerUpdate(report.ticket, "not_ours", forward_role=role))
    return which_office(scene, heard, report)


def _unanswered(scene: Scene, reports: Sequence[Report]) -> Sequence[Report]:
    """Those this person has not answered a moment ago; all of them where they answered all."""
    answered = {one.report for one in held.mine(scene)}
    return [one for one in reports if one.id not in answered] or reports


def _about_one(scene: Scene, heard: Utterance, report: Report, update: OfficerUpdate) -> Outcome:
    matter = Matter.of(report)
    if not update.note or answers.mentions(update.note, "officer", "asks_us"):
        return status.story(scene, report)
    if report.status is Status.RESOLVED and update.intent in _STILL_AT_IT and _just_resolved(scene, report):
        return told(scene, None, take_back(scene, report, update.note), report)
    if report.status not in AT_OFFICE:
        return told(scene, Say("office.already", {**matter.values(), "status": status_word(report)}), (), report)
    if update.intent in _NO_ANSWER:
        return _buttons(scene, replace(heard, text=update.note), report)
    return _acted(scene, heard, report, update)


def _about_several(scene: Scene, heard: Utterance, found: list[Said]) -> Outcome:
    """What can be answered is; of the others is said why not."""
    besides: list[Say] = []
    meant: list[tuple[Report, OfficerUpdate]] = []
    for one in found:
        report = one.report
        if report is None:
            besides.append(worklist.not_listed(scene, one, besides=True))
        elif report.status not in AT_OFFICE:
            besides.append(Say("office.already", {**Matter.of(report).values(), "status": status_word(report)}))
        else:
            meant.append((report, one.update))
    return holding.answered(scene, heard, meant, besides)


def _buttons(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """The choices once more, the second time in other words; what was said is kept as a note."""
    new = report.status is Status.FORWARDED
    key = "office.unclear.again" if scene.state.last == "office.unclear" else "office.unclear"
    options = ACCEPT_CHOICES if new else PROGRESS_CHOICES
    question = ask_back(Matter.of(report), key, "accept" if new else "progress", options)
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    noted = AddNote(report.id, heard.text, Actor.OFFICER, seen=False)
    asked = told(scene, None, (*kept, noted, question), report)
    return replace(asked, state=replace(asked.state, last=key))


# --- a slip -----------------------------------------------------------------------------------------------------------


def _taken_back(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Eh salah kirim, belum selesai* soon after *selesai*; None when nothing was called solved lately."""
    if scene.state.dialogue is not None or not _takes_back(scene, heard.text):
        return None
    solved = [task for task in tasks(scene) if _just_resolved(scene, task)]
    if not solved:
        return None
    if answers.command(heard.text) and not any(_just_resolved(scene, task, JUST_NOW) for task in solved):
        return None if scene.mine else told(scene, Say("held.too_late"))
    recent = [task for task in solved if task.status is Status.RESOLVED]
    if not recent:
        return told(scene, Say("office.already", {**Matter.of(solved[0]).values(), "status": status_word(solved[0])}))
    by_ticket = {one.ticket: one for one in recent}
    named = [one for said in worklist.said_of(scene, heard.text, recent) if (one := by_ticket.get(said.name))]
    meant = named or [one for one in recent if one.id == scene.state.about] or recent
    if len(meant) > 1 and not named:
        return worklist.which(scene, "office.which_back", meant[::-1], heard.text)
    effects = tuple(effect for report in meant for effect in take_back(scene, report, heard.text))
    return told(scene, None, effects, meant[0])


def _takes_back(scene: Scene, text: str) -> bool:
    said = worklist.parts(scene, text)[0]
    if answers.mentions(said.note, "officer", "wrong_office"):
        return False
    slip = answers.starts_with(said.note, "officer", "take_back") is not None
    slip = slip or any(answers.mentions(said.note, "officer", name) for name in ("slip", "unsolved"))
    return slip or answers.matches(said.note, "officer", "not_yet")


def _just_resolved(scene: Scene, report: Report, within: timedelta = TAKEN_BACK_WITHIN) -> bool:
    if report.status not in (Status.RESOLVED, Status.CLOSED):
        return False
    solved = [line.at for line in report.story if line.kind == Status.RESOLVED]
    return bool(solved) and scene.now - solved[-1] <= within
