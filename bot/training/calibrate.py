"""From margins to decisions: temperatures make scores honest, thresholds are as wary as the errors are bad."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.training.fitting import Rows, Table
from routing.features import Floats
from routing.intents import INTENTS, RESOLVED
from routing.learned import CATEGORIES, KINDS, dangers, lead
from routing.model import Kind

URGENT_PRECISION = 0.70
FALSE_VIOLENCE = 0.035
FALSE_SOLVED = 0.008
LOST = 2
"""A report that is lost weighs as much as so many questions too many."""
_REPORT = KINDS.index(Kind.REPORT)
_TEMPERATURES = np.geomspace(0.5, 12.0, 60)
_LEADS = np.linspace(0.0, 0.6, 25)


def message_sureness(found: Floats, table: Table, rows: Rows) -> dict[str, float]:
    """Temperatures and thresholds of the message heads, from held-out margins of `rows`."""
    after_kinds = len(CATEGORIES) + len(KINDS)
    kinds = found[rows, len(CATEGORIES) : after_kinds].copy()
    urgent, restricted = dangers(found[rows]).T
    report = _needed_lead(lead(kinds, _REPORT), table.labels["kinds"][rows] == _REPORT)
    kinds[:, _REPORT] -= report
    return {
        "categories": _temperature(found[rows, : len(CATEGORIES)], table.labels["categories"][rows]),
        "kinds": _temperature(kinds, table.labels["kinds"][rows]),
        "report": report,
        "urgent": _for_precision(urgent, table.labels["urgent"][rows] == 1, URGENT_PRECISION),
        "restricted": _for_alarms(restricted, table.labels["restricted"][rows] == 1, FALSE_VIOLENCE),
    }


def reply_sureness(found: Floats, table: Table, rows: Rows) -> dict[str, float]:
    """By how much *resolved* must lead to be believed."""
    solved = INTENTS.index(RESOLVED)
    unsolved = table.labels["intents"][rows] != solved
    return {RESOLVED: max(_for_alarms(lead(found[rows], solved), ~unsolved, FALSE_SOLVED), 0.0)}


def _needed_lead(leads: Floats, reports: NDArray[np.bool_]) -> float:
    """The lead from which *report* is believed with the least harm."""

    def harm(needed: float) -> int:
        told = leads >= needed
        return LOST * int((reports & ~told).sum()) + int((~reports & told).sum())

    return float(min(_LEADS, key=harm))


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
