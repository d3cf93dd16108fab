"""Every place a message may name, each with how surely it is meant: by its spelling and by the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.locate_index import LONGEST, Entry, Expected
from routing.locate_text import Neighbourhood, PlaceWords, Word, place_words

if TYPE_CHECKING:
    from routing.region import Atlas


_SHORT_ANSWER = 4
"""Words of an answer to *which kelurahan?* that is a name and little else."""


_LONG_ENOUGH_ELSEWHERE = 8
"""A shorter name of a place that nobody here serves is not guessed at."""


@dataclass(frozen=True)
class Mention:
    """One name in the text. `rank` compares mentions; `weak`: it may be a street's, a river's or a school's name."""

    start: int
    end: int
    codes: tuple[str, ...]
    rank: float
    exact: bool
    weak: bool
    evidence: tuple[str, ...]
    tentative: bool = False
    """An ordinary word that only another name right behind it can make a place: *simpang tiga, loa janan ilir*."""
    narrows: bool = False
    """It only says in which kecamatan or regency another mention lies."""


@dataclass(frozen=True)
class _Context:
    """What the sentence says of a window. `level`: `village`, `kecamatan`, `regency`; `marked`: a place is expected."""

    level: str = ""
    beside_rt: bool = False
    marked: bool = False
    weak: bool = False
    person: bool = False
    denied: bool = False

    @property
    def strong(self) -> bool:
        return bool(self.level) or self.beside_rt


def mentions(words: Sequence[Word], around: Neighbourhood, atlas: Atlas, *, asked: bool) -> tuple[Mention, ...]:
    """All names that do not overlap, the longest first; RT and RW are no part of a name."""
    taken: set[int] = {at for start, end in around.spans for at in range(start, end)}
    found: list[Mention] = []
    candidates = [
        one
        for start in range(len(words))
        if start not in taken
        for end in _ends(words, start, taken)
        if (one := _mention(words, start, end, around, atlas, asked))
    ]
    candidates.sort(key=lambda one: (one.start - one.end, not one.exact, -one.rank, one.start))
    for one in candidates:
        if taken.isdisjoint(range(one.start, one.end)):
            taken.update(range(one.start, one.end))
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _ends(words: Sequence[Word], start: int, taken: set[int]) -> Iterator[int]:
    for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
        if end - 1 in taken or (end - 1 > start and words[end - 1].breaks):
            return
        yield end


def _mention(
    words: Sequence[Word], start: int, end: int, around: Neighbourhood, atlas: Atlas, asked: bool
) -> Mention | None:
    lists = place_words()
    window = words[start:end]
    key = "".join(word.key for word in window)
    entries = atlas.index.exact(key)
    if not entries and not _may_be_slip(window, atlas, lists):
        return None
    if _is_ticket(words, end) or (len(window) > 1 and "".join(w.word for w in window) in lists.phrases):
        return None
    context = _context(words, start, end, around, lists)
    if context.denied:
        return None
    said = bool(context.level) or (asked and len(words) <= _SHORT_ANSWER)
    expected: Expected = "said" if said else "marked" if context.marked else ""
    distance = 0
    if not entries and _may_be_mistyped(window, lists, expected):
        entries, distance = _nearest(window, atlas, expected)
    allowed = _allowed(entries, context, end - start, distance, asked)
    tentative = not allowed and not distance and not context.person and not context.weak
    entries = _on_level(entries if tentative else allowed, context, atlas)
    if not entries:
        return None
    return Mention(
        start=start,
        end=end,
        codes=tuple(entry.code for entry in entries),
        rank=_rank(entries, context, end - start, distance, asked),
        exact=distance == 0,
        weak=context.weak and not asked,
        tentative=tentative,
        evidence=(" ".join(word.surface for word in window),),
    )


def _is_ticket(words: Sequence[Word], end: int) -> bool:
    """Whether the window is the prefix of a ticket such as `SMD-0123`."""
    return end < len(words) and words[end].gap == "-" and words[end].word.isdigit()


