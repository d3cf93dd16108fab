"""The language of the rule files, and looking their phrases up in a message.

A line of a rule file gathers ways to say one thing, parted by commas. In a way to say it:
`air mati` neighbours (a small word may stand between) · `air .. mati` a few words between · `air & mati` near each
other in any order · `air && mati` both anywhere · `!padam` not present · `mati|macet` either · `tidak_jalan` several
words as one alternative · `banjir*` any word that begins so · `pukul~` any word with that stem.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from routing.normalise import Token

_NEIGHBOUR = 1
_GAP = 4
_WINDOW = 9
_SHORTEST_START = 3
_OFTEN = 20
"""Occurrences of a word that are looked at: a message that repeats itself says nothing new."""

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found. `at` holds token positions; `words` what stood there, as written."""

    concept: int
    weight: float
    at: frozenset[int]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Element:
    """One place in a phrase: any of `options`, each a row of words; `gap` words may stand before it."""

    options: tuple[tuple[str, ...], ...]
    gap: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Elements in a fixed order."""

    elements: tuple[_Element, ...]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a concept: groups that all must be present; the phrases of one group stand near each other."""

    groups: tuple[tuple[_Phrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that may be said, and how much it tells."""

    weight: float
    ways: tuple[Way, ...]


class Stream:
    """The tokens of a message, indexed by every form. `fillers` may stand between neighbours without counting."""

    def __init__(self, tokens: Sequence[Token], fillers: frozenset[str] = frozenset(), hidden: Iterable[int] = ()):
        self.tokens = tuple(tokens)
        self.hidden = frozenset(hidden)
        self._kept = [i for i, t in enumerate(tokens) if i not in self.hidden and t.word not in fillers]
        self._index: dict[str, list[int]] = {}
        self.fillers = fillers
        for place, i in enumerate(self._kept):
            for form in self.tokens[i].forms:
                self._index.setdefault(form, []).append(place)
        self._rows: dict[tuple[str, ...], Spans] = {}

    @cached_property
    def starts(self) -> frozenset[str]:
        """Every beginning of a word of the message."""
        return frozenset().union(*(_starts(self.tokens[i].forms) for i in self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def has(self, word: str) -> bool:
        return word in self._index or (word[-1:] == "*" and word[:-1] in self.starts)

    def words(self) -> KeysView[str]:
        return self._index.keys()

    def hiding(self, places: frozenset[int]) -> Stream:
        """The same words without those; itself when there are none to hide."""
        return Stream(self.tokens, self.fillers, places) if places != self.hidden else self

    def has_each(self, needs: Iterable[frozenset[str]]) -> bool:
        """Whether of every set some word occurs."""
        present = self._index.keys()
        return not any(map(present.isdisjoint, needs))

    def seen(self) -> Iterable[Token]:
        """The tokens that are neither hidden nor fillers."""
        return (self.tokens[i] for i in self._kept)

    def origin(self, places: Iterable[int]) -> frozenset[int]:
        """Positions in `tokens` of places in this stream."""
        return frozenset(self._kept[place] for place in places)

    def places(self, word: str) -> list[int]:
        if word[-1:] == "*":
            return sorted({p for form, at in self._index.items() if form.startswith(word[:-1]) for p in at})
        return self._index.get(word, [])

    def row(self, words: tuple[str, ...]) -> Spans:
        """Where the words stand directly one after the other."""
        found = self._rows.get(words)
        if found is None:
            found = [(place, place) for place in self.places(words[0])[:_OFTEN]]
            for word in words[1:]:
                after = frozenset(self.places(word))
                found = [(start, end + 1) for start, end in found if end + 1 in after]
            self._rows[words] = found
        return found


@lru_cache(maxsize=8192)
def _starts(forms: frozenset[str]) -> frozenset[str]:
    plain = (form for form in forms if form[0] != "~")
    return frozenset(form[:size] for form in plain for size in range(_SHORTEST_START, len(form) + 1))


def parse_concepts(block: str, weight: float) -> Iterable[Concept]:
    """The concepts of a block of lines; lines that begin with # are remarks."""
    for line in block.splitlines():
        body = line.strip()
        if body and not body.startswith("#"):
            yield from (Concept(weight, (parse_way(way),)) for way in body.split(",") if way.strip())


def parse_way(way: str) -> Way:
    """One way to say something. Raises ValueError when it holds nothing."""
    groups = tuple(tuple(_phrase(part) for part in group.split(" & ")) for group in way.split(" && "))
    return Way(groups)


def _phrase(part: str) -> _Phrase:
    absent = part.strip().startswith("!")
    elements: list[_Element] = []
    gap = 0
    for item in part.strip().removeprefix("!").split():
        if item == "..":
            gap = _GAP
            continue
        options = tuple(tuple(_word(w) for w in option.split("_")) for option in item.split("|") if option)
        elements.append(_Element(options, gap))
        gap = _NEIGHBOUR
    if not elements:
        raise ValueError(f"empty phrase in rule: {part!r}")
    return _Phrase(tuple(elements), absent)


def _word(word: str) -> str:
    return f"~{word[:-1]}" if word.endswith("~") else word


def words_of(concepts: Iterable[Concept]) -> Iterable[str]:
    """Every single word that the concepts look for, without marks."""
    for concept in concepts:
        for way in concept.ways:
            for group in way.groups:
                for phrase in group:
                    for element in phrase.elements:
                        for option in element.options:
                            yield from (w.strip("~*") for w in option)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to say concept `number`. Of each set in `needs` some word must be there, or it is not worth a look."""

    number: int
    way: Way
    needs: tuple[frozenset[str], ...]


class Finder:
    """Concepts, found fast: only those are tried of which a first word is present."""

    def __init__(self, concepts: Sequence[Concept]):
        self.concepts = tuple(concepts)
        self._by_word: dict[str, list[_Entry]] = {}
        self._by_start: dict[str, list[_Entry]] = {}
        for number, concept in enumerate(self.concepts):
            for way in concept.ways:
                self._enter(number, way)

    def _enter(self, number: int, way: Way) -> None:
        leading = next(p for group in way.groups for p in group if not p.absent)
        entry = _Entry(number, way, tuple(_needs(way)))
        for word in {option[0] for option in leading.elements[0].options}:
            index, key = (self._by_start, word[:-1]) if word.endswith("*") else (self._by_word, word)
            index.setdefault(key, []).append(entry)

    def find(self, stream: Stream) -> list[Hit]:
        """At most one hit a concept: the one that covers most."""
        best: dict[int, frozenset[int]] = {}
        for entry in self._candidates(stream):
            at = match(entry.way, stream) if stream.has_each(entry.needs) else None
            if at is not None and len(at) > len(best.get(entry.number, ())):
                best[entry.number] = at
        return [self._hit(number, at, stream) for number, at in sorted(best.items())]

    def _candidates(self, stream: Stream) -> list[_Entry]:
        found = [entry for word in stream.words() & self._by_word.keys() for entry in self._by_word[word]]
        if self._by_start:
            found += [entry for start in stream.starts & self._by_start.keys() for entry in self._by_start[start]]
        return found

    def _hit(self, number: int, places: frozenset[int], stream: Stream) -> Hit:
        at = stream.origin(places)
        words = tuple(stream.tokens[i].surface for i in sorted(at))
        return Hit(number, self.concepts[number].weight, at, words)


def _needs(way: Way) -> Iterable[frozenset[str]]:
    """The first words of every place but those that a mere beginning of a word may fill."""
    for group in way.groups:
        for element in (element for phrase in group if not phrase.absent for element in phrase.elements):
            words = frozenset(option[0] for option in element.options)
            if not any(word.endswith("*") for word in words):
                yield words


def match(way: Way, stream: Stream) -> frozenset[int] | None:
    """Places of the first occurrence, or None."""
    covered: set[int] = set()
    for group in way.groups:
        spans = _group(group, stream)
        if spans is None:
            return None
        covered.update(spans)
    return frozenset(covered)


def _group(group: tuple[_Phrase, ...], stream: Stream) -> set[int] | None:
    near: list[set[int]] | None = None
    for phrase in group:
        found = _occurrences(phrase, stream)
        if phrase.absent:
            if found:
                return None
            continue
        near = found if near is None else [a | b for a in near for b in found if _close(a, b)]
        if not near:
            return None
    return min(near, key=min) if near else set()


def _close(one: set[int], other: set[int]) -> bool:
    if one & other:
        return False
    return max(max(one), max(other)) - min(min(one), min(other)) <= _WINDOW + len(one) + len(other)


def _occurrences(phrase: _Phrase, stream: Stream) -> list[set[int]]:
    found: list[tuple[set[int], int]] | None = None
    for element in phrase.elements:
        spans = [span for option in element.options for span in stream.row(option)]
        if not spans:
            return []
        if found is None:
            found = [(set(range(start, end + 1)), end) for start, end in spans]
            continue
        found = [
            (places | set(range(start, end + 1)), end)
            for places, last in found
            for start, end in spans
            if 0 < start - last <= element.gap + 1
        ]
        if not found:
            return []
    return [places for places, _ in found or []]


def total(hits: Iterable[Hit], again: float = 0.25) -> float:
    """Sum of weights, strongest first; what stands on words already counted adds only its share `again`."""
    counted: set[int] = set()
    score = 0.0
    for hit in sorted(hits, key=lambda h: -abs(h.weight)):
        fresh = len(hit.at - counted) / max(len(hit.at), 1)
        score += hit.weight * (again + (1 - again) * fresh)
        counted |= hit.at
    return score
