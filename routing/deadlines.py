"""Working time in a region's own zone, and the deadlines of a report (`domain.md §5`).

Day 1 is the working day after the day of receipt; what comes after office hours or on a day off is received on the
next working day. Holidays and shared leave days (cuti bersama) come from `holidays`, local days from `days_off.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

from routing.model import RESTRICTED_CATEGORIES
from routing.region import Region


@lru_cache(maxsize=64)
def _national(year: int) -> frozenset[date]:
    """Days off everywhere in Indonesia: national holidays and cuti bersama, which civil servants do not work."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government"), language="id"))


@lru_cache(maxsize=64)
def _decreed(year: int) -> bool:
    return bool(holidays.country_holidays("ID", years=year, categories=("government",), language="id"))


def missing_years(region: Region, year: int) -> bool:
    """Whether the cuti bersama of `year` are unknown: neither `holidays` nor `days_off.csv` has any of that year.

    Deadlines that reach into such a year may come out too early; somebody should be told.
    """
    return not _decreed(year) and not any(one.day.year == year for one in region.days_off)


class WorkingTime:
    """The calendar of one region's offices. Moments are aware; what comes back is aware UTC or a local date."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._tz = region.tz
        self._off = frozenset(one.day for one in region.days_off if one.kind == "off")
        self._work = frozenset(one.day for one in region.days_off if one.kind == "work")
        self._first_day = min(region.office_hours)

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

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self._tz).date()

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
        return self.region.office_hours.get(day.weekday(), self.region.office_hours[self._first_day])

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
    promise = work.day_after(received_at, region.clocks.forward_promise)
    restricted = category in RESTRICTED_CATEGORIES
    return Deadlines(
        promise_by=promise,
        verify_by=work.end_of(work.day_after(received_at, region.clocks.verify)),
        respond_by=work.add_hours(received_at, region.clocks.restricted_hours) if restricted else None,
        resolve_by=None,
        forward_at=work.start_of(promise),
    )


def office_deadlines(region: Region, category: str, forwarded_at: datetime) -> tuple[datetime, datetime]:
    """(respond_by, resolve_by) of the office a report was forwarded to, UTC; a new office gets new ones.

    It states what it will do within `plan` working days; it resolves within 14, or 60 where inspection is needed.
    """
    work = WorkingTime(region)
    route = region.route(category)
    days = route.resolve_days if route and route.resolve_days else region.clocks.resolve
    respond = work.day_after(forwarded_at, region.clocks.plan)
    return work.end_of(respond), work.end_of(work.day_after(forwarded_at, days))


def acknowledge_by(region: Region, forwarded_at: datetime) -> datetime:
    """When the office should at least have said that it has the report, UTC."""
    work = WorkingTime(region)
    return work.end_of(work.day_after(forwarded_at, region.clocks.acknowledge))
