"""The learned reader: linear heads over pieces of words, words, and what the lexicon found. Needs numpy, no trainer.

`benchmarks/train.py` writes `rules/learned.npz` from the corpus; a hash inside says of which corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.clues import Clues
from routing.features import VERSION, Floats, Vocabulary, hashes
from routing.intents import INTENTS, RESOLVED, IntentClues
from routing.model import FIELD_OF, RESTRICTED_CATEGORIES, Kind, Role
from routing.normalise import Token
from routing.senses import Senses

CATEGORIES = tuple(FIELD_OF)
KINDS = tuple(Kind)
_REPORT = KINDS.index(Kind.REPORT)
_CATEGORIES = slice(0, len(CATEGORIES))
_KINDS = slice(len(CATEGORIES), len(CATEGORIES) + len(KINDS))
_DANGERS = slice(len(CATEGORIES) + len(KINDS), None)
"""Where the decisions stand among the margins of the messages' heads."""
_VIOLENT = np.array([category in RESTRICTED_CATEGORIES for category in CATEGORIES])
_MEMBERS = np.array([[FIELD_OF[c] == name for c in CATEGORIES] for name in dict.fromkeys(FIELD_OF.values())])
"""Of every field (rows) the categories."""
_REMEMBERED = 4096
"""Words whose weight by themselves is kept."""

_TOLD, _SURELY = np.float32(0.4), np.float32(0.3)
"""Danger counts a little more where a report is told, and less in questions and chatter; up to this lead."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Head:
    """Labels scored side by side: a weight for every known feature, for every figure, and a constant."""

    vocabulary: Vocabulary
    words: Floats
    figures: Floats
    constant: Floats
    _alone: Callable[[str, str, frozenset[str]], Floats] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_alone", lru_cache(maxsize=_REMEMBERED)(self._alone_uncached))

    def margins(self, present: NDArray[np.uint32], figures: Floats) -> Floats:
        rows, weights = self.vocabulary.look_up(present)
        scored: Floats = weights @ self.words[rows] + figures @ self.figures + self.constant
        return scored

    def share(self, tokens: Sequence[Token], senses: Senses, column: int) -> tuple[float, ...]:
        """How much each word by itself, and what it is about, speaks for one label."""
        return tuple(
            float(self._alone(token.surface, token.word, about)[column])
            for token, about in zip(tokens, senses, strict=True)
        )

    def _alone_uncached(self, surface: str, word: str, about: frozenset[str]) -> Floats:
        """What one word says for every label."""
        token = Token(surface, word, frozenset(), 0, len(surface))
        rows, weights = self.vocabulary.look_up(hashes((token,), senses=(about,)))
        said: Floats = weights @ self.words[rows]
        return said


@dataclass(frozen=True)
class Opinion:
    """What the heads make of one message, as calibrated probabilities."""

    categories: Floats
    """In the order of `CATEGORIES`."""
    kinds: Floats
    """In the order of `KINDS`."""
    urgency: float
    """How far above the threshold of *urgent*; below zero it is not."""
    violence: float
    """How far above the threshold of *restricted*."""

    @property
    def report(self) -> float:
        """Trust in its being a report."""
        return float(self.kinds[_REPORT])

    @property
    def urgent(self) -> bool:
        return self.urgency >= 0

    @property
    def restricted(self) -> bool:
        return self.violence >= 0

    def share(self, *categories: str) -> float:
        """How much of the trust lies in these categories together."""
        return float(sum(self.categories[CATEGORIES.index(name)] for name in categories))

    def ranked(self) -> tuple[tuple[str, float], ...]:
        """Categories, best first: the field that gathers most comes before the single category."""
        trust = self.categories.tolist()
        first = _MEMBERS[int((_MEMBERS @ self.categories).argmax())]
        best = int(np.where(first, self.categories, -1.0).argmax())
        rest = sorted((i for i in range(len(trust)) if i != best), key=lambda i: -trust[i])
        return tuple((CATEGORIES[i], trust[i]) for i in (best, *rest))


@dataclass(frozen=True)
class Learned:
    """Both models, for messages and for replies of officers; immutable."""

    messages: Head
    replies: Head
    sureness: Mapping[str, float]
    """Temperatures (`categories`, `kinds`), thresholds (`urgent`, `restricted`), and how far *report* and
    *resolved* must be ahead (`report`, `resolved`)."""
    corpus: str
    """`routing.corpus.fingerprint()` of what it was trained on."""
    lessons: str = ""
    """Hash of the corrections that it learned besides; empty for the one that is shipped."""

    def of(self, clues: Clues, role: Role) -> Opinion:
        margins = self.messages.margins(clues.hashes(), clues.figures(role))
        kinds = margins[_KINDS].copy()
        urgent, restricted = dangers(margins)
        kinds[_REPORT] -= self.sureness["report"]
        return Opinion(
            categories=_softmax(margins[_CATEGORIES] * self.sureness["categories"]),
            kinds=_softmax(kinds * self.sureness["kinds"]),
            urgency=float(urgent) - self.sureness["urgent"],
            violence=float(restricted) - self.sureness["restricted"],
        )

    def words_for(self, clues: Clues, category: str, most: int = 3) -> tuple[str, ...]:
        """The words that speak most for a category, as written; they are evidence where the lexicon knows none."""
        shares = self.shares(clues, category)
        best = sorted(range(len(shares)), key=lambda i: -shares[i])[:most]
        return tuple(dict.fromkeys(clues.tokens[i].surface for i in sorted(best) if shares[i] > 0))

    def shares(self, clues: Clues, category: str) -> tuple[float, ...]:
        """How much each of the words speaks for a category."""
        return self.messages.share(clues.tokens, clues.senses, CATEGORIES.index(category))

    def intent(self, clues: IntentClues) -> str:
        """The intent of an officer's words; *resolved* only when nothing speaks against it and it is clearly ahead."""
        margins = self.replies.margins(clues.hashes(), clues.figures())
        if clues.open_still or lead(margins, INTENTS.index(RESOLVED)) < self.sureness[RESOLVED]:
            margins[INTENTS.index(RESOLVED)] = -np.inf
        return INTENTS[int(margins.argmax())]


