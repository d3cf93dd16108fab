"""What an officer's words mean for a ticket: the intent that rules find, and the findings as numbers.

Taking an unsolved report for solved is the worst error here, so *selesai* counts only where nothing speaks against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from routing.features import Floats, hashes
from routing.lexicon import Finder, Hit, Stream, total
from routing.normalise import Words
from routing.rules import Rules
from routing.senses import SenseFinder, Senses

INTENTS = (
    "accepted",
    "in_progress",
    "resolved",
    "not_ours",
    "need_info",
    "postponed",
    "no_update",
    "question",
    "refuse_duplicate",
    "other",
)
RESOLVED = "resolved"
UNSURE = "other"

_HELPERS = ("unsolved", "resolved_when_terse")
_FIRM = 5.0
_LENGTHS = (1, 3, 6)


@dataclass(frozen=True)
class IntentClues:
    """One piece of a reply, read by rules. `eta` tells whether a day is named and whether it lies ahead."""

    words: Words
    scores: Mapping[str, float]
    intent: str
    open_still: bool
    """Something says that the matter is not finished."""
    eta: bool
    eta_ahead: bool
    senses: Senses

    def hashes(self) -> NDArray[np.uint32]:
        return hashes(self.words.tokens, self.words.signs, self.senses)

    def figures(self) -> Floats:
        """The findings as numbers, always in the same order."""
        count = len(self.words.tokens)
        return np.array(
            [
                *(self.scores.get(intent, 0.0) for intent in INTENTS),
                *(intent == self.intent for intent in INTENTS),
                self.open_still,
                self.eta,
                self.eta_ahead,
                "?" in self.words.signs,
                math.log1p(count),
                *(count <= length for length in _LENGTHS),
            ],
            dtype=np.float32,
        )


class IntentReader:
    """Built once from the rules; `read` is pure."""

    def __init__(self, rules: Rules):
        self._signs = rules.officer_words
        self._finders = {intent: Finder(found) for intent, found in rules.officer.items() if intent not in _HELPERS}
        self._unsolved = Finder(rules.officer["unsolved"])
        self._terse = Finder(rules.officer["resolved_when_terse"])
        self._fillers = frozenset(rules.officer_words["fillers"].split())
        self._senses = SenseFinder(rules.senses)

    def read(self, words: Words, eta: date | None, today: date) -> IntentClues:
        """`eta` is the promised local day, `today` that of the region."""
        stream = Stream(words.tokens, self._fillers)
        ahead = eta is not None and eta > today
        hits = {intent: finder.find(stream) for intent, finder in self._finders.items()}
        hits[RESOLVED] += [hit for hit in self._terse.find(stream) if len(hit.at) == len(stream) > 0]
        open_still = bool(self._unsolved.find(stream)) or ahead
        scores = self._scores(words, hits, open_still, eta)
        intent = _best(scores) if len(stream) else self._by_signs(words)
        senses = self._senses.of(words.tokens)
        return IntentClues(words, scores, intent, open_still, eta is not None, ahead, senses)

    def handed_over(self, words: Words) -> bool:
        """Whether the words say that somebody else has it now."""
        return total(self._finders["not_ours"].find(Stream(words.tokens, self._fillers))) > 0

    def _scores(
        self, words: Words, hits: Mapping[str, list[Hit]], open_still: bool, eta: date | None
    ) -> dict[str, float]:
        scores = {intent: total(found) for intent, found in hits.items() if found}
        # A question mark does not undo a firm word such as `sudah selesai dikerjakan`.
        asks = "?" in words.signs
        if RESOLVED in scores and (open_still or (asks and scores[RESOLVED] < _FIRM)):
            del scores[RESOLVED]
            scores.setdefault("in_progress", 1.0)
        if eta is not None and scores.get("in_progress", 0.0) < 2.0:
            scores["postponed"] = scores.get("postponed", 0.0) + 2.0
        for intent in ("question", "need_info"):
            if asks and intent in scores:
                scores[intent] += 1.0
        return scores

    def _by_signs(self, words: Words) -> str:
        for intent in (RESOLVED, "accepted"):
            if any(sign in self._signs[f"{intent}_signs"].split() for sign in words.signs):
                return intent
        return UNSURE


def _best(scores: Mapping[str, float]) -> str:
    best = max(scores, key=lambda intent: scores[intent], default=UNSURE)
    return best if scores.get(best, 0.0) > 0 else UNSURE
