"""What happens when a fire comes due: a pure decision on the report as it is now (`design.md`, *one reminder*).

Fires are scheduled when a report changes and may come late, twice, or after the report has moved on; so each is read
against the report and the clock, never against the hope it was scheduled with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.deadlines import WorkingTime
from routing.ladder import OFFICER, UNPLACED, forwarded_at, next_due, rung, running_clock, unplaced_since
from routing.ladder import current_deadline as current_deadline
from routing.model import EMERGENCIES, FireKind, Report, Role, Status

ALARMS = tuple(timedelta(hours=hours) for hours in (0.5, 1, 2, 4, 8, 16, 24, 48, 72, 96, 120))
"""After an emergency went to its office or to the pen: when it calls again while nobody answers, day and night."""
UNTIL_MORNING = 4
"""So many alarms come at any hour; further ones only on days off, for no morning's digest comes then."""
EVERYBODY_FROM = 2
"""The alarm from which those above the officers are called too."""


@dataclass(frozen=True)
class Send:
    """Remind `audience` with the words of the catalogue key `key`."""

    audience: Role
    key: str


@dataclass(frozen=True)
class Nudge:
    """The officer hears of it with the morning's digest."""

    rung: int = OFFICER


@dataclass(frozen=True)
class Escalate:
    """Those above hear of it too with theirs, up to this rung (`routing/ladder.py`)."""

    rung: int


@dataclass(frozen=True)
class Alarm:
    """An emergency that nobody took on: who could is told at once, for the `step`-th time."""

    step: int


@dataclass(frozen=True)
class NextKader:
    """Ask the kader whose turn it is next; the one before is let go."""


@dataclass(frozen=True)
class MoveOn:
    """Time changes the status of the report, by the system."""

    to: Status


@dataclass(frozen=True)
class Later:
    """Not now: the offices are closed, or the deadline has moved. Aware UTC."""

    until: datetime


@dataclass(frozen=True)
class Skip:
    """Nothing to do any more; `reason` is for the trail."""

    reason: str


@dataclass(frozen=True)
class SecondContact:
    """The first contact of the PPA office let its time pass: the second one is told (`domain.md §6.4`)."""


@dataclass(frozen=True)
class NobodyOnDuty:
    """Nor did the second contact open it: whoever asked for help hears that honestly."""


@dataclass(frozen=True)
class LetGo:
    """A restricted report that was withdrawn at once: nobody came to look at its words, and they go."""


Decision = Send | Nudge | Escalate | Alarm | NextKader | MoveOn | Later | Skip | SecondContact | NobodyOnDuty | LetGo


def decide(report: Report, kind: FireKind, step: int, now: datetime, work: WorkingTime) -> Decision:
    """What a due fire does. `now` is aware UTC; `step` counts from 1.

    Closed offices make it Later, unless an emergency is unanswered. A restricted report reminds its officer and nobody
    else, at any hour, and no clock closes or forwards it (`domain.md §6.5`).
    """
    if report.restricted and kind is FireKind.CLOSE_QUIET and report.status is Status.CANCELLED:
        return LetGo()
    if not report.open:
        return Skip("finished")
    if report.restricted and kind is FireKind.RESOLVE_REMIND:
        return _marked(report, now, work)
    if report.restricted:
        return _decide_restricted(report, kind, step)
    decision = _DECIDE[kind](report, step, now, work)
    if isinstance(decision, Skip | Later | Alarm) or work.in_office_hours(now):
        return decision
    return Later(work.next_opening(now))


def emergency(report: Report) -> bool:
    """Whether minutes count, day and night."""
    return report.urgent and report.category in EMERGENCIES and not report.restricted


def next_alarm(report: Report, step: int) -> datetime:
    """When to call again about an emergency that nobody took on. Aware UTC."""
    return _waits_since(report) + ALARMS[min(step, len(ALARMS) - 1)]


def watched_by(report: Report, now: datetime, work: WorkingTime) -> tuple[FireKind, datetime]:
    """The fire that an open report must have where it has no other, and when."""
    match report.status:
        case Status.FORWARDED:
            return FireKind.RESPOND_REMIND, next_due(report, now, work)
        case Status.ACCEPTED | Status.IN_PROGRESS | Status.REOPENED:
            return FireKind.RESOLVE_REMIND, next_due(report, now, work)
        case Status.WAITING_REPORTER:
            return FireKind.ANSWER_WAIT, work.start_of(work.day_after(now, work.region.clocks.answer_wait))
        case Status.RESOLVED:
            return FireKind.CLOSE_QUIET, _quiet_until(report, now, work)
    return FireKind.FORWARD_PROMISE, next_due(report, now, work)


