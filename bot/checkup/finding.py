"""What an operator is told about an installation: one thing that is wrong and what to do about it, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    STOPS = "stops"
    """Until this is repaired the service, or one of its channels, does not work."""
    WARNS = "warns"
    DONE = "done"
    """Was wrong and has just been repaired."""
    FINE = "fine"


@dataclass(frozen=True)
class Finding:
    """`key` names the line in the catalogue. Values hold no token, and nobody's name or number."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    weight: Weight = Weight.WARNS


def stops(key: str, **values: str | int) -> Finding:
    return Finding(key, values, Weight.STOPS)


def warns(key: str, **values: str | int) -> Finding:
    return Finding(key, values, Weight.WARNS)


def done(key: str, **values: str | int) -> Finding:
    return Finding(key, values, Weight.DONE)


def fine(key: str, **values: str | int) -> Finding:
    return Finding(key, values, Weight.FINE)
