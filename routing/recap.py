"""A month of a kader or a posyandu, counted from what happened to its reports (`domain.md §1.4`, `§10`).

What is counted is what happened *in* the month, whenever the report came in: so a recap that is made again later says
the same, and work on the last evening of a month is not lost. Each figure counts a report once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from routing.model import CATEGORIES


class Step(StrEnum):
    """How far a report came, in the order of the paper's columns."""

    RECEIVED = "received"
    CHECKED = "checked"
    FORWARDED = "forwarded"
    TAKEN_UP = "taken_up"
    SOLVED = "solved"
    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"
    LATE = "late"


NOT_SO = "not_so"
"""A kader looked and it is not so: counted as checked, and named in the list."""
REOPENED = "reopened"
"""It was not solved after all."""
_UNDO_SOLVED = frozenset({REOPENED, Step.TAKEN_UP})
"""An office that called it solved was told that it is not, or took that back."""


@dataclass(frozen=True)
class Happened:
    """Something that happened to a report on a local day. `what` is a `Step`, `NOT_SO` or `REOPENED`."""

    report: int
    ticket: str
    field: str | None
    day: date
    what: str


@dataclass(frozen=True)
class Entry:
    """One report in the list of the paper: its number, the first day of the month it appears, how far it came."""

    ticket: str
    field: str
    day: date
    outcome: str


@dataclass(frozen=True)
class Recap:
    """`first` is the first day of the month; `counts` has a row for each field that something happened in."""

    first: date
    counts: Mapping[str, Mapping[Step, int]]
    entries: tuple[Entry, ...]

    def of(self, field: str, step: Step) -> int:
        return self.counts.get(field, {}).get(step, 0)

    def total(self, step: Step) -> int:
        return sum(row.get(step, 0) for row in self.counts.values())

    @property
    def fields(self) -> tuple[str, ...]:
        """The six fields, whether or not anything happened there; what belongs to none of them only when it did."""
        return tuple(field for field in CATEGORIES if field != OTHER or field in self.counts)

    @property
    def empty(self) -> bool:
        return not self.entries


OTHER = "lainnya"


def recap_of(first: date, happened: Iterable[Happened]) -> Recap:
    """Counts what happened, which is given in its order of time."""
    reached: dict[int, dict[str, None]] = defaultdict(dict)
    seen: dict[int, Happened] = {}
    for one in happened:
        seen.setdefault(one.report, one)
        steps = reached[one.report]
        if one.what in _UNDO_SOLVED:
            steps.pop(Step.SOLVED, None)
        if one.what != REOPENED:
            steps.pop(one.what, None)  # so that the last one stands last
            steps[one.what] = None
    counts: dict[str, dict[Step, int]] = defaultdict(lambda: defaultdict(int))
    entries = []
    for report, steps in reached.items():
        field = seen[report].field or OTHER
        for step in _counted(steps):
            counts[field][step] += 1
        entries.append(Entry(seen[report].ticket, field, seen[report].day, _outcome(steps)))
    plain = {field: dict(row) for field, row in counts.items()}
    return Recap(first, plain, tuple(sorted(entries, key=lambda entry: (entry.day, entry.ticket))))


def _counted(steps: Iterable[str]) -> frozenset[Step]:
    found = {Step.CHECKED if step == NOT_SO else Step(step) for step in steps}
    if Step.SOLVED in found:
        found.add(Step.TAKEN_UP)
    return frozenset(found)


def _outcome(steps: Iterable[str]) -> str:
    """The last thing that happened; that a day was missed is counted, and says nothing about how it went on."""
    told = [step for step in steps if step != Step.LATE]
    return told[-1] if told else Step.RECEIVED


# --- months -----------------------------------------------------------------------------------------------------------


def month_key(first: date) -> str:
    """`2026-11`."""
    return f"{first:%Y-%m}"


def month_of(key: str) -> date | None:
    """The first day of `2026-11`; None for what is no month."""
    try:
        return datetime.strptime(key, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return None


def months_on(first: date, count: int) -> date:
    """The first day of the month that comes `count` months later (earlier, when it is negative)."""
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def span(first: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The month as the region lives it: from, and up to without, in UTC."""
    following = months_on(first, 1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, following))
    return begins.astimezone(UTC), ends.astimezone(UTC)
