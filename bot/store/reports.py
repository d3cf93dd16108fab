"""Reports as handlers see them: built from rows, together with the part of their story that a reporter may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    RowMapping,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    tuple_,
)

from bot.report_code import code_behind
from bot.store.columns import keys_of
from bot.store.keeping_from import not_kept_from
from bot.store.keys import Keys
from bot.store.tables import asks, events, followers, people, reports
from handlers.scene import Person
from routing.model import FINISHED, Actor, Report, Role, Status, StoryLine

RECENT = timedelta(days=30)
"""How long a finished report stays at hand for those who worked on it."""
VIEWED = "viewed"
"""Kind of the event that somebody was shown a restricted report; no change, so it keeps nothing at hand."""
MINE = 20
TASKS = 100

_ROLE_OF = {
    Actor.REPORTER: Role.RESIDENT,
    Actor.KADER: Role.KADER,
    Actor.OFFICER: Role.OFFICER,
    Actor.COORDINATOR: Role.COORDINATOR,
    Actor.SYSTEM: Role.SYSTEM,
}
_FORWARDED = (Status.FORWARDED,)
_UNPLANNED = (Status.FORWARDED, Status.ACCEPTED)
_AT_OFFICE = (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED)
_WITH_OFFICE = (*_AT_OFFICE, Status.WAITING_REPORTER, Status.RESOLVED)


_PRESSING = (reports.c.status.in_((*_AT_OFFICE, Status.HOLDING)),)
_BY_URGENCY = (
    reports.c.answer_due_at.is_(None),  # an answer that is to take effect must find its report
    reports.c.urgent.is_(False),
    case((reports.c.status == Status.FORWARDED, reports.c.acknowledge_by), else_=reports.c.resolve_by),
    reports.c.id,
)
_NEWEST_FIRST = (
    select(reports, people.c.name.label("reporter_name"))
    .join(people, people.c.id == reports.c.reporter_id)
    .order_by(reports.c.id.desc())
)
_JOINED = select(followers.c.report_id).where(followers.c.person_id == bindparam("person"))
_MINE = _NEWEST_FIRST.where(
    or_(reports.c.reporter_id == bindparam("person"), reports.c.id.in_(_JOINED)), reports.c.restricted.is_(False)
).limit(MINE)
_SEEN = (
    select(events)
    .where(events.c.report_id.in_(bindparam("ids", expanding=True)), events.c.seen.is_(True))
    .order_by(events.c.id)
)


def report_by_id(connection: Connection, report_id: int) -> Report:
    """Raises LookupError for a number that is not a report's."""
    found = _reports(connection, reports.c.id == report_id, limit=1)
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
    mine = or_(_as_kader(person, now), _as_officer(person, now), _as_coordinator(person, now))
    newest = _reports(connection, mine, limit=TASKS)
    if len(newest) < TASKS:
        return newest
    rows = connection.execute(_NEWEST_FIRST.order_by(None).where(mine, *_PRESSING).order_by(*_BY_URGENCY).limit(TASKS))
    both = {one.id: one for one in (*newest, *_found(connection, rows))}
    return tuple(both[number] for number in sorted(both, reverse=True))


def named_for(connection: Connection, person: Person, tickets: Collection[str]) -> tuple[Report, ...]:
    """Of a coordinator's regions the ordinary reports with these numbers, whatever became of them."""
    if not tickets or not person.has(Role.COORDINATOR):
        return ()
    shown = (reports.c.region.in_(_regions(person)), reports.c.restricted.is_(False), not_kept_from(person.id))
    return _reports(connection, reports.c.ticket.in_(tickets), *shown, limit=TASKS)


def reports_with(connection: Connection, ids: Collection[int]) -> tuple[Report, ...]:
    """For queries that chose them already, with what the reader may see in mind."""
    return _reports(connection, reports.c.id.in_(ids), limit=TASKS) if ids else ()


