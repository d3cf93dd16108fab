"""What is made of one message: the learned reader ranks, the lexicon names the words, danger is heard from either."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from routing.clues import ClueFinder, Clues, place_words
from routing.features import Floats
from routing.learned import CATEGORIES, KINDS, Learned, Opinion
from routing.locate import Located
from routing.model import AT_ONCE, RESTRICTED_CATEGORIES, Kind, Role
from routing.normalise import Token, Words
from routing.rules import Rules
from routing.urgency import restricted_by

_FEW_WORDS = 4
_SHORT = 8
_TOLD = 0.15
"""Trust in *report* from which words of danger, or a matter that is named, are taken for one."""
_KNOWN = 0.4
"""Trust in a category below which few words are words that nobody has taught."""
_MATTER = 1.0
"""Evidence of the lexicon from which a matter counts as named."""
_PLAIN_VIOLENCE = 7.0
_PLAIN_THREAT = 8.0
_THREAT_TO_VICTIMS = 5.0
"""Evidence of the lexicon that no learned opinion outweighs: who says it in plain words is heard."""
_EMERGENCY = 0.4
"""Distance above the threshold of *urgent* from which nine in ten are right, on voices that were held out."""
_BESIDE = 3.0
_SOME = 2.0
_FAINT = 0.2
_FAINTED = "layanan_kesehatan"
"""Somebody who does not answer is one from a little above that threshold, and a matter of the health office."""
_NEAR = 0.3
_FAR = 0.8
_TRACE = 0.1
"""A hint of violence: so near below its threshold, or farther below with a trace of it among the categories. On voices
that were held out, of a hundred messages of violence two are left without a number, and six of others are bothered."""
_CRY = frozenset({"self", "hide"})
"""*Tolong saya* touches on these, and on nothing else that would make it a hint."""
_SORE = 0.3
"""The same for pupils who are hurt and for despair, which often hide violence."""


@dataclass(frozen=True)
class Judgement:
    """One piece of text, judged. `ranked` are categories with scores (0..1), best first."""

    kind: Kind
    ranked: tuple[tuple[str, float], ...]
    also: tuple[str, ...]
    urgent: bool
    restricted: bool
    evidence: tuple[str, ...]
    strength: float
    """Evidence that some problem is named at all."""
    emergency: bool = False
    hinted: bool = False
    beside: tuple[str, ...] = ()
    """Other fields that are named at all, so that it is worth looking whether they are problems of their own."""
    several: bool = False
    """More than one category is named, be it by the same words."""

    @property
    def category(self) -> str:
        return self.ranked[0][0]

    @property
    def score(self) -> float:
        return self.ranked[0][1]


_ANSWERS = (Kind.AFFIRM, Kind.DENY, Kind.CANCEL)
"""The shortest of messages: what is learned of them takes any short thing for one."""


class Judge:
    """Built once; `read` is pure."""

    def __init__(self, rules: Rules, learned: Learned):
        self._settings = rules.settings
        self._close = rules.close
        self._finder = ClueFinder(rules)
        self._learned = learned

    def read(self, words: Words, located: Located, role: Role) -> Judgement:
        """`located`: where the text is about, so that names of places are not taken for matters."""
        clues = self._finder.find(words, place_words(words, located))
        opinion = self._learned.of(clues, role)
        if self._thin(clues, opinion):
            return self._by_rules(clues, opinion)
        restricted = opinion.restricted or clues.danger.violence >= _PLAIN_VIOLENCE
        urgent = opinion.urgent or clues.danger.threat >= (_THREAT_TO_VICTIMS if restricted else _PLAIN_THREAT)
        ranked = (_agreed(opinion, clues) if clues.word_count <= _SHORT else opinion).ranked()
        if restricted_by(ranked[0][0]) and not restricted:
            restricted = clues.restricted and opinion.violence >= -_NEAR
            ranked = ranked if restricted else _peaceful(ranked)
        faint = clues.danger.faint and opinion.urgency >= _FAINT and not restricted
        if faint and ranked[0][0] not in AT_ONCE:
            ranked = _first(_FAINTED, ranked)
        evidence = self._evidence(clues, *ranked[0])
        told = _told(clues, opinion, danger=urgent or restricted)
        return Judgement(
            kind=Kind.REPORT if told else _kind(opinion),
            ranked=ranked,
            also=clues.ranking.also(ranked[0][0], self._settings.also_from),
            beside=clues.ranking.also(ranked[0][0], _BESIDE),
            several=sum(weight >= _SOME for weight in clues.ranking.evidence.values()) > 1,
            urgent=urgent,
            restricted=restricted,
            evidence=evidence,
            strength=max(clues.ranking.strength, _MATTER if evidence else 0.0),
            emergency=faint or (_emergency(opinion, ranked[0][0]) and not restricted),
            hinted=not restricted and (clues.danger.hinted or self._hinted(opinion, clues)),
        )

    def weigh(self, words: Words, located: Located, category: str) -> tuple[tuple[Token, ...], tuple[float, ...]]:
        """The words without the name of the place, and how much each by itself speaks for a category."""
        clues = self._finder.find(words, place_words(words, located))
        return clues.tokens, self._learned.shares(clues, category)

    def _thin(self, clues: Clues, opinion: Opinion) -> bool:
        """Few words and no matter among them: a place, a name, a yes. A report needs more than that."""
        if not clues.words.tokens:
            return True
        named = clues.ranking.strength >= _MATTER or clues.restricted or clues.danger.urgent
        unknown = clues.word_count <= _SHORT and float(opinion.categories.max()) < _KNOWN
        return (_few(clues) or unknown or clues.foreign) and not named

    def _evidence(self, clues: Clues, category: str, score: float) -> tuple[str, ...]:
        spoken_for = clues.ranking.evidence.get(category, 0.0) >= _MATTER
        named = clues.ranking.words_for(category) if spoken_for else ()
        if not named and score >= self._settings.ask_below:
            named = self._learned.words_for(clues, category)
        return tuple(dict.fromkeys((*named, *clues.danger.words)))

    def _by_rules(self, clues: Clues, opinion: Opinion) -> Judgement:
        return Judgement(
            kind=_kind_of_little(clues, opinion),
            ranked=clues.ranking.scores,
            also=(),
            urgent=clues.danger.urgent,
            restricted=clues.restricted,
            evidence=clues.ranking.words_for(clues.ranking.best),
            strength=clues.ranking.strength,
            hinted=not clues.restricted and (clues.danger.hinted or self._hinted(opinion, clues)),
        )

    def _hinted(self, opinion: Opinion, clues: Clues) -> bool:
        """Something like violence, of somebody close, a body or a night: a shop or a journalist is no hint."""
        touched: frozenset[str] = frozenset().union(*clues.senses)
        if touched.isdisjoint(self._close) and not touched >= _CRY:
            return False
        if opinion.violence >= -_NEAR:
            return True
        sore = max(opinion.share("kekerasan_sekolah"), opinion.share("gangguan_jiwa")) >= _SORE
        return opinion.violence >= -_FAR and (sore or opinion.share(*RESTRICTED_CATEGORIES) >= _TRACE)


def _first(category: str, ranked: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """The same ranking with this category in front, trusted like the one that stood there."""
    return (category, ranked[0][1]), *(pair for pair in ranked if pair[0] != category)


def _emergency(opinion: Opinion, category: str) -> bool:
    return opinion.urgency >= _EMERGENCY and category in AT_ONCE


def _agreed(opinion: Opinion, clues: Clues) -> Opinion:
    """Of short messages the corpus has few: the lexicon has a say there, and doubts what it has no word for."""
    scores = dict(clues.ranking.scores)
    rules = np.array([scores[category] for category in CATEGORIES], dtype=np.float32)
    if clues.ranking.strength < _MATTER:
        halfway: Floats = (opinion.categories + rules) * np.float32(0.5)
        return replace(opinion, categories=halfway)
    both: Floats = opinion.categories * np.sqrt(rules)
    return replace(opinion, categories=both / float(both.sum()))


def _peaceful(ranked: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Violence behind everything else: the specialist heard none, and its category would say that there is some."""
    return tuple(sorted(ranked, key=lambda pair: restricted_by(pair[0])))


def _told(clues: Clues, opinion: Opinion, *, danger: bool) -> bool:
    """Whether something is reported even where that is not the likeliest: danger is told, or some matter is named."""
    if opinion.urgency >= _EMERGENCY:
        return True
    named = clues.kind is Kind.REPORT and clues.ranking.strength >= _MATTER
    return (named or (danger and not _few(clues))) and opinion.report >= _TOLD


def _few(clues: Clues) -> bool:
    return clues.word_count <= _FEW_WORDS


def _kind_of_little(clues: Clues, opinion: Opinion) -> Kind:
    """Where no matter is named it is no report, unless rules take it for one; signs alone are read by the rules."""
    if clues.foreign:
        return Kind.CHITCHAT
    learned = _kind(opinion)
    if learned in _ANSWERS and clues.strange and clues.kinds.get(learned, 0.0) <= 0:
        return Kind.CHITCHAT
    return learned if clues.words.tokens and learned is not Kind.REPORT else clues.kind


def _kind(opinion: Opinion) -> Kind:
    return KINDS[int(opinion.kinds.argmax())]
