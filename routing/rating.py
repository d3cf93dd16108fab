"""How content somebody is, one to five, with the words that stand beside the mark (`routing/rules/rating.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from routing.answers import plain, tidy

_RULES = Path(__file__).parent / "rules" / "rating.toml"
_STARS = re.compile(r"^\s*((?:⭐|🌟|★)\ufe0f?){1,5}")
_LONGEST = 25
"""Words; a longer text tells of something else."""
_BRIEF = 4
"""Words behind a number in words; *satu, jalan rusak di depan masjid* counts problems."""
_BETWEEN = " ,.;:!-–/)"


@dataclass(frozen=True)
class Rating:
    """1 to 5, and what was said besides."""

    value: int
    words: str = ""


def read(text: str) -> Rating | None:
    """The mark in an answer to *how was it?*; None when there is none. *4 hari masih mati* is no four."""
    said = tidy(text)
    stars = _STARS.match(said)
    if stars:
        return Rating(len(re.findall("[⭐🌟★]", stars[0])), said[stars.end() :].strip(_BETWEEN))
    if not said or len(said.split()) > _LONGEST:
        return None
    return _alone(said) or _figure(said) or _worded(said)


def _alone(said: str) -> Rating | None:
    """A number in words, or one beyond the five: *lima nak, makasih*."""
    head, _, words = said.partition(",")
    bare = " ".join(word for word in plain(head).split() if word not in _rules()["figures"]["behind"])
    value = next((int(value) for value, known in _rules()["alone"].items() if bare in known), None)
    return Rating(value, words.strip()) if value and len(words.split()) <= _BRIEF else None


def _figure(said: str) -> Rating | None:
    """*4*, *4, tapi lama*; without a comma only where the words behind it are a mark as well: *4 cepat tapi kotor*."""
    found = _figures().match(said)
    if found is None or not found["words"]:
        return Rating(int(found["mark"])) if found else None
    words = found["words"].strip(_BETWEEN)
    return Rating(int(found["mark"]), words) if found["stop"] or _worded(words) else None


def _worded(said: str) -> Rating | None:
    low = plain(said)
    for form, value in _forms():
        if low == form:
            return Rating(value)
        if low.startswith(form) and low[len(form)] in _BETWEEN:
            return Rating(value, said)
    return None


@cache
def _rules() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_RULES.read_text(encoding="utf-8"))


@cache
def _forms() -> tuple[tuple[str, int], ...]:
    forms = ((form, int(value)) for value, known in _rules()["words"].items() for form in known)
    return tuple(sorted(forms, key=lambda one: -len(one[0])))


@cache
def _figures() -> re.Pattern[str]:
    """A figure that stands alone, before a comma, or beside a word that makes it a mark."""
    before, behind = (
        "|".join(sorted(map(re.escape, _rules()["figures"][side]), key=len, reverse=True))
        for side in ("before", "behind")
    )
    mark = rf"(?:(?:{before})\s*)?(?P<mark>[1-5])(?:\s*/\s*5)?(?:\s+(?:{behind})(?!\w))*"
    return re.compile(mark + r"(?:\s*(?P<stop>[,;:.!–-])|(?=\s|$))\s*(?P<words>[^\d\s].*)?$", re.IGNORECASE | re.DOTALL)
