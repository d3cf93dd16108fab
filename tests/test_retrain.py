"""Learning from what people set right: judged on unseen voices, refused where danger is heard worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, insert

from bot.app import knowledge
from bot.operator_error import OperatorError
from bot.own_model import open_model
from bot.retraining import hash_of, lessons, write
from bot.store.database import reading
from bot.store.tables import corrections
from bot.training import fitting
from bot.training.compare import compare, is_worse
from bot.training.fitting import CORRECTED, Table
from bot.training.model import Trained
from routing.corpus import parse_message
from routing.learned import CATEGORIES, KINDS, load_learned
from routing.model import Kind
from routing.rules import load_rules
from tests.flow.world import START

REPORT = KINDS.index(Kind.REPORT)
COUNT = 40


def trained(heard: int, alarms: int = 0) -> Trained:
    """Half the texts are of violence, of which `heard` are heard; of the others, `alarms` are taken for it."""
    half = COUNT // 2
    labels = np.arange(COUNT) < half
    margins = np.full((COUNT, len(CATEGORIES) + len(KINDS) + 2), -1.0, dtype=np.float32)
    margins[:, 0] = 1.0
    margins[:, len(CATEGORIES) + REPORT] = 1.0
    margins[:heard, -1] = 1.0
    margins[half : half + alarms, -1] = 1.0
    table = Table(
        present=[np.zeros(0, dtype=np.uint32)] * COUNT,
        figures=np.zeros((COUNT, 1), dtype=np.float32),
        labels={
            "categories": np.zeros(COUNT, dtype=np.int64),
            "kinds": np.full(COUNT, REPORT),
            "urgent": labels.astype(np.int64),
            "restricted": labels.astype(np.int64),
        },
        voices=np.array([f"v{row % 5}" for row in range(COUNT)]),
        judged=np.ones(COUNT, dtype=np.bool_),
    )
    sureness = {"categories": 1.0, "kinds": 1.0, "report": 0.0, "urgent": 0.0, "restricted": 0.5, "resolved": 0.0}
    return Trained(replace(load_learned(), sureness=sureness), table, margins)


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        (trained(20), trained(20), ()),
        (trained(10), trained(20), ()),
        (trained(20), trained(18), ()),
        (trained(20), trained(10), ("violence",)),
        (trained(20), trained(20, alarms=8), ("peace",)),
    ],
    ids=["the same", "better", "worse by chance", "deaf", "alarmed"],
)
def test_the_new_one_is_refused_where_danger_is_heard_worse(
    old: Trained, new: Trained, refused: tuple[str, ...]
) -> None:
    assert compare(old, new).refused == refused


def test_both_are_shown_line_by_line() -> None:
    line = next(line for line in compare(trained(20), trained(10)).lines if line.name == "violence")
    assert (line.old, line.new, line.count, line.worse) == (1.0, 0.5, 20, True)


@pytest.mark.parametrize(
    ("lost", "won", "worse"), [(0, 0, False), (4, 0, False), (5, 0, True), (9, 6, False), (20, 8, True), (3, 9, False)]
)
def test_few_differences_are_chance(lost: int, won: int, worse: bool) -> None:
    assert is_worse(lost, won) is worse


def test_what_was_corrected_is_never_held_out() -> None:
    voices = np.array([CORRECTED] * 4 + [f"v{row % 6}" for row in range(COUNT - 4)])
    for known, held in fitting.folds(replace(trained(20).table, voices=voices, judged=voices != CORRECTED)):
        assert set(range(4)) <= set(known.tolist())
        assert not set(range(4)) & set(held.tolist())
        assert not set(known.tolist()) & set(held.tolist())


def test_each_case_of_a_list_is_learned_with_its_voice() -> None:
    line = "jalan_jembatan | k | - | - | - | - | - | 1. jalan berlubang di rt 2 2. parit mampet di rt 3 ##drainase"
    atlas, _ = knowledge()
    table = fitting.message_table([parse_message(line, "a:1", "v")], load_rules(), atlas)
    learned = [CATEGORIES[label] for label in table.labels["categories"]]
    assert learned == ["jalan_jembatan", "jalan_jembatan", "drainase"]
    assert (table.judged.tolist(), set(table.voices)) == ([True, False, False], {"v"})
    assert table.labels["urgent"].tolist() == [0, -1, -1]


def test_of_one_report_the_last_word_counts(engine: Engine) -> None:
    said = [(1, "kader", "rtlh"), (1, "officer", "drainase"), (2, "reporter", "air_bersih")]
    with engine.begin() as connection:
        for report, actor, after in said:
            row = {"report_id": report, "at": START, "actor": actor, "text": "air", "before": None, "after": after}
            connection.execute(insert(corrections).values(row))
    with reading(engine) as connection:
        found = lessons(connection)
    assert [message.category for message in found] == ["drainase", "air_bersih"]
    assert {message.voice for message in found} == {CORRECTED}
    assert hash_of(found) != hash_of(found[:1])
    assert hash_of(()) == ""


def test_a_model_is_named_by_what_it_learned_and_read_again(tmp_path: Path) -> None:
    mine = replace(trained(20), learned=replace(load_learned(), lessons="0123456789"))
    path = write(mine, tmp_path / "models")
    assert path.name == f"learned-{load_learned().corpus[:8]}-01234567.npz"
    assert open_model(path).lessons == "0123456789"


def test_another_file_or_another_corpus_is_refused(tmp_path: Path) -> None:
    noise = tmp_path / "noise.npz"
    noise.write_bytes(b"no model")
    old = write(replace(trained(20), learned=replace(load_learned(), corpus="f" * 64)), tmp_path)
    for path, key in ((noise, "unreadable"), (tmp_path / "none.npz", "unreadable"), (old, "outdated")):
        with pytest.raises(OperatorError) as error:
            open_model(path)
        assert error.value.key == f"cli.retrain.{key}"
