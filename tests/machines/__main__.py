"""`python -m tests.machines 500 [STEPS]`: that many other towns on SQLite, until something goes wrong."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from bot.logs import set_up_logs
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.migrate import migrate
from tests.machines.play import play

KEY = "a2VudG9uZ2FuIHRlc3Qga2V5LCBub3QgYSBzZWNyZXQ="
"""Plainly written bytes: nothing real was ever encrypted with it."""


def main(examples: int, steps: int) -> None:
    set_up_logs(level=logging.CRITICAL)
    keys = Keys([KEY])
    with tempfile.TemporaryDirectory(prefix="kentongan-machines-") as name:
        url = f"sqlite:///{name}/towns.db"
        engine = make_engine(url, keys)
        migrate(engine)
        play(url, engine, keys, Path(name), examples, steps, same=False)
        engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50)
