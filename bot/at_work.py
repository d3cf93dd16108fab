"""Who has a turn in this process right now, so that its workers do not queue up at one person's lease."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class AtWork:
    """The lease in the database decides; this spares the other threads of a process the way there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: set[Hashable] = set()

    @contextmanager
    def only(self, somebody: Hashable) -> Iterator[bool]:
        """False while another thread is at work for them."""
        with self._lock:
            free = somebody not in self._busy
            self._busy.add(somebody)
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._busy.discard(somebody)
