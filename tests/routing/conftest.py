"""One reader and one atlas for all tables of messages: both are immutable."""

from __future__ import annotations

import pytest

from routing.region import Atlas, load_atlas
from routing.rules import Rules, load_rules
from routing.understand import Reader


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="session")
def reader(rules: Rules) -> Reader:
    atlas: Atlas = load_atlas()
    return Reader(atlas, rules)
