"""Who stands behind a service, in numbers: members by region, role and office, and how many a channel reaches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store.tables import addresses, memberships, people


@dataclass(frozen=True)
class Staff:
    region: str
    role: str
    office: str | None
    people: int
    reachable: int


def staffing(connection: Connection, channels: Collection[str]) -> list[Staff]:
    """Active members, without made-up ones; reachable are those with an address on one of `channels` that works."""
    works = (addresses.c.blocked_at.is_(None), addresses.c.channel.in_(sorted(channels)))
    wearing = memberships.c.person_id
    can_reach = select(addresses.c.person_id).where(*works)
    hat = (memberships.c.region, memberships.c.role, memberships.c.office)
    query = (
        select(
            *hat,
            func.count(wearing.distinct()).label("people"),
            func.count(wearing.distinct()).filter(wearing.in_(can_reach)).label("reachable"),
        )
        .join(people, people.c.id == wearing)
        .where(memberships.c.active, people.c.made_up.is_(False))
        .group_by(*hat)
        .order_by(*hat)
    )
    return [Staff(row.region, row.role, row.office, row.people, row.reachable) for row in connection.execute(query)]
