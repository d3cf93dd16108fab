"""From labelled texts to a model of the reader, and how good it is on voices that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.training import fitting
from bot.training.calibrate import message_sureness, reply_sureness
from bot.training.fitting import MESSAGE_DECISIONS, Table
from routing.corpus import Message, Reply, fingerprint
from routing.features import Floats
from routing.learned import Learned
from routing.region import Atlas
from routing.rules import Rules


@dataclass(frozen=True)
class Trained:
    """A model, and what its recipe makes of each text by a reader that has not seen the voice."""

    learned: Learned
    table: Table
    margins: Floats
    """Rows as in `table`; columns as those of the messages' heads."""


def train(
    messages: Sequence[Message], replies: Sequence[Reply], rules: Rules, atlas: Atlas, *, lessons: str = ""
) -> Trained:
    """The same texts, the same model. `lessons` is a hash of the corrections among them."""
    table, pieces = fitting.message_table(messages, rules, atlas), fitting.reply_table(replies, rules)
    margins = fitting.held_out(table, MESSAGE_DECISIONS)[0]
    each = np.arange(len(pieces.voices))
    sureness = message_sureness(margins, table, np.flatnonzero(table.judged))
    sureness |= reply_sureness(fitting.held_out(pieces, ("intents",))[0], pieces, each)
    learned = Learned(
        messages=fitting.fit_head(table, MESSAGE_DECISIONS, np.arange(len(table.voices))),
        replies=fitting.fit_head(pieces, ("intents",), each),
        sureness=sureness,
        corpus=fingerprint(),
        lessons=lessons,
    )
    return Trained(learned, table, margins)
