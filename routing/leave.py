"""What an officer says of being there: away until a day, back again, or gone for good; and who has the work then.

Days are local calendar days; a leave lasts up to and with its last one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol, TypeVar

from rapidfuzz import fuzz

from routing.answers import plain
from routing.locate_text import split
from routing.promises import IsWorkingDay, promised_date

_SAME_NAME = 90
_SHORTEST_NAME = 2

Kind = Literal["away", "back", "gone"]


class Named(Protocol):
    """Somebody with a name, such as a colleague."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@dataclass(frozen=True)
class Leave:
    """`until` is None where no day was named; `stand_in` are the words behind *ganti …*; `nobody`: there is none."""

    kind: Kind
    until: date | None = None
    stand_in: str | None = None
    nobody: bool = False


def read(text: str, today: date, is_working_day: IsWorkingDay) -> Leave | None:
    """None for words that tell of no leave of the writer's own."""
    kind = next((one for one in ("gone", "back", "away") if _mentions(text, "kinds", one)), None)
    if kind is None and f" {_said(text)} " in _forms("whole", "back"):
        kind = "back"
    if kind is None and _pattern("so_long").search(text):
        kind = "away"
    if kind is None:
        return None
    before, named = parted(text)
    until = last_day(before, today, is_working_day) if kind == "away" else None
    return Leave(kind, until, named, nobody(text))  # type: ignore[arg-type]


def of_somebody_else(text: str) -> tuple[str, str | None] | None:
    """(words that name who does not work there any more, words that name the successor) as a coordinator says it."""
    if not _mentions(text, "others", "gone"):
        return None
    return parted(text)


def parted(text: str) -> tuple[str, str | None]:
    """What stands before *ganti …*, and whom it names."""
    found = _pattern("stand_in").search(text)
    if found is None:
        return text, None
    named = text[found.end() :].strip(" .,:;-\n")
    return text[: found.start()], named or None


def nobody(text: str) -> bool:
    return bool(_pattern("nobody").search(text))


def last_day(words: str, today: date, is_working_day: IsWorkingDay) -> date | None:
    """The last day of a leave: *sampai Senin*, *masuk lagi Senin* (the day before), *3 hari* (today is the first)."""
    until = _pattern("until").search(words)
    if until and (day := promised_date(words[until.end() :], today, is_working_day)[0]):
        return day
    returns = _pattern("returns").search(words)
    if returns and (day := promised_date(words[returns.end() :], today, is_working_day)[0]):
        return max(day - timedelta(days=1), today)
    span = _pattern("span").search(words)
    if span:
        return _span(words, span[0], today, is_working_day)
    return promised_date(words, today, is_working_day)[0]


def answer_with_day(words: str, today: date, is_working_day: IsWorkingDay) -> date | None:
    """The last day in an answer to *sampai hari apa?*; *besok tim turun* is about something else."""
    marked = any(_pattern(name).search(words) for name in ("until", "returns", "span", "stand_in"))
    named = promised_date(words, today, is_working_day)[1] or ""
    left = words.replace(named, " ").split()
    return last_day(words, today, is_working_day) if marked or len(left) <= 1 else None


def whom(words: str, people: Sequence[N]) -> tuple[N, ...]:
    """Whose name is meant: those who share most of its words, none where nobody shares one."""
    said = [word.word for word in split(words) if len(word.word) >= _SHORTEST_NAME]
    scores = [_score(said, one.name) for one in people]
    best = max(scores, default=0)
    return tuple(one for one, score in zip(people, scores, strict=True) if score == best) if best else ()


def _score(said: Iterable[str], name: str) -> int:
    parts = {word.word for word in split(name) if len(word.word) >= _SHORTEST_NAME}
    return sum(any(fuzz.ratio(part, word) >= _SAME_NAME for word in said) for part in parts)


def _span(words: str, span: str, today: date, is_working_day: IsWorkingDay) -> date | None:
    """So many days from today, or from the day named behind *mulai*."""
    rest = words.replace(span, " ")
    starts = _pattern("starts").search(rest)
    first = promised_date(rest[starts.start() :] if starts else rest, today, is_working_day)[0] or today
    behind, _ = promised_date(span, first, is_working_day)
    if behind is None:
        return None
    # Working days count from the day after; calendar days lead to the first day that is free of leave again.
    return max(behind - timedelta(days=1), first)


def _mentions(text: str, table: str, name: str) -> bool:
    said = f" {_said(text)} "
    return any(form in said for form in _forms(table, name))


@cache
def _forms(table: str, name: str) -> frozenset[str]:
    return frozenset(f" {_said(form)} " for form in _rules()[table][name])


def _said(text: str) -> str:
    """In the words of the lists: *sdh masuk lg* is *sudah masuk lagi*."""
    short = _rules()["short"]
    return " ".join(short.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", plain(text)).split())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_rules()["words"][name], re.IGNORECASE)


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("routing.rules") / "leave.toml").read_text("utf-8"))
