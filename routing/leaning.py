"""Single words lean towards categories: the weak evidence left when no phrase of the lexicon fits.

Learned from the lexicon itself, each way to say something being one small document: a word that occurs mostly among the
ways of one category speaks for it, one that occurs everywhere for none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from routing.lexicon import Concept, Stream, words_of

_SMOOTHING = 12.0
_HIGHEST = 2.5
_LEAST = 0.4


class Leaning:
    """Built once from (category, concept) pairs; `of` is pure."""

    def __init__(self, concepts: Iterable[tuple[str, Concept]]):
        counts: dict[str, Counter[str]] = {}
        for category, concept in concepts:
            if concept.weight > 0:
                counts.setdefault(category, Counter()).update(set(words_of([concept])))
        self._lift = _lifts(counts)
        self._best = lru_cache(maxsize=20_000)(self._best_uncached)

    def of(self, stream: Stream) -> Mapping[str, float]:
        """Category to its summed lift; every token counts once for a category, by its best form."""
        sums: dict[str, float] = {}
        for token in stream.seen():
            for category, lift in self._best(token.forms):
                sums[category] = sums.get(category, 0.0) + lift
        return sums

    def _best_uncached(self, forms: frozenset[str]) -> tuple[tuple[str, float], ...]:
        best: dict[str, float] = {}
        for form in {form.strip("~") for form in forms}:
            for category, lift in self._lift.get(form, {}).items():
                best[category] = max(best.get(category, 0.0), lift)
        return tuple(best.items())


def _lifts(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    everywhere: Counter[str] = Counter()
    for own in counts.values():
        everywhere.update(own)
    whole = sum(everywhere.values())
    lifts: dict[str, dict[str, float]] = {}
    for category, own in counts.items():
        size = sum(own.values())
        for word, count in own.items():
            usual = everywhere[word] / whole
            lift = math.log((count + _SMOOTHING * usual) / (size + _SMOOTHING) / usual)
            if lift > _LEAST:
                lifts.setdefault(word, {})[category] = min(lift, _HIGHEST)
    return lifts
