"""Is a reader that learned from corrections better than the one without them? Danger must not be heard worse.

Both are judged on the corpus, each text by a reader that has not seen its voice, at the thresholds each would have.
Two readers never agree on every text: the new one is refused where it loses more of the texts on which they differ than
chance explains (sign test, one-sided, 5 %).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.training.model import Trained
from routing.learned import CATEGORIES, KINDS, dangers
from routing.model import FIELD_OF, Kind

_CHANCE = 0.05
_REPORT = KINDS.index(Kind.REPORT)
_FIELDS = np.array([FIELD_OF[category] for category in CATEGORIES])
DANGERS = ("violence", "peace", "urgent", "calm")
"""Where the new one may not be worse: danger heard, and the rest left in peace."""

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Line:
    """How often each reader is right about one thing, of `count` texts; `worse`: beyond chance."""

    name: str
    old: float
    new: float
    count: int
    worse: bool


@dataclass(frozen=True)
class Verdict:
    """`refused` names the lines of danger on which the new one is worse."""

    lines: tuple[Line, ...]
    refused: tuple[str, ...]


def compare(old: Trained, new: Trained) -> Verdict:
    """`old` was trained on the corpus alone; both are judged by the same texts in the same order."""
    before, after = _right(old), _right(new)
    lines = tuple(_line(name, before[name], after[name]) for name in before)
    return Verdict(lines, tuple(line.name for line in lines if line.worse and line.name in DANGERS))


def is_worse(lost: int, won: int) -> bool:
    """Whether so many lost against so many won are no chance any more."""
    differing = lost + won
    tail = sum(math.comb(differing, count) for count in range(lost, differing + 1))
    return lost > won and tail / 2**differing < _CHANCE


def _line(name: str, before: Right, after: Right) -> Line:
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    return Line(name, float(before.mean()), float(after.mean()), len(before), is_worse(lost, won))


def _right(trained: Trained) -> Mapping[str, Right]:
    """Which texts were read right, for each line of the table."""
    rows = np.flatnonzero(trained.table.judged)
    labels = {name: column[rows] for name, column in trained.table.labels.items()}
    margins, sureness = trained.margins[rows], trained.learned.sureness
    reports = labels["categories"] >= 0
    category = margins[:, : len(CATEGORIES)].argmax(axis=1)
    kinds = margins[:, len(CATEGORIES) : len(CATEGORIES) + len(KINDS)].copy()
    kinds[:, _REPORT] -= sureness["report"]
    danger = dict(zip(("urgent", "restricted"), dangers(margins).T, strict=True))
    heard = {name: danger[name] >= sureness[name] for name in danger}
    return {
        "field": (_FIELDS[category] == _FIELDS[labels["categories"]])[reports],
        "category": (category == labels["categories"])[reports],
        "kind": kinds.argmax(axis=1) == labels["kinds"],
        **dict(_by_label(("violence", "peace"), heard["restricted"], labels["restricted"])),
        **dict(_by_label(("urgent", "calm"), heard["urgent"], labels["urgent"])),
    }


def _by_label(names: tuple[str, str], heard: Right, labels: NDArray[np.int64]) -> Iterable[tuple[str, Right]]:
    yield names[0], heard[labels == 1]
    yield names[1], ~heard[labels == 0]
