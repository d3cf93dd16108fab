"""What the simulator keeps: the talk of each phone as its holder sees it, and who the made-up holders are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select

from bot.store.tables import addresses, inbox, memberships, people, posyandu, simulator_lines
from bot.store.upsert import insert_once

CHANNEL = "simulator"
_THAT_LINE = select(simulator_lines).where(simulator_lines.c.external_id == bindparam("external"))


@dataclass(frozen=True)
class Line:
    """One bubble. `body` is JSON: text, buttons, files, point, choice, reply_to. `at` is aware UTC."""

    id: int
    contact: str
    outbound: bool
    at: datetime
    external_id: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Holder:
    """Whose phone it is. `role` and what follows are empty for a resident, who needs no hat to write."""

    contact: str
    name: str
    region: str
    role: str
    office: str
    place_codes: tuple[str, ...]
    posyandu: str


def keep_line(
    connection: Connection, contact: str, *, outbound: bool, at: datetime, external_id: str, body: dict[str, Any]
) -> Line:
    """Adds a line once for each `external_id`; gives back the one that is there."""
    line = {
        "contact_hash": contact,
        "outbound": outbound,
        "at": at,
        "external_id": external_id,
        "body": {**body, "contact": contact},
    }
    connection.execute(insert_once(connection, simulator_lines, "external_id"), line)
    return _line(connection.execute(_THAT_LINE, {"external": external_id}).one())


def lines_after(connection: Connection, after: int, limit: int, contact: str | None = None) -> Sequence[Line]:
    """The newest `limit` lines with an id above `after`, oldest first; everybody's unless `contact` is given."""
    wanted = select(simulator_lines).where(simulator_lines.c.id > after)
    if contact is not None:
        wanted = wanted.where(simulator_lines.c.contact_hash == contact)
    rows = connection.execute(wanted.order_by(simulator_lines.c.id.desc()).limit(limit)).all()
    return [_line(row) for row in reversed(rows)]


def unhandled(connection: Connection) -> list[str]:
    """Ids of what was sent from a phone and is neither handled nor parked yet."""
    return list(
        connection.scalars(
            select(inbox.c.external_id).where(
                inbox.c.channel == CHANNEL, inbox.c.handled_at.is_(None), inbox.c.parked_at.is_(None)
            )
        )
    )


def holders(connection: Connection, contact: str | None = None) -> list[Holder]:
    """Everybody who has an address on this channel, in the order they came; somebody with several hats appears once."""
    wanted = (
        select(addresses.c.contact, people.c.name, people.c.facts, memberships, posyandu.c.name.label("posyandu"))
        .join_from(addresses, people, people.c.id == addresses.c.person_id)
        .outerjoin(memberships, and_(memberships.c.person_id == people.c.id, memberships.c.active))
        .outerjoin(posyandu, posyandu.c.id == memberships.c.posyandu_id)
        .where(addresses.c.channel == CHANNEL)
        .order_by(addresses.c.id, memberships.c.id)
    )
    if contact is not None:
        wanted = wanted.where(addresses.c.contact_hash == contact)
    found: dict[str, Holder] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.contact, _holder(row))
    return list(found.values())


def add_resident(connection: Connection, contact: str, name: str, region: str, now: datetime) -> None:
    """A made-up person who has never written. Nobody but the simulator can reach them."""
    person_id = connection.execute(
        insert(people).values(name=name, facts={"region": region}, created_at=now, made_up=True).returning(people.c.id)
    ).scalar_one()
    connection.execute(
        insert(addresses).values(person_id=person_id, channel=CHANNEL, contact_hash=contact, contact=contact)
    )


def count_residents(connection: Connection) -> int:
    """How many people on this channel wear no hat."""
    hats = select(memberships.c.person_id).where(memberships.c.person_id == addresses.c.person_id)
    found = connection.scalar(
        select(func.count()).select_from(addresses).where(addresses.c.channel == CHANNEL, ~hats.exists())
    )
    return int(found or 0)


def _line(row: Any) -> Line:
    body = dict(row.body)
    return Line(row.id, body.pop("contact"), row.outbound, row.at, row.external_id, body)


def _holder(row: Any) -> Holder:
    codes = tuple(code for code in (row.place_codes or "").split(",") if code)
    return Holder(
        contact=row.contact,
        name=row.name or row.contact,
        region=row.region or str(row.facts.get("region", "")),
        role=row.role or "",
        office=row.office or "",
        place_codes=codes,
        posyandu=row.posyandu or "",
    )
