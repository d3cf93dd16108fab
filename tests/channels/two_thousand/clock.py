"""One virtual time for several processes: a number in a file that each of them has mapped into its memory."""

from __future__ import annotations

import mmap
import struct
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

_SECONDS = struct.Struct("d")


class SharedClock:
    """Whoever has the file reads the same time; only the process that made it moves it. Times are aware UTC."""

    def __init__(self, path: Path, start: datetime) -> None:
        if not path.exists():
            path.write_bytes(_SECONDS.pack(0.0))
        with path.open("r+b") as file:
            self._kept = mmap.mmap(file.fileno(), _SECONDS.size)
        self.start = start
        self._lock = Lock()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    @property
    def seconds(self) -> float:
        """Since the start."""
        passed: float = _SECONDS.unpack_from(self._kept)[0]
        return passed

    def move(self, by: float) -> None:
        """On by so many seconds."""
        with self._lock:
            _SECONDS.pack_into(self._kept, 0, self.seconds + by)

    def close(self) -> None:
        self._kept.close()
