"""The day an office promises: *minggu depan* is Monday of next week, *lima hari kerja* five working days, *nanti* none.

Dates are local calendar days. A day that lies behind is the next of its name; what was done *kemarin* is no promise.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

IsWorkingDay = Callable[[date], bool]
Match = re.Match[str]

_FURTHEST_DAYS = 400
"""A year and a little, for *akhir tahun depan*; a promise further away is a slip of the pen."""


@dataclass(frozen=True)
class _Rule:
    """A way to name a day. `read` returns None when the words fit but name no day to come."""

    pattern: re.Pattern[str]
    read: Callable[[Match, date, IsWorkingDay], date | None]


def promised_date(words: str, today: date, is_working_day: IsWorkingDay) -> tuple[date | None, str | None]:
    """The promised day and the words that name it, as written; (None, None) when no day is named."""
    return _reader().read(words, today, is_working_day)


def strange_date(words: str, today: date, is_working_day: IsWorkingDay) -> date | None:
    """A day that is named as if promised, but lies behind or more than a year ahead; None when there is none."""
    return _reader().strange(words, today, is_working_day)


@cache
def _reader() -> PromiseReader:
    return PromiseReader(tomllib.loads((files("routing.rules") / "promises.toml").read_text("utf-8")))


class PromiseReader:
    """Built from `rules/promises.toml`; the first rule that fits decides."""

    def __init__(self, data: Mapping[str, Any]):
        self._data = data
        self._w: Mapping[str, str] = data["words"]
        self._numbers: Mapping[str, int] = data["numbers"]
        number = rf"\d{{1,3}}|{_any(self._numbers)}"
        self._count = rf"(?P<low>{number})(?:\s*(?:{self._w['until']})\s*(?P<high>{number}))?"
        self._rules = (
            *self._dates(),
            *self._edges(),
            *self._weekday_rules(),
            *self._spans(),
            *self._near_days(),
            *self._next_ones(),
        )

    def read(self, words: str, today: date, is_working_day: IsWorkingDay) -> tuple[date | None, str | None]:
        for day, named in self._named(words, today, is_working_day):
            if today <= day <= today + timedelta(days=_FURTHEST_DAYS):
                return day, named
        return None, None

    def strange(self, words: str, today: date, is_working_day: IsWorkingDay) -> date | None:
        named = next(self._named(words, today, is_working_day), None) or self._far_year(words, today)
        if named is None or self.read(words, today, is_working_day)[0] is not None:
            return None
        told_of = re.search(rf"\b(?:{self._w['past']}|{self._w['last']})\b", words.lower())
        return None if named[0] < today and told_of else named[0]

    def _far_year(self, words: str, today: date) -> tuple[date, str] | None:
        """*Tahun 2031*: too far for its day to matter."""
        found = re.search(rf"\b(?:{self._w['year']})\s*(20\d\d)\b", words.lower())
        return (date(int(found[1]), 1, 1), found[0]) if found and int(found[1]) > today.year + 1 else None

    def _named(self, words: str, today: date, is_working_day: IsWorkingDay) -> Iterator[tuple[date, str]]:
        """Every day that is named as one to come, in the order of the rules, whether it can be or not."""
        low = words.lower().replace("’", "'")
        read: list[range] = []
        for rule in self._rules:
            for found in rule.pattern.finditer(low):
                # The *tgl 20* of *tgl 20 nov 2026* is no day of its own.
                again = any(found.start() in one or found.end() - 1 in one for one in read)
                none = again or self._is_past(low, found) or self._is_denied(low, found)
                day = None if none else rule.read(found, today, is_working_day)
                if day is not None:
                    read.append(range(*found.span()))
                    yield day, words[found.start() : found.end()].strip()

    def _is_past(self, low: str, found: Match) -> bool:
        after = re.match(rf"\s*(?:{self._w['which']})?\s*(?:{self._w['last']})\b", low[found.end() :])
        before = re.search(rf"\b(?:{self._w['past']})\s*$", low[: found.start()])
        gone = re.search(rf"\b(?:{self._w['last']})\s*(?:{self._w['day']})?\s*$", low[: found.start()])
        return bool(after or before or gone)

    def _is_denied(self, low: str, found: Match) -> bool:
        no, able = self._w["not"], self._w["able"]
        before = re.search(rf"\b(?:{no})\s+(?:(?:{able})\s+)?(?:(?:{self._w['day']})\s+)?$", low[: found.start()])
        return bool(before or re.match(rf"\s*(?:{no})\s+(?:{able})\b", low[found.end() :]))

    # --- dates ----------------------------------------------------------------------------------------------------

    def _dates(self) -> tuple[_Rule, ...]:
        months = _any(self._data["months"])
        named = (
            rf"(?:(?:{self._w['date']})\.?\s*)?\b(?P<day>\d{{1,2}})\s*(?P<month>{months})\b\.?(?:\s*(?P<year>20\d\d))?"
        )
        units = "|".join((self._w["day"], self._w["week"], self._w["month"]))
        figures = rf"\b(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})(?:[/-](?P<year>(?:20)?\d\d))?\b(?!\s*(?:{units}))"
        following = rf"(?:\s*(?:{self._w['month']})\s*(?P<next>{self._w['next']}))?"
        bare = rf"\b(?:{self._w['date']})\.?\s*(?P<day>\d{{1,2}})(?:-?{self._w['about']})?\b{following}"
        return (
            _Rule(re.compile(named), lambda m, today, _: self._dated(m, self._data["months"][m["month"]], today)),
            _Rule(re.compile(figures), lambda m, today, _: self._dated(m, int(m["month"]), today)),
            _Rule(re.compile(bare), lambda m, today, _: self._day_of_month(int(m["day"]), today, bool(m["next"]))),
        )

    def _dated(self, found: Match, month: int, today: date) -> date | None:
        year = int(found["year"]) % 100 + 2000 if found["year"] else today.year
        day = _safe(year, month, int(found["day"]))
        if day is not None and day < today and not found["year"]:
            # In January "20 des" is what was; in December "5 jan" is what comes.
            later = _safe(year + 1, month, int(found["day"]))
            return later if later and later - today < timedelta(days=183) else day
        return day

    def _day_of_month(self, day: int, today: date, next_month: bool) -> date | None:
        this = _safe(today.year, today.month, day)
        if not next_month and this is not None and this >= today:
            return this
        first = _first_of_next_month(today)
        return _safe(first.year, first.month, day)

    # --- beginning, middle and end of a week, month or year --------------------------------------------------------

    def _edges(self) -> tuple[_Rule, ...]:
        edge = rf"\b(?P<edge>{self._w['begin']}|{self._w['middle']}|{self._w['end']})\s+"
        later = rf"(?:\s+(?P<next>{self._w['next']})|\s+(?:{self._w['this']}))?\b"
        months = _any(self._data["months"])
        return (
            _Rule(re.compile(edge + rf"(?:{self._w['month']})\s+(?P<month>{months})\b"), self._edge_of_named),
            _Rule(re.compile(edge + rf"(?P<month>{months})\b"), self._edge_of_named),
            _Rule(re.compile(edge + rf"(?:{self._w['month']})" + later), self._edge_of_month),
            _Rule(re.compile(edge + rf"(?:{self._w['week']})" + later), self._edge_of_week),
            _Rule(re.compile(edge + rf"(?:{self._w['year']})" + later), self._edge_of_year),
        )

    def _edge_of_named(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        month = self._data["months"][found["month"]]
        year = today.year + (month < today.month)
        return self._edge(found["edge"], date(year, month, 1))

    def _edge_of_month(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        day = self._edge(found["edge"], _first_of_next_month(today) if found["next"] else today.replace(day=1))
        return day if day >= today else self._edge(found["edge"], _first_of_next_month(today))

    def _edge(self, edge: str, first: date) -> date:
        if _is(edge, self._w["begin"]):
            return first
        if _is(edge, self._w["middle"]):
            return first.replace(day=15)
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])

    def _edge_of_week(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1 if found["next"] else 0)
        offset = 0 if _is(found["edge"], self._w["begin"]) else 2 if _is(found["edge"], self._w["middle"]) else 4
        day = monday + timedelta(days=offset)
        return day if day >= today else day + timedelta(weeks=1)

    def _edge_of_year(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        year = today.year + bool(found["next"])
        if _is(found["edge"], self._w["begin"]):
            return date(max(year, today.year + 1), 1, 1)
        return date(year, 12, 31) if _is(found["edge"], self._w["end"]) else date(year, 6, 30)

    # --- weekdays -------------------------------------------------------------------------------------------------

    def _weekday_rules(self) -> tuple[_Rule, ...]:
        weekdays = _any(self._data["weekdays"])
        week, following = self._w["week"], self._w["next"]
        return (
            _Rule(re.compile(rf"\b(?P<weekday>{weekdays})\s+(?:{week})\s+(?:{following})\b"), self._weekday_next_week),
            _Rule(re.compile(rf"\b(?:{week})\s+(?:{following})\s*,?\s*(?:(?:{self._w['day']})\s+)?(?P<weekday>{weekdays})\b"),
                  self._weekday_next_week),
            _Rule(re.compile(rf"\b(?P<weekday>{weekdays})\b(?:\s+(?P<this>{self._w['this']})\b)?(?:\s+(?P<next>{following})\b)?"),
                  self._weekday),
        )  # fmt: skip

    def _weekday_next_week(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
        return monday + timedelta(days=self._data["weekdays"][found["weekday"]])

    def _weekday(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        ahead = (self._data["weekdays"][found["weekday"]] - today.weekday()) % 7
        if ahead == 0 and not found["this"]:
            ahead = 7
        return today + timedelta(days=ahead)

    # --- so many days, weeks, months ------------------------------------------------------------------------------

    def _spans(self) -> tuple[_Rule, ...]:
        count, ahead = self._count, self._w["ahead"]
        names = "|".join(rf"(?P<{unit}>{self._w[unit]})" for unit in ("day", "week", "month", "year"))
        unit, single = rf"(?:{names})", rf"\b{self._w['one']}(?:{names})"
        work = rf"\b{count}\s*(?:{self._w['day']})\s*(?:{self._w['working']})\b"
        after = rf"(?:{self._w['about']})?\s+(?:{ahead})\b"
        led = rf"(?:{self._w['before']})\s+(?:waktu\s+)?"
        return (
            _Rule(re.compile(work), self._working_days),
            _Rule(re.compile(rf"\b{count}\s*{unit}{after}"), self._span),
            _Rule(re.compile(rf"{single}{after}"), self._span),
            _Rule(re.compile(rf"(?<=\b)(?:{led}){count}\s*{unit}\b"), self._span),
            _Rule(re.compile(rf"(?:{led}){single.removeprefix(chr(92) + 'b')}\b"), self._span),
            _Rule(re.compile(rf"^\W*{count}\s*{unit}\W*$"), self._span),
            _Rule(re.compile(rf"^\W*{single}\W*$"), self._span),
            _Rule(re.compile(rf"\b\d{{1,2}}\s*(?:{self._w['in_hours']})\b"), lambda m, today, _: today),
        )

    def _number(self, found: Match) -> int:
        groups = found.groupdict()
        written = groups.get("high") or groups.get("low")
        if written is None:
            return 1
        return int(written) if written.isdigit() else self._numbers[written]

    def _working_days(self, found: Match, today: date, is_working_day: IsWorkingDay) -> date | None:
        left, day = self._number(found), today
        while left > 0 and (day - today).days <= _FURTHEST_DAYS:
            day += timedelta(days=1)
            left -= is_working_day(day)
        return day

    def _span(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        number, groups = self._number(found), found.groupdict()
        if groups.get("month") or groups.get("year"):
            return _months_later(today, number * (12 if groups.get("year") else 1))
        return today + timedelta(days=number * (7 if groups.get("week") else 1))

    # --- today, tomorrow, next week, next month -------------------------------------------------------------------

    def _near_days(self) -> tuple[_Rule, ...]:
        offsets: Mapping[str, int] = self._data["days_from_today"]
        pattern = re.compile(rf"(?<!\d )\b(?P<when>{_any(offsets)})\b")
        return (_Rule(pattern, lambda m, today, _: today + timedelta(days=offsets[m["when"]])),)

    def _next_ones(self) -> tuple[_Rule, ...]:
        following, this, months = self._w["next"], self._w["this"], _any(self._data["months"])
        return (
            _Rule(re.compile(rf"\b(?:{self._w['week']})\s+(?:{following})\b"),
                  lambda m, today, _: today + timedelta(days=7 - today.weekday())),
            _Rule(re.compile(rf"\b(?:{self._w['week']})\s+(?:{this})\b"),
                  lambda m, today, _: today + timedelta(days=max(4 - today.weekday(), 0))),
            _Rule(re.compile(rf"\b(?:{self._w['month']})\s+(?:{following})\b"), _first_working_day_of_next_month),
            _Rule(re.compile(rf"\b(?:{self._w['month']})\s+(?:{this})\b"), lambda m, today, _: _end_of_month(today)),
            _Rule(re.compile(rf"\b(?:{self._w['month']})\s+(?P<month>{months})\b"), self._named_month),
        )  # fmt: skip

    def _named_month(self, found: Match, today: date, _: IsWorkingDay) -> date | None:
        month = self._data["months"][found["month"]]
        return _end_of_month(date(today.year + (month < today.month), month, 1))


def _any(words: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _is(word: str, options: str) -> bool:
    return word in options.split("|")


def _safe(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _first_of_next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _first_working_day_of_next_month(_: Match, today: date, is_working_day: IsWorkingDay) -> date | None:
    first = _first_of_next_month(today)
    return next((day for day in (first + timedelta(days=n) for n in range(31)) if is_working_day(day)), first)


def _end_of_month(today: date) -> date:
    return today.replace(day=calendar.monthrange(today.year, today.month)[1])


def _months_later(today: date, months: int) -> date:
    whole = today.month - 1 + months
    year, month = today.year + whole // 12, whole % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
