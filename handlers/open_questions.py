"""Which open question an answer belongs to, and what to do where two could be meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers import coordinator, feedback, listened, officer, rating, report, safety, verification, withdrawal
from handlers.messages import Choice, Say
from handlers.replies import told
from handlers.report_form import REPORT
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import open_asks
from handlers.utterance import Utterance
from routing import answers, numbered
from routing.model import Kind, Report

Answerer = Callable[[Scene, Utterance, Ask, Report], Outcome | None]

ANSWERS: dict[str, Answerer] = {
    **dict.fromkeys(verification.KINDS, verification.answer),
    **dict.fromkeys(officer.KINDS, officer.answer),
    **dict.fromkeys(feedback.KINDS, feedback.answer),
    **dict.fromkeys(rating.KINDS, rating.answer),
    **dict.fromkeys(coordinator.KINDS, coordinator.answer),
    **dict.fromkeys(safety.KINDS, safety.answer_ppa),
    **dict.fromkeys(withdrawal.KINDS, withdrawal.answer),
    **dict.fromkeys(listened.KINDS, listened.answer),
}
"""Kind of an open question to the conversation that reads its answer."""


_OF_ALL = frozenset({"solved", "rating"})
"""Questions that one answer may answer for all reports they are asked of."""


def answered(scene: Scene, heard: Utterance) -> Outcome | None:
    """A bare answer belongs to the message it replies to, else to the last question; where two fit, the bot asks."""
    pool = open_asks(scene, heard, ANSWERS)
    if not heard.reply_to and scene.state.dialogue == REPORT:
        asked_at = scene.state.asked_at or scene.now
        pool = tuple(ask for ask in pool if ask.asked_at > asked_at)
    every = _of_all(scene, heard, pool)
    if every:
        return every
    fitting = [(ask, outcome) for ask in pool if (outcome := answer_to(scene, heard, ask))]
    if not fitting:
        return None
    form_too = not heard.reply_to and scene.state.dialogue == REPORT and report.takes_bare(scene, heard)
    if len(fitting) == 1 and not form_too:
        return fitting[0][1]
    return _which(scene, heard, [ask for ask, _ in fitting], form_too=form_too)


def _of_all(scene: Scene, heard: Utterance, pool: Sequence[Ask]) -> Outcome | None:
    """*Dua-duanya sudah*, while the same is asked of several reports."""
    said = scene.state.pending if numbered.means_all(heard.text) and " " not in heard.text else None
    said = said or numbered.of_all(heard.text)
    asked = [ask for ask in pool if ask.kind == pool[0].kind and ask.kind in _OF_ALL]
    if not said or heard.choice or len(asked) < 2:
        return None
    outcomes = [answer_to(scene, replace(heard, text=said), ask) for ask in asked]
    told_ = [outcome for outcome in outcomes if outcome]
    if len(told_) < len(asked):
        return None
    says = tuple(say for outcome in told_ for say in outcome.says)
    return Outcome(told_[-1].state, says, tuple(effect for outcome in told_ for effect in outcome.effects))


def answer_to(scene: Scene, heard: Utterance, ask: Ask) -> Outcome | None:
    known = report_known(scene, ask.report)
    if known is None or _tells_another_problem(scene, heard, known, marked=rating.marks(heard, ask)):
        return None
    return ANSWERS[ask.kind](scene, heard, ask, known)


def _tells_another_problem(scene: Scene, heard: Utterance, known: Report, *, marked: bool) -> bool:
    """A whole new problem is never swallowed as the answer to a question about an old one."""
    if heard.choice or not heard.text:
        return False
    read = scene.reader.read(heard.text, near=known.region)
    if read.restricted and not known.restricted:
        return True
    if heard.reply_to or marked or len(heard.text.split()) < 4:
        return False
    return read.kind is Kind.REPORT and read.category != known.category and read.score >= scene.reader.ask_below


def _which(scene: Scene, heard: Utterance, asks: list[Ask], *, form_too: bool) -> Outcome:
    """Two questions fit: the answer is kept until a tap tells to which it belongs."""
    known = [(ask, report_known(scene, ask.report)) for ask in asks]
    options = [Choice(f"w{ask.id}:this", "choice.ticket", {"ticket": one.ticket}) for ask, one in known if one][:3]
    if form_too:
        options.append(Choice("w0:this", "choice.this_draft"))
    said = told(scene, Say("which_report", {"text": answers.gist(heard.text, 40)}, tuple(options)))
    return replace(said, state=replace(said.state, pending=heard.text))


def chosen_question(scene: Scene, heard: Utterance) -> Outcome | None:
    """A tap on *which report?*: the kept answer is given to the question that was meant."""
    said = Utterance(at=heard.at, text=scene.state.pending or "")
    kind, _, _ = (heard.choice or "").partition(":")
    if kind == "w0":
        return report.resume(replace(scene, state=replace(scene.state, pending=None)), said)
    ask = next((ask for ask in scene.asks if f"w{ask.id}" == kind), None)
    return answer_to(scene, said, ask) if ask and said.text else None


def report_known(scene: Scene, identifier: int | None) -> Report | None:
    """A report among those this person may see; None for any other."""
    return next((r for r in (*scene.tasks, *scene.mine) if r.id == identifier), None)
