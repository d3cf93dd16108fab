"""The simulator's clock: it jumps as far as its button says, and back to the machine's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import timelapse
from bot.app import App, knowledge
from bot.store.errands import plan
from bot.web.jump import ahead
from handlers.errands import Errand, ErrandKind
from tests.web.conftest import TestClient

SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
MOMENTS = ((7, 0), (90, 0), (90, 30), (200, 0))
"""Minutes and seconds from now at which something is due."""
BEFORE_CHRISTMAS = datetime(2026, 12, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "jump", "then"),
    [
        (SUNDAY, {"minutes": 240}, datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
        (SUNDAY, {"working_days": 1}, datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (SUNDAY, {"working_days": 5}, datetime(2026, 11, 27, 2, 0, tzinfo=UTC)),
        (FRIDAY, {"working_days": 1}, datetime(2026, 11, 30, 9, 30, tzinfo=UTC)),
        # Christmas Eve is a decreed day off (SKB 3 Menteri), Christmas a holiday, then comes the weekend.
        (BEFORE_CHRISTMAS, {"working_days": 1}, datetime(2026, 12, 28, 2, 0, tzinfo=UTC)),
        # 23.30 in London is already the next morning in Samarinda.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), {"working_days": 1}, datetime(2026, 11, 23, 23, 30, tzinfo=UTC)),
    ],
)
def test_how_far(now: datetime, jump: dict[str, int], then: datetime) -> None:
    atlas, _ = knowledge()
    assert now + ahead(now, atlas.regions["64.72"], **jump) == then


def test_there_and_back(web: TestClient, app: App) -> None:
    moved = web.post("/api/simulator/clock", json={"working_days": 1}).json()
    assert (moved["now"], moved["moved"]) == ("2026-11-23T02:00:00+00:00", True)
    further = web.post("/api/simulator/clock", json={"hours": 4}).json()
    assert further["now"] == "2026-11-23T06:00:00+00:00"
    back = web.post("/api/simulator/clock", json={"reset": 1}).json()
    assert (back["now"], back["moved"]) == ("2026-11-22T02:00:00+00:00", False)
    assert app.clock.now() == SUNDAY


def test_what_falls_due_on_the_way_happens_at_its_moment(
    web: TestClient, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [SUNDAY + timedelta(minutes=minutes, seconds=seconds) for minutes, seconds in MOMENTS]
    with app.engine.begin() as connection:
        for number, at in enumerate(moments):
            plan(connection, 1, Errand(ErrandKind.RECAP, str(number), "64.72"), at)
    seen: list[datetime] = []
    monkeypatch.setattr(app, "pump", lambda: seen.append(app.clock.now()))
    web.post("/api/simulator/clock", json={"hours": 3})
    # The two that lie within a minute happen together; what is due after the jump waits.
    assert seen == [moments[0], moments[2], SUNDAY + timedelta(hours=3)]


def test_what_cannot_be_done_does_not_hold_up_the_time(
    web: TestClient, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelapse, "MOST_STEPS", 5)
    with app.engine.begin() as connection:
        for minutes in range(2, 60, 2):
            plan(connection, 1, Errand(ErrandKind.RECAP, str(minutes), "64.72"), SUNDAY + timedelta(minutes=minutes))
    seen: list[datetime] = []
    monkeypatch.setattr(app, "pump", lambda: seen.append(app.clock.now()))
    web.post("/api/simulator/clock", json={"hours": 3})
    assert (len(seen), seen[-1]) == (6, SUNDAY + timedelta(hours=3))
