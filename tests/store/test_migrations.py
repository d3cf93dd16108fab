"""The migrations make exactly the tables that the program expects, on both databases, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, insert, inspect, select, text

from bot.app import knowledge
from bot.store.database import make_engine, reading
from bot.store.keys import Keys
from bot.store.migrate import DatabaseNotReadyError, downgrade, migrate, newest, require_current
from bot.store.tables import addresses, facts, fires, metadata, people, reports
from routing.model import FireKind
from tests.trust.town import Town


@pytest.fixture
def empty(empty_database_url: str, keys: Keys) -> Iterator[Engine]:
    engine = make_engine(empty_database_url, keys)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_of_the_program(empty: Engine) -> None:
    assert migrate(empty)
    with reading(empty) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    require_current(empty)


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(insert(facts).values(key="kept", value="1"))
    assert not migrate(empty)
    with reading(empty) as connection:
        assert connection.execute(facts.select()).all() == [("kept", "1")]


def test_everything_can_be_taken_back_and_made_again(empty: Engine) -> None:
    migrate(empty)
    downgrade(empty, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    assert migrate(empty)
    require_current(empty)


def test_a_database_with_people_in_it_goes_back_and_forth(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        town = Town(connection, knowledge()[0])
        town.file("at_office")
    downgrade(empty, "0001")
    assert migrate(empty)
    with reading(empty) as connection:
        assert connection.scalar(select(func.count()).select_from(reports)) == 1
        assert "Warga Contoh" in connection.scalars(select(people.c.name)).all()
        agreed = connection.execute(select(addresses).where(addresses.c.opted_in_at.is_not(None))).all()
        assert {row.opted_in_by for row in agreed} == {"import"}
        assert "officer" in {row.contact for row in agreed}
        assert "reporter" not in {row.contact for row in agreed}


def test_a_visit_that_was_agreed_on_before_is_still_reminded_of(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        report = Town(connection, knowledge()[0]).file("to_verify")
        fire = {"report_id": report, "kind": "visit", "step": 1, "due_at": datetime(2026, 11, 24, tzinfo=UTC)}
        connection.execute(insert(fires).values(fire))
    downgrade(empty, "0004")
    migrate(empty)
    with reading(empty) as connection:
        visits = select(fires.c.kind).where(fires.c.report_id == report, fires.c.step == 101)
        assert connection.scalars(visits).all() == [FireKind.VERIFY_REMIND]


def test_an_older_database_is_named_as_such(empty: Engine) -> None:
    with pytest.raises(DatabaseNotReadyError) as stopped:
        require_current(empty)
    assert stopped.value.key == "migrate.needed"


def test_a_newer_database_is_left_alone(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (migrate, require_current):
        with pytest.raises(DatabaseNotReadyError) as stopped:
            attempt(empty)
        assert (stopped.value.key, stopped.value.values) == ("migrate.newer", {"version": "9999"})


def test_a_migration_that_fails_leaves_nothing_behind(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", break_off)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(empty)
    assert inspect(empty).get_table_names() == []


def test_the_newest_version_is_known_without_a_database() -> None:
    assert newest().isdigit()
