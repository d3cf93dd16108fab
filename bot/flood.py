"""Somebody who writes without end is answered all the same, but not each time: every answer costs money.

Nothing is refused or lost, and what the first look finds urgent never waits (`bot/glance.py`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bursts import P

WITHIN = timedelta(minutes=10)
MOST_TURNS = 20
"""Turns of one person within that time; nobody who reads the answers gets there."""
GATHERED = timedelta(minutes=5)
"""How long what they write is gathered then, for one answer."""
REMEMBERED = 10_000
"""People this process remembers; every process counts for itself, so several of them are only more patient."""


class Flood:
    """Thread-safe."""

    def __init__(self) -> None:
        self._turns: OrderedDict[int, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, person_id: int, now: datetime) -> None:
        """One more turn of this person."""
        with self._lock:
            turns = self._turns.setdefault(person_id, deque(maxlen=MOST_TURNS))
            turns.append(now)
            self._turns.move_to_end(person_id)
            if len(self._turns) > REMEMBERED:
                self._turns.popitem(last=False)

    def until(self, person_id: int, waiting: Sequence[P], now: datetime) -> datetime | None:
        """When the messages that wait are answered, all at once; None for anybody who writes as people do."""
        with self._lock:
            turns = self._turns.get(person_id) or deque[datetime]()
            flooding = len(turns) == MOST_TURNS and turns[0] > now - WITHIN
        if not flooding or not waiting or any(one.urgent for one in waiting):
            return None
        return waiting[0].received_at + GATHERED
