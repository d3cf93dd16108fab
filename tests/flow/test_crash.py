"""The power goes at any stop of a message or a reminder: after the restart everything happened exactly once.

One exception is allowed: the line whose fate was unknown, sent but not yet recorded, may arrive twice.
"""

from __future__ import annotations

import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.store.keys import Keys
from bot.store.tables import asks, events, fires, inbox, outbox, reports, ticket_counters
from tests.conftest import TEST_KEY
from tests.flow.crash_child import live_and_die
from tests.flow.processes import exit_code
from tests.flow.world import KADER, PLACE, RESIDENT, START, add_person, make_world, rows, write

STOPS = [
    ("inbox.written", 1),
    ("inbox.stored", 1),
    ("turn.leased", 1),
    ("turn.read", 1),
    ("turn.decided", 1),
    ("turn.written", 1),
    ("turn.committed", 1),
    ("outbox.claimed", 1),
    ("outbox.noted", 1),
    ("outbox.sent", 1),
    ("outbox.recorded", 1),
    ("outbox.sent", 2),
    ("outbox.recorded", 2),
    ("fire.claimed", 1),
    ("fire.decided", 1),
    ("fire.written", 1),
    ("fire.committed", 1),
    ("outbox.claimed", 2),
    ("outbox.noted", 3),
    ("outbox.sent", 3),
    ("outbox.recorded", 3),
]
"""Where the power goes, and at which time of passing. Two letters follow the turn, one follows the reminder."""


@pytest.mark.parametrize(("stop", "nth"), STOPS)
def test_nothing_is_lost_and_nothing_doubled(
    stop: str, nth: int, database_url: str, engine: Engine, keys: Keys, tmp_path: Path
) -> None:
    add_person(engine, KADER, "kader", place_codes=PLACE)
    assert exit_code(live_and_die, database_url, TEST_KEY, tmp_path, START, stop, nth) == -signal.SIGKILL

    clock = FrozenClock(START + timedelta(minutes=1))
    app, channel = make_world(database_url, engine, keys, clock, tmp_path)
    write(app, "first", "no water")  # the provider delivers again, for it may have had no answer
    app.pump(now_quiet=True)
    app.stop()

    (report,) = rows(engine, reports)
    assert report.ticket == "SMD-0001"
    assert [row.last for row in rows(engine, ticket_counters)] == [1]
    assert [row.kind for row in rows(engine, events)] == ["reported", "kader_asked"]
    assert len(rows(engine, asks)) == 1
    (message,) = rows(engine, inbox)
    assert message.handled_at is not None
    assert [(row.step, row.done_at is None) for row in rows(engine, fires)] == [(1, False), (2, True)]

    letters = rows(engine, outbox)
    assert len(letters) == 3
    assert all(letter.sent_at is not None for letter in letters)
    assert set(channel.texts(RESIDENT)) == {"filed ticket=SMD-0001", "reminded ticket=SMD-0001 step=1"}
    assert set(channel.texts(KADER)) == {"verify ticket=SMD-0001"}
    arrivals = Counter(line["key"] for line in channel.lines())
    assert len(arrivals) == 3
    assert sum(arrivals.values()) == (4 if stop == "outbox.sent" else 3)
