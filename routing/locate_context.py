"""What the words around a name say of it: that a place comes, or a street, a person, something that is denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.locate_text import Neighbourhood, PlaceWords, Word

_BEFORE_A_NAME = 3
"""Words that may lead to a name: *bukan di kelurahan …*."""


@dataclass(frozen=True)
class Context:
    """What the sentence says of a window. `level`: `village`, `kecamatan`, `regency`; `marked`: a place is expected.

    `toward`: it is where somebody goes to or comes from, so that any other place is meant rather; `alone`: the text
    is the window and nothing else.
    """

    level: str = ""
    beside_rt: bool = False
    marked: bool = False
    toward: bool = False
    alone: bool = False
    weak: bool = False
    person: bool = False
    denied: bool = False

    @property
    def strong(self) -> bool:
        return bool(self.level) or self.beside_rt


def context_of(
    words: Sequence[Word], start: int, end: int, around: Neighbourhood, lists: PlaceWords, *, capitals: bool
) -> Context:
    before = words[start - 1].word if start and not words[start].breaks else ""
    earlier = words[start - 2].word if before and start > 1 and not words[start - 1].breaks else ""
    beside_rt = any(start == stop or end == begin for begin, stop in around.spans)
    level = lists.level.get(before, "")
    return Context(
        level=level,
        beside_rt=beside_rt,
        marked=before in lists.before
        or _closes(words, start, end)
        or _in_estate(before, earlier, lists)
        or (end - start > 1 and before in lists.beside)
        or (before.isdigit() and earlier in lists.distance)
        or (end < len(words) and not words[end].breaks and words[end].word in lists.after)
        or (capitals and _named(words, start, end, lists)),
        toward=before in lists.toward,
        alone=start == 0 and end == len(words),
        weak=before in lists.weak and not beside_rt and not level,
        person=before in lists.person,
        denied=_denied(words, start, lists),
    )


def _closes(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the name stands alone at the end of the text, after a comma or a full stop."""
    return end == len(words) and start > 0 and words[start].breaks


def _in_estate(before: str, earlier: str, lists: PlaceWords) -> bool:
    return before in lists.housing or earlier in lists.housing


def _named(words: Sequence[Word], start: int, end: int, lists: PlaceWords) -> bool:
    """Whether capital letters make it a name; one at the head of a sentence, or of a people, tells nothing."""
    window = words[start:end]
    if not all(word.capital for word in window):
        return False
    if len(window) > 1 or (start and words[start].breaks and end < len(words) and words[end].breaks):
        return True
    return start > 0 and not window[0].first and window[0].word not in lists.proper


def _denied(words: Sequence[Word], start: int, lists: PlaceWords) -> bool:
    """Whether *bukan* stands before it, or before the *di kelurahan* that belongs to it."""
    for at in range(start - 1, max(start - _BEFORE_A_NAME, 0) - 1, -1):
        if words[at + 1].breaks:
            return False
        if words[at].word in lists.negations:
            return True
        if words[at].word not in lists.before and words[at].word not in lists.level:
            return False
    return False
