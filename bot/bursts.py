"""Which messages of one person are a turn. People write in pieces; an answer to each piece would be three answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from handlers.messages import Incoming

LONGEST = 5
"""Nobody waits longer than this many quiet times, however often they go on writing."""


class Piece(Protocol):
    @property
    def received_at(self) -> datetime: ...
    @property
    def urgent(self) -> bool: ...
    @property
    def failed(self) -> bool: ...


P = TypeVar("P", bound=Piece)


def due_turn(waiting: Sequence[P], now: datetime, quiet: timedelta, *, over: bool = False) -> tuple[P, ...]:
    """The pieces to be handled together now, in order; empty while the person may still be writing.

    `waiting` is in order of arrival. One that failed before goes alone, after those that did not, so that it never
    holds up a cry for help. Urgent pieces, and all that came before them in the same breath, do not wait. `over` takes
    the quiet time as passed.
    """
    fresh = [piece for piece in waiting if not piece.failed]
    burst = _first_burst(fresh, quiet)
    if burst and (over or len(burst) < len(fresh) or _over(burst, now, quiet)):
        return burst
    return tuple(piece for piece in waiting if piece.failed)[:1]


def up_to_tap(heard: Sequence[Incoming]) -> Sequence[Incoming]:
    """What is said behind a tap waits for the next turn: it is about what the tap has brought about by then."""
    for place, (one, following) in enumerate(pairwise(heard), start=1):
        if one.choice_id is not None and following.choice_id is None and not following.silent:
            return heard[:place]
    return heard


def _first_burst(fresh: Sequence[P], quiet: timedelta) -> tuple[P, ...]:
    burst: list[P] = []
    for piece in fresh:
        if burst and (
            piece.received_at - burst[-1].received_at > quiet
            or piece.received_at - burst[0].received_at > LONGEST * quiet
        ):
            break
        burst.append(piece)
    return tuple(burst)


def _over(burst: Sequence[P], now: datetime, quiet: timedelta) -> bool:
    if any(piece.urgent for piece in burst):
        return True
    return burst[-1].received_at + quiet <= now or burst[0].received_at + LONGEST * quiet <= now
