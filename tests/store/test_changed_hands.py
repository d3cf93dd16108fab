"""Whose number it is: the account says who writes, and a number goes with the account it comes in beside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert

from bot.store.aliases import one_person
from bot.store.changed_hands import is_number
from bot.store.conversations import lease, person_of
from bot.store.database import reading
from bot.store.tables import addresses
from handlers.messages import Incoming
from tests.flow.world import OFFICER, RESIDENT, START, add_person

OLD, NEW = "ID.4566000000000001", "ID.4566000000000002"

RULE: list[tuple[str, list[tuple[str, str, bool]], tuple[str, ...], str, str]] = [
    ("a number on a list belongs to who writes from it", [("a", RESIDENT, False)], (RESIDENT, NEW), "a", "a"),
    ("an account is learnt", [("a", RESIDENT, True)], (RESIDENT, NEW), "a", "a"),
    ("the same account", [("a", RESIDENT, True), ("a", OLD, False)], (RESIDENT, OLD), "a", "a"),
    ("another account", [("a", RESIDENT, True), ("a", OLD, False)], (RESIDENT, NEW), "new", "new"),
    ("no account is named", [("a", RESIDENT, True), ("a", OLD, False)], (RESIDENT, OFFICER), "a", "a"),
    (
        "an account that is known as somebody else",
        [("a", RESIDENT, True), ("a", OLD, False), ("b", NEW, True)],
        (RESIDENT, NEW),
        "b",
        "b",
    ),
    ("a new number on a list", [("a", RESIDENT, False), ("a", OLD, True)], (RESIDENT, NEW), "a", "a"),
    (
        "one of two phones",
        [("a", RESIDENT, True), ("a", OFFICER, True), ("a", OLD, False), ("a", NEW, False)],
        (OFFICER, NEW),
        "a",
        "a",
    ),
]


def whose(engine: Engine, contact: str) -> int | None:
    with reading(engine) as connection:
        return person_of(connection, "test", contact)


def put_names(engine: Engine, known: list[tuple[str, str, bool]], case: int) -> dict[str, int | None]:
    """Who is known by which names, and from which of them they wrote; every case has names of its own."""
    people: dict[str, int | None] = {}
    for who, contact, heard in known:
        name, at = f"{contact}{case}", START if heard else None
        if who not in people:
            people[who] = add_person(engine, name)
        row = {"person_id": people[who], "channel": "test", "contact_hash": name, "contact": name}
        with engine.begin() as connection:
            connection.execute(delete(addresses).where(addresses.c.contact_hash == name))
            connection.execute(insert(addresses).values(**row, last_inbound_at=at))
    return people


def settle(engine: Engine, names: list[str]) -> None:
    """Turns begin anew until it is clear who writes."""
    for _ in range(3):
        asked = whose(engine, names[0])
        assert asked is not None
        with engine.begin() as connection:
            held = lease(connection, asked, "me", START, START + timedelta(minutes=1))
        assert held is not None, "the lease was given back"
        if one_person(engine, held, [Incoming("test", "1", names[0], START, also=tuple(names[1:]))], START):
            return
    raise AssertionError(names)


def test_whose_number_it_is(engine: Engine) -> None:
    for case, (why, known, names, number_of, account_of) in enumerate(RULE):
        people = put_names(engine, known, case)
        settle(engine, [f"{name}{case}" for name in names])
        number, account = (whose(engine, f"{name}{case}") for name in names)
        people["new"] = account if account not in people.values() else None
        assert (number, account) == (people[number_of], people[account_of]), why


@pytest.mark.parametrize(
    ("contact", "expected"), [("+6281200000001", True), (OLD, False), ("77001", False), ("+62812x", False), ("", False)]
)
def test_a_number_can_be_given_to_somebody_else_and_an_account_cannot(contact: str, expected: bool) -> None:
    assert is_number(contact) is expected
