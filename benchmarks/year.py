"""A year of 821 posyandu, nine offices in three regions and 60,000 reports, and what must never be in any of its days.

    python benchmarks/year.py [--full] [--reports N] [--days N] [--ticks] [--database postgresql]

A tenth by default; `--full` is all of it. The clock is ours and jumps from one thing that happens to the next; inbox,
turns, dialogue, appliers, reminders, errands, outbox and database are the real ones, with a commit wherever the service
commits. There are silent officers and kader, holidays, bounces, leave, a restart every thirty days, and three days on
which 3,000 reports come in (of a tenth, 300).

What is not exercised: the reader of residents' messages (a report enters as the draft that the reader would have made;
what kader, officers and coordinators write and tap is read by the real dialogue), the restricted track, photos, several
processes at once (`tests/flow/test_together.py`), failing calls (`channels_storm.py`), the disk (nothing waits for it).

`--ticks` only measures what one look at the clock costs with 1,000, 10,000 and 100,000 open reports and nothing due.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Column, Connection, Engine, create_engine, event, func, select, text  # noqa: E402

from benchmarks.intake_processes import KEY, fresh_database, postgres  # noqa: E402
from benchmarks.year_play import START, Size, Year  # noqa: E402
from benchmarks.year_ticks import OPEN, filled, ticks  # noqa: E402
from bot.app import knowledge  # noqa: E402
from bot.logs import set_up_logs  # noqa: E402
from bot.store.database import make_engine, reading  # noqa: E402
from bot.store.keys import Keys  # noqa: E402
from bot.store.migrate import migrate  # noqa: E402
from bot.store.tables import errands, fires, memberships, misses, outbox, reports, sends  # noqa: E402
from routing.deadlines import WorkingTime  # noqa: E402

ALL = Size(reports=60_000, flood=3_000)
REMINDED = ("send", "nudge", "escalate", "alarm")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a disk is not what is measured


def main() -> int:
    options = _options()
    set_up_logs(level=logging.CRITICAL)
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    wrong = 0
    for kind in kinds:
        with _databases(kind) as made:
            if not options.ticks:
                wrong += _year(*made("year"), options)
            if not options.no_ticks:
                _ticks(kind, made)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="60,000 reports in place of a tenth of them")
    parser.add_argument("--reports", type=int, default=0, help="so many in place of that")
    parser.add_argument("--days", type=int, default=365, help="only the beginning of the year")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="sqlite")
    parser.add_argument("--ticks", action="store_true", help="only what one look at the clock costs")
    parser.add_argument("--no-ticks", action="store_true", help="only the year")
    return parser.parse_args()


@contextmanager
def _databases(kind: str) -> Iterator[Callable[[str], tuple[str, Engine, Path]]]:
    """Makes fresh ones by name, with all tables. What guards against a power cut is off: it is not what is measured."""
    at = SHARED_MEMORY if SHARED_MEMORY.is_dir() and kind == "sqlite" else Path("/tmp")  # noqa: S108
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-year-", dir=at)))
        server = stack.enter_context(postgres(folder)) if kind == "postgresql" else None
        if server is not None:
            _without_safeguards(server)

        def made(name: str) -> tuple[str, Engine, Path]:
            url = fresh_database(kind, server, folder, name)
            engine = _laid_out(url)
            stack.callback(engine.dispose)
            return url, engine, folder

        yield made


def _without_safeguards(server: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in ("ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"):
            connection.execute(text(statement))
    admin.dispose()


def _laid_out(url: str) -> Engine:
    engine = make_engine(url, Keys([KEY]))
    if url.startswith("sqlite"):

        @event.listens_for(engine, "connect")
        def trust_the_machine(dbapi_connection: object, _record: object) -> None:
            dbapi_connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]

    migrate(engine)
    return engine


# --- the year ---------------------------------------------------------------------------------------------------------


def _year(url: str, engine: Engine, folder: Path, options: argparse.Namespace) -> int:
    wanted = options.reports or (ALL.reports if options.full else ALL.reports // 10)
    size = Size(wanted, wanted * ALL.flood // ALL.reports, days=options.days)
    year = Year(url, engine, Keys([KEY]), folder, size)
    began = perf_counter()
    for day in year.play():
        if day % 30 == 29:
            print(f"day {day + 1} after {perf_counter() - began:.0f} s", file=sys.stderr)
    took = perf_counter() - began
    played = year.played
    with reading(engine) as connection:
        outcomes = _counted(connection, fires.c.outcome)
        statuses = _counted(connection, reports.c.status)
        done = _counted(connection, errands.c.kind)
        missed = connection.scalar(select(func.count()).select_from(misses))
    reminders = sum(outcomes.get(name, 0) for name in REMINDED)
    solved = statuses.get("closed", 0) + statuses.get("resolved", 0)
    busiest = _messages_of_officers(engine, options.days)
    _line("reports", f"{sum(statuses.values())} ({_listed(statuses)})")
    _line("messages in, out", f"{played.messages}, {played.letters}")
    _line("reminders", f"{reminders} ({_listed(outcomes)})")
    _line("digests", sum(played.watch.digests.values()))
    _line("escalations", outcomes.get("escalate", 0))
    _line("missed clocks", missed)
    _line("errands", _listed(done))
    _line("invariants checked", f"{played.watch.checked} times, on {options.days} days")
    _line("violations", len(played.wrong))
    _line("messages per officer and working day", f"median {median(busiest):.0f}, max {max(busiest)}")
    with_any = [number for number in busiest if number]
    _line("  on days with any", f"median {median(with_any or [0]):.0f}, on {len(with_any)} of {len(busiest)}")
    _line("reminders per solved report", f"{reminders / max(1, solved):.2f}")
    _line("wall time", f"{took:.0f} s, {played.moments} stops of the clock, {engine.dialect.name}")
    for words in played.wrong[:20]:
        print(f"WRONG: {words}")
    return len(played.wrong)


def _counted(connection: Connection, column: Column[str]) -> dict[str, int]:
    """Rows by the value of a column."""
    return {str(row[0]): row[1] for row in connection.execute(select(column, func.count()).group_by(column))}


def _messages_of_officers(engine: Engine, days: int) -> list[int]:
    """One number for each officer and working day of their region."""
    atlas, _ = knowledge()
    work = {code: WorkingTime(region) for code, region in atlas.regions.items()}
    officer = select(memberships.c.person_id, memberships.c.region).where(memberships.c.role == "officer")
    sent = select(outbox.c.person_id, sends.c.sent_at).join(sends, sends.c.outbox_id == outbox.c.id)
    with reading(engine) as connection:
        regions = {row.person_id: row.region for row in connection.execute(officer)}
        counted: dict[tuple[int, int], int] = {}
        for person, at in connection.execute(sent.where(sends.c.sent_at.is_not(None))):
            if person in regions:
                key = person, (work[regions[person]].local_day(at) - START.date()).days
                counted[key] = counted.get(key, 0) + 1
    working = {
        code: [day for day in range(days) if one.is_working_day(START.date() + timedelta(days=day))]
        for code, one in work.items()
    }
    return [counted.get((person, day), 0) for person, region in regions.items() for day in working[region]]


def _ticks(kind: str, made: Callable[[str], tuple[str, Engine, Path]]) -> None:
    print(f"\none look at the clock with nothing due, {kind}")
    keys = Keys([KEY])
    places = []
    for number in OPEN:
        url, engine, folder = made(f"open{number}")
        places.append(filled(url, engine, keys, folder, number))
    found = ticks(places)
    for number, milliseconds in found.items():
        _line(f"  {number} open reports", f"{milliseconds:.2f} ms ({milliseconds / found[OPEN[0]] - 1:+.0%})")


def _line(name: str, value: object) -> None:
    print(f"{name:40}{value}")


def _listed(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
