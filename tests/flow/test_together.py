"""Several processes and threads at the same work: each piece is done by one of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert

from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.outbound import Letter, post
from bot.store.tables import addresses, conversations, events, fires, inbox, outbox, people, reports
from handlers.messages import Say
from routing.model import FireKind
from tests.conftest import TEST_KEY
from tests.flow.conftest import World
from tests.flow.crash_child import work_off
from tests.flow.processes import started
from tests.flow.world import KADER, PLACE, RESIDENT, START, FileChannel, add_person, make_world, rows, write

MANY = 60


def residents(connection: Connection, count: int) -> list[int]:
    ids = list(
        connection.scalars(
            insert(people).returning(people.c.id), [{"facts": {}, "created_at": START} for _ in range(count)]
        )
    )
    contacts = [{"person_id": one, "channel": "test", "contact_hash": str(one), "contact": str(one)} for one in ids]
    connection.execute(insert(addresses), contacts)
    return ids


def all_at_once(count: int, url: str, folder: Path, what: str) -> None:
    processes = [started(work_off, url, TEST_KEY, folder, START, what) for _ in range(count)]
    for process in processes:
        process.join()
        assert process.exitcode == 0


def test_many_letters_and_several_senders(database_url: str, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        for person_id in (ids := residents(connection, MANY // 4)):
            for number in range(4):
                letter = Letter(person_id, (Say("line", {"number": number}),), f"{person_id}.{number}", START)
                post(connection, letter, START)
    all_at_once(3, database_url, tmp_path, "outbox")
    channel = FileChannel(tmp_path / "sent.jsonl")
    assert len(channel.lines()) == MANY
    assert set(Counter(line["key"] for line in channel.lines()).values()) == {1}
    for person_id in ids:
        assert channel.texts(str(person_id)) == [f"line number={number}" for number in range(4)], "in order"
    assert all(row.sent_at is not None and row.tries == 1 for row in rows(engine, outbox))


def test_many_reminders_and_several_tickers(database_url: str, engine: Engine, tmp_path: Path) -> None:
    reporter = add_person(engine, RESIDENT)
    with engine.begin() as connection:
        report_ids = connection.scalars(
            insert(reports).returning(reports.c.id),
            [
                {
                    "ref": f"r{number}",
                    "ticket": f"SMD-{number:04d}",
                    "region": "64.72",
                    "reporter_id": reporter,
                    "status": "reported",
                    "text": "no water",
                    "received_at": START,
                }
                for number in range(MANY)
            ],
        ).all()
        kind = FireKind.VERIFY_REMIND
        due = [{"report_id": one, "kind": kind, "step": 1, "round": 0, "due_at": START} for one in report_ids]
        connection.execute(insert(fires), due)
    all_at_once(3, database_url, tmp_path, "reminders")
    done = [row for row in rows(engine, fires) if row.step == 1]
    assert len(done) == MANY
    assert all(row.done_at is not None and row.tries == 1 for row in done)
    letters = Counter(row.report_id for row in rows(engine, outbox))
    assert letters == dict.fromkeys(report_ids, 1)


def test_many_people_and_several_workers(
    database_url: str, engine: Engine, keys: Keys, world: World, tmp_path: Path
) -> None:
    app, channel = world
    for number in range(60):
        write(app, number, "no water" if number % 3 == 0 else "hello", contact=f"person-{number % 30}")
    all_at_once(2, database_url, tmp_path, "turns")
    assert all(row.handled_at is not None and row.tries == 0 for row in rows(engine, inbox))
    assert len(rows(engine, people)) == len(rows(engine, conversations)) == 30
    numbers = [row.ticket for row in rows(engine, reports)]
    assert sorted(numbers) == [f"SMD-{number:04d}" for number in range(1, len(numbers) + 1)]
    app.pump()
    answers = [text for text in channel.texts() if not text.startswith("reminded")]
    assert len(answers) == 30, "both messages of a person were one turn"


def in_threads(*jobs: Callable[[], object]) -> list[object]:
    """All jobs at the same moment; what they raise is raised here."""
    ready = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[place] = job()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def test_a_new_person_seen_by_two_workers_at_once(
    database_url: str, engine: Engine, keys: Keys, world: World, tmp_path: Path
) -> None:
    app, channel = world
    other_engine = make_engine(database_url, keys)
    other, _ = make_world(database_url, other_engine, keys, app.clock, tmp_path)
    for number in range(10):
        write(app, number, "hello", contact=f"new-{number}")
        in_threads(
            lambda: app.turns.run_due(quiet_over=True),
            lambda: other.turns.run_due(quiet_over=True),
        )
    app.pump(now_quiet=True)
    other.stop()
    assert len(rows(engine, people)) == 10
    assert len(channel.lines()) == 10


def test_a_delivery_repeated_at_the_same_moment(database_url: str, engine: Engine, keys: Keys, world: World) -> None:
    app, _ = world
    deliver = [lambda: write(app, "same", "hello")] * 8
    assert sorted(map(bool, in_threads(*deliver))) == [False] * 7 + [True]
    assert len(rows(engine, inbox)) == 1


def test_two_kader_of_the_same_report(make, engine: Engine, clock) -> None:  # type: ignore[no-untyped-def]
    """Kader and reminder at the same moment: one of them is first, and the report changes once."""
    app, channel = make()
    add_person(engine, KADER, "kader", place_codes=PLACE)
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    (asked,) = channel.lines(KADER)
    clock.move(timedelta(days=2))
    write(app, 2, contact=KADER, choice_id=asked["buttons"][0])
    in_threads(app.turns.run_due, app.turns.run_due, app.reminders.tick, app.reminders.tick)
    app.pump()
    assert [row.kind for row in rows(engine, events) if row.kind == "verified"] == ["verified"]
    assert all(row.tries == 0 for row in rows(engine, inbox))


@pytest.mark.parametrize("bad", ["\x00", "x" * 300], ids=["nul", "too long"])
def test_one_bad_row_does_not_spoil_the_batch(world: World, bad: str) -> None:
    """PostgreSQL stores neither; whoever sent it hears so, and all others of the batch are stored."""
    app, _ = world
    futures = [app.inbox.submit("test", f"good-{n}", RESIDENT, b"{}") for n in range(5)]
    wrong = app.inbox.submit("test", bad, RESIDENT, b"{}")
    futures += [app.inbox.submit("test", f"more-{n}", RESIDENT, b"{}") for n in range(5)]
    assert all(future.result() for future in futures)
    if app.settings.on_sqlite:
        assert wrong.result() is True
    else:
        assert wrong.exception() is not None
