"""Whether a new report tells of the same thing in the same place as an older one, which its writer may follow instead.

Only matters that everybody there sees are compared: a report about a person would tell on a neighbour
(`domain.md §6.5`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from rapidfuzz import fuzz

from routing.answers import plain
from routing.model import Status

_WORD = re.compile(r"[a-z0-9]+")
_EARTH_M = 6_371_000.0
_NEVER = -1.0


@dataclass(frozen=True)
class Rules:
    """`routing/rules/duplicates.toml`. Likeness of words is 0 to 100."""

    public: frozenset[str]
    without_rt: frozenset[str]
    days: int
    candidates: int
    metres: float
    words_same_rt: float
    words_same_rt_many: float
    many_in_rt: frozenset[str]
    words_same_street: float
    words_elsewhere: float
    streets: frozenset[str]
    beside: frozenset[str]
    empty: frozenset[str]
    no_names: frozenset[str]
    follow: frozenset[str]
    told_at: frozenset[int]


@dataclass(frozen=True)
class Seen:
    """An open report as it is compared. Of what stands here only ticket, category, place, age and status are shown.

    `received_at` is aware UTC; `own`: the person who writes now filed it, `followed`: they follow it.
    """

    id: int
    ticket: str
    status: Status
    category: str
    place_code: str
    text: str
    received_at: datetime
    rt: str | None = None
    point: tuple[float, float] | None = None
    own: bool = False
    followed: bool = False
    followers: int = 0


@cache
def rules() -> Rules:
    """Read once. Raises TypeError or tomllib.TOMLDecodeError when the file is malformed."""
    table = tomllib.loads((files("routing.rules") / "duplicates.toml").read_text("utf-8"))
    sets = {name: frozenset(value) for name, value in table.items() if isinstance(value, list)}
    return Rules(**{**table, **sets})


def comparable(category: str | None, place_code: str | None) -> bool:
    """Whether such a report is ever compared with others."""
    return bool(place_code) and category in rules().public


def follows(text: str) -> bool:
    """*Ikut*, *ikut saja*, *gabung*."""
    return plain(text) in rules().follow


def most_alike(text: str, rt: str | None, point: tuple[float, float] | None, others: Iterable[Seen]) -> Seen | None:
    """The older report that this one most likely repeats; None when none is alike enough.

    `others` are open reports of the same category and kelurahan; the newest of equals wins.
    """
    scored = ((_likeness(text, rt, point, other), other.received_at, other.id, other) for other in others)
    best = max((one for one in scored if one[0] > _NEVER), default=None)
    return best[3] if best else None


def _likeness(text: str, rt: str | None, point: tuple[float, float] | None, other: Seen) -> float:
    """How alike they are, or `_NEVER`. Another RT said by both is another place, however alike the words."""
    table = rules()
    if point and other.point:
        near = _metres(point, other.point) <= table.metres
        return 100.0 if near else _NEVER
    if rt and other.rt and int(rt) != int(other.rt):
        return _NEVER
    words = fuzz.token_set_ratio(_telling(text), _telling(other.text))
    shared = bool(_landmarks(text) & _landmarks(other.text))
    if shared and words >= table.words_same_street:
        return words + 40
    needed = table.words_same_rt_many if other.category in table.many_in_rt else table.words_same_rt
    if rt and other.rt and _may_be_same_spot(text, other.text) and words >= needed:
        return words + 20
    return words if words >= table.words_elsewhere and not (_landmarks(text) or _landmarks(other.text)) else _NEVER


def _may_be_same_spot(text: str, other: str) -> bool:
    """Two streets that are both named and differ are two spots of one RT."""
    mine, theirs = _landmarks(text), _landmarks(other)
    return not mine or not theirs or bool(mine & theirs)


def _telling(text: str) -> str:
    return " ".join(word for word in _WORD.findall(text.lower()) if word not in rules().empty)


def _landmarks(text: str) -> frozenset[str]:
    """Names of streets and landmarks: *gang 4*, *jalan pelita*, *depan langgar*."""
    table = rules()
    words = _WORD.findall(text.lower())
    pairs = [pair for pair in pairwise(words) if pair[1] not in table.no_names and pair[1] not in table.empty]
    streets = {f"{_street(mark)} {name}" for mark, name in pairs if mark in table.streets and not _marks(name)}
    return frozenset(streets | {name for mark, name in pairs if mark in table.beside and not _marks(name)})


def _marks(word: str) -> bool:
    return word in rules().streets or word in rules().beside


def _street(mark: str) -> str:
    return {"jln": "jalan", "jl": "jalan", "gg": "gang", "lorong": "gang"}.get(mark, mark)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the earth, WGS 84 degrees in."""
    (lat, lon), (other_lat, other_lon) = (tuple(map(radians, spot)) for spot in (one, other))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * _EARTH_M * asin(sqrt(half))
