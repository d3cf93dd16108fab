"""Why a message was read as it was: what each word says for the category that was chosen, and what came next."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import Understanding
from routing.normalise import Token


@dataclass(frozen=True)
class Weighed:
    """A word at `start`..`end` of `Explanation.text`; `weight` from 0 to 1 is its part beside the strongest word's."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """`first` are the likeliest categories with their scores; `text` is what was read, cut and cleaned."""

    text: str
    read: Understanding
    words: tuple[Weighed, ...]
    first: tuple[tuple[str, float], ...]


_LEAST = 0.25


def weighed(tokens: tuple[Token, ...], shares: tuple[float, ...], named: frozenset[str]) -> tuple[Weighed, ...]:
    """Words that speak for the category, in order; what the lexicon `named` counts at least half."""
    most = max(shares, default=0.0)
    parts = [max(share, 0.0) / most if most > 0 else 0.0 for share in shares]
    told = [max(part, 0.5) if token.surface in named else part for token, part in zip(tokens, parts, strict=True)]
    return tuple(Weighed(t.start, t.end, round(p, 2)) for t, p in zip(tokens, told, strict=True) if p >= _LEAST)
