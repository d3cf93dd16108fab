"""Words as people type them, brought to one spelling: chat abbreviations, doubled letters, five local languages.

A message becomes tokens; each token knows every form under which a rule may look for it: as written, in Indonesian,
and its possible stems (marked `~`). False friends (`domain.md §9.1`) are read by the language of their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_TOKEN = re.compile(r"(?P<word>[^\W\d_]+(?:['’`][^\W\d_]+)*)(?P<twice>[2²](?!\d))?|(?P<number>\d+)|(?P<sign>[^\s\w])")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff\u00ad]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED_END = re.compile(r"([^\W\d_])\1+$")
_QUOTES = str.maketrans({"’": "'", "`": "'", "‘": "'"})
_SHORTEST_GUESS = 6
"""Shorter words have too many neighbours to guess at: *masuk* is not *mabuk*."""
_LONG_WORD = 9


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `start` and `end` are offsets into `Words.text`; `forms` is what rules may match."""

    surface: str
    word: str
    forms: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """A normalised message: `text` is the cleaned original (case kept), `langs` counts the words of local languages."""

    text: str
    tokens: tuple[Token, ...]
    langs: Mapping[str, int]
    signs: tuple[str, ...]
    """Everything that is neither word nor number: punctuation and emoji, in order."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One glossary row. `context`: empty (always), `near` (words of that language near), `own` (an owner follows)."""

    form: str
    words: tuple[str, ...]
    lang: str
    context: str


@dataclass(frozen=True)
class Affixes:
    """Endings and beginnings that are taken off (`rules/affixes.toml`)."""

    clitics: tuple[str, ...]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    nasals: Mapping[str, tuple[str, ...]]
    """A nasal beginning to the first letters it may stand for: *mem* to *p*, *meny* to *s*."""
    owners: frozenset[str]


def _slips(length: int) -> int:
    """How many letters of an unknown word may be wrong."""
    return 2 if length >= _LONG_WORD else 1


def clean(text: str) -> str:
    """Unicode look-alikes and invisible characters made plain; case and line breaks kept."""
    folded = unicodedata.normalize("NFKC", text)
    return _INVISIBLE.sub("", folded).translate(_QUOTES).replace("\x00", " ")


