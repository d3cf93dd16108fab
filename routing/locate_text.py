"""A message as words with a place in mind: one spelling for each, where a clause ends, and the RT and RW it names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

_WORD = re.compile(r"(?P<letters>[^\W\d_]+(?:['’`][^\W\d_]+)*)|(?P<digits>\d+)")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_SOUND = (("bh", "b"), ("dh", "d"), ("kh", "k"), ("q", "k"))
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(IX|IV|V?I{0,3})")
_ROMAN_VALUE = {"I": 1, "V": 5, "X": 10}
_LARGEST = 199
_BREAKS = frozenset(",;!?\n|")
_STOPS = frozenset(".|!?\n:")
_LONG_ENOUGH_TO_FOLD = 5
"""Shorter words would fall together: *PPU* is not *PU*."""


Forms = Mapping[str, tuple[tuple[str, ...], ...]]
"""Rows of words by the first of them, the longest first."""


@dataclass(frozen=True)
class PlaceWords:
    """The lists of `regions/words.toml`. `short` maps a spelling to the one in official names."""

    level: Mapping[str, str]
    before: frozenset[str]
    toward: frozenset[str]
    beside: frozenset[str]
    after: frozenset[str]
    stuck: tuple[str, ...]
    distance: frozenset[str]
    housing: frozenset[str]
    weak: frozenset[str]
    person: frozenset[str]
    negations: frozenset[str]
    phrases: frozenset[str]
    ordinary: frozenset[str]
    proper: frozenset[str]
    stop: frozenset[str]
    short: Mapping[str, str]
    parts: frozenset[str]
    general: frozenset[str]
    whole: frozenset[str]
    rt: Forms
    rw: Forms
    counted: frozenset[str]
    head: frozenset[str]
    numbers: Mapping[str, int]
    number_add: Mapping[str, int]
    number_times: Mapping[str, int]

    def shortened(self, word: str) -> bool:
        """Whether a full stop behind the word may only say that it is shortened: *Kel. Jawa*, *Sei. Dama*."""
        lists = (self.short, self.level, self.before, self.weak, self.person, self.housing)
        return any(word in words for words in lists)


@cache
def place_words() -> PlaceWords:
    """Read once, on first use: the words belong to the languages, not to a region."""
    data = tomllib.loads((Path(__file__).parent / "regions" / "words.toml").read_text(encoding="utf-8"))
    context, ordinary, rt = data["context"], data["ordinary"], data["rt"]
    return PlaceWords(
        level={word: kind for kind, words in data["level"].items() for word in words},
        before=frozenset((*context["before"], *context["toward"])),
        toward=frozenset(context["toward"]),
        beside=frozenset(context["beside"]),
        after=frozenset(context["after"]),
        stuck=tuple(context["stuck"]),
        distance=frozenset(context["distance"]),
        housing=frozenset(context["housing"]),
        weak=frozenset(context["weak"]),
        person=frozenset(context["person"]),
        negations=frozenset(context["not"]),
        phrases=frozenset("".join(phrase.split()) for phrase in ordinary["phrases"]),
        ordinary=frozenset(ordinary["words"]),
        proper=frozenset(ordinary["proper"]),
        stop=frozenset(ordinary["stop"]),
        short={spelling: word for word, spellings in data["short"].items() for spelling in spellings},
        parts=frozenset(data["part"]["words"]),
        general=frozenset(data["part"]["general"]),
        whole=frozenset(data["part"]["whole"]),
        rt=_forms(rt["rt"]),
        rw=_forms(rt["rw"]),
        counted=frozenset(rt["counted"]),
        head=frozenset(rt["head"]),
        numbers=data["number"],
        number_add=data["number_add"],
        number_times=data["number_times"],
    )


def _forms(written: Sequence[str]) -> Forms:
    forms: dict[str, tuple[tuple[str, ...], ...]] = {}
    for form in written:
        row = tuple(form.split())
        forms[row[0]] = tuple(sorted((*forms.get(row[0], ()), row), key=len, reverse=True))
    return forms


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `word` is lower case, `key` what places are looked up by, `gap` the signs between it and the last."""

    surface: str
    word: str
    key: str
    gap: str

    @property
    def breaks(self) -> bool:
        """Whether a new clause begins here; `_gap` marks a full stop that ends a sentence with `|`."""
        return not _BREAKS.isdisjoint(self.gap)

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is: *Menteng*, and neither *menteng* nor *MENTENG*."""
        return self.surface[0].isupper() and self.surface[1:].islower()

    @property
    def first(self) -> bool:
        """Whether a sentence begins here, so that a capital letter tells nothing."""
        return not _STOPS.isdisjoint(self.gap)


def fold(word: str) -> str:
    """One spelling for what sounds alike: *Sallo Cela* and *salo cella*, *Batuq* and *batuk*, *Bhakti* and *bakti*."""
    for written, sound in _SOUND:
        word = word.replace(written, sound)
    return _DOUBLED.sub(r"\1", word) if len(word) >= _LONG_ENOUGH_TO_FOLD else word


def key_of(word: str) -> str:
    """The spelling under which names are indexed: abbreviations written out, then folded."""
    short = place_words().short
    return fold(short.get(word, word))


def split(text: str) -> tuple[Word, ...]:
    """The words of a text. `sanga2` becomes *sanga sanga*; a full stop ends a clause, but not after an abbreviation."""
    words: list[Word] = []
    end = 0
    plain = unicodedata.normalize("NFKC", text)
    for found in _WORD.finditer(plain):
        gap = _gap(plain[end : found.start()], words, capital=found[0][0].isupper())
        word = found[0].lower().replace("’", "'").replace("`", "'").replace("'", "")
        stuck = bool(words) and found.start() == end
        if word == "2" and stuck and len(words[-1].word) > 2 and words[-1].word.isalpha():
            words.append(words[-1])
        else:
            words.append(Word(found[0], word, key_of(word), gap))
        end = found.end()
    return tuple(words)


def _gap(between: str, before: Sequence[Word], *, capital: bool) -> str:
    """The signs between two words; a full stop ends a sentence behind a long word, or with a blank and a `capital`."""
    signs = "".join(sign for sign in between if sign == "\n" or not sign.isspace())
    if "." in signs and before and _ends_sentence(before[-1].word, capital=capital and between[-1].isspace()):
        return signs + "|"
    return signs


def _ends_sentence(word: str, *, capital: bool) -> bool:
    lists = place_words()
    if len(word) > 4:
        return word not in lists.short
    return capital and len(word) > 2 and not lists.shortened(word)


@dataclass(frozen=True)
class Neighbourhood:
    """RT and RW as two digits or more, and the words that said so as [start, end) spans."""

    rt: str | None
    rw: str | None
    spans: tuple[tuple[int, int], ...]


def neighbourhood(words: Sequence[Word]) -> Neighbourhood:
    """The RT and RW a message names: `rt05`, `RT.05/RW.02`, `RT 05/02`, `RW XII`, *er te tujuh belas*.

    The first of each counts; one that is denied (*bukan RT 5, RT 7*) does not.
    """
    lists = place_words()
    rt: str | None = None
    rw: str | None = None
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        is_rt = _starts(words, at, lists.rt)
        after = is_rt or _starts(words, at, lists.rw)
        value, end = _number(words, after, roman=not is_rt or words[after - 1].surface.isupper()) if after else (0, at)
        if not after or not value or (is_rt and _counts_something(words, at, end)):
            at += 1
            continue
        denied = at > 0 and words[at - 1].word in lists.negations
        if is_rt and not denied:
            rt = rt or f"{value:02d}"
            if end < len(words) and words[end].gap == "/" and (second := _number(words, end, roman=True))[0]:
                rw, end = rw or f"{second[0]:02d}", second[1]
        elif not denied:
            rw = rw or f"{value:02d}"
        spans.append((at, end))
        at = end
    return Neighbourhood(rt, rw, tuple(spans))


def _starts(words: Sequence[Word], at: int, forms: Forms) -> int:
    """Where a form that begins at `at` ends; 0 when none does."""
    for form in forms.get(words[at].word, ()):
        if tuple(w.word for w in words[at : at + len(form)]) == form:
            return at + len(form)
    return 0


def _counts_something(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether the number after *RT* counts something (*satu RT 12 orang*) or items of a list (*satu RT 2) …*)."""
    if end >= len(words):
        return False
    lists = place_words()
    if words[end].gap.startswith(")") and "(" not in words[at].gap and _follows_in_list(words[:end]):
        return True
    return at > 0 and words[at - 1].word in lists.head and words[end].word in lists.counted


