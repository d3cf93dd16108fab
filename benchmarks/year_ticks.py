"""What one look at the clock costs when nothing is due, with ever more open reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import Engine, insert, text

from bot.app import App
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.keys import Keys
from bot.store.tables import errands, fires, outbox, people, reports

NOW = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)
OPEN = (1_000, 10_000, 100_000)
BATCH = 5_000
LOOKS = 600


@dataclass(frozen=True)
class Place:
    """A database with so many open reports, and an App on it."""

    number: int
    app: App


def filled(url: str, engine: Engine, keys: Keys, folder: Path, number: int) -> Place:
    _fill(engine, number)
    settings = Settings(database_url=url, var_dir=folder, demo_people="off")
    return Place(number, App(settings, engine, keys, clock=FrozenClock(NOW), channels={}))


def ticks(places: Sequence[Place]) -> dict[int, float]:
    """For each number of open reports the median milliseconds of one look at reminders, errands and outbox together.

    They take turns, so that whatever else the machine does falls on all of them alike.
    """
    taken: dict[int, list[float]] = {place.number: [] for place in places}
    for _ in range(LOOKS):
        for place in places:
            began = perf_counter()
            done = place.app.reminders.tick() + place.app.errands.tick() + place.app.outbox.send_due()
            taken[place.number].append(1000 * (perf_counter() - began))
            assert done == 0, "nothing is due"
    return {number: median(every[LOOKS // 10 :]) for number, every in taken.items()}


def _fill(engine: Engine, wanted: int) -> None:
    """So many open reports with one reminder each, an errand for each tenth, a letter that waits, three that went."""
    with engine.begin() as connection:
        connection.execute(insert(people).values(id=1, facts={}, created_at=NOW, made_up=False))
    for first in range(0, wanted, BATCH):
        _add(engine, range(first + 1, min(first + BATCH, wanted) + 1))
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _add(engine: Engine, numbers: range) -> None:
    """Two of three reminders of each report are over: what was done is never looked at again."""
    soon = [NOW + timedelta(hours=1 + number % 900) for number in numbers]
    both = list(zip(numbers, soon, strict=True))
    with engine.begin() as connection:
        connection.execute(insert(reports), [_report(number) for number in numbers])
        due = [{"report_id": one, "kind": "resolve_remind", "step": 1, "round": 0, "due_at": at} for one, at in both]
        over = [{**row, "kind": "respond_remind", "round": n, "done_at": NOW} for row in due for n in (1, 2)]
        connection.execute(insert(fires), [{**row, "done_at": None} for row in due] + over)
        some = [{"person_id": 1, "kind": "digest", "key": str(one), "due_at": at} for one, at in both if one % 10 == 0]
        if some:
            connection.execute(insert(errands), [{**row, "region": "64.72", "data": {}} for row in some])
        connection.execute(insert(outbox), [row for one, at in both for row in _letters(one, at)])


def _report(number: int) -> dict[str, object]:
    return {
        "id": number,
        "ref": f"r{number}",
        "ticket": f"SMD-{number:04}",
        "region": "64.72",
        "reporter_id": 1,
        "office": "AIR",
        "status": "forwarded",
        "text": "laporan contoh",
        "received_at": NOW,
    }


def _letters(number: int, at: datetime) -> Iterator[dict[str, object]]:
    for copy in range(3):
        yield _letter(f"{number}.{copy}", NOW, None, NOW)
    if number % 10 == 0:
        yield _letter(f"{number}.held", at, at, None)


def _letter(dedupe: str, due: datetime, held: datetime | None, sent: datetime | None) -> dict[str, object]:
    return {
        "person_id": 1,
        "says": [],
        "dedupe": dedupe,
        "created_at": NOW,
        "due_at": due,
        "not_before": held,
        "sent_at": sent,
    }
