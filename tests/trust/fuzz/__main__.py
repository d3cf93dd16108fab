"""`python -m tests.trust.fuzz [INPUTS]`: so many inputs over all targets, and a table; ends with 1 when one failed."""

from __future__ import annotations

import logging
import sys
import time
import traceback
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.trust.fuzz.parsers import TARGETS, Target
from tests.trust.fuzz.run import throw
from tests.trust.fuzz.web import sites, targets


def main(inputs: int) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.simplefilter("ignore")
    failed = 0
    print(f"{'target':<28}{'inputs':>9}{'refused':>9}{'seconds':>9}")
    with TemporaryDirectory(prefix="kentongan-fuzz-") as folder, sites(Path(folder)) as wires:
        every: tuple[Target, ...] = (*TARGETS, *targets(*wires))
        for target in every:
            begin = time.perf_counter()
            try:
                done, refused = throw(target, inputs // len(every) + 1)
            except Exception:  # noqa: BLE001 - the next target is tried all the same
                failed += 1
                print(f"{target.name:<28}  FAILED")
                traceback.print_exc(limit=-4)
                continue
            print(f"{target.name:<28}{done:>9,}{refused:>9,}{time.perf_counter() - begin:>9.1f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
