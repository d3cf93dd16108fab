"""A cry for help with the real conversation: who saw what was told, and what the database gives away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from bot.store.tables import events, metadata, reports
from handlers.dialogue import respond
from tests.flow.conftest import World
from tests.flow.world import COORDINATOR, RESIDENT, add_person, rows, write

PPA = "+628120000005"
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(1000))


@pytest.fixture
def asked_for_help(make: Callable[..., World], numbers: Iterator[int]) -> World:
    app, channel = make(respond=respond, render=None)
    add_person(app.engine, PPA, "officer", office="PPA")
    add_person(app.engine, COORDINATOR, "coordinator")
    write(app, next(numbers), "suami saya memukul saya tiap malam, saya takut")
    app.pump(now_quiet=True)
    return app, channel


def test_every_look_at_it_is_in_the_audit_trail(asked_for_help: World, numbers: Iterator[int]) -> None:
    app, channel = asked_for_help
    (opening,) = channel.lines(PPA)
    for look in ({"choice_id": opening["buttons"][0]}, {"text": "buka"}):
        write(app, next(numbers), contact=PPA, **look)
        app.pump(now_quiet=True)
        shown = sum("memukul" in text for text in channel.texts(PPA))
        viewed = [(row.actor, row.seen) for row in rows(app.engine, events) if row.kind == "viewed"]
        assert shown > 0
        assert viewed == [("officer", False)] * shown


def test_what_a_thief_of_the_database_reads_opens_nothing(asked_for_help: World, numbers: Iterator[int]) -> None:
    app, channel = asked_for_help
    code = next(found[0] for text in channel.texts(PPA) if (found := CODE.search(text)))
    (row,) = rows(app.engine, reports)
    assert row.restricted
    assert row.ticket.startswith("RHS-")
    with app.engine.connect() as connection:
        for table in metadata.sorted_tables:
            written = repr(connection.exec_driver_sql(f"SELECT * FROM {table.name}").all())  # noqa: S608 - our own names
            assert code not in written
            assert "memukul" not in written
    write(app, next(numbers), f"kode saya {code}", contact="+628120000099")
    app.pump(now_quiet=True)
    assert code in channel.texts("+628120000099")[-1], "the code itself still opens it"


def test_nobody_else_hears_of_it(asked_for_help: World) -> None:
    _, channel = asked_for_help
    assert channel.texts(COORDINATOR) == []
    assert {line["to"] for line in channel.lines()} == {RESIDENT, PPA}
