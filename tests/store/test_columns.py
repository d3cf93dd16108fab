"""Column types: what goes in comes out, and what lies in the file tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, insert, select, text

from bot.store.columns import NaiveTimeError, NotComparableError
from bot.store.database import check_keys, make_engine, reading
from bot.store.keys import Digest, KeyLostError, Keys, KeyWrongError
from bot.store.tables import addresses, people
from tests.conftest import TEST_KEY

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ODD_WORDS = ["", "Warga Contoh Satu", "nol \0 di tengah", "setengah emoji \ud83d", "👶🏽 é ñ", "x" * 20_000]


def add_person(engine: Engine, **values: object) -> int:
    row = {"facts": {}, "created_at": NOON, **values}
    with engine.begin() as connection:
        return int(connection.execute(insert(people).values(row).returning(people.c.id)).scalar_one())


@pytest.mark.parametrize("words", ODD_WORDS)
def test_words_come_back_as_they_were(engine: Engine, words: str) -> None:
    number = add_person(engine, name=words, facts={"said": [words, 1, None]})
    with reading(engine) as connection:
        row = connection.execute(select(people).where(people.c.id == number)).one()
    assert row.name == words
    assert row.facts == {"said": [words, 1, None]}


def test_the_file_does_not_hold_the_words(engine: Engine) -> None:
    number = add_person(engine, name="Warga Contoh", facts={"region": "64.72"})
    with engine.begin() as connection:
        connection.execute(
            insert(addresses).values(person_id=number, channel="simulator", contact_hash="warga-1", contact="warga-1")
        )
        raw = str(connection.execute(text("SELECT name, facts FROM people")).all())
        raw += str(connection.execute(text("SELECT contact_hash, contact FROM addresses")).all())
    assert not any(word in raw for word in ("Contoh", "64.72", "warga"))


def test_a_person_is_found_by_the_plain_contact_and_by_a_digest_read_before(engine: Engine) -> None:
    number = add_person(engine, name=None)
    with engine.begin() as connection:
        connection.execute(
            insert(addresses).values(person_id=number, channel="simulator", contact_hash="warga-1", contact="warga-1")
        )
        ids = select(addresses.c.person_id, addresses.c.contact_hash)
        found = connection.execute(ids.where(addresses.c.contact_hash == "warga-1")).one()
        assert isinstance(found.contact_hash, Digest)
        again = connection.execute(ids.where(addresses.c.contact_hash == found.contact_hash)).one()
        assert again.person_id == found.person_id == number
        assert connection.scalar(select(addresses.c.id).where(addresses.c.contact_hash == "warga-2")) is None


def test_comparing_encrypted_words_is_refused_but_null_may_be_asked_for(engine: Engine) -> None:
    for compare in (lambda: people.c.name == "Warga", lambda: people.c.facts.in_([{}]), lambda: people.c.name.desc()):
        with pytest.raises(NotComparableError):
            compare()
    add_person(engine, name=None)
    with reading(engine) as connection:
        assert connection.scalar(select(people.c.id).where(people.c.name.is_(None))) == 1
        assert connection.scalar(select(people.c.id).where(people.c.name.is_not(None))) is None


def test_times_keep_their_instant_and_come_back_in_utc(engine: Engine) -> None:
    wita = timezone(timedelta(hours=8))
    add_person(engine, created_at=NOON.astimezone(wita))
    with reading(engine) as connection:
        read = connection.scalar(select(people.c.created_at))
        assert connection.scalar(select(people.c.id).where(people.c.created_at <= NOON.astimezone(wita))) == 1
    assert read == NOON
    assert read.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(NaiveTimeError):
        add_person(engine, created_at=NOON.replace(tzinfo=None))


def test_a_new_key_in_front_reads_the_old_rows_and_writes_with_the_new(engine: Engine) -> None:
    add_person(engine, name="Warga Contoh")
    check_keys(engine)
    newer = Fernet.generate_key().decode()
    rotated = make_engine(engine.url, Keys([newer, TEST_KEY]))
    check_keys(rotated)
    add_person(rotated, name="Warga Baru")
    with reading(rotated) as connection:
        assert connection.execute(select(people.c.name).order_by(people.c.id)).scalars().all() == [
            "Warga Contoh",
            "Warga Baru",
        ]
    with reading(engine) as connection, pytest.raises(KeyLostError):
        connection.execute(select(people.c.name)).scalars().all()
    rotated.dispose()


@pytest.mark.parametrize("places", ["replaced", "last one dropped"])
def test_other_keys_are_noticed_at_the_start(engine: Engine, places: str) -> None:
    newer = Fernet.generate_key().decode()
    rotated = make_engine(engine.url, Keys([newer, TEST_KEY]))
    check_keys(rotated if places == "last one dropped" else engine)
    without = make_engine(engine.url, Keys([newer]))
    with pytest.raises(KeyLostError) as lost:
        check_keys(without)
    assert lost.value.key == ("keys.lookup_lost" if places == "last one dropped" else "keys.lost")
    for one in (rotated, without):
        one.dispose()


@pytest.mark.parametrize("wrong", [[], [""], ["abc"], [TEST_KEY, "not base64 at all!"], ["é" * 44]])
def test_what_is_not_a_key_is_refused(wrong: list[str]) -> None:
    with pytest.raises(KeyWrongError):
        Keys(wrong)
