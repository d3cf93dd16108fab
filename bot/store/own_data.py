"""All that is held of one person, for that person: counts, addresses and ordinary reports, as lines to be worded.

What somebody else told in a report that this person joined is not theirs. A restricted report is not among it either:
telephones are read by others, and its code opens it (`domain.md §6.5`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select

from bot.store.reports import reports_of
from bot.store.tables import addresses, attachments, followers, inbox, outbox, people, reports
from handlers.matter import category_word
from handlers.messages import Day, OfficeName, Say, Where, Word
from routing.model import Report
from routing.region import Atlas

_ASKED = (
    select(people.c.id, people.c.data_asked_at)
    .where(people.c.data_asked_at.is_not(None))
    .order_by(people.c.data_asked_at)
    .limit(bindparam("most"))
)
_SHOWN = 4
"""Last characters of an address: enough for its owner, too few for who looks over the shoulder."""


@dataclass(frozen=True)
class Held:
    """`lines` fit into a message; `reports` are for the paper."""

    lines: tuple[Say, ...]
    reports: tuple[Say, ...]


def held_of(connection: Connection, person_id: int, atlas: Atlas) -> Held:
    person = connection.execute(select(people).where(people.c.id == person_id)).one()
    own = (one for one in reports_of(connection, person_id) if one.reporter_id == person_id)
    return Held(tuple(_lines(connection, person)), tuple(_report(one, atlas) for one in own))


def wanted_by(connection: Connection, limit: int) -> list[tuple[int, datetime]]:
    """Who asked for it and when, the longest waiting first."""
    return [(row.id, row.data_asked_at) for row in connection.execute(_ASKED, {"most": limit})]


def _lines(connection: Connection, person: Row[tuple[object, ...]]) -> Iterator[Say]:
    yield Say("rights.name", {"name": str(person.name)}) if person.name else Say("rights.no_name")
    written = 0
    for row in connection.execute(select(addresses).where(addresses.c.person_id == person.id).order_by(addresses.c.id)):
        yield Say("rights.address", {"channel": row.channel, "contact": f"…{row.contact[-_SHOWN:]}"})
        sender = (inbox.c.channel == row.channel, inbox.c.contact_hash == row.contact_hash)
        written += _count(connection, inbox.c.id, *sender)
    if version := person.facts.get("notice"):
        yield Say("rights.notice", {"version": str(version)})
    if person.stopped_at is not None:
        yield Say("rights.no_news")
    ordinary = reports.c.restricted.is_(False)
    yield Say(
        "rights.reports",
        {
            "count": _count(connection, reports.c.id, reports.c.reporter_id == person.id, ordinary),
            "joined": _count(connection, followers.c.report_id, followers.c.person_id == person.id),
            "files": _count(connection, attachments.c.id, attachments.c.person_id == person.id),
        },
    )
    told = _count(connection, outbox.c.id, outbox.c.person_id == person.id, outbox.c.forgotten_at.is_(None))
    yield Say("rights.messages", {"count": written + told})


def _count(connection: Connection, what: ColumnElement[int], *conditions: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count(what)).where(*conditions)).scalar_one()


def _report(one: Report, atlas: Atlas) -> Say:
    office = OfficeName(one.region, one.office) if one.office else Word("rights.report_no_office")
    zone = atlas.regions[one.region].tz
    return Say(
        "rights.report",
        {
            "ticket": one.ticket,
            "day": Day(one.received_at.astimezone(zone).date()),
            "what": category_word(one.category),
            "where": Where(one.place_code, one.rt, one.rw),
            "office": office,
            "status": Word(f"status.{one.status}"),
            "text": one.text,
        },
    )
