"""Every place a message may name, each with how surely it is meant: by its spelling and by the words around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.locate_context import Context, context_of
from routing.locate_index import LONGEST, Entry, Expected, Near
from routing.locate_text import Neighbourhood, PlaceWords, Word, key_of, place_words

if TYPE_CHECKING:
    from routing.region import Atlas


_SHORT_ANSWER = 4
"""Words of an answer to *which kelurahan?* that is a name and little else."""


_NOBODYS_NAME = 8
"""Letters of a place's name that is no person's: *pak mugirejo rt 5* speaks to somebody of Mugirejo."""


_SHORTEST_STUCK = 6
"""A shorter name is not looked for behind a *di* that is written with it: *dibaka* is no Baka."""


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
    beside_rt: bool = False
    narrows: bool = False
    """It only says in which kecamatan or regency another mention lies."""


def mentions(words: Sequence[Word], around: Neighbourhood, atlas: Atlas, *, asked: bool) -> tuple[Mention, ...]:
    """All names that do not overlap, the longest first; RT and RW are no part of a name."""
    taken: set[int] = {at for start, end in around.spans for at in range(start, end)}
    capitals = sum(word.capital for word in words) * 2 < len(words)
    found: list[Mention] = []
    candidates = [
        one
        for start in range(len(words))
        if start not in taken
        for end in _ends(words, start, taken, atlas.index.barriers)
        if (one := _mention(words, start, end, around, atlas, asked, capitals=capitals))
    ]
    candidates.sort(key=lambda one: (one.start - one.end, not one.exact, -one.rank, one.start))
    for one in candidates:
        if taken.isdisjoint(range(one.start, one.end)):
            taken.update(range(one.start, one.end))
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _ends(words: Sequence[Word], start: int, taken: set[int], barriers: frozenset[str]) -> Iterator[int]:
    for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
        last = words[end - 1]
        if end - 1 in taken or last.word in barriers or (end - 1 > start and last.breaks):
            return
        yield end


def _mention(
    words: Sequence[Word],
    start: int,
    end: int,
    around: Neighbourhood,
    atlas: Atlas,
    asked: bool,
    *,
    capitals: bool,
) -> Mention | None:
    """The name that a window is, if it is one. `capitals`: capital letters tell names from words here."""
    lists = place_words()
    window = words[start:end]
    entries = _exact(window, atlas) or _stuck(window, atlas, lists)
    if not entries and not _may_be_slip(window, atlas, lists):
        return None
    if _is_ticket(words, end) or (len(window) > 1 and "".join(w.word for w in window) in lists.phrases):
        return None
    context = context_of(words, start, end, around, lists, capitals=capitals)
    if context.denied or (len(window) == 1 and window[0].word in lists.ordinary and not (context.level or asked)):
        return None
    said = bool(context.level) or (asked and len(words) <= _SHORT_ANSWER)
    expected: Expected = "said" if said else "marked" if context.marked or context.beside_rt else ""
    distance = 0
    if not entries and _may_be_mistyped(window, lists, expected):
        entries, distance = _nearest(window, atlas, expected)
    allowed = _allowed(entries, window, context, distance, asked)
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
        beside_rt=context.beside_rt and not context.level,
        evidence=(" ".join(word.surface for word in window),),
    )


def _exact(window: Sequence[Word], atlas: Atlas) -> tuple[Entry, ...]:
    """The places whose name the window is; small words are no part of a name: *ka sungai* is not Kasungai."""
    key = "".join(word.key for word in window)
    entries = atlas.index.exact(key)
    if len(window) > 1 and entries and atlas.index.parted([word.key for word in window], key):
        small = any(len(word.word) < 3 or word.word in place_words().stop for word in window)
        return () if small else entries
    return entries


def _stuck(window: Sequence[Word], atlas: Atlas, lists: PlaceWords) -> tuple[Entry, ...]:
    """The places of a name that *di* is stuck to: *diloa bakung*, *disemayang*."""
    first = window[0].word
    if not first.startswith(lists.stuck):
        return ()
    for before in lists.stuck:
        if first.startswith(before) and len(first) > len(before) + 2:
            rest = "".join((key_of(first.removeprefix(before)), *(word.key for word in window[1:])))
            if len(rest) >= _SHORTEST_STUCK:
                entries = atlas.index.exact(rest)
                return tuple(entry for entry in entries if not entry.common and atlas.served(entry.code))
    return ()


def _is_ticket(words: Sequence[Word], end: int) -> bool:
    """Whether the window is the prefix of a ticket such as `SMD-0123`."""
    return end < len(words) and words[end].gap == "-" and words[end].word.isdigit()


def _may_be_slip(window: Sequence[Word], atlas: Atlas, lists: PlaceWords) -> bool:
    """Whether the window may be a mistyped name at all: most are nothing like one, whatever stands around them."""
    if not _may_be_mistyped(window, lists, "said"):
        return False
    return bool(atlas.index.near(tuple(word.key for word in window), "said"))


def _may_be_mistyped(window: Sequence[Word], lists: PlaceWords, expected: Expected) -> bool:
    # The last word may be that of a part (*Pahandut Seberang*), of three words even *dalam* (*Sungai Pinang Dalam*).
    stem = window[:-1] if len(window) > 1 and window[-1].key in lists.parts else window
    guessed = stem if len(window) > 2 else window
    if any(word.word in lists.stop or word.word.isdigit() for word in guessed):
        return False
    if len(window) == 1 and window[0].key in lists.general:
        return False
    return expected == "said" or lists.ordinary.isdisjoint(word.word for word in stem)


def _nearest(window: Sequence[Word], atlas: Atlas, expected: Expected) -> tuple[tuple[Entry, ...], int]:
    """The names close to the window. An ordinary word is no typing mistake, unless the sentence says a place comes."""
    words = tuple(word.key for word in window)
    close = atlas.index.near(words, expected)
    entries = tuple(
        entry
        for one in close
        for entry in atlas.index.exact(one.key)
        if not entry.common or (entry.common in ("yes", "elsewhere") and expected == "said")
        if atlas.served(entry.code) or _clear_elsewhere(atlas, words, one, expected)
    )
    return entries, close[0].distance if close else 0


def _clear_elsewhere(atlas: Atlas, words: Sequence[str], near: Near, expected: Expected) -> bool:
    """Whether a mistyped name may be that of a place nobody here serves: there are many, so only the unmistakable."""
    if expected != "said" and (near.distance > 1 or len(words) == 1):
        return False
    return len(near.key) >= _LONG_ENOUGH_ELSEWHERE and atlas.index.long_words_differ(words, near.key)


def _allowed(
    entries: tuple[Entry, ...], window: Sequence[Word], context: Context, distance: int, asked: bool
) -> tuple[Entry, ...]:
    """Without the entries that need more of a sentence than there is."""
    if asked:
        plain = context.level or context.alone
        return tuple(entry for entry in entries if plain or entry.common != "said")
    if context.person and len(window) == 1 and not context.level:
        unmistakable = len(window[0].key) >= _NOBODYS_NAME and not distance
        return tuple(entry for entry in entries if not entry.common and unmistakable)
    if context.weak and not context.strong:
        return tuple(entry for entry in entries if not entry.common and not distance)
    enough = tuple(entry for entry in entries if _common_enough(entry, context, len(window), distance))
    # Another place of that name stays possible, in case its kecamatan is named too.
    return enough and tuple(entry for entry in entries if entry in enough or entry.common == "elsewhere")


def _common_enough(entry: Entry, context: Context, length: int, distance: int) -> bool:
    """Whether the sentence says as much as the name needs."""
    if entry.common == "elsewhere" and (length > 1 or context.alone):
        return True
    if entry.common == "said":
        return bool(context.level)
    expected = context.marked and entry.common != "strict" and not distance
    return not entry.common or context.strong or expected


def _on_level(entries: tuple[Entry, ...], context: Context, atlas: Atlas) -> tuple[Entry, ...]:
    """The entries of the level that was said, if there are any: people call Sungai Kunjang a kelurahan."""
    kinds = {"village": ("kelurahan", "desa"), "kecamatan": ("kecamatan",), "regency": ("regency",)}
    wanted = kinds.get(context.level, ())
    return tuple(entry for entry in entries if atlas.places[entry.code].kind in wanted) or entries


def _rank(entries: tuple[Entry, ...], context: Context, length: int, distance: int, asked: bool) -> float:
    rank = 2.0 + 0.25 * (length - 1) - 0.5 * distance
    if all(entry.part for entry in entries):
        rank -= 0.25
    if all(entry.common for entry in entries) and not context.strong and not asked:
        rank -= 1.5
    if context.level:
        return rank + 3.0
    if context.beside_rt:
        return rank + 1.5
    marked = context.marked and not context.toward
    return rank + (0.75 if marked else 0.0) - (2.0 if context.weak else 0.0)
