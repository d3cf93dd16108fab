"""Who works with us: people of an imported list, their hats, and the numbers that `kentongan people` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, true, update

from bot.store.consent import opt_in
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, people, posyandu
from bot.store.upsert import insert_into
from routing.model import Role

Saved = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Posyandu:
    """One posyandu; many share a name, so the kelurahan belongs to it (`domain.md §11`)."""

    name: str
    place_code: str


@dataclass(frozen=True)
class Member:
    """One hat of one person, as a list has it. Without a `contact` the person joins by invitation."""

    role: Role
    name: str
    region: str
    contact: str | None = None
    channel: str = "whatsapp"
    office: str | None = None
    place_codes: tuple[str, ...] = ()
    posyandu: str | None = None
    """Name of the posyandu, which lies in the first of `place_codes`."""
    field: str | None = None
    active: bool = True
    contact_rank: int = 1
    """2: a second contact of the office, told when the first are silent."""
    keeps: frozenset[str] = frozenset()
    """Columns of `memberships` the list says nothing about: what is stored there already stays."""

    @property
    def identity(self) -> str:
        """What makes two rows the same hat: the person and the office or role, not what may change with time."""
        who = self.contact or f"{self.name.casefold()}|{','.join(self.place_codes)}"
        return "|".join((self.role, self.region, self.office or "", self.channel, who))


def save_posyandu(connection: Connection, one: Posyandu) -> Saved:
    """Add a posyandu unless it is there."""
    added = connection.scalar(
        insert_into(connection, posyandu)
        .values(region=one.place_code[:5], place_code=one.place_code, name=one.name)
        .on_conflict_do_nothing(index_elements=["place_code", "name"])
        .returning(posyandu.c.id)
    )
    return "same" if added is None else "new"


def save_member(connection: Connection, keys: Keys, member: Member, now: datetime, *, made_up: bool = False) -> Saved:
    """Add a hat or bring it up to date; a second time changes nothing, and nothing is ever deleted.

    The row is known again by a keyed hash of its identity, so the key tells nobody's number.
    """
    external_key = keys.hash(member.identity)
    values = _hat(connection, member)
    hat = _stored(connection, external_key) or _without_number(connection, keys, member)
    if hat is None:
        person = _person_behind(connection, member, now, made_up)
        connection.execute(insert(memberships).values(person_id=person, external_key=str(external_key), **values))
        _rename(connection, person, member.name)
        _opt_in(connection, person, member, now)
        return "new"
    said = {name: value for name, value in values.items() if name not in member.keeps}
    said["external_key"] = str(external_key)
    changed = {name: value for name, value in said.items() if getattr(hat, name) != value}
    if changed:
        connection.execute(update(memberships).where(memberships.c.id == hat.id).values(changed))
    renamed = _rename(connection, hat.person_id, member.name)
    _opt_in(connection, hat.person_id, member, now)
    return "changed" if changed or renamed else "same"


def _stored(connection: Connection, external_key: str) -> Row[Any] | None:
    return connection.execute(select(memberships).where(memberships.c.external_key == external_key)).one_or_none()


def _without_number(connection: Connection, keys: Keys, member: Member) -> Row[Any] | None:
    """The hat of somebody who was on the list before their number was: they get the number, not a second self."""
    if member.contact is None or _owner(connection, member) is not None:
        return None
    hat = _stored(connection, keys.hash(replace(member, contact=None).identity))
    if hat is not None:
        _add_address(connection, hat.person_id, member)
    return hat


def _hat(connection: Connection, member: Member) -> dict[str, object]:
    return {
        "role": member.role.value,
        "region": member.region,
        "office": member.office,
        "posyandu_id": _posyandu_id(connection, member),
        "place_codes": ",".join(member.place_codes),
        "field": member.field,
        "active": member.active,
        "contact_rank": member.contact_rank,
    }


def _posyandu_id(connection: Connection, member: Member) -> int | None:
    if member.posyandu is None:
        return None
    one = Posyandu(member.posyandu, member.place_codes[0])
    save_posyandu(connection, one)
    same = (posyandu.c.place_code == one.place_code, posyandu.c.name == one.name)
    return connection.scalar(select(posyandu.c.id).where(*same))


def _person_behind(connection: Connection, member: Member, now: datetime, made_up: bool) -> int:
    """The person who already writes to us from this contact, or somebody new."""
    owner = _owner(connection, member)
    if owner is not None:
        return owner
    somebody = insert(people).values(facts={}, created_at=now, made_up=made_up).returning(people.c.id)
    person: int = connection.execute(somebody).scalar_one()
    _add_address(connection, person, member)
    return person


def _owner(connection: Connection, member: Member) -> int | None:
    """Who has this row's contact, if anybody."""
    if member.contact is None:
        return None
    same = (addresses.c.channel == member.channel, addresses.c.contact_hash == member.contact)
    owner: int | None = connection.scalar(select(addresses.c.person_id).where(*same))
    return owner


