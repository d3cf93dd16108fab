"""What the learned reader looks at: pieces of words, words and pairs of words, senses, and findings of the lexicon.

All are known by a 32-bit hash, whose highest bits say of which sort it is; a `Vocabulary` says which of them count.
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
from routing.senses import Senses, sense_features

VERSION = 2
"""Raised when features change their meaning: a model of another version is refused."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SHORTEST, _LONGEST = 2, 5
_WORDS = 1 << 31
_SENSES = 3 << 30
"""Where the hashes of whole words and of senses begin; pieces lie below. The three are weighed apart."""
_SENSES_WEIGH = 1.5
_START, _END = "^", "$"
_LONGEST_WORD = 24
"""Characters of a word that are cut to pieces."""


def _piece(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass")) & (_WORDS - 1)


def _word(text: str) -> int:
    return _WORDS | crc32(text.encode("utf-8", "surrogatepass")) >> 2


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


def hashes(tokens: Sequence[Token], signs: Iterable[str] = (), senses: Senses = ()) -> NDArray[np.uint32]:
    """The distinct features of a text, sorted. Numbers count by their length only: an RT is no matter.

    `senses`: those of each token, or none at all.
    """
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
    if senses:
        found.update(_SENSES | found_hash >> 2 for found_hash in sense_features(tokens, senses))
    return np.fromiter(sorted(found), dtype=np.uint32, count=len(found))


@dataclass(frozen=True)
class Vocabulary:
    """The features that count. `keys` are sorted hashes, `rarity` their inverse document frequency."""

    keys: NDArray[np.uint32]
    rarity: Floats
    _starts: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        words, senses = np.searchsorted(self.keys, np.array([_WORDS, _SENSES], dtype=np.uint32))
        object.__setattr__(self, "_starts", (int(words), int(senses)))

    def look_up(self, present: NDArray[np.uint32]) -> tuple[Ints, Floats]:
        """Rows of the features that are known and their weights: pieces, words and senses each of their own length."""
        near = np.minimum(np.searchsorted(self.keys, present), len(self.keys) - 1)
        rows = near[self.keys[near] == present]
        weights = self.rarity[rows].copy()
        words, senses = np.searchsorted(rows, self._starts)
        for part, length in ((weights[:words], 1.0), (weights[words:senses], 1.0), (weights[senses:], _SENSES_WEIGH)):
            part *= length / max(float(np.linalg.norm(part)), 1e-6)
        return rows, weights


def build_vocabulary(texts: Sequence[NDArray[np.uint32]], least: int) -> Vocabulary:
    """Features that occur in at least `least` of the texts."""
    counts = Counter(key for text in texts for key in text.tolist())
    kept = sorted(key for key, count in counts.items() if count >= least)
    rarity = [1.0 + math.log(len(texts) / counts[key]) for key in kept]
    return Vocabulary(np.array(kept, dtype=np.uint32), np.array(rarity, dtype=np.float32))
