"""What a message is before what it is about: a report, thanks, a question, a yes.

Every kind collects evidence; a report collects that of its problem. In doubt it is a report: a report that is taken for
chatter is lost, chatter that is taken for a report is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from routing.lexicon import Finder, Hit, Stream, total
from routing.model import Kind
from routing.normalise import Words
from routing.rules import Rules

_TICKET = re.compile(r"\b(?P<prefix>[A-Za-z]{2,4})[-–]\d{3,6}\b|#\d{3,6}\b|\b(?P<close>[A-Za-z]{3})\d{4}\b")
_LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|example|id|net|xyz|top|vip|link|me|ly|site|online)(?:/|\b)", re.IGNORECASE
)
_PHONE = re.compile(r"\b(?:\+?62|0)8\d{1,3}[-\s]?\d{3,4}[-\s]?\d{3,5}\b")

_OPENERS = (Kind.AFFIRM, Kind.DENY, Kind.GREETING)
_SHORT_KINDS = (*_OPENERS, Kind.THANKS)
_FILLED = 3.5
"""What a short kind gains when its words are all there is."""
_SMALL_TALK = 6
"""Words of chatter that need no explaining."""
_PER_WORD = 0.3
"""What a short kind loses for each word that it does not explain."""
_TICKET_SPEAKS = 2.5
_OPENING = 1.5
"""What a kind gains when its words open the message."""
_REPORT_SHARE = 0.85
_LONG = 12
_LONG_SPEAKS = 1.5
_DANGER_SPEAKS = 6.0
_FIRM_CANCEL = 4.0
_HIGHEST = 9.0
_HIGHEST_OTHER = 14.0
_NOT_OPENING = 3.0
"""A yes or no that does not open the message is part of a sentence: *kran tidak keluar*."""


class KindReader:
    """Built once from the rules; `read` is pure."""

    def __init__(self, rules: Rules):
        self._finders = {kind: Finder(rules.kinds[kind]) for kind in Kind}
        self._problem = Finder(rules.kinds["problem"])
        self._exclamations = Finder(rules.exclamations)
        self._words = rules.kind_words

    def read(self, words: Words, problem: float, danger: bool) -> Kind:
        """`problem`: how strongly some category was found; `danger`: violence or a threat to life was."""
        return self.best(words, self.scores(words, problem, danger))

    def scores(self, words: Words, problem: float, danger: bool) -> Mapping[Kind, float]:
        """What speaks for each kind; empty when there is no word to go by."""
        if not words.tokens:
            return {}
        stream = self._stream(words)
        scores: dict[Kind, float] = {kind: self._score(kind, stream) for kind in Kind}
        scores[Kind.REPORT] = self._report(stream, problem, danger)
        self._add_marks(scores, words)
        if scores[Kind.CANCEL] >= _FIRM_CANCEL and not self._refuses_first(stream):
            scores[Kind.DENY] = 0.0
        return scores

    def best(self, words: Words, scores: Mapping[Kind, float]) -> Kind:
        """The kind that `scores` speak for; emoji decide where there are no words."""
        if not scores:
            return self._by_signs(words)
        best = max(scores, key=lambda kind: (scores[kind], kind is Kind.REPORT))
        if scores[best] <= 0.0:
            return self._unknown(self._stream(words))
        return best

    def _stream(self, words: Words) -> Stream:
        fillers = self._words["fillers"]
        stream = Stream(words.tokens, fillers)
        return stream.hiding(frozenset(place for hit in self._exclamations.find(stream) for place in hit.at))

    def _score(self, kind: Kind, stream: Stream) -> float:
        hits = self._finders[kind].find(stream)
        if not hits:
            return 0.0
        score = min(total(hits), _HIGHEST_OTHER)
        covered = {place for hit in hits if hit.weight > 0 for place in hit.at}
        unexplained = max(len(stream) - len(covered), 0)
        if kind in _SHORT_KINDS:
            score += _FILLED * len(covered) / max(len(stream), 1) - _PER_WORD * unexplained
        elif kind is Kind.CHITCHAT:
            score -= _PER_WORD * max(unexplained - _SMALL_TALK, 0)
        if self._opens(hits, stream):
            return score + _OPENING if score > 0 else score
        return score - _NOT_OPENING if kind in _OPENERS else score

    def _refuses_first(self, stream: Stream) -> bool:
        """*Tidak usah, jangan dikirim* refuses; *jangan dikirim dulu* calls off."""
        return self._opens(self._finders[Kind.DENY].find(stream), stream) and not self._opens(
            self._finders[Kind.CANCEL].find(stream), stream
        )

    def _opens(self, hits: list[Hit], stream: Stream) -> bool:
        first = min(stream.origin([0])) if len(stream) else 0
        if any(place < first for place in stream.hidden):
            return False
        return any(first in hit.at for hit in hits if hit.weight > 0)

    def _report(self, stream: Stream, problem: float, danger: bool) -> float:
        score = _REPORT_SHARE * min(problem, _HIGHEST) + total(self._problem.find(stream))
        score += total(self._finders[Kind.REPORT].find(stream))
        if danger:
            score += _DANGER_SPEAKS
        if len(stream) >= _LONG:
            score += _LONG_SPEAKS
        return score

    def _add_marks(self, scores: dict[Kind, float], words: Words) -> None:
        if self._ticket(words.text):
            scores[Kind.STATUS_QUERY] += _TICKET_SPEAKS
        if _LINK.search(words.text) or _PHONE.search(words.text):
            scores[Kind.SPAM] *= 1.6
        if "?" in words.signs and scores[Kind.QUESTION] > 0:
            scores[Kind.QUESTION] += 1.0

    def _ticket(self, text: str) -> bool:
        return any(
            (found["prefix"] or found["close"] or "").lower() not in self._words["no_ticket"]
            for found in _TICKET.finditer(text)
        )

    def _by_signs(self, words: Words) -> Kind:
        for name, kind in (("sos", Kind.REPORT), ("yes", Kind.AFFIRM), ("no", Kind.DENY), ("thanks", Kind.THANKS)):
            if any(sign in self._words[name] for sign in words.signs):
                return kind
        return Kind.CHITCHAT

    def _unknown(self, stream: Stream) -> Kind:
        return Kind.REPORT if len(stream) > 2 else Kind.CHITCHAT
