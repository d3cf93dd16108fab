"""One target, so many inputs."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.trust.fuzz.parsers import Target


def throw(target: Target, inputs: int) -> tuple[int, int]:
    """How many inputs were thrown, and how many were refused as promised. Raises whatever else the target raised."""
    done = refused = 0

    @settings(
        max_examples=inputs, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(target.given)
    def each(value: Any) -> None:
        nonlocal done, refused
        done += 1
        try:
            target.call(value)
        except target.refusals:
            refused += 1

    each()
    return done, refused
