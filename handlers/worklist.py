"""The list a worker reads, and what is said about its lines: *1 selesai, 2 minggu depan*, *SMD-0003 itu DLH*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from handlers.matter import Matter
from handlers.messages import Choice, Day, Lines, Say, Values
from handlers.replies import status_word, told
from handlers.scene import Ask, Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.deadlines import WorkingTime
from routing.model import Kind, Report, Role, Status
from routing.officer import OfficerUpdate

WITH_OFFICE = frozenset(
    {Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_REPORTER, Status.REOPENED}
)
"""An office has it and has not called it solved."""
SHOWN = 9
"""Lines of a list; one figure each, so that *12* is never read as a line."""
BUTTONS = 3
"""More do not fit a WhatsApp message."""
ROUND_UPS = frozenset({"digest.morning", "digest.more"})
LISTS = frozenset(
    {
        *(*ROUND_UPS, "status.tasks.officer", "status.tasks.kader", "visit.today"),
        *("coordinator.overview", "hold.unclear", "week.told"),
        *("leave.back", "leave.stand_in", "leave.successor"),
    }
)
"""Lists that are only looked at: a bare number asks for the story of that line."""
PAGED = frozenset({"status.tasks.officer", "leave.back"})
"""Lists of all that an office has, of which *lagi* shows the next lines."""
CHOICES = frozenset({"office.which", "office.which_back", "verify.which"})
"""Lists that ask which report was meant; what was said waits in `State.pending`."""
_IN_BRACKETS = re.compile(r"(?:^|\s)\(([1-9])\)\s+")
"""*(1) selesai (2) Jumat*: a line's number, as an office numbers things."""
_HATS = (Role.OFFICER, Role.KADER, Role.COORDINATOR)
_SHORT = 4
"""Words behind a number that is in no list; longer ones tell of something else, such as *12 karung semen …*."""


@dataclass(frozen=True)
class Said:
    """What was said of one report. `name` is its ticket or line as written; `report` is None when it is not theirs."""

    name: str
    update: OfficerUpdate
    report: Report | None

    @property
    def by_line(self) -> bool:
        """Named by a figure of the last list; a ticket that is written out is never a slip."""
        return self.update.ticket is None


def at_office(scene: Scene) -> tuple[Report, ...]:
    """What the offices of this person have and have not called solved, the oldest first, so that none is forgotten."""
    offices = scene.person.offices()
    led = (task for task in reversed(scene.tasks) if (task.region, task.office) in offices and not task.restricted)
    return tuple(task for task in led if task.status in WITH_OFFICE)


def to_check(scene: Scene) -> tuple[Report, ...]:
    """What this kader was asked to look at, the oldest first."""
    asked = {ask.report for ask in scene.asks if ask.kind == "verify"}
    # One that has no office yet waits for somebody to listen, which is another question.
    reported = (task for task in reversed(scene.tasks) if task.status is Status.REPORTED and not task.hold_reason)
    return tuple(task for task in reported if not task.restricted and _asked(scene, task, asked))


def _asked(scene: Scene, task: Report, asked: set[int | None]) -> bool:
    return task.kader_id == scene.person.id or task.id in asked


def held(scene: Scene) -> tuple[Report, ...]:
    """What waits for a coordinator's decision, the oldest first."""
    return tuple(task for task in reversed(scene.tasks) if task.status is Status.HOLDING and not task.restricted)


def listed(
    scene: Scene,
    key: str,
    reports: Sequence[Report],
    values: Values | None = None,
    line: str = "list.line",
    start: int = 0,
) -> Outcome:
    """A numbered list; its numbers hold until the next list is shown. Of a long one the lines from `start` on."""
    shown = reports[start : start + SHOWN]
    lines = Lines(tuple(_line(scene, one, line) for one in shown), numbered=True)
    left = len(reports) - start - len(shown)
    if left > 0 and key in PAGED:
        lines = Lines((Say("list.page", {"lines": lines}), Say("list.more", {"count": left})))
    said = told(scene, Say(key, {"lines": lines, "count": len(reports), **(values or {})}))
    tickets = tuple(one.ticket for one in shown)
    return replace(said, state=replace(said.state, listed=tickets, listed_as=key, listed_at=scene.now))


def _line(scene: Scene, report: Report, line: str) -> Say:
    """What was answered a moment ago, or put off, waits for nobody."""
    values: Values = {**Matter.of(report).values(), "status": status_word(report)}
    if line != "list.status":
        return Say(line, values)
    if report.answer_due_at and scene.now < report.answer_due_at:
        return Say("list.answered", values)
    today = WorkingTime(scene.atlas.regions[report.region]).local_day(scene.now)
    if report.put_off_until and today < report.put_off_until:
        return Say("list.put_off", {**values, "day": Day(report.put_off_until)})
    return Say(line, values)


def which(scene: Scene, key: str, reports: Sequence[Report], pending: str, asks: Sequence[Ask] = ()) -> Outcome:
    """Several could be meant: asked by numbers, with buttons for open questions, while the words wait."""
    asked = listed(scene, key, reports)
    of = {ask.report: ask for ask in asks}
    buttons = [(of[one.id], one) for one in reports[:BUTTONS] if one.id in of]
    options = tuple(Choice(f"w{ask.id}:this", "choice.ticket", {"ticket": one.ticket}) for ask, one in buttons)
    says = tuple(replace(say, choices=options) for say in asked.says)
    return replace(asked, says=says, state=replace(asked.state, pending=pending))


def parts(scene: Scene, text: str) -> tuple[OfficerUpdate, ...]:
    """What was said, ticket by ticket, as the reader understands an officer; bare figures stay figures."""
    region = scene.atlas.regions[scene.region]
    today = scene.now.astimezone(region.tz).date()
    told = _photo_later().sub("", _IN_BRACKETS.sub(r", \1 ", text))
    return scene.reader.read_officer(told or text, today=today, region=region)


