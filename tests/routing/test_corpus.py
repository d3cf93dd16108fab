"""The corpus the reader learns from: well-formed, varied, and nothing in it twice."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from routing.corpus import Message, fingerprint, load_messages, load_replies, parse_message, parse_reply
from routing.learned import load_learned
from routing.model import CATEGORIES, RESTRICTED_CATEGORIES, Kind

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
MESSAGES = load_messages()
REPLIES = load_replies()
ALIKE = 85.0
SHORT = 25


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _alike(texts: Sequence[str], others: Sequence[str], at: float) -> Iterator[tuple[str, str]]:
    """Pairs of at least `at` percent. Both are gone through by length, for a much longer text can't be that near."""
    rows, columns = sorted(texts, key=len), sorted(others, key=len)
    lengths = [len(text) for text in columns]
    share = at / (200 - at)
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        first = bisect_left(lengths, int(len(some[0]) * share))
        within = columns[first : bisect_right(lengths, ceil(len(some[-1]) / share))]
        near = process.cdist(some, within, scorer=fuzz.ratio, score_cutoff=at, dtype=np.uint8)
        yield from ((some[row], within[column]) for row, column in zip(*np.nonzero(near), strict=True))


@pytest.mark.parametrize("texts", [[m.text for m in MESSAGES], [r.text for r in REPLIES]], ids=["messages", "replies"])
def test_no_text_is_nearly_another(texts: list[str]) -> None:
    long = [_plain(text) for text in texts if len(text) > SHORT]
    assert [text for text, times in Counter(long).items() if times > 1] == []
    assert [(one, other) for one, other in _alike(long, long, ALIKE) if one != other] == []


def test_no_sample_is_in_the_corpus() -> None:
    """The samples stay a test: the folder is beside the repository where there is one."""
    files = SAMPLES.glob("*.jsonl") if SAMPLES.is_dir() else []
    samples = [_plain(json.loads(line)["text"]) for file in files for line in file.read_text("utf-8").splitlines()]
    own = [_plain(entry.text) for entry in (*MESSAGES, *REPLIES) if len(entry.text) > SHORT]
    assert list(_alike(samples, own, ALIKE)) == []


@pytest.mark.parametrize("category", [category for members in CATEGORIES.values() for category in members])
def test_every_category_is_written_often(category: str) -> None:
    assert sum(message.category == category for message in MESSAGES) >= 30


def test_every_kind_is_written_often() -> None:
    counts = Counter(message.kind for message in MESSAGES)
    assert min(counts[kind] for kind in Kind) >= 40


def test_violence_is_always_restricted() -> None:
    assert {message.restricted for message in MESSAGES if message.category in RESTRICTED_CATEGORIES} == {True}


def test_voices_stay_in_one_file_and_are_many() -> None:
    files: dict[str, set[str]] = {}
    for entry in (*MESSAGES, *REPLIES):
        files.setdefault(entry.voice, set()).add(entry.where.partition(":")[0])
    assert {voice: found for voice, found in files.items() if len(found) > 1} == {}
    assert len(files) >= 100


def test_the_shipped_model_was_trained_on_this_corpus() -> None:
    assert load_learned().corpus == fingerprint()


def test_a_line_becomes_a_message() -> None:
    got = parse_message("kdrt | ur | kesehatan | Loa Bakung | 5 | - | Ani | satu\\ndua ##jalan_jembatan", "a:1", "v")
    assert (got.kind, got.category, got.field) == (Kind.REPORT, "kdrt", "trantibumlinmas")
    assert (got.urgent, got.restricted, got.also, got.place, got.rt) == (True, True, ("kesehatan",), "Loa Bakung", "5")
    assert (got.rw, got.on_behalf_of, got.text, got.others) == (None, "Ani", "satu\ndua", ("jalan_jembatan",))


def test_a_line_becomes_a_reply() -> None:
    got = parse_reply("resolved | #1 | - | - | - | #2:postponed,#3:not_ours | 1 tuntas", "o:1", "v")
    assert (got.intent, got.ticket, got.further) == ("resolved", "#1", (("#2", "postponed"), ("#3", "not_ours")))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("kdrt | r | - | text", "4 fields instead of 8"),
        ("kdrt | u | - | - | - | - | - | text", "always restricted"),
        ("kdrtt | r | - | - | - | - | - | text", "unknown label"),
        ("=hello | - | - | - | - | - | - | text", "not a valid Kind"),
        ("paud | x | - | - | - | - | - | text", "flags"),
        ("paud | - | sekolah | - | - | - | - | text", "unknown label"),
        ("paud | - | - | - | lima | - | - | text", "not a number"),
        ("paud | - | - | - | - | - | - | ", "no text"),
    ],
)
def test_a_malformed_line_is_refused(line: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        parse_message(line, "a:1", "v")


def test_messages_say_where_they_stand() -> None:
    first: Message = MESSAGES[0]
    assert re.fullmatch(r"\w+\.txt:\d+", first.where)
