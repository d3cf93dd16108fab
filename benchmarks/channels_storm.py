"""Many conversations through the strict doubles of both channels, while calls fail and the process is killed.

    python benchmarks/channels_storm.py [--people 2000] [--kills 20] [--solved 0.25] [--database postgresql://…]

Half the people are on Telegram, half on WhatsApp, in virtual time. 5 % of all calls fail: timeouts, 429, 500, resets;
of some, the provider did what it was asked all the same. Each kill is a SIGKILL. Then: how many messages of the bot one
plain report takes. The result is 1 when anything that must not be was found.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.logs import set_up_logs  # noqa: E402
from bot.store.database import make_engine  # noqa: E402
from bot.store.keys import Keys  # noqa: E402
from bot.store.migrate import migrate  # noqa: E402
from tests.channels.two_thousand.play import Result, play  # noqa: E402
from tests.channels.two_thousand.stories import HARDER, PLAIN, Counted, count  # noqa: E402

KEY = "a2VudG9uZ2FuIHRlc3Qga2V5LCBub3QgYSBzZWNyZXQ="
"""Plainly written bytes: nothing real was ever encrypted with it."""
UNTIL_TICKET, IN_ALL = 2, 6
"""Targets for a plain report."""


def main() -> int:
    options = _options()
    set_up_logs(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="kentongan-storm-") as name:
        folder = Path(name)
        url = options.database or _fresh(folder, "storm")
        if options.database:
            _lay_out(url)
        result = play(
            url,
            KEY,
            folder,
            residents=options.people,
            kills=options.kills,
            solved=options.solved,
            progress=Progress(options.people),
        )
        _print(result, options.database or "sqlite")
        _print_log(folder / "service.log")
    with tempfile.TemporaryDirectory(prefix="kentongan-stories-") as name:
        counted = count(_fresh(Path(name), "stories"), KEY, Path(name), PLAIN | HARDER)
        _print_stories(counted)
    return 1 if result.findings.wrong else 0


class Progress:
    """A line on the error stream for each twentieth of the tickets."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._told = 0

    def __call__(self, tickets: int, seconds: float) -> None:
        part = tickets * 20 // self._people
        if part > self._told:
            self._told = part
            print(f"{tickets} tickets after {seconds / 60:.0f} virtual minutes", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--solved", type=float, default=0.25, help="share of the reports whose story is told to its end"
    )
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite otherwise")
    return parser.parse_args()


def _fresh(folder: Path, name: str) -> str:
    url = f"sqlite:///{folder}/{name}.db"
    _lay_out(url)
    return url


def _lay_out(url: str) -> None:
    engine = make_engine(url, Keys([KEY]))
    migrate(engine)
    engine.dispose()


def _print(result: Result, database: str) -> None:
    found = result.findings
    rows: list[tuple[str, object]] = [
        ("conversations", f"{found.residents}, on {database.partition(':')[0]}"),
        ("took", f"{result.seconds:.0f} s for {result.virtual_seconds / 60:.0f} virtual minutes"),
        ("calls to the providers", result.calls),
        ("of them failed", f"{result.faults.total()} ({_listed(result.faults)})"),
        ("process killed", f"{result.killed.total()} ({_listed(result.killed)})"),
        ("messages found again at Twilio", result.mended),
        ("reports filed", f"{found.reports} by {found.reporters} people, last ticket {found.tickets_counted}"),
        ("letters", f"{found.letters}, lost {len(found.lost)}, recorded but not arrived {found.not_there}"),
        ("lines that came twice", f"{found.twice}, of {found.unknown} whose fate was unknown"),
        ("out of order", found.disordered),
        ("most in a second", ", ".join(f"{name} {most}" for name, most in found.most_in_a_second.items())),
        ("violations of the providers' rules", len(found.violations)),
    ]
    for name, value in rows:
        print(f"{name:36}{value}")
    for words in found.wrong:
        print(f"WRONG: {words}")


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counted.items()))


def _print_log(log: Path) -> None:
    """What the service warned of, by kind."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events = Counter(line.partition('"event": "')[2].partition('"')[0] or line.strip()[:60] for line in lines)
    known = {name: times for name, times in events.most_common(12) if "." in name}
    print(f"{'the service warned of':36}{', '.join(f'{name} {times}' for name, times in known.items()) or 'nothing'}")


def _print_stories(counted: Iterable[Counted]) -> None:
    print(f"\nmessages of the bot to a resident (targets: {UNTIL_TICKET} until the ticket, {IN_ALL} in all)")
    for one in counted:
        kept = one.until_ticket <= UNTIL_TICKET and one.in_all <= IN_ALL
        target = "ok" if kept else "more" if one.story in HARDER else "MISSED"
        print(f"  {one.story:28}{one.channel:12}until the ticket {one.until_ticket}   in all {one.in_all}   {target}")


if __name__ == "__main__":
    sys.exit(main())
