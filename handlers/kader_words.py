"""What a kader says of several checks at once, by number, by line or by what they are about; and what stays unclear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import status, verification, visit, visit_day, worklist
from handlers.additions import just_filed
from handlers.kader_verdict import verdict
from handlers.lifecycle import VERIFY_CHOICES
from handlers.matter import Matter
from handlers.messages import Lines, Say
from handlers.replies import ask_back, status_word, told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import open_asks
from handlers.utterance import Utterance
from handlers.worklist import Said
from routing import answers, batches, visits
from routing.batches import ForAll
from routing.model import Report, Status

_PIECES = re.compile(r"[,;.\n]+")
_WORD = re.compile(r"[a-z]{4,}")


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """*SMD-0001 benar, 2 tidak ada*, *yg jalan benar, yg sampah belum sempat*; None when no check is named so."""
    if not heard.text or heard.choice:
        return None
    visited = visit_day.called_off(scene, heard) or _bare_at_the_visit(scene, heard)
    if visited or answers.command(heard.text):
        return visited
    waiting = worklist.to_check(scene)
    everything = _everything(scene, heard, waiting)
    if everything:
        return everything
    theirs = tuple(task for task in scene.tasks if task in waiting or task.kader_id == scene.person.id)
    named = worklist.said_of(scene, batches.spread(heard.text) if scene.state.listed else heard.text, theirs)
    if answers.mentions(heard.text, "verification", "duplicate") and not _each_is_judged(heard, named):
        return _one_is_the_other(scene, heard, waiting)
    if len(waiting) > 1 and verdict(heard)[0] == "away":
        return _all_to_others(scene, waiting)
    if any(one.report for one in named):
        return _together([_about(scene, heard, said, alone=len(named) == 1) for said in named])
    return (
        _told_at_the_visit(scene, heard) or _by_matter(scene, heard, waiting) or _one_of_several(scene, heard, waiting)
    )


def unclear(scene: Scene, heard: Utterance) -> Outcome | None:
    """No verdict in these words while checks wait: asked in plain choices, of which first when there are several."""
    waiting = worklist.to_check(scene)
    if not waiting or _goes_on_about_own(scene):
        return None
    replied = [ask.report for ask in scene.asks if heard.reply_to in ask.message_ids]
    meant = [task for task in waiting if task.id in replied] or list(waiting)
    if len(meant) > 1:
        return worklist.which(scene, "verify.which", meant, heard.text, scene.asks)
    return _ask_again(scene, meant[0])


def _one_of_several(scene: Scene, heard: Utterance, waiting: Sequence[Report]) -> Outcome | None:
    """A bare *benar* while several questions came: asked of which, told apart by what they are about."""
    asks = open_asks(scene, heard, {"verify"})
    asked = {ask.report for ask in asks}
    meant = [task for task in waiting if task.id in asked]
    if len(meant) < 2 or scene.state.dialogue is not None or not verification.verdict_on(scene, heard, meant[0]):
        return None
    return worklist.which(scene, "verify.which", meant, heard.text, asks)


def _ask_again(scene: Scene, report: Report) -> Outcome:
    """The three buttons once more; the second time in other words."""
    key = "verify.unclear.again" if scene.state.last == "verify.unclear" else "verify.unclear"
    asked = told(scene, None, (ask_back(Matter.of(report), key, "verify", VERIFY_CHOICES),), report)
    return replace(asked, state=replace(asked.state, last=key))


def _goes_on_about_own(scene: Scene) -> bool:
    """A report of their own, younger than the last question: what follows belongs to that."""
    own = just_filed(scene)
    asked = [ask.asked_at for ask in scene.asks if ask.kind in verification.KINDS]
    return own is not None and own.received_at > max(asked, default=own.received_at)


def _one_is_the_other(scene: Scene, heard: Utterance, waiting: Sequence[Report]) -> Outcome | None:
    """*SMD-0002 sama dengan SMD-0001*: the first named is the one that was to be checked."""
    said = [one for one in worklist.said_of(scene, heard.text, waiting) if one.report]
    if len(said) != 1 or not (report := said[0].report):
        return None
    other = said[0].update.duplicate_of
    words = f"{said[0].update.note} {other or ''}".strip()
    return verification.verdict_on(scene, replace(heard, text=words), report)


def _all_to_others(scene: Scene, waiting: Sequence[Report]) -> Outcome:
    effects = tuple(effect for report in waiting for effect in verification.passed_on(scene, Matter.of(report)))
    return told(scene, Say("verify.passed_all", {"count": len(waiting)}), effects)


def _each_is_judged(heard: Utterance, named: Sequence[Said]) -> bool:
    """*1 benar, 2 sudah dilaporkan*, unlike *SMD-0002 sama dengan SMD-0001*, says something of each."""
    words = [replace(heard, text=one.update.note) for one in named]
    return len(words) > 1 and all(verdict(one)[0] for one in words)


def _about(scene: Scene, heard: Utterance, said: Said, *, alone: bool) -> Outcome | None:
    """A line counts only with a verdict behind it; a ticket that is written out is always answered."""
    report, words = said.report, said.update.note
    if report is None:
        strange = Say("verify.no_such", {"number": said.name})
        return told(scene, worklist.not_listed(scene, said) if alone else strange)
    if report.status is not Status.REPORTED:
        settled = Say("verify.already", {**Matter.of(report).values(), "status": status_word(report)})
        return told(scene, settled, (), report) if verdict(replace(heard, text=words))[0] else None
    if not words:
        return status.story(scene, report)
    judged = verification.verdict_on(scene, replace(heard, text=words), report)
    return judged or (None if said.by_line else _ask_again(scene, report))


def _together(outcomes: Sequence[Outcome | None]) -> Outcome | None:
    told_ = [outcome for outcome in outcomes if outcome]
    if not told_:
        return None
    says = tuple(say for outcome in told_ for say in outcome.says)
    drafts = {ticket: draft for outcome in told_ for ticket, draft in outcome.state.visits.items()}
    effects = tuple(effect for outcome in told_ for effect in outcome.effects)
    return Outcome(replace(told_[-1].state, visits=drafts), _in_one(says), effects)


def _in_one(says: tuple[Say, ...]) -> tuple[Say, ...]:
    """Thanks for several reports are said once, with where each of them goes."""
    thanks = tuple(say for say in says if say.key == "verify.thanks")
    if len(thanks) < 2:
        return says
    lines = Lines(tuple(replace(say, key="verify.thanks_line") for say in thanks))
    others = tuple(say for say in says if say.key != "verify.thanks")
    return Say("verify.thanks_all", {"lines": lines}), *others


def _everything(scene: Scene, heard: Utterance, waiting: Sequence[Report]) -> Outcome | None:
    """*Semua benar kecuali 2*: of the list that was shown last, else of all that wait, as many as a list shows."""
    said = batches.for_all(heard.text)
    if said is None or not waiting:
        return None
    word, rest = verdict(replace(heard, text=said.words))
    if not word or rest:  # *semua rumah benar-benar rusak* is no verdict
        return None
    shown = [one for one in waiting if one.ticket in scene.state.listed] or list(waiting[: worklist.SHOWN])
    if said.unnumbered:
        return _but_named(scene, heard, said, shown)
    but = {scene.state.listed[line - 1]: words for line, words in said.but.items() if line <= len(scene.state.listed)}
    if len(but) < len(said.but):
        return told(scene, Say("list.no_such_line", {"number": str(max(said.but)), "count": len(scene.state.listed)}))
    words = {one.ticket: but.get(one.ticket, said.words) for one in shown}
    judged = [
        verification.verdict_on(scene, replace(heard, text=words[one.ticket]), one)
        for one in shown
        if words[one.ticket]
    ]
    return _together(judged)


def _but_named(scene: Scene, heard: Utterance, said: ForAll, shown: Sequence[Report]) -> Outcome:
    """*Semua betul kecuali yang lampu, itu sudah nyala*: what is left out is asked about, unless that is judged too.

    Nothing is taken for true where one that was left out is not known.
    """
    spared: dict[str, str] = {}
    ticket = ""
    for piece in batches.each_named(said.unnumbered):
        meant = _meant(scene, piece, shown)
        ticket = meant.ticket if meant else ticket
        if not ticket:
            return worklist.listed(scene, "verify.but_which", shown)
        spared[ticket] = f"{spared.get(ticket, '')} {piece}".strip()
    judged = [
        verification.verdict_on(scene, replace(heard, text=spared.get(one.ticket, said.words)), one) for one in shown
    ]
    asked = [_ask_again(scene, one) for one, taken in zip(shown, judged, strict=True) if taken is None]
    return _together([*judged, *asked]) or worklist.listed(scene, "verify.but_which", shown)


def _bare_at_the_visit(scene: Scene, heard: Utterance) -> Outcome | None:
    """While a visit is told, *ubah* and a bare *ya* belong to its form, and not to a command or another report."""
    report = visit.in_progress(scene)
    if report is None or heard.reply_to:
        return None
    bare = any(visits.is_all(heard.text, form) for form in ("change", "send", "nothing", "alone"))
    return visit.answer(scene, heard, report) if bare else None


def _told_at_the_visit(scene: Scene, heard: Utterance) -> Outcome | None:
    """What is told meanwhile sounds like a report, for it is about one; it is another when it names another place."""
    report = visit.in_progress(scene)
    if report is None or heard.reply_to:
        return None
    read = scene.reader.read(heard.text, near=report.region)
    elsewhere = read.place is not None and read.place.code != report.place_code
    if read.restricted or elsewhere or verification.reports_something_else(scene, heard, report):
        return None
    return verification.answer_at_the_visit(scene, heard, report)


def _by_matter(scene: Scene, heard: Utterance, waiting: Sequence[Report]) -> Outcome | None:
    """Every piece has to name one check by its matter and to judge it; half understood is not understood."""
    pieces = [piece.strip() for piece in _PIECES.split(heard.text) if piece.strip()]
    if len(waiting) < 2 or not pieces:
        return None
    judged: list[Outcome | None] = []
    for piece in pieces:
        report = _meant(scene, piece, waiting)
        if report is None or not verdict(replace(heard, text=piece))[0]:
            return None
        judged.append(verification.verdict_on(scene, replace(heard, text=piece), report))
    return _together(judged)


def _meant(scene: Scene, piece: str, waiting: Sequence[Report]) -> Report | None:
    """The one check whose matter, RT or own words stand in the piece."""
    read = scene.reader.read(piece, near=scene.region)
    spoken = set(_WORD.findall(piece.lower()))
    by_kind = [one for one in waiting if read.evidence and one.category == read.category]
    by_rt = [one for one in waiting if read.rt and one.rt == read.rt]
    words = {one.id: _WORD.findall(one.text.lower()) for one in waiting}
    by_first = [one for one in waiting if spoken & set(words[one.id][:1])]  # *jalan* is not *lampu jalan*
    by_word = [one for one in waiting if spoken & set(words[one.id])]
    return next((found[0] for found in (by_kind, by_rt, by_first, by_word) if len(found) == 1), None)
