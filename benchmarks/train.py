"""Trains the learned reader on `routing/corpus` and writes `routing/rules/learned.npz`; the same corpus, the same file.

python benchmarks/train.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.training.model import train  # noqa: E402
from routing.corpus import load_messages, load_replies  # noqa: E402
from routing.learned import write_model  # noqa: E402
from routing.region import load_atlas  # noqa: E402
from routing.rules import load_rules  # noqa: E402

TARGET = ROOT / "routing" / "rules" / "learned.npz"


def main() -> None:
    started = time.perf_counter()
    trained = train(load_messages(), load_replies(), load_rules(), load_atlas())
    write_model(trained.learned, TARGET)
    size = TARGET.stat().st_size / 1e6
    print(f"{len(trained.table.voices)} messages, {size:.1f} MB, {time.perf_counter() - started:.0f} s")
    print({name: round(value, 3) for name, value in trained.learned.sureness.items()})


if __name__ == "__main__":
    main()
