"""Names of places prepared for looking up: exact by their folded spelling, and near by first letter and length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from routing.locate_text import key_of, place_words, split

if TYPE_CHECKING:
    from routing.region import Atlas, PlaceName

Expected = Literal["said", "marked", ""]
"""`said`: *kelurahan* stands before it, or the text answers where; `marked`: *di* does; empty: nothing."""

_VOWELS = str.maketrans("", "", "aeiou")
_SHORTEST = {"said": 5, "marked": 7, "": 8}
"""By how much the sentence expects a place: a single word of fewer letters must be written as the name is."""
_LONG_ENOUGH_TO_JOIN = 10
"""A shorter name must not be mistyped and written apart at once: *jam buka* is not Jambuk."""
_LONG_ENOUGH_TO_STAND_ALONE = 7
"""A shorter name of a place that nobody here serves is too often a word of one of the languages: *gandang*."""
LONGEST = 5
"""Words of the longest window: four of a name, one of them written apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place behind a name. `part`: the name is what the parts of a split place share (*Sempaja*).

    `common`: an ordinary word too, which needs a sentence that says where (`yes`), a level before it or an RT beside
    it (`strict`), or a level and nothing less (`said`). `elsewhere`: one short word, a place that nobody here serves.
    """

    code: str
    common: str
    part: bool = False


@dataclass(frozen=True)
class Near:
    """A name that is `distance` letters away from what was written."""

    key: str
    distance: int


class PlaceIndex:
    """All names of an atlas. Keys are folded and without spaces, so *Mugi Rejo* is *Mugirejo*."""

    def __init__(self, entries: Mapping[str, tuple[Entry, ...]], words: Mapping[str, set[tuple[str, ...]]]) -> None:
        self._entries = entries
        self._words = words
        self._shelves: dict[tuple[str, int, int], list[str]] = {}
        """Names by first letter, number of letters and number of words; 0 words for those of any number."""
        for key in entries:
            for count in {0, *map(len, words[key])}:
                self._shelves.setdefault((key[0], len(key), count), []).append(key)
        parts = {part for names in words.values() for name in names for part in name}
        self.barriers = frozenset(word for word in place_words().stop if key_of(word) not in parts)
        """Words that are in no name, so that none reaches over them."""
        self._around = cache(self._around_uncached)
        self._nearest = lru_cache(maxsize=16_384)(self._nearest_uncached)

    @classmethod
    def of(cls, atlas: Atlas) -> PlaceIndex:
        entries: dict[str, dict[str, Entry]] = {}
        words: dict[str, set[tuple[str, ...]]] = {}
        for name in atlas.names:
            parts = tuple(word.key for word in split(name.name))
            if len(parts) == 1 and parts[0] in place_words().general:
                continue
            common = name.common if atlas.served(name.code) else _common_elsewhere(name, len(parts), atlas)
            entries.setdefault("".join(parts), {})[name.code] = Entry(name.code, common)
            words.setdefault("".join(parts), set()).add(parts)
        for parts, codes in _split_places(atlas.names, atlas).items():
            here = entries.setdefault("".join(parts), {})
            regions = {code[:5] for code in here}
            common = "yes" if len(parts) == 1 and parts[0] in place_words().ordinary else ""
            here.update({code: Entry(code, common, part=True) for code in codes if code[:5] not in regions})
            words.setdefault("".join(parts), set()).add(parts)
        return cls({key: tuple(found.values()) for key, found in entries.items()}, words)

    def exact(self, key: str) -> tuple[Entry, ...]:
        return self._entries.get(key, ())

    def parted(self, words: Sequence[str], key: str) -> bool:
        """Whether a name is written in more words than it has: *ka sungai* is not Kasungai."""
        return all(len(parts) < len(words) for parts in self._words[key])

    def long_words_differ(self, words: Sequence[str], key: str) -> bool:
        """Whether only words of six letters and more are mistyped: *sumber daya* is not *Sumber Jaya*."""
        return any(
            len(parts) != len(words) or all(a == b or len(b) > 5 for a, b in zip(words, parts, strict=True))
            for parts in self._words[key]
        )

    def near(self, words: tuple[str, ...], expected: Expected) -> tuple[Near, ...]:
        """The closest names to these folded words, all at one distance."""
        slack = _slack(sum(map(len, words)), len(words), expected)
        return self._nearest(words, slack, strict=not expected) if slack else ()

    def _around_uncached(self, first: str, length: int, words: int, slack: int) -> tuple[str, ...]:
        """The names that begin with that letter and are about as long; of another number of words, one letter off."""
        alike = (name for one in _about(length, slack) for name in self._shelves.get((first, one, words), ()))
        apart = (
            name
            for one in _about(length, 1)
            if one >= _LONG_ENOUGH_TO_JOIN
            for name in self._shelves.get((first, one, 0), ())
        )
        return tuple(dict.fromkeys((*alike, *apart)))

    def _nearest_uncached(self, words: tuple[str, ...], slack: int, *, strict: bool) -> tuple[Near, ...]:
        """`strict`: of several words one at least must be right (*badan biru* is not Badak Baru)."""
        key = "".join(words)
        shelf = self._around(key[0], len(key), len(words), slack)
        hits = process.extract(key, shelf, scorer=OSA.distance, score_cutoff=slack, limit=8)
        close = [
            Near(name, int(d))
            for name, d, _ in hits
            if d and any(_word_by_word(words, parts, int(d), strict=strict) for parts in self._words[name])
        ]
        best = min((one.distance for one in close), default=0)
        return tuple(one for one in close if one.distance == best)


def _common_elsewhere(name: PlaceName, words: int, atlas: Atlas) -> str:
    """There are many places that nobody here serves: *Sumur*, *Danau*, *Minta*. So their names need more."""
    if name.common:
        return "said" if words == 1 else "strict"
    short = words == 1 and len(name.name) < _LONG_ENOUGH_TO_STAND_ALONE
    return "elsewhere" if short and atlas.places[name.code].kind != "regency" else ""


def _split_places(names: Iterable[PlaceName], atlas: Atlas) -> dict[tuple[str, ...], set[str]]:
    """What is left of names without their last word, where several served places share it: *Karang Asam* Ulu, Ilir."""
    lists = place_words()
    shared: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for name in names:
        parts = tuple(word.key for word in split(name.name))
        place = atlas.places[name.code]
        if place.kind in ("kelurahan", "desa") and atlas.served(name.code) and parts[-1] in lists.parts:
            stem = parts[:-1]
            if len(stem) > 1 or (stem and stem[0] not in lists.general | lists.whole):
                shared.setdefault((name.code[:5], stem), set()).add(name.code)
    found: dict[tuple[str, ...], set[str]] = {}
    for (_, stem), codes in shared.items():
        if len(codes) > 1:
            found.setdefault(stem, set()).update(codes)
    return found


def _about(length: int, slack: int) -> range:
    return range(length - slack, length + slack + 1)


def _slack(letters: int, words: int, expected: Expected) -> int:
    """How many letters may be wrong: the longer the name, the more."""
    if letters < (_SHORTEST["said"] if words > 1 else _SHORTEST[expected]):
        return 0
    if words == 1 and expected != "said":
        return 1
    return 1 if letters < 9 else 2 if letters < 15 else 3


def _word_by_word(written: Sequence[str], name: Sequence[str], distance: int, *, strict: bool) -> bool:
    """Whether each word is close to its counterpart: *tanah merak* is no *Tanah Merah Baru* whatever the sum says."""
    if len(written) != len(name):
        return distance == 1 and sum(map(len, name)) >= _LONG_ENOUGH_TO_JOIN
    if strict and len(name) > 1 and all(a != b for a, b in zip(written, name, strict=True)):
        return False
    return all(_close(a, b) for a, b in zip(written, name, strict=True))


def _close(a: str, b: str) -> bool:
    """Whether `a` may be the word `b` of a name, mistyped; a short word may only lack vowels."""
    if a == b:
        return True
    if b in place_words().parts and len(a) > 2:
        return OSA.distance(a, b) <= 1
    if max(len(a), len(b)) <= 4:
        return a.translate(_VOWELS) == b.translate(_VOWELS)
    return OSA.distance(a, b) <= (1 if max(len(a), len(b)) < 8 else 2)
