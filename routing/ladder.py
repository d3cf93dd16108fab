"""How far up a report has climbed today: who hears of it with the morning's digest (`domain.md §5`).

Nothing of this is stored. A clock of an office runs from the forward to its deadline; at half of it and at four fifths
the officer hears, the morning after it the head of the section too, then each working day one step more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

from routing.deadlines import WorkingTime
from routing.model import EMERGENCIES, Report, Status

OFFICER, SECTION_HEAD, HEAD_OF_OFFICE, COORDINATOR = 1, 2, 3, 4
"""The rungs; each one hears together with all below."""
SHORT = 3
"""Working days: a clock shorter than that is nudged once."""
DAILY = 3
"""Mornings in a row that a late report is brought up; later only on the first working day of a week."""
FURTHEST = 90
"""Working days to look ahead for the next nudge; more than the longest clock needs."""

ClockName = Literal["verify", "forward", "acknowledge", "plan", "resolve"]

UNPLACED = (Status.HOLDING, Status.NOT_OURS, Status.VERIFIED, Status.UNVERIFIED)
"""No office has it: the coordinator decides."""


@dataclass(frozen=True)
class OfficeClock:
    """A clock of the office that has the report: when it began, when it runs out. Aware UTC."""

    name: ClockName
    since: datetime
    due_at: datetime


def running_clock(report: Report) -> OfficeClock | None:
    """The clock that runs now; None where no office has the report, or it waits for its reporter, or is restricted.

    Whoever was silent so far has to acknowledge; who took it on has to say what they will do; then it is to be solved.
    """
    if report.restricted:
        return None
    since = forwarded_at(report)
    match report.status:
        case Status.FORWARDED if report.acknowledge_by:
            return OfficeClock("acknowledge", since, report.acknowledge_by)
        case Status.FORWARDED | Status.ACCEPTED if report.respond_by and not _plan_stated(report, since):
            return OfficeClock("plan", since, report.respond_by)
        case Status.FORWARDED | Status.ACCEPTED | Status.IN_PROGRESS | Status.REOPENED if report.resolve_by:
            return OfficeClock("resolve", since, report.resolve_by)
    return None


def current_deadline(report: Report) -> datetime | None:
    """When the clock of its office that runs now is over, aware UTC; None while none runs (`running_clock`).

    A day that an officer promised states the plan and moves no deadline; nor does putting off, which only keeps quiet.
    """
    clock = running_clock(report)
    return clock.due_at if clock else None


def rung(report: Report, now: datetime, work: WorkingTime) -> int:
    """Who is to hear of this report today: 0 nobody, else `OFFICER` to `COORDINATOR` and all below.

    It depends on the local day alone, not on the hour. 0 on a day off, while it is put off, and while an answer waits
    for its ten minutes. A report that no office has is the coordinator's from the morning after.
    """
    today = work.local_day(now)
    if report.answer_due_at and now < report.answer_due_at:
        return 0
    if not work.is_working_day(today) or (report.put_off_until and today < report.put_off_until):
        return 0
    course = _course(report, work)
    return course.rung(today, work) if course else 0


def next_due(report: Report, now: datetime, work: WorkingTime) -> datetime:
    """The next opening of the offices, after `now`, at which somebody is to hear of the report. UTC."""
    course = _course(report, work)
    days = islice(work.mornings_after(now), FURTHEST)
    day = next(days)
    while course and (_put_off(report, day) or not course.rung(day, work)):
        later = next(days, None)
        if later is None:
            break
        day = later
    return work.start_of(day)


def missed_clocks(report: Report, now: datetime, work: WorkingTime) -> tuple[tuple[ClockName, datetime], ...]:
    """The clocks that ran out before `now` without what they wait for, with their deadlines in aware UTC.

    A kader who goes there on a later day was not silent.
    """
    if report.restricted:
        return ()
    awaited: list[tuple[ClockName, datetime | None]] = []
    if report.status is Status.REPORTED and not report.visit_on:
        awaited.append(("verify", report.verify_by))
    if report.status in (Status.REPORTED, *UNPLACED) and report.promise_by and not _last(report, Status.FORWARDED):
        awaited.append(("forward", work.end_of(report.promise_by)))
    if report.status is Status.FORWARDED:
        awaited.append(("acknowledge", report.acknowledge_by))
    if report.status in (Status.FORWARDED, Status.ACCEPTED) and not _plan_stated(report, forwarded_at(report)):
        awaited.append(("plan", report.respond_by))
    if running_clock(report):
        awaited.append(("resolve", report.resolve_by))
    return tuple((name, due) for name, due in awaited if due and due < now)


def forwarded_at(report: Report) -> datetime:
    """When the office that has it now got it; the receipt for a report that no office had yet. Aware UTC."""
    return _last(report, Status.FORWARDED) or report.received_at


def unplaced_since(report: Report) -> datetime:
    """Since when no office has it, whoever wrote or joined meanwhile. Aware UTC."""
    return _last(report, report.status) or report.received_at


def late_since(report: Report) -> datetime | None:
    """The moment from which a report counts as late with its office: the deadline, or when it was reopened after."""
    clock = running_clock(report)
    return max(clock.due_at, _last(report, Status.REOPENED) or clock.due_at) if clock else None


@dataclass(frozen=True)
class _Course:
    """The days on which a report is brought up."""

    nudges: frozenset[date]
    promised: date | None
    """The working day on which an officer's promise can be asked for."""
    late_from: date
    """After that day it is late."""
    starts_at: int = SECTION_HEAD

    def rung(self, day: date, work: WorkingTime) -> int:
        late = _days_late(self.late_from, day, work)
        if late:
            climbed = min(self.starts_at + late - 1, COORDINATOR)
            return climbed if late <= DAILY or work.begins_week(day) else 0
        if self.promised:
            return self._promise(self.promised, day, work)
        return OFFICER if day in self.nudges else 0

    def _promise(self, promised: date, day: date, work: WorkingTime) -> int:
        """A broken promise was told to the resident: the head of the section hears, the clocks tell the others."""
        if day < promised:
            return 0
        broken = _days_late(promised, day, work)
        if broken > DAILY and not work.begins_week(day):
            return 0
        return SECTION_HEAD if broken else OFFICER


