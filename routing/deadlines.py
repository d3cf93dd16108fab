"""Working time in a region's own zone, and the deadlines of a report (`domain.md §5`).

Day 1 is the working day after the day of receipt; what comes after office hours or on a day off is received on the
next working day. Holidays and shared leave days (cuti bersama) come from `holidays`; what it lacks or has wrong, and
local days, from `known/days_off.csv` and each region's own `days_off.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

from routing.model import RESTRICTED_CATEGORIES
from routing.region import Region

EMERGENCY = timedelta(minutes=30)
"""Until an office has to have answered an emergency, day and night."""
DIGEST_AFTER = timedelta(minutes=15)
"""Between the opening of the offices and the morning's digest: what came due at the opening is in it."""


@lru_cache(maxsize=64)
def _national(year: int) -> frozenset[date]:
    """Days off everywhere in Indonesia: national holidays and cuti bersama, which civil servants do not work."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id"))


@lru_cache(maxsize=64)
def _decreed(year: int) -> bool:
    return bool(holidays.country_holidays("ID", years=year, categories=("government",), language="id"))


SHARED_LEAVE = "cuti bersama"
"""How the lists call the days that are decreed besides the holidays."""


def missing_years(region: Region, year: int) -> bool:
    """Whether the cuti bersama of `year` are unknown: neither `holidays` nor a `days_off.csv` has any of that year.

    Deadlines that reach into such a year may come out too early; somebody should be told.
    """
    listed = (one for one in region.days_off if SHARED_LEAVE in one.name.casefold())
    return not _decreed(year) and not any(one.day.year == year for one in listed)


class WorkingTime:
    """The calendar of one region's offices. Moments are aware; what comes back is aware UTC or a local date."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._tz = region.tz
        changed = {one.day: one.kind for one in region.days_off}  # the region's own line of a day comes last
        self._off = frozenset(day for day, kind in changed.items() if kind == "off")
        self._work = frozenset(day for day, kind in changed.items() if kind == "work")

    def is_working_day(self, day: date) -> bool:
        if day in self._work:
            return True
        return day.weekday() in self.region.office_hours and day not in self._off and day not in _national(day.year)

    def received_day(self, at: datetime) -> date:
        """The working day on which something that came at `at` counts as received."""
        local = at.astimezone(self._tz)
        if self.is_working_day(local.date()) and local.time() < self._hours(local.date())[1]:
            return local.date()
        return next(self._working_days(local.date() + timedelta(days=1)))

    def day_after(self, at: datetime, n: int) -> date:
        """The n-th working day after the day of receipt; 0 is that day itself."""
        return self._add_days(self.received_day(at), n)

    def start_of(self, day: date) -> datetime:
        """When the offices open on `day` (or would, were it a working day), UTC."""
        return self._utc(day, self._hours(day)[0])

    def end_of(self, day: date) -> datetime:
        """When the offices close on `day`, UTC: the moment a deadline of that day has passed."""
        return self._utc(day, self._hours(day)[1])

    def digest_at(self, day: date) -> datetime:
        """When the morning's digest of `day` goes out: a little after the offices open, UTC."""
        return self.start_of(day) + DIGEST_AFTER

    def in_office_hours(self, at: datetime) -> bool:
        local = at.astimezone(self._tz)
        opens, closes = self._hours(local.date())
        return self.is_working_day(local.date()) and opens <= local.time() < closes

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while the offices are open, else when they open next. UTC."""
        if self.in_office_hours(at):
            return at.astimezone(UTC)
        local = at.astimezone(self._tz)
        today = self.start_of(local.date())
        if self.is_working_day(local.date()) and at < today:
            return today
        return self.start_of(next(self._working_days(local.date() + timedelta(days=1))))

    def add_hours(self, at: datetime, working_hours: float) -> datetime:
        """`working_hours` of open offices after `at`, UTC. Breaks at noon are not taken off."""
        left = timedelta(hours=working_hours)
        start = self.next_opening(at)
        while True:
            closing = self.end_of(start.astimezone(self._tz).date())
            if left <= closing - start:
                return start + left
            left -= closing - start
            start = self.next_opening(closing)

    def days_later(self, deadline: datetime, n: int) -> datetime:
        """The same hour `n` working days after the day of `deadline`; UTC."""
        local = deadline.astimezone(self._tz)
        return self._utc(self._add_days(local.date(), n), local.time())

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self._tz).date()

    def on_or_after(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return next(self._working_days(day))

    def begins_week(self, day: date) -> bool:
        """Whether `day` is the first working day of its week."""
        monday = day - timedelta(days=day.weekday())
        return self.on_or_after(monday) == day

    def mornings_after(self, at: datetime) -> Iterator[date]:
        """The working days whose opening lies after `at`, for ever."""
        today = self.local_day(at)
        return self._working_days(today if self.start_of(today) > at else today + timedelta(days=1))

    def _add_days(self, day: date, n: int) -> date:
        days = self._working_days(day + timedelta(days=1))
        for _ in range(n):
            day = next(days)
        return day

    def _working_days(self, day: date) -> Iterator[date]:
        while True:
            if self.is_working_day(day):
                yield day
            day += timedelta(days=1)

    def _hours(self, day: date) -> tuple[time, time]:
        """Opening and closing; a weekend day that is worked keeps the hours of the first day of the week."""
        fasting = (month.office_hours for month in self.region.ramadan if month.first <= day <= month.last)
        hours = next(fasting, self.region.office_hours)
        return hours.get(day.weekday(), hours[min(hours)])

    def _utc(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self._tz).astimezone(UTC)


@dataclass(frozen=True)
class Deadlines:
    """What is promised when a report is filed. Moments are aware UTC, `promise_by` is a local calendar day."""

    promise_by: date
    """By this day it is at the office, verified or not (Samarinda's promise of 5 working days)."""
    verify_by: datetime
    respond_by: datetime | None
    resolve_by: datetime | None
    forward_at: datetime
    """The morning of the promise day: what no kader has verified goes to the office then."""


def deadlines_for(region: Region, category: str, received_at: datetime) -> Deadlines:
    """The clocks of a new report. The office's own begin when it is forwarded (`office_deadlines`).

    A restricted report is not verified; the PPA office has `restricted_hours` of office time to acknowledge it
    (`domain.md §6.4`).
    """
    work = WorkingTime(region)
    clocks = region.clocks_of(category)
    promise = work.day_after(received_at, clocks.forward_promise)
    restricted = category in RESTRICTED_CATEGORIES
    return Deadlines(
        promise_by=promise,
        verify_by=work.end_of(work.day_after(received_at, clocks.verify)),
        respond_by=work.add_hours(received_at, clocks.restricted_hours) if restricted else None,
        resolve_by=None,
        forward_at=work.start_of(promise),
    )


@dataclass(frozen=True)
class OfficeClocks:
    """What an office that gets a report has time for, aware UTC; a new office gets its own."""

    acknowledge_by: datetime
    """It has said that it has it."""
    respond_by: datetime
    """It has said what it will do."""
    resolve_by: datetime
    first_look: datetime
    """When to look first whether it has answered."""

    def stamps(self) -> dict[str, object]:
        """As the fields of a report."""
        return {name: getattr(self, name) for name in ("acknowledge_by", "respond_by", "resolve_by")}


def office_clocks(region: Region, category: str, forwarded_at: datetime, *, emergency: bool = False) -> OfficeClocks:
    """The clocks of the office a report was forwarded to. In an emergency it answers within minutes, day and night.

    What was decided for the region or the category counts, and 14 working days to resolve, or 60 where inspection is
    needed (`domain.md §5`).
    """
    work = WorkingTime(region)
    clocks = region.clocks_of(category)

    def end(days: int) -> datetime:
        return work.end_of(work.day_after(forwarded_at, days))

    if emergency:
        at_once = forwarded_at + EMERGENCY
        return OfficeClocks(at_once, end(clocks.acknowledge), end(_resolve_days(region, category)), at_once)
    morning = work.start_of(next(work.mornings_after(forwarded_at)))
    return OfficeClocks(end(clocks.acknowledge), end(clocks.plan), end(_resolve_days(region, category)), morning)


def office_deadlines(region: Region, category: str, forwarded_at: datetime) -> tuple[datetime, datetime]:
    """(respond_by, resolve_by) of an ordinary report, UTC."""
    clocks = office_clocks(region, category, forwarded_at)
    return clocks.respond_by, clocks.resolve_by


def after_waiting(work: WorkingTime, deadline: datetime, since: datetime, until: datetime) -> datetime:
    """`deadline` moved on by the working days that an office waited for the reporter, as many as it may wait at most
    (`domain.md §5`); on the same day it stays. UTC."""
    waited = work.working_days_between(work.local_day(since), work.local_day(until))
    return work.days_later(deadline, min(max(waited, 0), work.region.clocks.answer_wait))


def _resolve_days(region: Region, category: str) -> int:
    route = region.route(category)
    return (route and route.resolve_days) or region.clocks_of(category).resolve