def _follows_in_list(words: Sequence[Word]) -> bool:
    """Whether the last word is the number after one that ends in a bracket: *1) … 2*."""
    last = words[-1].word
    if not last.isdigit():
        return False
    return any(word.word == str(int(last) - 1) and after.gap.startswith(")") for word, after in pairwise(words))


def _number(words: Sequence[Word], at: int, *, roman: bool) -> tuple[int, int]:
    """A number in digits, in words or in Roman capitals from `at` on, and where it ends; 0 when there is none."""
    if at >= len(words):
        return 0, at
    first = words[at]
    if first.word == "o" and at + 1 < len(words) and words[at + 1].word.isdigit():
        first, at = words[at + 1], at + 1
    if first.word.isdigit():
        value = int(first.word[:4])
        return (value, at + 1) if 0 < value <= _LARGEST else (0, at)
    if roman and _ROMAN.fullmatch(first.surface.upper()):
        return _roman(first.surface.upper()), at + 1
    return _spelled(words, at)


def _spelled(words: Sequence[Word], at: int) -> tuple[int, int]:
    """*tujuh*, *tujuh belas*, *dua puluh tiga*, *seratus lima*."""
    lists = place_words()
    total, end = 0, at
    while end < len(words) and (value := lists.numbers.get(words[end].word)):
        follower = words[end + 1].word if end + 1 < len(words) else ""
        if value < 10 and follower in lists.number_add:
            return total + value + lists.number_add[follower], end + 2
        times = lists.number_times.get(follower, 1) if value < 10 else 1
        total, end = total + value * times, end + (1 if times == 1 else 2)
        if value < 20 and times == 1:
            break
    return total, end


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUE[letter] for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