def lead(margins: Floats, label: int) -> Floats:
    """How far a label is ahead of the best other one; `margins` of one text, or of many in rows."""
    ahead: Floats = margins[..., label] - np.delete(margins, label, axis=-1).max(axis=-1)
    return ahead


def dangers(margins: Floats) -> Floats:
    """Urgency and violence from the margins of all message heads, of one text or of many in rows."""
    told: Floats = np.minimum(lead(margins[..., _KINDS], _REPORT), _SURELY)
    found: Floats = (margins[..., _DANGERS].T + _TOLD * told).T
    return found


@cache
def load_learned() -> Learned:
    """The model that is shipped (`rules/learned.npz`), once for each process.

    Raises FileNotFoundError without it, ValueError when it is of another version.
    """
    with as_file(files("routing.rules") / "learned.npz") as path:
        return read_model(path)


def read_model(path: Path) -> Learned:
    """A model as `write_model` left it. Raises OSError, or ValueError when it is none or of another version."""
    with np.load(path) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


def write_model(learned: Learned, path: Path) -> None:
    arrays: dict[str, Any] = dict(to_arrays(learned))
    np.savez_compressed(path, **arrays)


def from_arrays(arrays: Arrays) -> Learned:
    """The models from their arrays, as `to_arrays` makes them. Raises ValueError when they are of another version."""
    if int(arrays["version"]) != VERSION:
        raise ValueError(f"learned.npz is of version {int(arrays['version'])}, this reader needs {VERSION}")
    names = [str(name) for name in arrays["sureness_names"]]
    return Learned(
        messages=_head(arrays, "messages"),
        replies=_head(arrays, "replies"),
        sureness=dict(zip(names, map(float, arrays["sureness"]), strict=True)),
        corpus=str(arrays["corpus"]),
        lessons=str(arrays["lessons"]),
    )


def to_arrays(learned: Learned) -> dict[str, NDArray[Any]]:
    """What is stored of the models: weights in half precision."""
    arrays: dict[str, NDArray[Any]] = {
        "version": np.array(VERSION),
        "corpus": np.array(learned.corpus),
        "lessons": np.array(learned.lessons),
        "sureness_names": np.array(list(learned.sureness)),
        "sureness": np.array(list(learned.sureness.values())),
    }
    for name, head in (("messages", learned.messages), ("replies", learned.replies)):
        arrays[f"{name}_keys"] = head.vocabulary.keys
        arrays[f"{name}_rarity"] = head.vocabulary.rarity.astype(np.float16)
        arrays[f"{name}_words"] = head.words.astype(np.float16)
        arrays[f"{name}_figures"] = head.figures.astype(np.float32)
        arrays[f"{name}_constant"] = head.constant.astype(np.float32)
    return arrays


def _head(arrays: Arrays, name: str) -> Head:
    vocabulary = Vocabulary(arrays[f"{name}_keys"], arrays[f"{name}_rarity"].astype(np.float32))
    parts = (arrays[f"{name}_{part}"].astype(np.float32) for part in ("words", "figures", "constant"))
    return Head(vocabulary, *parts)


def _softmax(margins: Floats) -> Floats:
    powers = np.exp(margins - margins.max())
    shares: Floats = powers / powers.sum()
    return shares
