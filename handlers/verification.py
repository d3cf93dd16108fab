"""A kader says whether a neighbour's report is so: *Benar · Perlu kunjungan · Tidak benar · sudah dilaporkan*."""

from __future__ import annotations

from dataclasses import replace

from handlers import visit, visit_day
from handlers.effects import (
    AddNote,
    Amend,
    Attach,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Effect,
    Followers,
    Join,
    NextKader,
    Notify,
)
from handlers.form import choice
from handlers.kader_verdict import BRIEF, verdict
from handlers.lifecycle import VERIFY_CHOICES, change, for_kader, forward
from handlers.matter import Matter
from handlers.messages import Choice, Lines, Say
from handlers.recap import after_a_check
from handlers.replies import ask_back, pick, status_word, tap, told
from handlers.scene import Ask, Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, Kind, Report, Role, Status

KINDS = frozenset({"verify", visit.KIND, "visit_day", "refuse_reason", "duplicate_of"})
_SECOND_THOUGHTS = frozenset({"true", "visit", "not_my_area", "away"})
"""Said when asked for a reason or a number, these take the first answer back."""
_ONLY_A_DAY = 4
"""Words of an answer such as *besok sore ya bu*, which names the day of a visit and nothing else."""
_TAKES_BACK = frozenset({"false", "duplicate", "not_my_area"})
"""Said in the middle of a visit's form, these are its end."""
_REASONS = ("not_there", "already_fixed", "never_happened")


def answer(scene: Scene, heard: Utterance, ask: Ask, report: Report) -> Outcome | None:
    """What the kader's words or tap mean for this report; None when they are no answer to the question."""
    if report.status is not Status.REPORTED:
        return told(scene, Say("verify.already", {**Matter.of(report).values(), "status": status_word(report)}))
    readers = {
        visit.KIND: answer_at_the_visit,
        "visit_day": _visit_day,
        "refuse_reason": _refuse_reason,
        "duplicate_of": _duplicate_of,
    }
    if ask.kind in ("refuse_reason", "duplicate_of") and not heard.choice and verdict(heard)[0] in _SECOND_THOUGHTS:
        return verdict_on(scene, heard, report)
    return readers.get(ask.kind, verdict_on)(scene, heard, report)


