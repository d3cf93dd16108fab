"""Whatever comes has an answer and loses nothing: one odd message each, through the whole stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.channels.simulator import Delivery, PieceFile, SimulatorChannel
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.simulator import lines_after
from bot.store.tables import inbox, reports
from tests.dialogues.player import Stage

LONG = "air pdam mati di rt 5 loa bakung. " * 150
REPORT = "air pdam mati di rt 5 loa bakung"
SUMMARY = "Kel. Loa Bakung"


@pytest.fixture
def stage(sqlite_url: str, story_engine: Engine, keys: Keys, clock: FrozenClock, tmp_path: Path) -> Stage:
    return Stage(Settings(database_url=sqlite_url, var_dir=tmp_path / "var"), story_engine, keys, clock)


def sent(stage: Stage, *pieces: dict[str, Any], contact: str = "warga-1") -> list[str]:
    """What the person reads after sending these, one turn each."""
    answers = []
    for number, piece in enumerate(pieces):
        app = stage.app()
        raw = (
            piece.get("raw")
            or Delivery.model_validate(
                {"id": f"odd-message-{contact}-{number}", "contact": contact, "at": stage.clock.now(), **piece}
            )
            .model_dump_json()
            .encode()
        )
        app.inbox.accept("simulator", f"odd-message-{contact}-{number}", contact, raw)
        app.inbox.close()
        app.pump(now_quiet=True)
        with reading(stage.engine) as connection:
            said = [line for line in lines_after(connection, 0, 1000, contact) if line.outbound]
        answers.append(str(said[-1].body["text"]) if said else "")
    return answers


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        pytest.param({"text": ""}, "Tulis saja", id="empty text"),
        pytest.param({"text": "   \n\t "}, "Tulis saja", id="only blanks"),
        pytest.param({"text": LONG}, SUMMARY, id="over 4,000 letters"),
        pytest.param({"text": "😭😭🙏"}, "kata-kata", id="only emoji"),
        pytest.param({"choice": "f9:send"}, "Tombol itu", id="a button of a question that never was"),
        pytest.param({"choice": "a999999:true"}, "tombol itu", id="a button of nobody's question"),
        pytest.param({"choice": "::::"}, "tombol itu", id="half a button"),
        pytest.param({"choice": "m:nonsense"}, "Belum ada laporan", id="an unknown entry of the menu"),
        pytest.param({"text": "air pdam\x00 mati di rt 5 loa\x00 bakung"}, SUMMARY, id="NUL bytes"),
        pytest.param({"text": "\u202eair pdam mati\u202c di rt 5 loa bakung\u200f"}, SUMMARY, id="right-to-left marks"),
        pytest.param({"text": "{lines} {ticket} %s {0.__class__}"}, "", id="placeholders"),
        pytest.param({"raw": b"\xff\xfe{half a line"}, "tidak bisa kami baca", id="bytes that are no message"),
        pytest.param({"point": (0.0, 0.0)}, "Titik lokasinya", id="a pin in the sea"),
        pytest.param({"text": "cek SMD-0001"}, "tidak ada di daftar", id="somebody else's ticket"),
        pytest.param({"text": "/start ABCDE-FGHJK"}, "undangan", id="an invitation that is none"),
    ],
)
def test_one_odd_message(stage: Stage, odd: dict[str, Any], expected: str) -> None:
    (answer,) = sent(stage, odd)
    assert expected in answer
    assert answer
    with reading(stage.engine) as connection:
        rows = connection.execute(select(inbox.c.handled_at, inbox.c.parked_at, inbox.c.error)).all()
    assert [(row.parked_at, row.error) for row in rows] == [(None, None)]
    assert all(row.handled_at for row in rows)


@pytest.mark.parametrize(
    ("kind", "media_type", "content", "expected"),
    [
        ("photo", "image/jpeg", b"\xff\xd8\xff" + b"\0" * (20 * 1024 * 1024), "terlalu besar"),
        ("photo", "image/jpeg", b"MZ this is a program", "tidak bisa kami buka"),
        ("document", "application/pdf", b"", "tidak bisa"),
    ],
    ids=["a photo of 20 MB", "a program that says it is a photo", "an empty file"],
)
def test_odd_files_are_refused_kindly_and_the_report_goes_on(
    stage: Stage, kind: Any, media_type: str, content: bytes, expected: str
) -> None:
    channel = stage.app().channels["simulator"]
    assert isinstance(channel, SimulatorChannel)
    file = PieceFile(kind=kind, ref=channel.store(content), media_type=media_type, size=len(content))
    summary, refused, ticket = sent(stage, {"text": REPORT}, {"attachments": (file,)}, {"text": "ya"})
    assert SUMMARY in summary
    assert expected in refused
    assert "SMD-0001" in ticket


def test_a_button_of_yesterday_leaves_todays_report_alone(stage: Stage) -> None:
    sent(stage, {"text": REPORT})
    with reading(stage.engine) as connection:
        line = lines_after(connection, 0, 10, "warga-1")[-1]
    yesterday = line.body["buttons"][0]["id"]
    stage.clock.set(stage.clock.now().replace(day=23))
    answers = sent(
        stage,
        {"id": "later-message-1", "text": "batal"},
        {"id": "later-message-2", "text": "jalan berlubang di rt 9 lok bahu"},
        {"id": "later-message-3", "choice": yesterday},
    )
    assert "pertanyaan yang tadi" in answers[-1]
    with reading(stage.engine) as connection:
        assert connection.execute(select(reports.c.id)).all() == []


def test_the_same_message_twice_is_one_report(stage: Stage) -> None:
    sent(stage, {"text": REPORT}, {"text": "ya"})
    sent(stage, {"text": REPORT}, {"text": "ya"})
    with reading(stage.engine) as connection:
        assert len(connection.execute(select(reports.c.id)).all()) == 1
