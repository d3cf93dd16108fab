"""Who is concerned when rows leak, and by what of theirs (UU 27/2022 art. 46, `domain.md §7`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, or_, select

from bot.store.tables import addresses, attachments, events, followers, memberships, people, reports
from routing.model import Role


@dataclass
class Concerned:
    """One person, how they can be reached, and through which reports they are concerned."""

    person_id: int
    name: str
    addresses: tuple[tuple[str, str], ...]
    parts: set[str] = field(default_factory=set)
    tickets: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Leak:
    """What leaked: `data` are the kinds of data, as `incident.data.<kind>` names them.

    Who is concerned through a restricted report is in `restricted` alone, a count: a list of those who asked for help
    in secret would be the next leak. The PPA office reaches them, in the way they chose (`domain.md §6.3`).
    """

    people: tuple[Concerned, ...]
    reports: int
    restricted: int
    data: tuple[str, ...]


def report_called(connection: Connection, number: str) -> int | None:
    """The report of this ticket number, or of the code that a restricted one is known by."""
    found: int | None = connection.scalar(
        select(reports.c.id).where(or_(reports.c.ticket == number, reports.c.code_hash == number))
    )
    return found


def reports_between(connection: Connection, since: datetime | None, until: datetime | None) -> list[int]:
    """Reports received in that time (aware UTC, `until` itself not included), all of them without bounds."""
    query = select(reports.c.id).order_by(reports.c.id)
    if since is not None:
        query = query.where(reports.c.received_at >= since)
    if until is not None:
        query = query.where(reports.c.received_at < until)
    return list(connection.scalars(query))


def concerned_by(connection: Connection, report_ids: Collection[int], *, staff: bool) -> Leak:
    """Everybody whose data stands in these reports; `staff`: the lists of kader and officers leaked as well."""
    parts: defaultdict[int, set[str]] = defaultdict(set)
    tickets: defaultdict[int, list[str]] = defaultdict(list)
    found = connection.execute(select(reports).where(reports.c.id.in_(report_ids)).order_by(reports.c.id)).all()
    for row in (row for row in found if not row.restricted):
        for person_id, part in dict(_people_of(connection, row)).items():
            parts[person_id].add(part)
            tickets[person_id].append(row.ticket)
    if staff:
        for person_id, role in connection.execute(select(memberships.c.person_id, memberships.c.role)):
            parts[person_id].add(role)
    restricted = sum(row.restricted for row in found)
    known = tuple(_known(connection, parts, tickets))
    return Leak(known, len(found), restricted, tuple(_data(connection, found)))


def _people_of(connection: Connection, row: Row[tuple[object, ...]]) -> Iterator[tuple[int, str]]:
    took_part = select(events.c.person_id, events.c.actor).where(
        events.c.report_id == row.id, events.c.person_id.is_not(None), events.c.actor.in_((Role.KADER, Role.OFFICER))
    )
    for someone in connection.execute(took_part):
        yield someone.person_id, someone.actor
    if row.kader_id is not None:
        yield row.kader_id, Role.KADER
    for person_id in connection.scalars(select(followers.c.person_id).where(followers.c.report_id == row.id)):
        yield person_id, Role.RESIDENT
    yield row.reporter_id, Role.RESIDENT


def _known(
    connection: Connection, parts: Mapping[int, set[str]], tickets: Mapping[int, list[str]]
) -> Iterator[Concerned]:
    numbers: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(select(addresses).where(addresses.c.person_id.in_(parts)).order_by(addresses.c.id)):
        numbers[row.person_id].append((row.channel, row.contact))
    for row in connection.execute(select(people).where(people.c.id.in_(parts)).order_by(people.c.id)):
        yield Concerned(row.id, row.name or "", tuple(numbers[row.id]), parts[row.id], tickets.get(row.id, []))


def _data(connection: Connection, found: Iterable[Row[tuple[object, ...]]]) -> Iterator[str]:
    yield from ("name", "number")
    ids = [row.id for row in found]
    if ids:
        yield from ("words", "place")
    if connection.scalar(select(attachments.c.id).where(attachments.c.report_id.in_(ids)).limit(1)) is not None:
        yield "files"
