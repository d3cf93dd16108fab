"""Which category a report belongs to: concepts found in it vote, the votes become calibrated scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from routing.leaning import Leaning
from routing.lexicon import Finder, Hit, Stream, total
from routing.model import FIELD_OF, RESTRICTED_CATEGORIES
from routing.normalise import Token
from routing.rules import Rules


@dataclass(frozen=True)
class Ranking:
    """Categories, best first, with their scores (0..1, summing to 1) and what spoke for them."""

    scores: tuple[tuple[str, float], ...]
    hits: Mapping[str, list[Hit]]
    """Category to the concepts found for it."""
    evidence: Mapping[str, float]
    """Category to the sum of weights found for it, before priors."""
    tokens: tuple[Token, ...]

    @property
    def best(self) -> str:
        return self.scores[0][0]

    @property
    def strength(self) -> float:
        """Evidence that the message names some problem at all; 0 when no concept was found."""
        return max(self.evidence.values(), default=0.0)

    def words_for(self, category: str) -> tuple[str, ...]:
        """The words that spoke for a category, as written."""
        places = sorted({place for hit in self.hits.get(category, ()) if hit.weight > 0 for place in hit.at})
        return tuple(dict.fromkeys(self.tokens[place].surface for place in places))[:12]

    def also(self, category: str, least: float) -> tuple[str, ...]:
        """Other fields with evidence of their own, on words that do not already speak for the category."""
        taken = frozenset(place for hit in self.hits.get(category, ()) for place in hit.at)
        found: dict[str, float] = {}
        for other, own in self.hits.items():
            name = FIELD_OF[other]
            apart = total([hit for hit in own if len(hit.at - taken) * 2 > len(hit.at)])
            if name != FIELD_OF[category] and apart >= least:
                found[name] = max(found.get(name, 0.0), min(apart, self.evidence[other]))
        return tuple(sorted(found, key=lambda name: -found[name]))[:2]


class Classifier:
    """Built once from the rules; `rank` is pure."""

    def __init__(self, rules: Rules):
        self._settings = rules.settings
        self._categories = tuple(category for category, _ in rules.categories)
        self._finder = Finder(tuple(concept for _, concept in rules.categories))
        self._leaning = Leaning(rules.categories)
        self._priors = {category: self._settings.priors.get(category, 0.0) for category in FIELD_OF}

    def rank(self, stream: Stream) -> Ranking:
        """Scores of all categories for one message."""
        hits: dict[str, list[Hit]] = {}
        for hit in self._finder.find(stream):
            hits.setdefault(self._categories[hit.concept], []).append(hit)
        evidence = {category: total(found) for category, found in hits.items()}
        scores = self._softmax(evidence, self._leaning.of(stream))
        return Ranking(scores, hits, evidence, stream.tokens)

    def _weight(self, category: str, evidence: Mapping[str, float]) -> float:
        """Violence that was named comes before whatever else is the matter with the victim."""
        found = evidence.get(category, self._settings.unknown)
        if category in RESTRICTED_CATEGORIES and found >= self._settings.restricted_from:
            found += self._settings.violence_first
        return found

    def _softmax(self, evidence: Mapping[str, float], leaning: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        settings = self._settings
        raw = {
            category: (
                (self._weight(category, evidence) if category in evidence else settings.unknown)
                + settings.leaning * leaning.get(category, 0.0)
                + self._priors[category]
            )
            / settings.temperature
            for category in FIELD_OF
        }
        top = max(raw.values())
        powers = {category: math.exp(value - top) for category, value in raw.items()}
        whole = sum(powers.values())
        return tuple(sorted(((c, p / whole) for c, p in powers.items()), key=lambda pair: -pair[1]))
