"""Lost phones, leaked keys, leaked rows: what an operator can do about each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.app import knowledge
from bot.formulas import harmless
from bot.store.concerned import concerned_by, report_called, reports_between
from bot.store.conversations import person_of
from bot.store.database import make_engine, reading
from bot.store.keys import KeyLostError, Keys, make_key_file, read_key_file, write_key_file
from bot.store.rekey import encrypt_anew, encrypted_tables
from bot.store.revoking import revoke_addresses
from bot.store.tables import memberships, people
from tests.conftest import TEST_KEY
from tests.flow.conftest import World, clock, make, world  # noqa: F401 - fixtures
from tests.flow.world import KADER, OFFICER, add_person, write
from tests.trust.town import NOW, Town

NEW_KEY = "a2VudG9uZ2FuIG5ldyBrZXksIG5vdCBhIHNlY3JldCE="


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with engine.begin() as connection:
        yield Town(connection, knowledge()[0])


# --- keys -------------------------------------------------------------------------------------------------------------


def test_after_a_rewrite_the_old_key_reads_nothing(database_url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        town = Town(connection, knowledge()[0])
        town.file("at_office")
        town.file("restricted")
    both = make_engine(database_url, Keys([NEW_KEY, TEST_KEY]))
    for table in encrypted_tables():
        encrypt_anew(both, table)
    assert {"addresses", "people", "reports", "events"} <= {table.name for table in encrypted_tables()}
    with reading(both) as connection:
        assert "Wardoyo" in connection.scalars(select(people.c.name)).all()
        assert person_of(connection, "test", "kader") is not None, "and is found by the same hash"
    both.dispose()
    with reading(engine) as connection, pytest.raises(KeyLostError):
        connection.scalars(select(people.c.name)).all()


def test_a_new_key_stands_in_front_and_the_old_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "kentongan.key"
    old = make_key_file(path)
    write_key_file(path, (NEW_KEY, *old))
    assert read_key_file(path) == (NEW_KEY, *old)
    assert path.stat().st_mode & 0o077 == 0
    assert read_key_file(tmp_path / "kentongan.key.before") == old


# --- a lost phone -----------------------------------------------------------------------------------------------------


def test_a_lost_phone_speaks_for_nobody(world: World) -> None:  # noqa: F811
    app, channel = world
    add_person(app.engine, KADER, "kader", place_codes="64.72.06.1001")
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    write(app, 1, "hello", contact=OFFICER)
    app.pump(now_quiet=True)
    with app.engine.begin() as connection:
        assert revoke_addresses(connection, officer, app.clock.now()) == 1
    write(app, 2, "hello again", contact=OFFICER)
    app.pump(now_quiet=True)
    with reading(app.engine) as connection:
        stranger = person_of(connection, "test", OFFICER)
        hats = select(memberships.c.person_id).where(memberships.c.person_id.in_([officer, stranger]))
        assert connection.scalars(hats).all() == [officer]
    assert stranger != officer
    assert len(channel.texts(OFFICER)) == 2, "a stranger who writes is answered like anybody"


def test_nothing_is_sent_to_a_lost_phone(world: World) -> None:  # noqa: F811
    app, channel = world
    kader = add_person(app.engine, KADER, "kader", place_codes="64.72.06.1001")
    with app.engine.begin() as connection:
        revoke_addresses(connection, kader, app.clock.now())
    write(app, 1, "air mati")
    app.pump(now_quiet=True)
    assert channel.texts(KADER) == []


# --- a leak -----------------------------------------------------------------------------------------------------------


def test_everybody_whose_data_leaked_is_found(town: Town) -> None:
    number = town.file("at_office")
    leak = concerned_by(town.connection, [number], staff=False)
    found = {town.part_of[one.person_id]: one.tickets for one in leak.people}
    assert found == {"reporter": ["SMD-0001"], "joined": ["SMD-0001"], "kader": ["SMD-0001"]}
    assert leak.data == ("name", "number", "words", "place")
    assert [report_called(town.connection, one) for one in ("SMD-0001", "SMD-0009")] == [number, None]
    assert reports_between(town.connection, NOW, None) == [number]
    assert reports_between(town.connection, None, NOW) == []


def test_who_asked_for_help_in_secret_is_counted_and_stands_in_no_list(town: Town) -> None:
    number = town.file("restricted")
    assert report_called(town.connection, town.code("restricted")) == number
    leak = concerned_by(town.connection, [number], staff=False)
    assert (leak.reports, leak.restricted, leak.people) == (1, 1, ())


def test_a_leak_of_everything_concerns_the_lists_as_well(town: Town) -> None:
    leak = concerned_by(town.connection, [], staff=True)
    assert {town.part_of[one.person_id] for one in leak.people} >= {"kader_away", "officer", "coordinator", "left"}


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("+6281200000001", "+6281200000001"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("SMD-0001", "SMD-0001"),
        ("", ""),
    ],
)
def test_no_cell_of_a_list_is_a_formula(cell: str, kept: str) -> None:
    assert harmless(cell) == kept
