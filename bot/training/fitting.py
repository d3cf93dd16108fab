"""Fits the learned reader to labelled messages. Only this file and the benchmark's baselines need scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from routing.case_marks import listed
from routing.clues import ClueFinder
from routing.corpus import Message, Reply
from routing.features import Floats, Vocabulary, build_vocabulary
from routing.intents import INTENTS
from routing.learned import CATEGORIES, KINDS, Head
from routing.locate import locate
from routing.officer import OfficerReader
from routing.region import Atlas
from routing.rules import Rules

TODAY = date(2026, 11, 23)
FOLDS = 5
MESSAGE_DECISIONS = ("categories", "kinds", "urgent", "restricted")
CORRECTED = "corrected"
"""The voice of texts whose category somebody set right: everybody's, and none to judge by."""
_UNSAID = -1
LEAST = 3
"""Texts in which a feature must occur to be kept."""
FIGURES_WEIGH = 0.1
"""Weight of the lexicon's findings beside words, each brought to a spread of one before."""
SOFTNESS = 0.5
"""C of the support vector machines."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Texts as features. `labels` holds one column for each decision, -1 where it does not apply."""

    present: Sequence[NDArray[np.uint32]]
    figures: Floats
    labels: dict[str, Rows]
    voices: NDArray[Any]
    judged: NDArray[np.bool_]
    """Rows that readers are judged by; the others are only learned from."""


def message_table(messages: Iterable[Message], rules: Rules, atlas: Atlas) -> Table:
    """Residents' and kader's messages, and behind them the single cases of their lists.

    Categories apply to reports only; of a case or a corrected report nobody said whether there is danger.
    """
    whole = list(messages)
    kept = whole + [case for message in whole for case in _cases(message, rules)]
    finder = ClueFinder(rules)
    clues = [finder.read(message.text, locate(message.text, atlas)) for message in kept]
    said = np.array([place < len(whole) and message.voice != CORRECTED for place, message in enumerate(kept)])
    return Table(
        present=[found.hashes() for found in clues],
        figures=np.array([found.figures(m.role) for found, m in zip(clues, kept, strict=True)]),
        labels={
            "categories": np.array([CATEGORIES.index(m.category) if m.category else _UNSAID for m in kept]),
            "kinds": np.array([KINDS.index(m.kind) for m in kept]),
            "urgent": np.where(said, [int(m.urgent) for m in kept], _UNSAID),
            "restricted": np.where(said, [int(m.restricted) for m in kept], _UNSAID),
        },
        voices=np.array([m.voice for m in kept]),
        judged=said,
    )


def _cases(message: Message, rules: Rules) -> Iterable[Message]:
    """The parts of a list whose marks agree with its labels, each with the category that belongs to it."""
    categories = (message.category, *message.others)
    pieces = listed(message.text, rules.cases) if message.others else ()
    if len(pieces) == len(categories):
        for (start, end), category in zip(pieces, categories, strict=True):
            yield replace(message, text=message.text[start:end].strip(), category=category, others=())


def reply_table(replies: Iterable[Reply], rules: Rules) -> Table:
    """Pieces of officers' replies, each about one ticket."""
    reader = OfficerReader(rules)
    pieces = [
        (clues, INTENTS.index(intent), reply.voice)
        for reply in replies
        for part, clues in reader.clues(reply.text, today=TODAY, prefix=_prefix(reply))
        if (intent := _intent_of(part.mentions, reply)) is not None
    ]
    return Table(
        present=[clues.hashes() for clues, _, _ in pieces],
        figures=np.array([clues.figures() for clues, _, _ in pieces]),
        labels={"intents": np.array([label for _, label, _ in pieces])},
        voices=np.array([voice for _, _, voice in pieces]),
        judged=np.ones(len(pieces), dtype=np.bool_),
    )


def _prefix(reply: Reply) -> str | None:
    return reply.ticket[:3] if reply.ticket and reply.ticket[0] != "#" else None


