"""Figures of the tables: rates with their counts and 95 % Wilson intervals, macro-F1, calibration error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Z = 1.96
BINS = 10


def same(pairs: Iterable[tuple[object, object]]) -> list[bool]:
    return [want == got for want, got in pairs]


def macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """Mean F1 over the labels that occur."""
    scores = []
    for label in sorted({str(want) for want, _ in pairs}):
        right = sum(str(want) == label == str(got) for want, got in pairs)
        wanted, given = (sum(str(pair[side]) == label for pair in pairs) for side in (0, 1))
        scores.append(2 * right / (wanted + given))
    return sum(scores) / max(len(scores), 1)


def calibration_error(trusted: Sequence[tuple[float, bool]]) -> float:
    """Mean distance between the trust and the rate of being right, over ten bins of trust."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in trusted:
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    apart = (abs(sum(s for s, _ in found) - sum(r for _, r in found)) for found in bins)
    return sum(apart) / max(len(trusted), 1)


def wilson(right: int, of: int) -> tuple[float, float]:
    """95 % interval of a rate."""
    if of == 0:
        return 0.0, 1.0
    rate, spread = right / of, Z * Z / of
    middle = (rate + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(rate * (1 - rate) / of + spread / (4 * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def head(title: str) -> None:
    print(f"\n{title:40} {'':>6} {'count':>11}  {'95 %':>13}  keywords  tf-idf")


def line(name: str, outcomes: Sequence[bool], *beside: Sequence[bool]) -> None:
    """One rate, and beside it the same rate of the baselines."""
    right, of = sum(map(bool, outcomes)), len(outcomes)
    low, high = wilson(right, of)
    rate = f"{right / of:.3f}" if of else "-"
    others = "".join(f"  {sum(other) / max(len(other), 1):8.3f}" for other in beside)
    print(f"{name:40} {rate:>6} {right:>5}/{of:<5}  {low:.3f}..{high:.3f}{others}")


def figure(name: str, value: float, *beside: float) -> None:
    others = "".join(f"  {other:8.3f}" for other in beside)
    print(f"{name:40} {value:6.3f} {'':26}{others}")
