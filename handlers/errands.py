"""What is to happen to a person at a time, whatever they do: a morning's digest, an answer that goes out after its ten
minutes, a month's recap. A report's own clocks are fires (`routing/remind.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

_NEVER = datetime.min.replace(tzinfo=UTC)


class ErrandKind(StrEnum):
    """Why somebody is to be told something, or something of theirs is to take effect."""

    DIGEST = "digest"
    """An officer's morning; the key is the local day."""
    ANSWER = "answer"
    """An officer's answer takes effect; the key is the turn it was given in."""
    WEEK = "week"
    """A coordinator's week; the key is the local day it is told on."""
    TAKEOVER = "takeover"
    """An officer has a colleague's work from now on; the key is the turn that said so, with the office."""
    TALK = "talk"
    """A talk with a person waits for somebody, or fell silent; the key tells which, and when it began."""
    UNMANNED = "unmanned"
    """A coordinator learns that an office has nobody; the key is the office and the local day."""
    RECAP = "recap"
    """A kader's month; the key is the month, `2026-11`."""
    VISITS = "visits"
    """A kader's visits of a day, told on its morning; the key is the local day."""
    PAPER = "paper"
    """A paper that somebody asked for is written and handed out; the key is the turn that asked."""


@dataclass(frozen=True)
class Errand:
    """One of them. `data` is plain JSON; `due_at` is aware UTC. `id`, `person_id` and `tries` are the store's."""

    kind: ErrandKind
    key: str
    region: str
    data: dict[str, object] = field(default_factory=dict)
    id: int = 0
    person_id: int = 0
    due_at: datetime = _NEVER
    tries: int = 0


@dataclass(frozen=True)
class NotYet:
    """Not now: it is night, a holiday, or somebody else is at it. Aware UTC."""

    until: datetime