def counts_for(connection: Connection, person: Person, now: datetime) -> dict[str, int]:
    """`open`, `held`, `overdue` and `restricted` for a coordinator, `tasks` still open for a kader or officer."""
    counts: dict[str, int] = {}
    if person.has(Role.COORDINATOR):
        regions = reports.c.region.in_(_regions(person))
        open_ = reports.c.status.not_in(FINISHED)
        shown = and_(reports.c.restricted.is_(False), not_kept_from(person.id))
        counts["open"] = _count(connection, regions, shown, open_)
        counts["held"] = _count(connection, regions, shown, reports.c.status == Status.HOLDING)
        counts["overdue"] = _count(connection, regions, shown, overdue(now))
        counts["restricted"] = _count(connection, regions, open_, reports.c.restricted.is_(True))
    if person.has(Role.KADER) or person.has(Role.OFFICER):
        own = or_(_as_kader(person, now), _as_officer(person, now))
        counts["tasks"] = _count(connection, own, reports.c.status.not_in(FINISHED))
    return counts


def overdue(now: datetime) -> ColumnElement[bool]:
    """An office has let a day pass that it was given. Computed from the days, never stored."""
    unplanned = and_(reports.c.status == Status.ACCEPTED, reports.c.promised_on.is_(None), reports.c.respond_by < now)
    return or_(
        and_(reports.c.status.in_(_FORWARDED), or_(reports.c.respond_by < now, reports.c.acknowledge_by < now)),
        unplanned,
        and_(reports.c.status.in_(_AT_OFFICE), reports.c.resolve_by < now),
    )


def _as_kader(person: Person, now: datetime) -> ColumnElement[bool]:
    if not person.has(Role.KADER):
        return false()
    # Who was asked first and answers late, after the next kader was asked too, still knows the neighbourhood.
    asked = select(asks.c.report_id).where(
        asks.c.person_id == person.id, asks.c.kind.in_(("verify", "listen")), asks.c.closed_at.is_(None)
    )
    own = or_(reports.c.kader_id == person.id, reports.c.id.in_(asked))
    return and_(own, reports.c.restricted.is_(False), not_kept_from(person.id), _at_hand(now))


def _as_officer(person: Person, now: datetime) -> ColumnElement[bool]:
    """A restricted report is led by the PPA office alone, so only its officers find it here (`domain.md §6.5`)."""
    offices = person.offices()
    if not offices:
        return false()
    led = tuple_(reports.c.region, reports.c.office).in_(sorted(offices))
    reached = or_(reports.c.status.in_((*_WITH_OFFICE, *FINISHED)), reports.c.restricted.is_(True))
    return and_(led, reached, not_kept_from(person.id), _at_hand(now))


def _as_coordinator(person: Person, now: datetime) -> ColumnElement[bool]:
    if not person.has(Role.COORDINATOR):
        return false()
    stuck = or_(reports.c.status.in_((Status.HOLDING, Status.NOT_OURS)), overdue(now))
    return and_(
        reports.c.region.in_(_regions(person)), reports.c.restricted.is_(False), not_kept_from(person.id), stuck
    )


def _regions(person: Person) -> list[str]:
    return sorted({one.region for one in person.memberships if one.role is Role.COORDINATOR})


def _at_hand(now: datetime) -> ColumnElement[bool]:
    news = (events.c.report_id == reports.c.id, events.c.at > now - RECENT, events.c.kind != VIEWED)
    return or_(reports.c.status.not_in(FINISHED), select(events.c.id).where(*news).exists())


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(reports).where(*conditions)).scalar_one()


def _reports(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> tuple[Report, ...]:
    return _found(connection, connection.execute(_NEWEST_FIRST.where(*conditions).limit(limit)))


def _found(connection: Connection, rows: CursorResult[Any]) -> tuple[Report, ...]:
    found = list(rows.mappings())
    stories = _stories(connection, [row["id"] for row in found])
    keys = keys_of(connection.dialect)
    return tuple(_report(row, ticket_of(row, keys), stories[row["id"]]) for row in found)


def _stories(connection: Connection, ids: Collection[int]) -> dict[int, tuple[StoryLine, ...]]:
    lines: dict[int, list[StoryLine]] = defaultdict(list)
    if ids:
        for row in connection.execute(_SEEN, {"ids": list(ids)}):
            line = StoryLine(row.at, row.kind, row.data.get("note"), _ROLE_OF[Actor(row.actor)])
            lines[row.report_id].append(line)
    return defaultdict(tuple, {report_id: tuple(story) for report_id, story in lines.items()})


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


def _report(row: RowMapping, ticket: str, story: Iterable[StoryLine]) -> Report:
    values: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    name = None if row["hide_name"] or row["restricted"] else row["reporter_name"]
    return Report(**values, ticket=ticket, status=Status(row["status"]), reporter_name=name, story=tuple(story))
