"""Reports as handlers see them: built from rows, together with the part of their story that a reporter may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from bot.report_code import code_behind
from bot.store.columns import keys_of
from bot.store.keys import Keys
from bot.store.stories import Story, read_stories
from bot.store.tables import followers, people, reports
from bot.store.whose import AT_OFFICE, coordinated, may_act_on, open_and_restricted, overdue, told_of, worn
from handlers.scene import Person
from routing.model import FINISHED, Report, Role, Status, StoryLine

MINE = 20
TASKS = 100


_PRESSING = (reports.c.status.in_((*AT_OFFICE, Status.HOLDING)),)
_BY_URGENCY = (
    reports.c.answer_due_at.is_(None),  # an answer that is to take effect must find its report
    reports.c.urgent.is_(False),
    # What waits in the pen has no day of its own; the databases would put it at different ends.
    func.coalesce(
        case((reports.c.status == Status.FORWARDED, reports.c.acknowledge_by), else_=reports.c.resolve_by),
        reports.c.received_at,
    ),
    reports.c.id,
)
_AS_THEY_ARE = (
    "id",
    "region",
    "text",
    "field",
    "category",
    "place_code",
    "rt",
    "rw",
    "office",
    "received_at",
    "promise_by",
    "verify_by",
    "respond_by",
    "resolve_by",
    "urgent",
    "restricted",
    "verified",
    "hide_name",
    "on_behalf_of",
    "reporter_id",
    "kader_id",
    "bounces",
    "hold_reason",
    "question",
    "safe_contact",
    "discreet",
    "owed_news",
    "acknowledge_by",
    "first_response_at",
    "waiting_since",
    "answer_due_at",
    "promised_on",
    "put_off_until",
    "visit_on",
    "rating",
    "linked_to",
)
_NEEDED = (*(reports.c[name] for name in _AS_THEY_ARE), *(reports.c.ref, reports.c.code_hash, reports.c.ticket))
_NEWEST_FIRST = (
    select(*_NEEDED, reports.c.status, people.c.name.label("reporter_name"))
    .join(people, people.c.id == reports.c.reporter_id)
    .order_by(reports.c.id.desc())
)
_JOINED = select(followers.c.report_id).where(followers.c.person_id == bindparam("person"))
_MINE = _NEWEST_FIRST.where(
    or_(reports.c.reporter_id == bindparam("person"), reports.c.id.in_(_JOINED)), reports.c.restricted.is_(False)
).limit(MINE)
_WITH_ID = _NEWEST_FIRST.where(reports.c.id == bindparam("id"))
_NAMED = _NEWEST_FIRST.where(reports.c.ticket.in_(bindparam("tickets", expanding=True)), coordinated()).limit(TASKS)
_MANY = (
    select(
        func.count(case((reports.c.status.not_in(FINISHED), 1))).label("open"),
        func.count(case((reports.c.status == Status.HOLDING, 1))).label("held"),
        func.count(case((overdue(), 1))).label("overdue"),
    )
    .select_from(reports)
    .where(coordinated())
)
_RESTRICTED = select(func.count()).select_from(reports).where(open_and_restricted())


def report_by_id(connection: Connection, report_id: int) -> Report:
    """Raises LookupError for a number that is not a report's."""
    found = _found(connection, connection.execute(_WITH_ID, {"id": report_id}))
    if not found:
        raise LookupError(f"no report {report_id}")
    return found[0]


def report_by_code(connection: Connection, code: str) -> Report | None:
    """The restricted report of this code, written as it was handed out."""
    found = _reports(connection, reports.c.code_hash == code, limit=1)
    return found[0] if found else None


def reports_of(connection: Connection, person_id: int) -> tuple[Report, ...]:
    """What this person filed or joined, newest first; never a restricted one, for phones are read by others."""
    return _found(connection, connection.execute(_MINE, {"person": person_id}))


def request_of(connection: Connection, person_id: int, ref: str) -> Report | None:
    """The restricted report that this person filed from that draft."""
    own = and_(reports.c.ref == ref, reports.c.reporter_id == person_id, reports.c.restricted.is_(True))
    found = _reports(connection, own, limit=1)
    return found[0] if found else None


