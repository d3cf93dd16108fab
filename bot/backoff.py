"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from datetime import timedelta

LONGEST = timedelta(hours=1)


def waiting_time(tries: int, first: timedelta, factor: int) -> timedelta:
    """`first` after one failure, `factor` times as long after each further one, at most an hour."""
    times = int(factor ** min(tries - 1, 10))
    return min(first * times, LONGEST)
