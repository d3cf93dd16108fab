"""How many asked for help in secret is told from five on: fewer could be told apart by whoever knows the neighbours."""

from __future__ import annotations

import pytest

from bot.app import knowledge
from handlers.coordinator import FEW, overview
from handlers.messages import Word
from handlers.scene import Membership, Person, Scene, State
from routing.model import Role
from tests.trust.town import NOW


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, Word("coordinator.few")),
        (1, Word("coordinator.few")),
        (FEW - 1, Word("coordinator.few")),
        (FEW, FEW),
        (12, 12),
    ],
)
def test_few_are_not_counted_out(count: int, told: Word | int) -> None:
    atlas, reader = knowledge()
    person = Person(1, "Koordinator Contoh", (Membership(Role.COORDINATOR, "64.72"),))
    scene = Scene(person, State(), (), NOW, atlas, reader, "64.72", "fresh", counts={"restricted": count})
    (say,) = overview(scene).says
    assert say.values["restricted"] == told
