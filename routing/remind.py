"""What happens when a fire comes due: a pure decision on the report as it is now (`design.md`, *one reminder*).

Fires are scheduled when a report changes and may come late, twice, or after the report has moved on; so each is read
against the report and the clock, never against the hope it was scheduled with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.deadlines import WorkingTime
from routing.model import FireKind, Report, Role, Status


@dataclass(frozen=True)
class Send:
    """Remind `audience` with the words of the catalogue key `key`."""

    audience: Role
    key: str


@dataclass(frozen=True)
class Escalate:
    """Remind, and tell those above as well."""

    to: tuple[Role, ...]
    key: str


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


Decision = Send | Escalate | NextKader | MoveOn | Later | Skip | SecondContact | NobodyOnDuty | LetGo

_AT_OFFICE = (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED)


def decide(report: Report, kind: FireKind, step: int, now: datetime, work: WorkingTime) -> Decision:
    """What a due fire does. `now` is aware UTC; `step` counts from 1, and from 2 on the coordinator hears too.

    Closed offices make it Later, unless the report is urgent. A restricted report reminds its officer and nobody else,
    at any hour, and no clock closes or forwards it (`domain.md §6.5`).
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
    if isinstance(decision, Skip | Later) or report.urgent or work.in_office_hours(now):
        return decision
    return Later(work.next_opening(now))


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
    """On the morning of the promised day the report goes on unverified, or somebody hears why it cannot."""
    if report.status is Status.HOLDING:
        return Escalate((Role.COORDINATOR,), "remind.promise")
    if report.promise_by and now < work.start_of(report.promise_by):
        return Later(work.start_of(report.promise_by))
    if report.status is Status.REPORTED:
        return MoveOn(Status.UNVERIFIED)
    if report.status in (Status.HOLDING, Status.VERIFIED, Status.UNVERIFIED, Status.NOT_OURS):
        return Escalate((Role.COORDINATOR,), "remind.promise")
    return Skip("moved_on")


def _respond_remind(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    if report.status is not Status.FORWARDED:
        return Skip("moved_on")
    return _remind_office("remind.respond", report.respond_by, step, now)


def _resolve_remind(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    if report.status is Status.WAITING_REPORTER:
        tomorrow = work.local_day(now) + timedelta(days=1)
        return Later(work.next_opening(work.start_of(tomorrow)))
    if report.status not in _AT_OFFICE:
        return Skip("moved_on")
    return _remind_office("remind.resolve", report.resolve_by, step, now)


def _remind_office(key: str, due: datetime | None, step: int, now: datetime) -> Decision:
    """The first reminder may come before the deadline; the coordinator hears only of one that has passed."""
    if step < 2:
        return Send(Role.OFFICER, key)
    if due and now < due:
        return Later(due)
    return Escalate((Role.OFFICER, Role.COORDINATOR), key)


def _answer_wait(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    """The reporter did not answer the office's question: the office goes on with what it knows."""
    return MoveOn(Status.ACCEPTED) if report.status is Status.WAITING_REPORTER else Skip("moved_on")


def _close_quiet(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    """Closed after ten working days of silence; a line in between starts the silence anew."""
    if report.status is not Status.RESOLVED:
        return Skip("moved_on")
    if report.story:
        last = max(line.at for line in report.story)
        quiet_until = work.start_of(work.day_after(last, work.region.clocks.close_quiet))
        if now < quiet_until:
            return Later(quiet_until)
    return MoveOn(Status.CLOSED)


def _visit(report: Report, step: int, now: datetime, work: WorkingTime) -> Decision:
    return Send(Role.KADER, "remind.visit") if report.status is Status.REPORTED else Skip("moved_on")


_DECIDE: Mapping[FireKind, Callable[[Report, int, datetime, WorkingTime], Decision]] = {
    FireKind.VERIFY_REMIND: _verify_remind,
    FireKind.VERIFY_NEXT: _verify_next,
    FireKind.FORWARD_PROMISE: _forward_promise,
    FireKind.RESPOND_REMIND: _respond_remind,
    FireKind.RESOLVE_REMIND: _resolve_remind,
    FireKind.ANSWER_WAIT: _answer_wait,
    FireKind.CLOSE_QUIET: _close_quiet,
    FireKind.VISIT: _visit,
}