def _add_address(connection: Connection, person: int, member: Member) -> None:
    if member.contact is not None:
        address = {"channel": member.channel, "contact_hash": member.contact, "contact": member.contact}
        connection.execute(insert(addresses).values(person_id=person, **address))


def _opt_in(connection: Connection, person: int, member: Member, now: datetime) -> None:
    """Whoever is on an official list with a number agreed to work by chat."""
    if member.contact is not None and member.active:
        opt_in(connection, person, "import", now)


def _rename(connection: Connection, person: int, name: str) -> bool:
    if connection.scalar(select(people.c.name).where(people.c.id == person)) == name:
        return False
    connection.execute(update(people).where(people.c.id == person).values(name=name))
    return True


@dataclass(frozen=True)
class Known:
    """Somebody of the lists, for an operator who looks for the right one."""

    person_id: int
    name: str
    role: Role
    region: str


def find_members(connection: Connection, *, contact: str | None = None, name: str | None = None) -> tuple[Known, ...]:
    """Active members with this WhatsApp number (E.164), or with this very name."""
    query = (
        select(people.c.id, people.c.name, memberships.c.role, memberships.c.region)
        .join(memberships, memberships.c.person_id == people.c.id)
        .where(memberships.c.active)
        .order_by(people.c.id, memberships.c.id)
    )
    if contact is not None:
        by_contact = select(addresses.c.person_id).where(addresses.c.contact_hash == contact)
        query = query.where(people.c.id.in_(by_contact))
    rows = (Known(row.id, row.name or "", Role(row.role), row.region) for row in connection.execute(query))
    # Names are encrypted, so the database cannot look for one: all members are some thousands.
    wanted = None if name is None else name.casefold()
    return tuple(row for row in rows if wanted is None or row.name.casefold() == wanted)


@dataclass(frozen=True)
class Count:
    """How many people wear a hat in a region, and how many of those can be written to."""

    region: str
    role: str
    people: int
    reachable: int


def count_members(connection: Connection, *, made_up: bool) -> Iterator[Count]:
    """Active members by region and role, without anybody's name. `made_up` people are counted only when asked for."""
    can_reach = select(addresses.c.person_id).where(addresses.c.blocked_at.is_(None))
    wearing = memberships.c.person_id
    query = (
        select(
            memberships.c.region,
            memberships.c.role,
            func.count(wearing.distinct()).label("people"),
            func.count(wearing.distinct()).filter(wearing.in_(can_reach)).label("reachable"),
        )
        .join(people, people.c.id == wearing)
        .where(memberships.c.active, true() if made_up else people.c.made_up.is_(False))
        .group_by(memberships.c.region, memberships.c.role)
        .order_by(memberships.c.region, memberships.c.role)
    )
    for row in connection.execute(query):
        yield Count(row.region, row.role, row.people, row.reachable)
