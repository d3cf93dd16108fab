"""Everything the lexicon finds in one message, in one place: rules decide by it, and the learned reader looks at it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.classify import Classifier, Ranking
from routing.features import Floats, hashes
from routing.kinds import KindReader
from routing.lexicon import Stream
from routing.locate import Located
from routing.model import FIELD_OF, Kind, Role
from routing.normalise import Token, Words
from routing.rules import Rules
from routing.senses import SenseFinder, Senses
from routing.urgency import Danger, DangerReader, restricted_by

_OF_THE_BEST = 0.5
"""The category that came first needs only this share of the evidence to put a report on the restricted track."""
_LEAST_SCORE = 1e-3
_FEW = 3
_LEAST_KNOWN = 0.1
"""Share of the words that are known in any message of ours, however broad its dialect."""
_LENGTHS = (2, 4, 8)
_LONG_TEXT = 150
_MANY = 120
"""Words; a longer text says nothing new by its length."""
_MUCH = 15.0


@dataclass(frozen=True)
class Clues:
    """One piece of text, read by rules. `tokens` are its words without the name of the place."""

    words: Words
    tokens: tuple[Token, ...]
    ranking: Ranking
    danger: Danger
    restricted: bool
    kinds: Mapping[Kind, float]
    kind: Kind
    senses: Senses
    """Those of `tokens`."""
    foreign: bool = False
    """Hardly a word of it is known: another language, another script, no words at all."""
    strange: bool = False
    """Not one word of it is known, however few they are: *jkl* is no yes."""

    @property
    def word_count(self) -> int:
        """Words beside the name of the place, without numbers."""
        return sum(not token.surface.isdecimal() for token in self.tokens)

    def hashes(self) -> NDArray[np.uint32]:
        return hashes(self.tokens, self.words.signs, self.senses)

    def figures(self, role: Role) -> Floats:
        """The findings as numbers, always in the same order."""
        scores = dict(self.ranking.scores)
        count = min(len(self.words.tokens), _MANY)
        return np.array(
            [
                *(math.log(scores[category] + _LEAST_SCORE) for category in FIELD_OF),
                min(self.danger.violence, _MUCH),
                min(self.danger.threat, _MUCH),
                self.restricted,
                self.danger.urgent,
                *(max(min(self.kinds.get(kind, 0.0), _MUCH), -_MUCH) for kind in Kind),
                *(kind is self.kind for kind in Kind),
                min(self.ranking.strength, _MUCH),
                math.log1p(count),
                *(count <= length for length in _LENGTHS),
                len(self.words.text) > _LONG_TEXT,
                role is Role.KADER,
            ],
            dtype=np.float32,
        )


class ClueFinder:
    """Built once from the rules; `find` is pure."""

    def __init__(self, rules: Rules):
        self._normaliser = rules.normaliser
        self._fillers = rules.fillers
        self._least_violence = rules.settings.restricted_from
        self._classifier = Classifier(rules)
        self._kinds = KindReader(rules)
        self._dangers = DangerReader(rules)
        self._senses = SenseFinder(rules.senses)

    def find(self, words: Words, place: frozenset[int]) -> Clues:
        """`place`: positions of the words that name the place; *Air Hitam* is no complaint about water."""
        whole = Stream(words.tokens, self._fillers)
        stream = whole.hiding(self._dangers.harmless(whole) | place)
        danger = self._dangers.read(stream, words.signs)
        ranking = self._classifier.rank(stream)
        restricted = danger.restricted or self._violent(ranking)
        kinds = self._kinds.scores(words, ranking.strength, restricted or danger.urgent)
        tokens = tuple(token for index, token in enumerate(words.tokens) if index not in place)
        return Clues(
            words=words,
            tokens=tokens,
            ranking=ranking,
            danger=danger,
            restricted=restricted,
            kinds=kinds,
            kind=self._kinds.best(words, kinds),
            senses=self._senses.of(tokens),
            foreign=self._foreign(tokens),
            strange=bool(tokens) and not any(self._normaliser.knows(token.surface) for token in tokens),
        )

    def read(self, text: str, located: Located) -> Clues:
        """The clues of a text whose place is known already."""
        words = self._normaliser.read(text)
        return self.find(words, place_words(words, located))

    def _foreign(self, tokens: Sequence[Token]) -> bool:
        words = [token.surface for token in tokens if not token.surface.isdecimal()]
        known = sum(map(self._normaliser.knows, words))
        return (known < _LEAST_KNOWN * len(words) and len(words) > _FEW) or (bool(tokens) and not words)

    def _violent(self, ranking: Ranking) -> bool:
        """Whether violence was found, be it under another category that is stronger."""
        return any(
            weight >= (self._least_violence * _OF_THE_BEST if category == ranking.best else self._least_violence)
            for category, weight in ranking.evidence.items()
            if restricted_by(category)
        )


def place_words(words: Words, located: Located) -> frozenset[int]:
    """Positions of the name of the place."""
    place = located.place or located.kecamatan or located.outside
    if place is None:
        return frozenset()
    named = tuple(place.name.lower().replace("-", " ").split())
    surfaces = [token.surface for token in words.tokens]
    for start in range(len(surfaces) - len(named) + 1):
        if tuple(surfaces[start : start + len(named)]) == named:
            return frozenset(range(start, start + len(named)))
    return frozenset()