def _course(report: Report, work: WorkingTime) -> _Course | None:
    if report.status in UNPLACED and not report.restricted:
        return _Course(frozenset(), None, _late_from(report, unplaced_since(report), work), COORDINATOR)
    clock, late = running_clock(report), late_since(report)
    if clock is None or late is None:
        return None
    promised = work.on_or_after(report.promised_on) if report.promised_on else None
    return _Course(frozenset(_nudges(report, clock, work)), promised, _late_from(report, late, work))


def _late_from(report: Report, since: datetime, work: WorkingTime) -> date:
    """What was put off is late anew on the day it was put off to."""
    day = work.local_day(since)
    return max(day, report.put_off_until - timedelta(days=1)) if report.put_off_until else day


def _nudges(report: Report, clock: OfficeClock, work: WorkingTime) -> Iterator[date]:
    """The days in which half and four fifths of the clock are reached; of a short one its first morning or last day.

    What was reopened, put off until that day, or an emergency is brought up on the next morning besides.
    """
    if report.urgent and report.category in EMERGENCIES:
        yield next(work.mornings_after(clock.since))
    if report.put_off_until:
        yield work.on_or_after(report.put_off_until)
    if report.status is Status.REOPENED:
        yield next(work.mornings_after(_last(report, Status.REOPENED) or clock.since))
    last = work.local_day(clock.due_at)
    length = work.working_days_between(work.received_day(clock.since), last)
    if clock.name == "acknowledge":
        yield next(work.mornings_after(clock.since))
    elif length < SHORT:
        yield last
    if length >= SHORT:
        yield work.day_after(clock.since, -(-length // 2))
        yield work.day_after(clock.since, -(-length * 4 // 5))


def _days_late(after: date, day: date, work: WorkingTime) -> int:
    """Working days after `after` up to `day`; of many no more is told than that they are too many."""
    if day <= after:
        return 0
    return DAILY + 1 if (day - after).days > 21 else work.working_days_between(after, day)


def _plan_stated(report: Report, since: datetime) -> bool:
    """Whether its office said what it will do: a day, or that it is at work."""
    begun = _last(report, Status.IN_PROGRESS)
    return report.promised_on is not None or (begun is not None and begun >= since)


def _put_off(report: Report, day: date) -> bool:
    return report.put_off_until is not None and day < report.put_off_until


def _last(report: Report, status: Status) -> datetime | None:
    return max((line.at for line in report.story if line.kind == status), default=None)
