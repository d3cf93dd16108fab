"""What single words are about: senses that sister words of all the languages share (`rules/senses.toml`).

The learned reader knows only the words it was shown; a sense lets it take *dikaplok* for what it learned of *ditampar*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations, pairwise
from zlib import crc32

from routing.normalise import Token

_NEAR = 4
"""Words within which two senses stand together."""
_MANY = 24
"""Different senses of a message that are paired; one that touches on more is about everything."""
_NONE: frozenset[str] = frozenset()

Senses = tuple[frozenset[str], ...]


class SenseFinder:
    """Built once from the rules; `of` is pure."""

    def __init__(self, words: Mapping[str, frozenset[str]]):
        """`words`: a word, or two with a space between, to its senses."""
        self._words = words
        self._by_forms = lru_cache(maxsize=20_000)(self._by_forms_uncached)

    def of(self, tokens: Sequence[Token]) -> Senses:
        """The senses of each token: as written, as normalised, with the next one; else of what may be its stem."""
        found = [self._alone(token) for token in tokens]
        for place, (one, other) in enumerate(pairwise(tokens)):
            for pair in {f"{one.surface} {other.surface}", f"{one.word} {other.word}"}:
                found[place] |= self._words.get(pair, _NONE)
        return tuple(found)

    def _alone(self, token: Token) -> frozenset[str]:
        named = self._words.get(token.surface, _NONE) | self._words.get(token.word, _NONE)
        return named or self._by_forms(token.forms)

    def _by_forms_uncached(self, forms: frozenset[str]) -> frozenset[str]:
        return _NONE.union(*(self._words.get(form.strip("~"), _NONE) for form in forms))


def sense_features(tokens: Sequence[Token], senses: Senses) -> Iterable[int]:
    """Hashes of senses alone, in order, near each other, in one message, and beside a word."""
    present = sorted(_NONE.union(*senses))
    yield from (_hash("s", sense) for sense in present)
    yield from _neighbours(senses)
    yield from _beside_words(tokens, senses)
    if len(present) <= _MANY:
        yield from (_hash("p", one, other) for one, other in combinations(present, 2))


def _neighbours(senses: Senses) -> Iterable[int]:
    for place, here in enumerate(senses):
        for there in senses[place + 1 : place + 1 + _NEAR]:
            yield from (_hash("n", one, other) for one in here for other in there)
    told = [min(here) for here in senses if here]
    yield from (_hash("q", one, other) for one, other in pairwise(told))
    for end, word in (("first", senses[:1]), ("last", senses[-1:])):
        yield from (_hash(end, sense) for sense in chain(*word))


def _beside_words(tokens: Sequence[Token], senses: Senses) -> Iterable[int]:
    for (one, before), (other, after) in pairwise(zip(tokens, senses, strict=True)):
        yield from (_hash("w-", other.word, sense) for sense in before)
        yield from (_hash("w+", one.word, sense) for sense in after)


@lru_cache(maxsize=100_000)
def _hash(*parts: str) -> int:
    return crc32(" ".join(parts).encode("utf-8", "surrogatepass"))