class Normaliser:
    """Built once from the glossary and the words that rules know; reads any number of texts."""

    def __init__(self, glossary: Iterable[Meaning], affixes: Affixes, known: Iterable[str], guessable: Iterable[str]):
        self._meanings: dict[str, list[Meaning]] = {}
        for meaning in glossary:
            self._meanings.setdefault(meaning.form, []).append(meaning)
        self._affixes = affixes
        self._known = frozenset(known) | frozenset(self._meanings)
        self._guessable = sorted({w for w in guessable if len(w) >= _SHORTEST_GUESS - 1})
        self._guessable_near = {
            length: [w for w in self._guessable if abs(len(w) - length) <= _slips(length)]
            for length in range(_SHORTEST_GUESS, max(map(len, self._guessable), default=0) + _slips(_LONG_WORD) + 1)
        }
        self._guessable_alike: dict[tuple[int, str], list[str]] = {}
        for length, near in self._guessable_near.items():
            for word in near:
                self._guessable_alike.setdefault((length, word[0]), []).append(word)
        self._sure_langs = {
            form: frozenset(m.lang for m in meanings if not m.context and m.lang != "id")
            for form, meanings in self._meanings.items()
        }
        # The same words come again and again: each is taken apart once.
        self._without_clitic = lru_cache(maxsize=20_000)(self._without_clitic_uncached)
        self._forms = lru_cache(maxsize=20_000)(self._forms_uncached)
        self._stems = lru_cache(maxsize=20_000)(self._stems_uncached)
        self._guess = lru_cache(maxsize=20_000)(self._guess_uncached)
        self._plainly = lru_cache(maxsize=20_000)(self._plainly_uncached)

    def read(self, text: str, *, guess: bool = True) -> Words:
        """Tokens of `text`, every one with its forms; `guess` takes unknown words for slips of known ones."""
        plain = clean(text)
        raw, signs = self._tokenise(plain)
        langs = self._languages(word for word, _, _, _ in raw)
        tokens: list[Token] = []
        for index, (surface, twice, start, end) in enumerate(raw):
            following = raw[index + 1][0] if index + 1 < len(raw) else ""
            tokens.extend(self._tokens_of(surface, twice, start, end, following, langs, guess))
        return Words(plain, tuple(tokens), langs, signs)

    def knows(self, word: str) -> bool:
        """Whether a word, or what is left of it without endings, occurs in the glossaries or rules."""
        bases = (word, *self._without_clitic(word), *(stem[1:] for stem in self._stems(word)))
        return any(base in self._known for base in bases)

    def _tokenise(self, plain: str) -> tuple[list[tuple[str, bool, int, int]], tuple[str, ...]]:
        raw: list[tuple[str, bool, int, int]] = []
        signs: list[str] = []
        for found in _TOKEN.finditer(plain):
            start, end = found.span()
            if found["sign"]:
                signs.append(found["sign"])
            elif found["number"]:
                raw.append((found["number"], False, start, end))
            else:
                word = self._unstretched(found["word"].lower())
                if raw and raw[-1][0] == word and plain[raw[-1][3] : start] in ("-", " "):
                    raw[-1] = (word, True, raw[-1][2], end)
                else:
                    raw.append((word, bool(found["twice"]), start, end))
        return raw, tuple(signs)

    def _unstretched(self, word: str) -> str:
        if not _STRETCHED.search(word):
            return word
        single = _STRETCHED.sub(r"\1", word)
        double = _STRETCHED.sub(r"\1\1", word)
        return double if double in self._known and single not in self._known else single

    def _languages(self, words: Iterable[str]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for word in words:
            for base in (word, *self._without_clitic(word)):
                sure = self._sure_langs.get(base)
                if sure:
                    counts.update(sure)
                    break
        return counts

    def _tokens_of(
        self, surface: str, twice: bool, start: int, end: int, following: str, langs: Mapping[str, int], guess: bool
    ) -> Iterable[Token]:
        read = self._plainly(surface, twice, guess)
        if read is None:
            bases = self._bases(surface, twice)
            meaning = next((m for base in bases if (m := self._meaning(base, following, langs, surface))), None)
            read = self._meant(surface, twice, guess, meaning)
        return (Token(surface, word, forms, start, end) for word, forms in read)

    def _bases(self, surface: str, twice: bool) -> tuple[str, ...]:
        bases = (surface, *self._without_clitic(surface))
        return (f"{surface}-{surface}", *bases) if twice else bases

    def _plainly_uncached(
        self, surface: str, twice: bool, guess: bool
    ) -> tuple[tuple[str, frozenset[str]], ...] | None:
        """A word that means the same beside any others, with its forms; None where its neighbours decide."""
        meanings = next((m for base in self._bases(surface, twice) if (m := self._meanings.get(base))), [])
        if len(meanings) > 1 or any(meaning.context for meaning in meanings):
            return None
        return self._meant(surface, twice, guess, meanings[0] if meanings else None)

    def _meant(
        self, surface: str, twice: bool, guess: bool, meaning: Meaning | None
    ) -> tuple[tuple[str, frozenset[str]], ...]:
        words = meaning.words if meaning else (self._guess(surface) if guess else surface,)
        return tuple((word, self._forms(surface, word, twice, len(words) == 1)) for word in words)

    def _forms_uncached(self, surface: str, word: str, twice: bool, one: bool) -> frozenset[str]:
        """`one`: the word stands alone for what was written, so that what is left of it counts as well."""
        forms = {surface, word, *(self._stems(word)), *(f"~{w}" for w in (word, surface))}
        if one:
            forms.update((surface, *self._without_clitic(surface)))
            if twice:
                forms.add(f"{surface}-{surface}")
            forms.update(self._stems(surface))
            forms.update(self._without_clitic(word))
        return frozenset(forms)

    def _meaning(self, base: str, following: str, langs: Mapping[str, int], surface: str) -> Meaning | None:
        options = [m for m in self._meanings.get(base, ()) if self._fits(m, following, langs, base != surface)]
        return max(options, key=lambda m: (langs.get(m.lang, 0), bool(m.context)), default=None)

    def _fits(self, meaning: Meaning, following: str, langs: Mapping[str, int], owned: bool) -> bool:
        if meaning.context == "near":
            return langs.get(meaning.lang, 0) > 0
        if meaning.context == "own":
            return owned or following in self._affixes.owners or langs.get(meaning.lang, 0) > 0
        return True

    def _without_clitic_uncached(self, word: str) -> tuple[str, ...]:
        found = []
        for ending in self._affixes.clitics:
            base = word[: -len(ending)]
            if word.endswith(ending) and len(base) >= 3:
                found.append(base)
        short = _DOUBLED_END.sub(r"\1", word)
        if short != word:
            found.append(short)
        return tuple(found)

    def _stems_uncached(self, word: str) -> frozenset[str]:
        """All that may be left when beginnings and endings are taken off, marked with `~`."""
        halves = {word, *self._without_clitic(word)}
        for base in tuple(halves):
            halves.update(
                base[: -len(s)] for s in self._affixes.suffixes if base.endswith(s) and len(base) - len(s) >= 3
            )
        stems = set(halves)
        for base in halves:
            for prefix in self._affixes.prefixes:
                if base.startswith(prefix) and len(base) - len(prefix) >= 3:
                    stems.add(base[len(prefix) :])
            for nasal, letters in self._affixes.nasals.items():
                rest = base[len(nasal) :]
                if base.startswith(nasal) and len(rest) >= 2:
                    stems.update(letter + rest for letter in letters)
        return frozenset(f"~{stem}" for stem in stems if len(stem) >= 3)

    def _guess_uncached(self, word: str) -> str:
        """The known word that `word` is a slip of, or `word` itself."""
        if len(word) < _SHORTEST_GUESS or not word.isalpha() or self.knows(word):
            return word
        slips = _slips(len(word))
        alike = self._guessable_alike.get((len(word), word[0]), ())
        if process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips) is None:
            return word
        near = self._guessable_near.get(len(word), ())
        best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=slips)
        return best[0] if best and best[0][0] == word[0] else word
