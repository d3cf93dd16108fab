"""How fast messages are taken in and answered, beside an endpoint that does nothing but check and store them.

    python benchmarks/intake.py [--rounds 3] [--seconds 5] [--people 500] [--only sqlite|postgresql]

Signed WhatsApp webhooks and Telegram updates of 500 made-up people against one process of ours; beside it, in the same
run, a bare FastAPI endpoint (`intake_bare.py`). Rounds take turns; the figures are medians of the rounds.

- *taken in*: webhooks answered in a second, 32 connections that each wait for their answer, while turns go on.
- *whole turns*: everybody says one line at the same moment; from the first webhook to the last answer in the outbox,
  for four lines of a report (first words, yes, status, thanks). Quiet time is off: it is waiting, not work.
- The load, the provider that takes what is sent, and PostgreSQL share the cores with what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, create_engine, text  # noqa: E402

from benchmarks.intake_load import CONNECTIONS, Answers, deliver, provider  # noqa: E402
from benchmarks.intake_people import SAID, Call, People  # noqa: E402
from benchmarks.intake_processes import Child, bare, fresh_database, postgres, service  # noqa: E402

LOOK = 2
"""The line of `SAID` that asks how a report stands."""
ALONE = 60
QUANTILES = ((0.5, "p50"), (0.99, "p99"))


@dataclass
class Figures:
    """What the rounds brought, one entry each."""

    ours: list[Answers] = field(default_factory=list)
    bare: list[Answers] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    """Whole turns in a second."""
    waits: list[float] = field(default_factory=list)
    """Milliseconds from a webhook to the answer in the outbox while nothing else goes on, of all rounds."""
    processor: list[float] = field(default_factory=list)
    """Milliseconds of processor for a whole turn, sending included."""
    bare_processor: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    started: list[float] = field(default_factory=list)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=5.0, help="how long webhooks come in, each round")
    arguments.add_argument("--people", type=int, default=500)
    arguments.add_argument("--only", choices=("sqlite", "postgresql"))
    given = arguments.parse_args()
    print(f"{given.people} people, {given.rounds} rounds, {os.cpu_count()} cores shared with the load")
    for kind in (given.only,) if given.only else ("sqlite", "postgresql"):
        figures = Figures()
        with ExitStack() as stack:
            # Under /tmp: the address of the database server's socket must be short.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-", dir="/tmp")))
            server = stack.enter_context(postgres(folder)) if kind == "postgresql" else None
            for number in range(1, given.rounds + 1):
                place = folder / f"round{number}"
                place.mkdir()
                asyncio.run(_bare_round(fresh_database(kind, server, place, f"bare{number}"), place, given, figures))
                asyncio.run(_our_round(fresh_database(kind, server, place, f"ours{number}"), place, given, figures))
        _table(kind, figures)


async def _bare_round(url: str, place: Path, given: argparse.Namespace, figures: Figures) -> None:
    with bare(url, place) as child:
        before = child.cpu_seconds()
        answers = await _flood(child, People(given.people, whatsapp_only=True), given.seconds)
        figures.bare_processor.append(1000 * (child.cpu_seconds() - before) / len(answers.seconds))
        figures.bare.append(answers)


async def _our_round(url: str, place: Path, given: argparse.Namespace, figures: Figures) -> None:
    crowd, database = People(given.people), create_engine(url)
    async with provider() as port:
        with service(url, place, port) as child:
            figures.started.append(child.started)
            before = child.cpu_seconds()
            figures.turns.append(await _conversations(child, crowd, database))
            figures.processor.append(1000 * (child.cpu_seconds() - before) / _stored(database))
            figures.waits += await _one_by_one(child, crowd, database)
            figures.ours.append(await _flood(child, crowd, given.seconds))
            figures.megabytes.append(child.megabytes())
    database.dispose()


async def _flood(child: Child, crowd: People, seconds: float) -> Answers:
    """Webhooks without a pause for so many seconds."""
    return await deliver(child.port, _for(crowd, seconds))


def _for(crowd: People, seconds: float) -> Iterator[Call]:
    until = time.perf_counter() + seconds
    return takewhile(lambda _: time.perf_counter() < until, crowd.first_words())


async def _conversations(child: Child, crowd: People, database: Engine) -> float:
    """Whole turns in a second. Everybody speaks again once everybody was answered."""
    spent, turns = 0.0, 0
    for step in range(len(SAID)):
        calls = crowd.say(step)
        turns += len(calls)
        began = time.perf_counter()
        await _answered(child, calls, database, turns)
        spent += time.perf_counter() - began
    return turns / spent


async def _one_by_one(child: Child, crowd: People, database: Engine) -> list[float]:
    """Milliseconds of each turn, when one begins after the other has ended."""
    waits = []
    for call in crowd.say(LOOK)[:ALONE]:
        turns = _stored(database) + 1
        began = time.perf_counter()
        await _answered(child, [call], database, turns)
        waits.append(1000 * (time.perf_counter() - began))
    return waits


async def _answered(child: Child, calls: Sequence[Call], database: Engine, turns: int) -> None:
    """Delivers the calls and waits until so many turns have written their answer."""
    answers = await deliver(child.port, calls, min(CONNECTIONS, len(calls)))
    if answers.refused:
        raise SystemExit(f"{answers.refused} of {len(calls)} webhooks were refused")
    while await asyncio.to_thread(_handled, database) < turns:
        await asyncio.sleep(0.002)


def _handled(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL")) or 0)


def _stored(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM inbox")) or 0)


# --- the table --------------------------------------------------------------------------------------------------------


def _table(kind: str, figures: Figures) -> None:
    print(f"\n{kind:28} {'ours':>9} {'bare':>9} {'ratio':>7} {'target':>8}")
    plain = median(one.per_second for one in figures.bare)
    _line("taken in, a second", median(one.per_second for one in figures.ours), plain, ">= 1.0")
    for share, name in QUANTILES:
        ours, theirs = (median(one.quantile(share) for one in kept) for kept in (figures.ours, figures.bare))
        _line(f"  answered, {name} ms", ours, theirs)
    _line("whole turns, a second", median(figures.turns), plain, ">= 0.2")
    for share, name in QUANTILES:
        waits = sorted(figures.waits)
        _line(f"  alone, {name} ms", waits[int(share * (len(waits) - 1))])
    _line("  processor, ms", median(figures.processor), median(figures.bare_processor))
    _line("megabytes at most", max(figures.megabytes), target="<= 220")
    _line("seconds to start", median(figures.started), target="<= 3")
    refused = sum(one.refused for one in (*figures.ours, *figures.bare))
    if refused:
        print(f"refused: {refused}")


def _line(name: str, ours: float, plain: float | None = None, target: str = "") -> None:
    beside = f"{plain:9.1f} {ours / plain:7.2f}" if plain else f"{'':17}"
    print(f"{name:28} {ours:9.1f} {beside} {target:>8}")


if __name__ == "__main__":
    main()