def open_requests_of(connection: Connection, person_id: int) -> tuple[Report, ...]:
    """The restricted reports of this person that an office still holds."""
    own = and_(reports.c.reporter_id == person_id, reports.c.restricted.is_(True), reports.c.status.not_in(FINISHED))
    return _reports(connection, own, limit=MINE)


def ticket_of(row: RowMapping, keys: Keys) -> str:
    """The number people know a report by. Of a restricted one it is the code, which stands in no row (`domain.md §6`).

    Raises LookupError when the code's hash was made with other keys.
    """
    return code_behind(row["ref"], row["code_hash"], keys) if row["restricted"] else str(row["ticket"])


def tasks_of(connection: Connection, person: Person, now: datetime) -> tuple[Report, ...]:
    """What this person may act on, newest first: as kader, as officer of the leading office, as coordinator.

    Of more than are at hand the newest and the most pressing: a flood of new ones hides nothing that is late.
    """
    hats, told = worn(person), told_of(person, now)
    newest = _at_hand(connection, connection.execute(_newest(hats), told))
    if len(newest) < TASKS:
        return newest
    pressing = _at_hand(connection, connection.execute(_pressing(hats), told))
    both = {one.id: one for one in (*newest, *pressing)}
    return tuple(both[number] for number in sorted(both, reverse=True))


@cache
def _newest(hats: frozenset[Role]) -> Select[Any]:
    return _NEWEST_FIRST.where(may_act_on(hats)).limit(TASKS)


@cache
def _pressing(hats: frozenset[Role]) -> Select[Any]:
    return _NEWEST_FIRST.order_by(None).where(may_act_on(hats), *_PRESSING).order_by(*_BY_URGENCY).limit(TASKS)


def named_for(connection: Connection, person: Person, tickets: Collection[str], now: datetime) -> tuple[Report, ...]:
    """Of a coordinator's regions the ordinary reports with these numbers, whatever became of them."""
    if not tickets or not person.has(Role.COORDINATOR):
        return ()
    return _at_hand(connection, connection.execute(_NAMED, {**told_of(person, now), "tickets": list(tickets)}))


def reports_with(connection: Connection, ids: Collection[int]) -> tuple[Report, ...]:
    """For queries that chose them already, with what the reader may see in mind."""
    return _reports(connection, reports.c.id.in_(ids), limit=TASKS) if ids else ()


def counts_for(connection: Connection, person: Person, now: datetime) -> dict[str, int]:
    """`open`, `held`, `overdue` and `restricted` for a coordinator; nobody else asks how many there are."""
    if not person.has(Role.COORDINATOR):
        return {}
    told = told_of(person, now)
    many = connection.execute(_MANY, told).one()
    restricted = connection.execute(_RESTRICTED, told).scalar_one()
    return {**many._mapping, "restricted": restricted}


def _reports(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> tuple[Report, ...]:
    return _found(connection, connection.execute(_NEWEST_FIRST.where(*conditions).limit(limit)))


def _found(connection: Connection, rows: CursorResult[Any]) -> tuple[Report, ...]:
    found = list(rows.mappings())
    return _with_stories(connection, found, read_stories(connection, [row["id"] for row in found]))


def _at_hand(connection: Connection, rows: CursorResult[Any]) -> tuple[Report, ...]:
    """Many at a time, of which few will be looked at: each story is read when it is."""
    found = list(rows.mappings())
    return _with_stories(connection, found, {row["id"]: Story(connection.engine, row["id"]) for row in found})


def _with_stories(
    connection: Connection, rows: Sequence[RowMapping], stories: Mapping[int, Sequence[StoryLine]]
) -> tuple[Report, ...]:
    keys = keys_of(connection.dialect)
    return tuple(_report(row, ticket_of(row, keys), stories[row["id"]]) for row in rows)


def _report(row: RowMapping, ticket: str, story: Sequence[StoryLine]) -> Report:
    values: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    name = None if row["hide_name"] or row["restricted"] else row["reporter_name"]
    return Report(**values, ticket=ticket, status=Status(row["status"]), reporter_name=name, story=story)
