"""Which open reports a new one is compared with, and what is never among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from bot.store.alike import alike_in, look_alike
from bot.store.tables import followers, kept_from, people, reports

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLACE = "64.72.06.1001"


def person(connection: Connection) -> int:
    new = insert(people).values(facts={}, created_at=NOW)
    return int(connection.execute(new.returning(people.c.id)).scalar_one())


def report(connection: Connection, reporter: int, number: int = 1, **more: Any) -> int:
    values = {
        "ref": f"draft-{number}",
        "ticket": f"SMD-{number:04d}",
        "region": "64.72",
        "status": "forwarded",
        "text": "air mati",
        "category": "air_bersih",
        "place_code": PLACE,
        "rt": "05",
        "received_at": NOW - timedelta(days=1),
        "reporter_id": reporter,
    }
    return int(connection.execute(insert(reports).values(**values | more).returning(reports.c.id)).scalar_one())


LEFT_OUT: list[Mapping[str, Any]] = [
    {"restricted": True},
    {"status": "closed"},
    {"status": "cancelled"},
    {"category": "drainase"},
    {"place_code": "64.72.06.1002"},
    {"received_at": NOW - timedelta(days=61)},
    {"hold_reason": "about_staff", "status": "holding"},
]


@pytest.mark.parametrize("more", LEFT_OUT, ids=lambda more: "-".join(more))
def test_what_is_left_out(engine: Engine, more: Mapping[str, Any]) -> None:
    with engine.begin() as connection:
        report(connection, person(connection), **more)
        assert alike_in(connection, person(connection), "air_bersih", PLACE, NOW) == ()


def test_what_is_compared(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second, third = (person(connection) for _ in range(3))
        older = report(connection, first, 1, point="-0.49,117.14")
        newer = report(connection, second, 2)
        connection.execute(insert(followers).values(report_id=older, person_id=third, joined_at=NOW))
        seen = alike_in(connection, second, "air_bersih", PLACE, NOW)
        assert [(one.id, one.own, one.followed, one.followers) for one in seen] == [
            (newer, True, False, 0),
            (older, False, False, 1),
        ]
        assert [one.point for one in seen] == [None, (-0.49, 117.14)]
        assert [one.followed for one in alike_in(connection, third, "air_bersih", PLACE, NOW)] == [False, True]


def test_what_is_kept_from_somebody_is_not_shown_to_them(engine: Engine) -> None:
    with engine.begin() as connection:
        about = person(connection)
        hidden = report(connection, person(connection))
        connection.execute(insert(kept_from).values(report_id=hidden, person_id=about, since=NOW))
        assert alike_in(connection, about, "air_bersih", PLACE, NOW) == ()


def test_nothing_is_read_for_a_matter_about_a_person(engine: Engine) -> None:
    with engine.begin() as connection:
        writer = person(connection)
        report(connection, person(connection), category="lansia_terlantar")
    assert look_alike(engine, writer, NOW)("lansia_terlantar", PLACE) == ()
