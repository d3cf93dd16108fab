"""A little of what `python -m tests.trust.fuzz` throws at every door by the hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.trust.fuzz.parsers import TARGETS, Target
from tests.trust.fuzz.run import throw
from tests.trust.fuzz.web import Wire, sites, targets

INPUTS = 25


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Wire]]:
    with sites(tmp_path_factory.mktemp("fuzz")) as both:
        yield both


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_reader_raises_what_it_does_not_promise(target: Target) -> None:
    done, _ = throw(target, INPUTS)
    assert done >= INPUTS / 2


def test_no_address_answers_with_a_fault_or_with_the_data_of_others(wires: list[Wire]) -> None:
    for target in targets(*wires):
        done, _ = throw(target, INPUTS)
        assert done >= INPUTS / 2
