"""What the workers have in common: how long their work may take, and where tests may look over their shoulders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Checkpoint = Callable[[str], None]
"""Called with the name of each stop a message or reminder has passed. Does nothing outside of tests."""


@dataclass(frozen=True)
class Pace:
    """`quiet` between two turns, `lease` for one piece of work, and `max_tries` of each."""

    quiet: timedelta
    lease: timedelta
    max_tries: int


def unwatched(_stop: str) -> None:
    """The checkpoint of every real deployment."""
