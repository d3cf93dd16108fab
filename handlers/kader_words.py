"""What a kader says of several checks at once, by number, by line or by what they are about; and what stays unclear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import status, verification, worklist
from handlers.additions import just_filed
from handlers.lifecycle import VERIFY_CHOICES
from handlers.matter import Matter
from handlers.messages import Say
from handlers.replies import ask_back, status_word, told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import open_asks
from handlers.utterance import Utterance
from handlers.worklist import Said
from routing import answers
from routing.model import Report, Status

_PIECES = re.compile(r"[,;.\n]+")
_WORD = re.compile(r"[a-z]{4,}")


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """*SMD-0001 benar, 2 tidak ada*, *yg jalan benar, yg sampah belum sempat*; None when no check is named so."""
    if not heard.text or heard.choice or answers.command(heard.text):
        return None
    waiting = worklist.to_check(scene)
    if answers.mentions(heard.text, "verification", "duplicate"):
        return _one_is_the_other(scene, heard, waiting)
    if len(waiting) > 1 and verification.verdict(heard)[0] == "away":
        return _all_to_others(scene, waiting)
    theirs = tuple(task for task in scene.tasks if task in waiting or task.kader_id == scene.person.id)
    named = worklist.said_of(scene, heard.text, theirs)
    if any(one.report for one in named):
        return _together(scene, [_about(scene, heard, said) for said in named])
    return _by_matter(scene, heard, waiting) or _one_of_several(scene, heard, waiting)


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


def _about(scene: Scene, heard: Utterance, said: Said) -> Outcome | None:
    """A line counts only with a verdict behind it; a ticket that is written out is always answered."""
    report, words = said.report, said.update.note
    if report is None:
        return told(scene, worklist.not_listed(scene, said))
    if report.status is not Status.REPORTED:
        settled = Say("verify.already", {**Matter.of(report).values(), "status": status_word(report)})
        return told(scene, settled, (), report) if verification.verdict(replace(heard, text=words))[0] else None
    if not words:
        return status.story(scene, report)
    judged = verification.verdict_on(scene, replace(heard, text=words), report)
    return judged or (None if said.by_line else _ask_again(scene, report))


def _together(scene: Scene, outcomes: Sequence[Outcome | None]) -> Outcome | None:
    told_ = [outcome for outcome in outcomes if outcome]
    if not told_:
        return None
    says = tuple(say for outcome in told_ for say in outcome.says)
    return Outcome(told_[-1].state, says, tuple(effect for outcome in told_ for effect in outcome.effects))


def _by_matter(scene: Scene, heard: Utterance, waiting: Sequence[Report]) -> Outcome | None:
    """Every piece has to name one check by its matter and to judge it; half understood is not understood."""
    pieces = [piece.strip() for piece in _PIECES.split(heard.text) if piece.strip()]
    if len(waiting) < 2 or not pieces:
        return None
    judged: list[Outcome | None] = []
    for piece in pieces:
        report = _meant(scene, piece, waiting)
        if report is None or not verification.verdict(replace(heard, text=piece))[0]:
            return None
        judged.append(verification.verdict_on(scene, replace(heard, text=piece), report))
    return _together(scene, judged)


def _meant(scene: Scene, piece: str, waiting: Sequence[Report]) -> Report | None:
    """The one check whose matter, RT or own words stand in the piece."""
    read = scene.reader.read(piece, near=scene.region)
    spoken = set(_WORD.findall(piece.lower()))
    by_kind = [one for one in waiting if read.evidence and one.category == read.category]
    by_rt = [one for one in waiting if read.rt and one.rt == read.rt]
    by_word = [one for one in waiting if spoken & set(_WORD.findall(one.text.lower()))]
    return next((found[0] for found in (by_kind, by_rt, by_word) if len(found) == 1), None)
