"""A little of what `python -m tests.machines` plays for as long as one likes: the same little each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, Update, update

from bot.store.keys import Keys
from bot.store.tables import events, fires, inbox, outbox, reports
from tests.conftest import engine_for_tests, put_database
from tests.machines.machine import MATTERS
from tests.machines.play import play
from tests.machines.town import MORNING, RESIDENTS, Town

EXAMPLES = {"sqlite": (4, 16), "postgresql": (2, 10)}
"""Towns, and steps in each."""


def test_nothing_goes_wrong_whoever_does_what(database_url: str, engine: Engine, keys: Keys, tmp_path: Path) -> None:
    examples, steps = EXAMPLES[engine.dialect.name]
    play(database_url, engine, keys, tmp_path, examples, steps)


MEANWHILE = MORNING + timedelta(days=1)
NIGHT = MORNING + timedelta(hours=14)
WRONG: tuple[tuple[Update, str], ...] = (
    (update(reports).values(office=None), "neither an office nor a reason in the pen"),
    (update(fires).values(done_at=MEANWHILE), "nothing will bring it up again"),
    (update(events).values(kind="note"), "its last event says"),
    (update(events).values(person_id=None, actor="reporter"), "by nobody"),
    (update(fires).values(kind="verify_next", step=1, round=fires.c.id), "waits twice"),
    (update(fires).values(outcome="nudge", done_at=MEANWHILE), "was brought up"),
    (update(fires).values(due_at=MORNING), "was due and is not done"),
    (update(inbox).values(error="ValueError"), "was not handled"),
    (update(reports).values(promise_by=NIGHT.date() + timedelta(days=30)), "the promise moved"),
    (update(outbox).values(sent_at=NIGHT, reply_channel=None), "reached person"),
    (update(reports).values(status="cancelled"), "its last event says"),
)
"""What somebody might break, and how it would be told."""


@pytest.mark.parametrize(("broken", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_goes_wrong_is_seen(broken: Update, words: str, town: Town) -> None:
    assert town.watch.everything(town.clock.now()) == []
    with town.engine.begin() as connection:
        connection.execute(broken)
    assert any(words in line for line in town.watch.everything(town.clock.now()))


@pytest.fixture
def town(
    sqlite_template: Path, sqlite_place: Path, keys: Keys, engines: dict[str, Engine], tmp_path: Path
) -> Iterator[Town]:
    """A town with one report that waits for its kader."""
    url = put_database(sqlite_template, sqlite_place)
    engine = engines.setdefault(url, engine_for_tests(url, keys))
    town = Town(url, engine, keys, tmp_path)
    town.says(RESIDENTS[0], MATTERS[0])
    town.taps(0, 0)
    yield town
    town.closes()
    engine.dispose()
