"""A kader says whether a neighbour's report is so: *Benar · Perlu kunjungan · Tidak benar · sudah dilaporkan*."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.effects import (
    AddNote,
    Attach,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Effect,
    Followers,
    Join,
    NextKader,
    Notify,
    ScheduleFire,
)
from handlers.form import choice
from handlers.lifecycle import VERIFY_CHOICES, change, for_kader, forward
from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Say
from handlers.replies import ask_back, pick, status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import named, said_of_each
from handlers.utterance import Utterance
from routing import answers
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report, Status
from routing.promises import promised_date

KINDS = frozenset({"verify", "visit_day", "refuse_reason", "duplicate_of"})
_WORDS = ("duplicate", "not_my_area", "visit", "false", "true")
"""Order of reading: *sudah dilaporkan, benar* is a duplicate, *tidak benar* is not *benar*."""
_REASONS = ("not_there", "already_fixed", "never_happened")


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """What the kader's words or tap mean for this report; None when they are no answer to the question."""
    if report.status is not Status.REPORTED:
        return told(scene, Say("verify.already", {**Matter.of(report).values(), "status": status_word(report)}))
    readers = {"visit_day": _visit_day, "refuse_reason": _refuse_reason, "duplicate_of": _duplicate_of}
    return readers.get(ask.kind, _verdict)(scene, heard, report)


def by_words(scene: Scene, heard: Utterance) -> Outcome | None:
    """*SMD-0001 benar, SMD-0002 tidak ada*: reports named by number, each with its verdict; None when none is."""
    waiting = {r.ticket: r for r in scene.tasks if r.status is Status.REPORTED and r.kader_id == scene.person.id}
    if not named(heard.text, tuple(waiting.values()), scene) or answers.mentions(
        heard.text, "verification", "duplicate"
    ):
        return None
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    for ticket, words in said_of_each(heard.text, tuple(waiting.values()), scene):
        outcome = _verdict(scene, replace(heard, text=words), waiting[ticket])
        if outcome:
            scene = replace(scene, state=outcome.state)
            says, effects = says + outcome.says, effects + outcome.effects
    return Outcome(scene.state, says, effects) if effects else None


def verdict(heard: Utterance) -> tuple[str, str]:
    """(verdict, the words behind it); the verdict is empty when the utterance gives none."""
    tapped = pick(heard, ("true", "visit", "false"))
    if tapped:
        return tapped, ""
    for word in _WORDS:
        rest = answers.starts_with(heard.text, "verification", word)
        if rest is not None:
            return word, rest
    for word in ("duplicate", "not_my_area", "visit"):
        if answers.mentions(heard.text, "verification", word):
            return word, heard.text
    return "", ""


