"""What a provider's list is compared with, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from bot.store.database import reading
from bot.store.inbound import NewMessage, insert_new
from bot.store.known_ids import received_ids, sent_ids, take_turn
from bot.store.tables import addresses, outbox, people, sends

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHILE = timedelta(minutes=9)


def test_one_at_a_time_and_again_when_the_time_is_over(engine: Engine) -> None:
    asked = (NOW, NOW, NOW + WHILE - timedelta(microseconds=1), NOW + WHILE, NOW + WHILE)
    told = []
    for now in asked:
        with engine.begin() as connection:
            told.append(take_turn(connection, "look", now, now + WHILE))
    assert told == [True, False, False, True, False]


def test_of_many_ids_those_of_the_channel_are_known(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_new(connection, [NewMessage(channel, "SM1", "x", b"", NOW) for channel in ("whatsapp", "telegram")])
        insert_new(connection, [NewMessage("telegram", "SM2", "x", b"", NOW)])
    with reading(engine) as connection:
        assert received_ids(connection, "whatsapp", [f"SM{n}" for n in range(1_200)]) == {"SM1"}
        assert received_ids(connection, "whatsapp", []) == set()


def test_what_was_sent_is_known_by_the_providers_id(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(people).values(id=1, facts={}, created_at=NOW, made_up=False))
        connection.execute(
            insert(addresses).values(id=1, person_id=1, channel="whatsapp", contact_hash="x", contact="x")
        )
        connection.execute(insert(outbox).values(id=1, person_id=1, says=[], created_at=NOW, due_at=NOW))
        one = {"outbox_id": 1, "address_id": 1, "channel": "whatsapp", "started_at": NOW, "billed": True}
        connection.execute(insert(sends), [{**one, "part": n, "external_id": f"SM{n}"} for n in range(2)])
        connection.execute(insert(sends).values(**one, part=2))
    with reading(engine) as connection:
        assert sent_ids(connection, "whatsapp", ["SM1", "SM7"]) == {"SM1"}
        assert sent_ids(connection, "telegram", ["SM1"]) == set()
