"""Made-up people, so that a fresh installation can be tried at once. They live on the simulator only.

Their rows carry `made_up`; who is to be asked or told is chosen without them unless the demonstration is on.
"""

from __future__ import annotations

import csv
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from sqlalchemy import Connection, Engine, insert, select

from bot.store.keys import Keys
from bot.store.people import Member, save_member
from bot.store.tables import addresses, facts, people
from bot.store.upsert import insert_into
from routing.model import Role

CHANNEL = "simulator"
_LOADED = "demo_people"
"""Fact that says which version of people.csv is in the database: the service starts at once when it is this one."""


def demo_rows() -> list[dict[str, str]]:
    """The lines of people.csv: role (resident, kader, officer, coordinator), name, contact, region, office, …"""
    return list(csv.DictReader(_written().splitlines()))


def load_demo(engine: Engine, now: datetime) -> int:
    """Add the made-up people; a second time changes nothing. Returns how many were new."""
    version = sha256(_written().encode()).hexdigest()
    with engine.begin() as connection:
        if connection.scalar(select(facts.c.value).where(facts.c.key == _LOADED)) == version:
            return 0
        new = _load(connection, engine.dialect.kentongan_keys, now)  # type: ignore[attr-defined]
        mark = insert_into(connection, facts).values(key=_LOADED, value=version)
        connection.execute(mark.on_conflict_do_update(index_elements=["key"], set_={"value": version}))
    return new


def _written() -> str:
    return (files("bot.demo") / "people.csv").read_text(encoding="utf-8")


def _load(connection: Connection, keys: Keys, now: datetime) -> int:
    new = 0
    for row in demo_rows():
        if row["role"] == Role.RESIDENT:
            known = (addresses.c.channel == CHANNEL, addresses.c.contact_hash == row["contact"])
            if connection.scalar(select(addresses.c.id).where(*known)) is None:
                somebody = insert(people).values(name=row["name"], facts={}, created_at=now, made_up=True)
                person = connection.execute(somebody.returning(people.c.id)).scalar_one()
                contact = {"channel": CHANNEL, "contact_hash": row["contact"], "contact": row["contact"]}
                connection.execute(insert(addresses).values(person_id=person, **contact))
                new += 1
        else:
            new += save_member(connection, keys, _member(row), now, made_up=True) == "new"
    return new


def _member(row: dict[str, str]) -> Member:
    return Member(
        role=Role(row["role"]),
        name=row["name"],
        region=row["region"],
        contact=row["contact"],
        channel=CHANNEL,
        office=row["office"] or None,
        place_codes=tuple(row["place_codes"].split()),
        posyandu=row["posyandu"] or None,
        field=row["field"] or None,
    )