def _verdict(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    word, rest = verdict(heard)
    matter = Matter.of(report)
    if word == "true":
        return _true(scene, matter, heard, rest)
    if word == "visit":
        day = _day(scene, matter, rest)
        return _visit_on(scene, matter, day) if day else _ask_day(scene, matter)
    if word == "false":
        return _refused(scene, matter, words=heard.text) if len(rest.split()) >= 3 else _ask_reason(scene, matter)
    if word == "duplicate":
        is_the_other = named(heard.text, (report,), scene)
        return _duplicate_of(scene, heard, report) or (None if is_the_other else _ask_duplicate(scene, report))
    if word == "not_my_area":
        return _pass_on(scene, matter)
    if heard.keepable and not heard.text:
        kept = (Attach(report.id, heard.keepable), ask_back(matter, "verify.file_kept", "verify", VERIFY_CHOICES))
        return told(scene, None, kept, report)
    return None


def _true(scene: Scene, matter: Matter, heard: Utterance, note: str) -> Outcome:
    noted: tuple[Effect, ...] = (AddNote(matter.key, heard.text, Actor.KADER, seen=False),) if note else ()
    kept: tuple[Effect, ...] = (Attach(matter.key, heard.keepable),) if heard.keepable else ()
    checked = replace(matter, status=Status.VERIFIED, verified=True)
    effects = (
        *noted,
        *kept,
        *change(matter, Status.VERIFIED, Actor.KADER),
        *forward(checked, Actor.KADER, scene.now, scene.atlas),
    )
    return told(scene, Say("verify.thanks", matter.values()), effects, matter)


def _ask_day(scene: Scene, matter: Matter) -> Outcome:
    options = (choice("@today", "choice.today"), choice("@tomorrow", "choice.tomorrow"))
    return told(scene, None, (ask_back(matter, "verify.ask_day", "visit_day", options),), matter)


def _visit_day(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    matter = Matter.of(report)
    work = _work(scene, matter)
    today = scene.now.astimezone(scene.atlas.regions[matter.region].tz).date()
    picked = pick(heard, ("today", "tomorrow"))
    day = {"today": today, "tomorrow": work.day_after(scene.now, 1)}.get(picked) or _day(scene, matter, heard.text)
    if day:
        return _visit_on(scene, matter, day)
    return _verdict(scene, heard, report) if verdict(heard)[0] else None


def _visit_on(scene: Scene, matter: Matter, day: date) -> Outcome:
    """The visit has a day: a reminder on its morning, and the next kader only when it passes in silence."""
    work = _work(scene, matter)
    morning = work.start_of(day)
    effects = (
        CloseAsks(matter.key, ("visit_day",)),
        AddNote(matter.key, day.isoformat(), Actor.KADER, seen=False),
        CancelFires(matter.key, (FireKind.VERIFY_REMIND, FireKind.VERIFY_NEXT)),
        ScheduleFire(matter.key, FireKind.VISIT, max(morning, scene.now)),
        ScheduleFire(matter.key, FireKind.VERIFY_NEXT, work.end_of(work.day_after(morning, 1)), step=2),
    )
    return told(scene, Say("verify.visit_noted", {**matter.values(), "day": Day(day)}), effects, matter)


def _ask_reason(scene: Scene, matter: Matter) -> Outcome:
    options = tuple(choice(f"@{reason}", f"choice.{reason}") for reason in _REASONS)
    return told(scene, None, (ask_back(matter, "verify.ask_reason", "refuse_reason", options),), matter)


def _refuse_reason(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    reason = pick(heard, _REASONS)
    if reason:
        return _refused(scene, Matter.of(report), reason=reason)
    return _refused(scene, Matter.of(report), words=heard.text) if len(heard.text) >= 3 else None


def _refused(scene: Scene, matter: Matter, *, words: str | None = None, reason: str | None = None) -> Outcome:
    """The reporter hears it with the reason, and may object: one kader alone makes no report disappear."""
    key = f"hear.refused.{reason}" if reason else "hear.refused.note"
    objection = (choice("@object", "choice.object"),)
    effects = (
        CloseAsks(matter.key),
        CancelFires(matter.key),
        ChangeStatus(matter.key, Status.REFUSED, Actor.KADER, words, reason),
        Notify(
            Followers(matter.key),
            Say(key, {**matter.values(), "note": words or ""}, objection),
            matter.key,
            "object",
        ),
    )
    return told(scene, Say("verify.refused", matter.values()), effects, matter)


def _duplicate_of(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """*Sudah dilaporkan*, and as which: joined to the older report, whose news its reporter hears from now on."""
    others = [task for task in scene.tasks if task.id != report.id and task.open and not task.restricted]
    alike = _alike(scene, report)
    chosen = [task for task in others if task.ticket == tap(heard)] or list(named(heard.text, others, scene))
    if not chosen:
        ticket = pick(heard, tuple(task.ticket for task in alike)) if alike else ""
        chosen = [task for task in alike if task.ticket == ticket]
    if not chosen or (not heard.choice and report in named(heard.text, (report,), scene)):
        return None
    other, matter = chosen[0], Matter.of(report)
    effects: tuple[Effect, ...] = (
        CloseAsks(report.id),
        CancelFires(report.id),
        Join(other.id, report.id),
        *change(matter, Status.DUPLICATE, Actor.KADER, values={"other": other.ticket}),
    )
    return told(scene, Say("verify.joined", {**matter.values(), "other": other.ticket}), effects, other)


def _ask_duplicate(scene: Scene, report: Report) -> Outcome:
    alike = _alike(scene, report)
    options = tuple(Choice(f"@{task.ticket}", "choice.ticket", {"ticket": task.ticket}) for task in alike)
    lines = Lines(tuple(Say("list.line", Matter.of(task).values()) for task in alike), numbered=True)
    key = "verify.ask_which" if alike else "verify.ask_number"
    question = ask_back(Matter.of(report), key, "duplicate_of", options, {"lines": lines})
    return told(scene, None, (question,), report)


def _alike(scene: Scene, report: Report) -> tuple[Report, ...]:
    """Open reports of the same category that this kader knows, three at the most."""
    return tuple(
        task
        for task in scene.tasks
        if task.id != report.id and task.open and task.category == report.category and not task.restricted
    )[:3]


def _pass_on(scene: Scene, matter: Matter) -> Outcome:
    """Not this kader's neighbourhood: the next one is asked; the clock runs on."""
    following = Notify(
        NextKader(matter.key),
        Say("verify.ask", for_kader(matter), VERIFY_CHOICES),
        matter.key,
        "verify",
        with_files=True,
    )
    effects = (CloseAsks(matter.key, tuple(KINDS)), following)
    return told(scene, Say("verify.passed_on", matter.values()), effects, matter)


def _day(scene: Scene, matter: Matter, words: str) -> date | None:
    if not words:
        return None
    today = scene.now.astimezone(scene.atlas.regions[matter.region].tz).date()
    return promised_date(words, today, _work(scene, matter).is_working_day)[0]


def _work(scene: Scene, matter: Matter) -> WorkingTime:
    return WorkingTime(scene.atlas.regions[matter.region])
