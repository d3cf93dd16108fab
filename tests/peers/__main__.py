"""Installs other people's servers, plays one whole story on each, and tells what each of them looked at.

python -m tests.peers [--folder FOLDER]      a folder that is kept makes the next run start at once
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from tests.peers import telegram, whatsapp
from tests.peers.servers import install_prism, install_telemelya

Play = Callable[[Path], list[str]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.peers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where the servers are installed; a temporary one otherwise")
    folder: Path | None = parser.parse_args().folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return _run(folder.resolve())
    with tempfile.TemporaryDirectory(prefix="kentongan-peers-") as made:
        return _run(Path(made))


def _run(folder: Path) -> int:
    specs, tools = install_prism(folder), install_telemelya(folder)
    plays: dict[str, Play] = {
        "Prism 5 with Twilio's OpenAPI, in front of our strict double": lambda home: whatsapp.in_front_of_our_double(
            folder, home, specs
        ),
        "Prism 5 with Twilio's OpenAPI, alone": lambda home: whatsapp.alone(folder, home, specs),
        "telemelya, a public Telegram double": lambda home: telegram.whole_story(tools, home),
    }
    passed = [_told(name, play) for name, play in plays.items()]
    _write("\nwhat had to be injected, because the peer cannot originate it")
    for side, lines in (("WhatsApp", whatsapp.injected()), ("Telegram", telegram.injected())):
        for line in lines:
            _write(f"  {side}: {line}")
    _write(f"\n{passed.count(True)} passed, {passed.count(False)} failed")
    return 0 if all(passed) else 1


def _told(name: str, play: Play) -> bool:
    _write(f"\n{name}")
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="kentongan-peer-") as home:
        try:
            lines = play(Path(home))
        except Exception as error:  # noqa: BLE001 - the other peers are worth a try all the same
            _write(f"  FAILED: {type(error).__name__}: {error}")
            return False
    for line in (*lines, f"{perf_counter() - began:.0f} s"):
        _write(f"  {line}")
    return True


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