def _may_be_slip(window: Sequence[Word], atlas: Atlas, lists: PlaceWords) -> bool:
    """Whether the window may be a mistyped name at all: most are nothing like one, whatever stands around them."""
    if not _may_be_mistyped(window, lists, "said"):
        return False
    return bool(atlas.index.near(tuple(word.key for word in window), "said"))


def _may_be_mistyped(window: Sequence[Word], lists: PlaceWords, expected: Expected) -> bool:
    if any(word.word in lists.stop or word.word.isdigit() for word in window):
        return False
    if len(window) == 1 and window[0].key in lists.general:
        return False
    return expected == "said" or len(window) > 1 or window[0].word not in lists.ordinary


def _nearest(window: Sequence[Word], atlas: Atlas, expected: Expected) -> tuple[tuple[Entry, ...], int]:
    """The names close to the window. An ordinary word is no typing mistake, unless the sentence says a place comes."""
    words = tuple(word.key for word in window)
    close = atlas.index.near(words, expected)
    entries = tuple(
        entry
        for one in close
        for entry in atlas.index.exact(one.key)
        if not entry.common or (entry.common == "yes" and expected == "said")
        if atlas.served(entry.code) or _clear_elsewhere(atlas, words, one.key)
    )
    return entries, close[0].distance if close else 0


def _clear_elsewhere(atlas: Atlas, words: Sequence[str], key: str) -> bool:
    """Whether a mistyped name may be that of a place nobody here serves: there are many, so only the unmistakable."""
    return len(key) >= _LONG_ENOUGH_ELSEWHERE and atlas.index.long_words_differ(words, key)


def _allowed(
    entries: tuple[Entry, ...], context: _Context, length: int, distance: int, asked: bool
) -> tuple[Entry, ...]:
    """Without the entries that need more of a sentence than there is."""
    if asked:
        return entries
    if context.person and length == 1 and not context.level:
        return ()
    if context.weak and not context.strong:
        return tuple(entry for entry in entries if not entry.common and not distance)
    return tuple(
        entry
        for entry in entries
        if not entry.common or context.strong or (entry.common == "yes" and context.marked and not distance)
    )


def _on_level(entries: tuple[Entry, ...], context: _Context, atlas: Atlas) -> tuple[Entry, ...]:
    """The entries of the level that was said, if there are any: people call Sungai Kunjang a kelurahan."""
    level = context.level or ("village" if context.beside_rt else "")
    kinds = {"village": ("kelurahan", "desa"), "kecamatan": ("kecamatan",), "regency": ("regency",)}.get(level, ())
    return tuple(entry for entry in entries if atlas.places[entry.code].kind in kinds) or entries


def _rank(entries: tuple[Entry, ...], context: _Context, length: int, distance: int, asked: bool) -> float:
    rank = 2.0 + 0.25 * (length - 1) - 0.5 * distance
    if all(entry.part for entry in entries):
        rank -= 0.25
    if all(entry.common for entry in entries) and not context.strong and not asked:
        rank -= 1.5
    if context.level:
        return rank + 3.0
    if context.beside_rt:
        return rank + 1.5
    return rank + (0.75 if context.marked else 0.0) - (2.0 if context.weak else 0.0)


# --- the words around a window ----------------------------------------------------------------------------------------


def _context(words: Sequence[Word], start: int, end: int, around: Neighbourhood, lists: PlaceWords) -> _Context:
    before = words[start - 1].word if start and not words[start].breaks else ""
    earlier = words[start - 2].word if before and start > 1 and not words[start - 1].breaks else ""
    beside_rt = any(start == stop or end == begin for begin, stop in around.spans)
    level = lists.level.get(before, "")
    return _Context(
        level=level,
        beside_rt=beside_rt,
        marked=before in lists.before or _closes(words, start, end) or _in_estate(before, earlier, lists),
        weak=before in lists.weak and not beside_rt and not level,
        person=before in lists.person,
        denied=before in lists.negations or (bool(level) and earlier in lists.negations),
    )


def _closes(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the name stands alone at the end of the text, after a comma or a full stop."""
    return end == len(words) and start > 0 and words[start].breaks


def _in_estate(before: str, earlier: str, lists: PlaceWords) -> bool:
    return before in lists.housing or earlier in lists.housing
