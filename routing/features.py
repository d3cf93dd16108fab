"""What the learned reader looks at: pieces of words, words and pairs of words, and what the lexicon made of them.

Pieces and words are known by a 32-bit hash; a `Vocabulary` says which of them count and how rare they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from routing.normalise import Token

VERSION = 1
"""Raised when features change their meaning: a model of another version is refused."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SHORTEST, _LONGEST = 2, 5
_WORDS_BIT = 1 << 31
"""Set in the hash of whole words and pairs, clear in that of pieces: the two are weighed apart."""
_START, _END = "^", "$"
_LONGEST_WORD = 24
"""Characters of a word that are cut to pieces."""


def _piece(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass")) & (_WORDS_BIT - 1)


def _word(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass")) | _WORDS_BIT


@lru_cache(maxsize=8192)
def _of_word(surface: str) -> tuple[int, ...]:
    """Hashes of a word as written and of its pieces of 2 to 5 characters, ends marked."""
    padded = f"<{surface[:_LONGEST_WORD]}>"
    cuts = {
        padded[start : start + size]
        for size in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(padded) - size + 1)
    }
    return (_word(f"s {surface}"), *map(_piece, sorted(cuts)))


def hashes(tokens: Sequence[Token], signs: Iterable[str] = ()) -> NDArray[np.uint32]:
    """The distinct features of a text, sorted. Numbers count by their length only: an RT is no matter."""
    found: set[int] = set()
    words = [_START]
    for token in tokens:
        if token.surface.isdecimal():
            words.append(f"#{min(len(token.surface), 5)}")
            continue
        found.update(_of_word(token.surface))
        words.append(token.word)
    words.append(_END)
    found.update(_word(f"w {word}") for word in words)
    found.update(_word(f"b {one} {other}") for one, other in pairwise(words))
    found.update(_word(f"g {sign}") for sign in signs)
    return np.fromiter(sorted(found), dtype=np.uint32, count=len(found))


@dataclass(frozen=True)
class Vocabulary:
    """The features that count. `keys` are sorted hashes, `rarity` their inverse document frequency."""

    keys: NDArray[np.uint32]
    rarity: Floats
    _first_word: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first_word", int(np.searchsorted(self.keys, _WORDS_BIT)))

    def look_up(self, present: NDArray[np.uint32]) -> tuple[Ints, Floats]:
        """Rows of the features that are known and their weights: pieces and words each of length one."""
        near = np.minimum(np.searchsorted(self.keys, present), len(self.keys) - 1)
        rows = near[self.keys[near] == present]
        weights = self.rarity[rows].copy()
        words = int(np.searchsorted(rows, self._first_word))
        for part in (weights[:words], weights[words:]):
            part /= max(float(np.linalg.norm(part)), 1e-6)
        return rows, weights


def build_vocabulary(texts: Sequence[NDArray[np.uint32]], least: int) -> Vocabulary:
    """Features that occur in at least `least` of the texts."""
    counts = Counter(key for text in texts for key in text.tolist())
    kept = sorted(key for key, count in counts.items() if count >= least)
    rarity = [1.0 + math.log(len(texts) / counts[key]) for key in kept]
    return Vocabulary(np.array(kept, dtype=np.uint32), np.array(rarity, dtype=np.float32))
