"""Trains the learned reader on `routing/corpus` and writes `routing/rules/learned.npz`; the same corpus, the same file.

python benchmarks/train.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.calibrate import message_sureness, reply_sureness  # noqa: E402
from benchmarks.fitting import MESSAGE_DECISIONS, fit_head, held_out, message_table, reply_table  # noqa: E402
from routing.corpus import fingerprint, load_messages, load_replies  # noqa: E402
from routing.learned import Learned, to_arrays  # noqa: E402
from routing.region import load_atlas  # noqa: E402
from routing.rules import load_rules  # noqa: E402

TARGET = ROOT / "routing" / "rules" / "learned.npz"


def main() -> None:
    started = time.perf_counter()
    rules, atlas = load_rules(), load_atlas()
    messages, replies = message_table(load_messages(), rules, atlas), reply_table(load_replies(), rules)
    every, each = np.arange(len(messages.voices)), np.arange(len(replies.voices))
    sureness = message_sureness(held_out(messages, MESSAGE_DECISIONS)[0], messages, every)
    sureness |= reply_sureness(held_out(replies, ("intents",))[0], replies, each)
    learned = Learned(
        messages=fit_head(messages, MESSAGE_DECISIONS, every),
        replies=fit_head(replies, ("intents",), each),
        sureness=sureness,
        corpus=fingerprint(),
    )
    np.savez_compressed(TARGET, **to_arrays(learned))
    size = TARGET.stat().st_size / 1e6
    print(f"{len(every)} messages, {len(each)} pieces of replies, {size:.1f} MB, {time.perf_counter() - started:.0f} s")
    print({name: round(value, 3) for name, value in sureness.items()})


if __name__ == "__main__":
    main()
