"""The learned reader: linear heads over pieces of words, words, and what the lexicon found. Needs numpy, no trainer.

`benchmarks/train.py` writes `rules/learned.npz` from the corpus; a hash inside says of which corpus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.clues import Clues
from routing.features import VERSION, Floats, Vocabulary, hashes
from routing.intents import INTENTS, RESOLVED, IntentClues
from routing.model import FIELD_OF, RESTRICTED_CATEGORIES, Kind, Role
from routing.normalise import Token

CATEGORIES = tuple(FIELD_OF)
KINDS = tuple(Kind)
_VIOLENT = np.array([category in RESTRICTED_CATEGORIES for category in CATEGORIES])
_MEMBERS = {name: np.array([FIELD_OF[c] == name for c in CATEGORIES]) for name in dict.fromkeys(FIELD_OF.values())}

_UNNAMED = 0.4
"""What is asked in addition of *resolved* when no rule finds a word of it."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Head:
    """Labels scored side by side: a weight for every known feature, for every figure, and a constant."""

    vocabulary: Vocabulary
    words: Floats
    figures: Floats
    constant: Floats

    def margins(self, present: NDArray[np.uint32], figures: Floats) -> Floats:
        rows, weights = self.vocabulary.look_up(present)
        scored: Floats = weights @ self.words[rows] + figures @ self.figures + self.constant
        return scored

    def share(self, tokens: Sequence[Token], column: int) -> tuple[float, ...]:
        """How much each word by itself speaks for one label."""
        shares = []
        for token in tokens:
            rows, weights = self.vocabulary.look_up(hashes((token,)))
            shares.append(float(weights @ self.words[rows, column]))
        return tuple(shares)


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
        fields = {name: float(self.categories[members].sum()) for name, members in _MEMBERS.items()}
        first = max(fields, key=lambda name: fields[name])
        order = sorted(
            range(len(CATEGORIES)), key=lambda i: (FIELD_OF[CATEGORIES[i]] == first, self.categories[i]), reverse=True
        )
        best = order[0]
        rest = sorted(order[1:], key=lambda i: -self.categories[i])
        return tuple((CATEGORIES[i], float(self.categories[i])) for i in (best, *rest))


@dataclass(frozen=True)
class Learned:
    """Both models, for messages and for replies of officers; immutable."""

    messages: Head
    replies: Head
    sureness: Mapping[str, float]
    """Temperatures (`categories`, `kinds`) and thresholds (`urgent`, `restricted`, `resolved`)."""
    corpus: str
    """`routing.corpus.fingerprint()` of what it was trained on."""

    def of(self, clues: Clues, role: Role) -> Opinion:
        margins = self.messages.margins(clues.hashes(), clues.figures(role))
        split = len(CATEGORIES), len(CATEGORIES) + len(KINDS)
        categories = _softmax(margins[: split[0]] * self.sureness["categories"])
        urgent, restricted = margins[split[1] :]
        return Opinion(
            categories=categories,
            kinds=_softmax(margins[split[0] : split[1]] * self.sureness["kinds"]),
            urgency=float(urgent) - self.sureness["urgent"],
            violence=float(restricted) - self.sureness["restricted"],
        )

    def words_for(self, clues: Clues, category: str, most: int = 3) -> tuple[str, ...]:
        """The words that speak most for a category, as written; they are evidence where the lexicon knows none."""
        shares = self.messages.share(clues.tokens, CATEGORIES.index(category))
        best = sorted(range(len(shares)), key=lambda i: -shares[i])[:most]
        return tuple(dict.fromkeys(clues.tokens[i].surface for i in sorted(best) if shares[i] > 0))

    def intent(self, clues: IntentClues) -> str:
        """The intent of an officer's words; *resolved* only when nothing speaks against it and it is clearly ahead."""
        margins = self.replies.margins(clues.hashes(), clues.figures())
        solved = INTENTS.index(RESOLVED)
        least = self.sureness[RESOLVED] + (0.0 if clues.scores.get(RESOLVED, 0.0) > 0 else _UNNAMED)
        if clues.open_still or margins[solved] < least:
            margins[solved] = -np.inf
        return INTENTS[int(margins.argmax())]


@cache
def load_learned() -> Learned:
    """Reads `rules/learned.npz`, once for each process.

    Raises FileNotFoundError without it, ValueError when it is of another version.
    """
    with as_file(files("routing.rules") / "learned.npz") as path, np.load(path) as arrays:
        return from_arrays({name: arrays[name] for name in arrays.files})


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
    )


def to_arrays(learned: Learned) -> dict[str, NDArray[Any]]:
    """What is stored of the models: weights in half precision."""
    arrays: dict[str, NDArray[Any]] = {
        "version": np.array(VERSION),
        "corpus": np.array(learned.corpus),
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
