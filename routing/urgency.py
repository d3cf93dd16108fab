"""Danger: is a life or safety at risk now, and must the report travel on the restricted track (`domain.md §6`)?

Tuned for recall: a cry that is not heard is the worst error, a question too many is a small one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.lexicon import Concept, Finder, Hit, Stream, total
from routing.model import RESTRICTED_CATEGORIES
from routing.rules import Rules

_FEW_WORDS = 3


@dataclass(frozen=True)
class Danger:
    """What was found. `violence` and `threat` are sums of weights, `words` the words behind them."""

    violence: float
    threat: float
    restricted: bool
    urgent: bool
    words: tuple[str, ...]
    faint: bool = False
    """Somebody does not answer any more."""
    hinted: bool = False
    """Somebody close and an unclear deed."""


class DangerReader:
    """Built once from the rules; `read` is pure."""

    def __init__(self, rules: Rules):
        self._settings = rules.settings
        self._urgent = Finder(rules.urgent)
        self._restricted = Finder(rules.restricted)
        self._faint = Finder(rules.faint)
        self._hinted = Finder(rules.hinted)
        self._sos = rules.kind_words["sos"]
        self._idioms = Finder(_each_way(rules.idioms))

    def harmless(self, stream: Stream) -> frozenset[int]:
        """Token positions of idioms such as a beard on fire, which must not be read by the word."""
        return frozenset(place for hit in self._idioms.find(stream) for place in hit.at)

    def read(self, stream: Stream, signs: Sequence[str] = ()) -> Danger:
        """`signs`: the emoji of the message; a bare cry for help is taken for the worst."""
        sos = any(sign in self._sos for sign in signs) and len(stream) <= _FEW_WORDS
        violence, threat = self._restricted.find(stream), self._urgent.find(stream)
        hurt, risk = total(violence), total(threat)
        return Danger(
            violence=hurt,
            threat=risk,
            restricted=sos or hurt >= self._settings.restricted_from,
            urgent=sos or risk >= self._settings.urgent_from,
            words=_words([*violence, *threat], stream),
            faint=bool(self._faint.find(stream)),
            hinted=bool(self._hinted.find(stream)),
        )


def restricted_by(category: str | None) -> bool:
    """Whether the category alone puts a report on the restricted track."""
    return category in RESTRICTED_CATEGORIES


def _each_way(concepts: Sequence[Concept]) -> tuple[Concept, ...]:
    """Every way its own concept, so that two idioms of one line are both found."""
    return tuple(Concept(concept.weight, (way,)) for concept in concepts for way in concept.ways)


def _words(hits: Sequence[Hit], stream: Stream) -> tuple[str, ...]:
    places = sorted({place for hit in hits if hit.weight > 0 for place in hit.at})
    return tuple(dict.fromkeys(stream.tokens[place].surface for place in places))[:12]
