"""How the machine is played: on which database, how often, how long."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from bot.store.keys import Keys
from bot.store.tables import metadata
from tests.machines.machine import AnybodyDoesAnything
from tests.machines.town import Town


def play(url: str, engine: Engine, keys: Keys, folder: Path, examples: int, steps: int, *, same: bool = True) -> None:
    """So many towns, so many steps in each; `same` each time, or others. Raises AssertionError with the way
    that was found to what went wrong."""
    numbers = count(1)

    def open_town() -> Town:
        _empty(engine)
        return Town(url, engine, keys, folder / f"town{next(numbers)}")

    class Machine(AnybodyDoesAnything):
        pass

    Machine.open_town = staticmethod(open_town)
    run_state_machine_as_test(Machine, settings=_settings(examples, steps, same=same))


def _settings(examples: int, steps: int, *, same: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=same,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def _empty(engine: Engine) -> None:
    """All rows go; a fresh database would have to learn every statement anew."""
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