def verdict_on(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """What these words mean for a report that waits for its check; None when they are no verdict."""
    word, rest = verdict(heard)
    matter = Matter.of(report)
    if rest and scene.reader.read(rest, near=report.region).restricted:
        return None  # violence that comes to light here goes its own way (`domain.md §6`)
    if rest == heard.text and reports_something_else(scene, heard, report):
        return None
    kept_away = None if word == "true" else visit_day.hindered(scene, report, heard.text)
    if kept_away:
        return kept_away
    if word == "true":
        if visit_day.due(scene, report):
            return visit.begin(scene, heard, report, rest)
        return _true(scene, matter, heard, rest)
    if word == "visit":
        day = visit_day.day_named(scene, matter, rest) or visit_day.day_named(scene, matter, heard.text)
        return visit_day.visit_on(scene, report, day) if day else visit_day.ask_day(scene, matter)
    if word == "false":
        return _refused(scene, matter, words=heard.text) if len(rest.split()) >= 3 else _ask_reason(scene, matter)
    if word == "fixed":
        own = any(one.open and one.category == report.category for one in scene.mine)  # it may be theirs that is mended
        return _ask_reason(scene, matter) if own else _refused(scene, matter, reason="already_fixed")
    if word == "duplicate":
        is_the_other = named(heard.text, (report,), scene)
        return _duplicate_of(scene, heard, report) or (None if is_the_other else _ask_duplicate(scene, report))
    if word in ("not_my_area", "away"):
        return told(scene, Say("verify.passed_on", matter.values()), passed_on(scene, matter), matter)
    day = visit_day.day_named(scene, matter, heard.text) if len(heard.text.split()) <= _ONLY_A_DAY else None
    if day:
        return visit_day.visit_on(scene, report, day)
    if heard.keepable and not heard.text:
        options = visit_day.VISIT_CHOICES if visit_day.due(scene, report) else VERIFY_CHOICES
        kept = (Attach(report.id, heard.keepable), ask_back(matter, "verify.file_kept", "verify", options))
        return told(scene, None, kept, report)
    return None


def _true(scene: Scene, matter: Matter, heard: Utterance, note: str) -> Outcome:
    noted: tuple[Effect, ...] = (AddNote(matter.key, heard.text, Actor.KADER, seen=False),) if note else ()
    kept: tuple[Effect, ...] = (Attach(matter.key, heard.keepable),) if heard.keepable else ()
    checked = replace(matter, status=Status.VERIFIED, verified=True, found=_told_besides(matter, heard, note))
    danger = Say("visit.danger") if note and scene.reader.read(note, near=matter.region).urgent else None
    effects = (
        *noted,
        *kept,
        *change(matter, Status.VERIFIED, Actor.KADER),
        *forward(checked, Actor.KADER, scene.now, scene.atlas),
        after_a_check(scene, matter.region),
    )
    thanked = told(scene, Say("verify.thanks", matter.values()), effects, matter)
    return replace(thanked, says=(danger, *thanked.says)) if danger else thanked


def _told_besides(matter: Matter, heard: Utterance, note: str) -> Lines | None:
    """What a kader knows of it beyond its being true, for the office: *iya benar, tiap malam gelap*."""
    if not note or (note == heard.text and len(note.split()) < BRIEF):  # *yang jalan benar* tells no more
        return matter.found
    said = answers.starts_with(note, "verification", "true") or note
    return Lines((Say("verify.told_besides", {"note": said}),))


def answer_at_the_visit(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """The next answer of the visit's form, unless it is taken back: *ternyata tidak benar*."""
    if not heard.choice and not visit.takes_any_words(scene, report) and verdict(heard)[0] in _TAKES_BACK:
        return verdict_on(scene, heard, report)
    return visit.answer(scene, heard, report)


def _visit_day(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """A day to come; the second time nobody was there it may turn out that nobody of that name lives there."""
    matter = Matter.of(report)
    tapped = pick(heard, ("today", "tomorrow")) if not heard.choice else tap(heard)
    if tapped == "not_there":
        return _refused(scene, matter, reason="not_there")
    here = visit_day.today(scene, report.region)
    day = {"today": here, "tomorrow": visit_day.tomorrow(scene, report.region)}.get(tapped)
    day = day or visit_day.day_named(scene, matter, heard.text)
    if day:
        return visit_day.visit_on(scene, report, day)
    if verdict(heard)[0]:
        return verdict_on(scene, heard, report)
    brief = (
        heard.text and len(heard.text.split()) <= _ONLY_A_DAY and not answers.matches(heard.text, "answers", "thanks")
    )
    return visit_day.ask_day_again(scene, matter) if brief else None


def _ask_reason(scene: Scene, matter: Matter) -> Outcome:
    options = tuple(choice(f"@{reason}", f"choice.{reason}") for reason in _REASONS)
    return told(scene, None, (ask_back(matter, "verify.ask_reason", "refuse_reason", options),), matter)


def _refuse_reason(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    reason = pick(heard, _REASONS)
    if reason:
        return _refused(scene, Matter.of(report), reason=reason)
    if reports_something_else(scene, heard, report):
        return None
    return _refused(scene, Matter.of(report), words=heard.text) if len(heard.text) >= 3 else None


def reports_something_else(scene: Scene, heard: Utterance, report: Report) -> bool:
    """*Saya mau lapor, ada rumah roboh di RT 7* is no reason why the report of RT 4 is not so."""
    read = scene.reader.read(heard.text, role=Role.KADER, near=report.region)
    other_rt = bool(read.rt and report.rt and read.rt != report.rt)
    return read.kind is Kind.REPORT and (other_rt or answers.mentions(heard.text, "commands", "report"))


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
        after_a_check(scene, matter.region),
    )
    noted = "verify.fixed" if reason == "already_fixed" else "verify.refused"
    return told(scene, Say(noted, matter.values()), effects, matter)


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
        after_a_check(scene, matter.region),
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


def passed_on(scene: Scene, matter: Matter) -> tuple[Effect, ...]:
    """Another kader is asked; the clock runs on. Where there is no other, the office gets it unchecked."""
    unchecked = replace(matter, status=Status.UNVERIFIED)
    following = Notify(
        NextKader(matter.key),
        Say("verify.ask", for_kader(matter), VERIFY_CHOICES),
        matter.key,
        "verify",
        with_files=True,
        if_nobody=(
            ChangeStatus(matter.key, Status.UNVERIFIED, Actor.SYSTEM, reason="no_kader"),
            *forward(unchecked, Actor.SYSTEM, scene.now, scene.atlas),
        ),
    )
    planned = any(task.id == matter.key and task.visit_on for task in scene.tasks)
    no_visit = (Amend(matter.key, {"visit_on": None}, Actor.KADER),) if planned else ()
    return CloseAsks(matter.key, tuple(sorted(KINDS))), *no_visit, following
