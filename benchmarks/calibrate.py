"""From margins to decisions: temperatures make scores honest, thresholds are as wary as the errors are bad."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.fitting import Rows, Table
from routing.features import Floats
from routing.intents import INTENTS, RESOLVED
from routing.learned import CATEGORIES, KINDS

URGENT_PRECISION = 0.70
FALSE_VIOLENCE = 0.03
FALSE_SOLVED = 0.01
_TEMPERATURES = np.geomspace(0.5, 12.0, 60)


def message_sureness(found: Floats, table: Table, rows: Rows) -> dict[str, float]:
    """Temperatures and thresholds of the message heads, from held-out margins of `rows`."""
    after_kinds = len(CATEGORIES) + len(KINDS)
    return {
        "categories": _temperature(found[rows, : len(CATEGORIES)], table.labels["categories"][rows]),
        "kinds": _temperature(found[rows, len(CATEGORIES) : after_kinds], table.labels["kinds"][rows]),
        "urgent": _for_precision(found[rows, after_kinds], table.labels["urgent"][rows] == 1, URGENT_PRECISION),
        "restricted": _for_alarms(found[rows, after_kinds + 1], table.labels["restricted"][rows] == 1, FALSE_VIOLENCE),
    }


def reply_sureness(found: Floats, table: Table, rows: Rows) -> dict[str, float]:
    """The margin from which *resolved* is believed."""
    solved, labels = INTENTS.index(RESOLVED), table.labels["intents"][rows]
    chosen = found[rows].argmax(axis=1) == solved
    wrong = np.sort(found[rows, solved][chosen & (labels != solved)])
    allowed = int(FALSE_SOLVED * (labels != solved).sum())
    return {RESOLVED: float(wrong[-allowed - 1]) + 1e-4 if len(wrong) > allowed else -10.0}


def _temperature(margins: Floats, labels: Rows) -> float:
    """The factor under which the true labels are likeliest."""
    margins, labels = margins[labels >= 0], labels[labels >= 0]
    return float(min(_TEMPERATURES, key=lambda factor: _surprise(margins * factor, labels)))


def _surprise(margins: Floats, labels: Rows) -> float:
    top = margins.max(axis=1, keepdims=True)
    logs = margins - top - np.log(np.exp(margins - top).sum(axis=1, keepdims=True))
    return -float(logs[np.arange(len(labels)), labels].mean())


def _for_precision(margins: Floats, wanted: NDArray[np.bool_], precision: float) -> float:
    """The lowest threshold at which so many of those above it are wanted."""
    order = np.argsort(-margins)
    share = np.cumsum(wanted[order]) / np.arange(1, len(order) + 1)
    last = np.flatnonzero(share >= precision)
    return float(margins[order[last[-1]]]) if len(last) else 0.0


def _for_alarms(margins: Floats, wanted: NDArray[np.bool_], share: float) -> float:
    """The threshold above which only this share of the unwanted stands."""
    unwanted = np.sort(margins[~wanted])[::-1]
    return float(unwanted[int(share * len(unwanted))]) + 1e-4