def _intent_of(mentions: Sequence[Any], reply: Reply) -> str | None:
    """The label of a part: by its ticket; where it names none, the reply's only one."""
    named = {m.ticket for m in mentions if m.ticket} | {f"#{m.number}" for m in mentions if m.number is not None}
    intents = dict(reply.further)
    for ticket in named:
        if ticket in intents:
            return intents[ticket]
    return reply.intent if not named or not reply.further or reply.ticket in named else None


def fit_head(table: Table, decisions: Sequence[str], rows: Rows) -> Head:
    """One head with the columns of all `decisions`, side by side."""
    vocabulary = build_vocabulary([table.present[row] for row in rows], LEAST)
    spread = table.figures[rows].std(axis=0) + 1e-6
    scale = (FIGURES_WEIGH / spread).astype(np.float32)
    features = _matrix(vocabulary, [table.present[row] for row in rows], table.figures[rows] * scale)
    parts = [_fit(features, table.labels[decision][rows], decision) for decision in decisions]
    weights = np.concatenate([weight for weight, _ in parts]).T.astype(np.float32)
    known = len(vocabulary.keys)
    return Head(
        vocabulary=vocabulary,
        words=np.ascontiguousarray(weights[:known]),
        figures=np.ascontiguousarray(weights[known:] * scale[:, None]),
        constant=np.concatenate([constant for _, constant in parts]).astype(np.float32),
    )


_LABELS = {"categories": len(CATEGORIES), "kinds": len(KINDS), "intents": len(INTENTS)}


def _fit(features: sparse.csr_matrix, labels: Rows, decision: str) -> tuple[Floats, Floats]:
    """Weights (labels × features) and constants; a label that never occurs is never chosen."""
    applies = labels >= 0
    machine = LinearSVC(
        C=SOFTNESS, class_weight="balanced" if decision in ("urgent", "restricted") else None, random_state=0
    )
    machine.fit(features[applies], labels[applies])
    count = _LABELS.get(decision)
    if count is None:
        return machine.coef_, machine.intercept_
    weights, constant = np.zeros((count, features.shape[1])), np.full(count, -3.0)
    weights[machine.classes_], constant[machine.classes_] = machine.coef_, machine.intercept_
    return weights, constant


def _matrix(vocabulary: Vocabulary, texts: Sequence[NDArray[np.uint32]], figures: Floats) -> sparse.csr_matrix:
    found = [vocabulary.look_up(text) for text in texts]
    starts = np.cumsum([0, *(len(rows) for rows, _ in found)])
    words = sparse.csr_matrix(
        (np.concatenate([w for _, w in found]), np.concatenate([r for r, _ in found]), starts),
        shape=(len(texts), len(vocabulary.keys)),
    )
    return sparse.hstack([words, sparse.csr_matrix(figures)]).tocsr()


def margins(head: Head, table: Table, rows: Rows) -> Floats:
    return np.array([head.margins(table.present[row], table.figures[row]) for row in rows])


def folds(table: Table) -> list[tuple[Rows, Rows]]:
    """Rows to train on and rows to judge by, whole voices together; what is not judged is only trained on."""
    judged = np.flatnonzero(table.judged)
    parts = GroupKFold(FOLDS).split(judged, groups=table.voices[judged])
    held = [judged[rows] for _, rows in parts]
    return [(np.flatnonzero(~np.isin(table.voices, table.voices[rows])), rows) for rows in held]


def held_out(table: Table, decisions: Sequence[str]) -> tuple[Floats, list[Head]]:
    """Margins of every row by a head that has not seen its voice, and the head of each fold."""
    heads = [fit_head(table, decisions, known) for known, _ in folds(table)]
    parts = [(rows, margins(head, table, rows)) for head, (_, rows) in zip(heads, folds(table), strict=True)]
    found = np.zeros((len(table.voices), parts[0][1].shape[1]), dtype=np.float32)
    for rows, values in parts:
        found[rows] = values
    return found, heads
