"""How well messages are understood: every rate with its count and 95 % interval, beside keywords and TF-IDF.

    python benchmarks/understanding.py [--samples FOLDER] [--only-samples] [--wrong]

The corpus is read by readers that have not seen the voice, five folds of whole voices; the samples by the shipped one.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import baselines, tables  # noqa: E402
from bot.training import fitting  # noqa: E402
from bot.training.calibrate import message_sureness, reply_sureness  # noqa: E402
from routing.corpus import Message, Reply, load_messages, load_replies  # noqa: E402
from routing.learned import CATEGORIES, load_learned  # noqa: E402
from routing.model import FIELD_OF, RESTRICTED_CATEGORIES, Role  # noqa: E402
from routing.region import Atlas, load_atlas  # noqa: E402
from routing.rules import Rules, load_rules  # noqa: E402
from routing.understand import Reader  # noqa: E402

TODAY = date(2026, 11, 23)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--samples", type=Path, default=ROOT.parent / "shared" / "samples")
    arguments.add_argument("--only-samples", action="store_true", help="leave out the corpus, which takes minutes")
    arguments.add_argument("--wrong", action="store_true", help="also print every sample that was misread")
    given = arguments.parse_args()
    atlas, rules = load_atlas(), load_rules()
    messages, replies = load_messages(), load_replies()
    gc.freeze()  # as the service does when it has started
    if not given.only_samples:
        _corpus(messages, replies, atlas, rules)
    if given.samples.is_dir():
        _samples(given.samples, messages, Reader(atlas, rules), wrong=given.wrong)


def _corpus(messages: Sequence[Message], replies: Sequence[Reply], atlas: Atlas, rules: Rules) -> None:
    table, pieces = fitting.message_table(messages, rules, atlas), fitting.reply_table(replies, rules)
    found, heads = fitting.held_out(table, fitting.MESSAGE_DECISIONS)
    told, answers = fitting.held_out(pieces, ("intents",))
    shipped = load_learned()
    read: list[tables.Read] = []
    heard: list[tables.Heard] = []
    for number, (known, held) in enumerate(fitting.folds(table)):
        known = known[table.judged[known]]
        sureness = message_sureness(found, table, known) | {"resolved": shipped.sureness["resolved"]}
        reader = Reader(atlas, rules, replace(shipped, messages=heads[number], sureness=sureness))
        plain = _plain([messages[row] for row in known])
        read += [_read(reader, _row(messages[row]), plain) for row in held]
    for number, (known, held) in enumerate(fitting.folds(pieces)):
        sureness = {**shipped.sureness, **reply_sureness(told, pieces, known)}
        reader = Reader(atlas, rules, replace(shipped, replies=answers[number], sureness=sureness))
        voices = set(pieces.voices[held])
        heard += [_heard(reader, _reply_row(reply)) for reply in replies if reply.voice in voices]
    tables.messages("corpus, voices held out", read)
    tables.officers("officers, voices held out", heard)
    tables.speed(read)
    _curve(table)


def _samples(folder: Path, messages: Sequence[Message], reader: Reader, *, wrong: bool) -> None:
    plain = _plain(messages)
    rows = [row for name in ("residents", "kader") for row in _rows(folder / f"{name}.jsonl")]
    read = [_read(reader, row, plain) for row in rows]
    tables.messages("samples, shipped reader", read)
    tables.officers("samples, officers", [_heard(reader, row) for row in _rows(folder / "officers.jsonl")])
    tables.speed(read)
    if wrong:
        tables.misread(read)


def _curve(table: fitting.Table) -> None:
    """Field and category by the size of the corpus, whole voices left out at random but always the same."""
    print("\nlearning curve (learned heads alone)      messages  category  field, macro-F1")
    chance = np.random.default_rng(7)
    voices = np.unique(table.voices)
    for share in (0.25, 0.5, 1.0):
        kept = set(chance.choice(voices, int(len(voices) * share), replace=False))
        pairs: list[tuple[str | None, str | None]] = []
        count = 0
        for known, held in fitting.folds(table):
            rows = np.array([row for row in known if table.voices[row] in kept])
            count += len(rows)
            head = fitting.fit_head(table, ("categories",), rows)
            told = held[table.labels["categories"][held] >= 0]
            best = fitting.margins(head, table, told).argmax(axis=1)
            wanted = table.labels["categories"][told]
            pairs += [(CATEGORIES[w], CATEGORIES[g]) for w, g in zip(wanted, best, strict=True)]
        tables.curve_line(share, count // fitting.FOLDS, pairs)


def _plain(messages: Sequence[Message]) -> Any:
    return baselines.tfidf([m.text for m in messages], [m.field or f"={m.kind}" for m in messages])


def _read(reader: Reader, row: tables.Row, plain: Any) -> tables.Read:
    started = time.perf_counter()
    got = reader.read(row["text"], role=Role(row["role"]))
    took = time.perf_counter() - started
    order = plain.classes_[np.argsort(-plain.predict_proba([row["text"]])[0])]
    kind = "report" if order[0] in FIELD_OF.values() else str(order[0])[1:]
    field = next(str(name) for name in order if name in FIELD_OF.values())
    return tables.Read(row, got, took, kind, field)


def _heard(reader: Reader, row: tables.Row) -> tables.Heard:
    return tables.Heard(row, reader.read_officer(row["text"], today=TODAY, region=reader.home_region))


def _row(message: Message) -> tables.Row:
    return {
        "id": message.where,
        "text": message.text,
        "kind": message.kind.value,
        "field": message.field,
        "category": message.category,
        "urgent": message.urgent or message.category in RESTRICTED_CATEGORIES,  # as the samples count it
        "restricted": message.restricted,
        "also": list(message.also),
        "place": message.place,
        "rt": message.rt,
        "rw": message.rw,
        "on_behalf_of": message.on_behalf_of,
        "cases": [message.category, *message.others] if message.others else [],
        "role": message.role.value,
    }


def _reply_row(reply: Reply) -> tables.Row:
    further = [{"ticket": ticket, "intent": intent} for ticket, intent in reply.further]
    return {
        "id": reply.where,
        "text": reply.text,
        "intent": reply.intent,
        "ticket": reply.ticket,
        "eta": reply.eta,
        "forward_to": reply.forward_to,
        "more": further,
    }


def _rows(path: Path) -> Iterable[tables.Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


if __name__ == "__main__":
    main()