@cache
def _photo_later() -> re.Pattern[str]:
    forms = "|".join(answers.rules()["officer"]["photo_later"])
    return re.compile(rf"[,;.]?\s*\b(?:{forms})\b", re.IGNORECASE)


def said_of(scene: Scene, text: str, reports: Sequence[Report]) -> tuple[Said, ...]:
    """Each ticket or line of the last list that is spoken of, with its own words."""
    by_ticket = {report.ticket: report for report in reports}
    known = {region.ticket_prefix for region in scene.atlas.regions.values()}
    found: list[Said] = []
    for update in (_with_original(scene, _own_words(part)) for part in parts(scene, text)):
        if update.ticket and update.ticket.partition("-")[0] in known:
            found.append(Said(update.ticket, update, by_ticket.get(update.ticket)))
        elif update.number and scene.state.listed and scene.state.dialogue is None:
            found += _on_line(scene, update, update.number, by_ticket)
    return tuple(found)


def unknown(scene: Scene, text: str) -> Outcome | None:
    """A ticket or line that is in no list of theirs: said so, with the one that is; nothing is changed."""
    named = said_of(scene, text, (*scene.tasks, *scene.mine))
    strange = [one for one in named if one.report is None]
    if not strange or len(strange) < len(named) or not _works(scene):
        return None
    if strange[0].by_line and strange[0].update.intent == "other" and _tells_a_problem(scene, text):
        return None
    return told(scene, not_listed(scene, strange[0]))


def not_listed(scene: Scene, said: Said, *, besides: bool = False) -> Say:
    """This number is in no list of theirs, and which is, where there is one only; `besides`: others were answered."""
    if said.by_line:
        key = "list.no_such_line.besides" if besides else "list.no_such_line"
        return Say(key, {"number": said.name, "count": len(scene.state.listed)})
    waiting = {Role.OFFICER: at_office, Role.KADER: to_check, Role.COORDINATOR: held}[_hat(scene)](scene)
    key = f"list.unknown.{_hat(scene)}"
    if len(waiting) == 1:
        return Say(f"{key}.one", {"number": said.name, **Matter.of(waiting[0]).values()})
    return Say(key, {"number": said.name})


def by_number(scene: Scene, heard: Utterance) -> tuple[Report, str] | None:
    """A bare figure after a list: the report of that line, and the words that waited for it.

    Later as well, while nothing was asked since: *2* is no answer to an older question with two buttons.
    """
    if heard.choice or not heard.text or not (scene.state.last in LISTS | CHOICES or _still_shown(scene)):
        return None
    since = shown_at(scene) if scene.state.last in LISTS | CHOICES else scene.state.listed_at
    if since is None or any(ask.asked_at > since for ask in scene.asks):
        return None
    line = answers.chosen(heard.text, [f"{n}" for n in range(1, len(scene.state.listed) + 1)])
    if line is None:
        return None
    ticket = scene.state.listed[line]
    report = next((one for one in (*scene.tasks, *scene.named) if one.ticket == ticket), None)
    waiting = scene.state.pending if scene.state.last in CHOICES else None
    return (report, waiting or "") if report else None


def _still_shown(scene: Scene) -> bool:
    """A list stands on the phone, and what was said last is no question that waits for words."""
    return bool(scene.state.listed) and scene.state.dialogue is None and scene.state.pending is None


def only_line(scene: Scene, reports: Sequence[Report]) -> Report | None:
    """The report of a list of one line that was shown last and unasked; None once anything else was asked."""
    shown = scene.state.listed if scene.state.last in ROUND_UPS else ()
    if len(shown) != 1 or any(ask.asked_at > shown_at(scene) for ask in scene.asks):
        return None
    return next((one for one in reports if one.ticket == shown[0] and one.status in WITH_OFFICE), None)


def shown_at(scene: Scene) -> datetime:
    """When the last list was shown, asked for or not."""
    times = [at for at in (scene.state.heard_at, scene.state.listed_at) if at]
    return max(times, default=scene.now)


def _tells_a_problem(scene: Scene, text: str) -> bool:
    """*10 balita gizi buruk* counts children, not lines."""
    return scene.reader.read(text, near=scene.region).kind is Kind.REPORT


def _on_line(scene: Scene, update: OfficerUpdate, line: int, by_ticket: dict[str, Report]) -> list[Said]:
    inside = line <= len(scene.state.listed)
    if inside:
        return [Said(str(line), update, by_ticket.get(scene.state.listed[line - 1]))]
    return [Said(str(line), update, None)] if len(update.note.split()) <= _SHORT else []


def _with_original(scene: Scene, update: OfficerUpdate) -> OfficerUpdate:
    """*1 dobel dengan 2*: the line's ticket, for the list may be another one when the answer takes effect."""
    line = update.duplicate_of
    if line is None or not line.isdigit():
        return update
    shown = scene.state.listed[int(line) - 1 : int(line)]
    return replace(update, duplicate_of=shown[0] if shown else None)


def _works(scene: Scene) -> bool:
    return any(scene.person.has(role) for role in _HATS)


def _hat(scene: Scene) -> Role:
    return next(role for role in _HATS if scene.person.has(role))


def _own_words(update: OfficerUpdate) -> OfficerUpdate:
    """Without the *dan* or *yang* that joined this ticket to its neighbours."""
    rules = answers.rules()["officer"]
    words = update.note.split()
    while words and words[-1].strip(",;").lower() in rules["leads_on"]:
        words.pop()
    while words and words[0].strip(",;").lower() in rules["joins"]:
        words.pop(0)
    return replace(update, note=" ".join(words))