def _decide_restricted(report: Report, kind: FireKind, step: int) -> Decision:
    """Whoever opens it stops this clock; so one that fires tells of words that nobody has read."""
    if kind is not FireKind.RESPOND_REMIND or report.status not in (Status.REPORTED, Status.ACKNOWLEDGED):
        return Skip("restricted")
    ladder: dict[int, Decision] = {1: SecondContact(), 2: NobodyOnDuty()}
    return ladder.get(step, Send(Role.OFFICER, "remind.restricted"))


def _marked(report: Report, now: datetime, work: WorkingTime) -> Decision:
    """Its words go once the PPA office marks it as handed over; who forgets to is asked, in office hours."""
    if report.status is not Status.ACKNOWLEDGED:
        return Skip("restricted")
    return Send(Role.OFFICER, "ppa.unmarked") if work.in_office_hours(now) else Later(work.next_opening(now))


def _verify_remind(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    return Send(Role.KADER, "remind.verify") if report.status is Status.REPORTED else Skip("moved_on")


def _verify_next(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    return NextKader() if report.status is Status.REPORTED else Skip("moved_on")


def _forward_promise(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    """On the morning of the promised day the report goes on unverified; what no office has is the coordinator's."""
    if report.status in UNPLACED:
        return _alarm(report, step, now, work) or _brought_up(report, now, work)
    if report.status is not Status.REPORTED:
        return Skip("moved_on")
    if report.promise_by and now < work.start_of(report.promise_by):
        return Later(work.start_of(report.promise_by))
    return MoveOn(Status.UNVERIFIED)


def _respond_remind(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    if report.status is not Status.FORWARDED:
        return Skip("moved_on")
    if report.answer_due_at and now < report.answer_due_at:
        return Later(report.answer_due_at)
    return _alarm(report, step, now, work) or _brought_up(report, now, work)


def _alarm(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision | None:
    """An emergency that nobody took on calls by minutes; after four times it waits for the morning of a working day."""
    if not emergency(report) or step > len(ALARMS):
        return None
    if step > UNTIL_MORNING and work.is_working_day(work.local_day(now)):
        return None
    due = _waits_since(report) + ALARMS[step - 1]
    return Alarm(step) if due <= now else Later(due)


def _waits_since(report: Report) -> datetime:
    return unplaced_since(report) if report.status in UNPLACED else forwarded_at(report)


def _resolve_remind(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    if report.status is Status.WAITING_REPORTER:
        return Later(work.start_of(next(work.mornings_after(now))))
    if report.status is Status.FORWARDED or running_clock(report) is None:
        return Skip("moved_on")
    return _brought_up(report, now, work)


def _brought_up(report: Report, now: datetime, work: WorkingTime) -> Decision:
    """In the morning's digest of whoever has to hear of it today; on a day without a nudge not before the next."""
    if report.answer_due_at and now < report.answer_due_at:
        return Later(report.answer_due_at)
    step = rung(report, now, work)
    if not step:
        return Later(next_due(report, now, work))
    return Nudge() if step == OFFICER else Escalate(step)


def _answer_wait(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    """The reporter did not answer the office's question: the office goes on with what it knows."""
    return MoveOn(Status.ACCEPTED) if report.status is Status.WAITING_REPORTER else Skip("moved_on")


def _close_quiet(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    """Closed after ten working days of silence; a line in between starts the silence anew."""
    if report.status is not Status.RESOLVED:
        return Skip("moved_on")
    if report.story:
        last = max(line.at for line in report.story)
        quiet_until = _quiet_until(report, last, work)
        if now < quiet_until:
            return Later(quiet_until)
    return MoveOn(Status.CLOSED)


def _quiet_until(report: Report, since: datetime, work: WorkingTime) -> datetime:
    return work.start_of(work.day_after(since, work.region.clocks_of(report.category or "").close_quiet))


_DECIDE: Mapping[FireKind, Callable[[Report, int, datetime, WorkingTime], Decision]] = {
    FireKind.VERIFY_REMIND: _verify_remind,
    FireKind.VERIFY_NEXT: _verify_next,
    FireKind.FORWARD_PROMISE: _forward_promise,
    FireKind.RESPOND_REMIND: _respond_remind,
    FireKind.RESOLVE_REMIND: _resolve_remind,
    FireKind.ANSWER_WAIT: _answer_wait,
    FireKind.CLOSE_QUIET: _close_quiet,
}
