"""A report about somebody who works here never reaches that person: decided at filing, enforced in every query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Connection, select

from bot.store.tables import kept_from, memberships, people, reports
from bot.store.upsert import insert_into
from routing.about_staff import accused, accuses_office, named_in
from routing.model import Role

_WORKS_HERE = (Role.KADER, Role.OFFICER, Role.COORDINATOR)


def keep_from_whom_it_is_about(
    connection: Connection, report_id: int, region: str, place_code: str | None, text: str, now: datetime
) -> None:
    """Those of the region who are named in a complaint about staff, whatever they may do here."""
    if accused(text):
        _keep(connection, report_id, _named(connection, region, place_code, text), now)


def keep_from_whom_it_names(
    connection: Connection, report_id: int, region: str, office: str | None, text: str, now: datetime
) -> None:
    """A restricted report: officers of its office whose name stands in the words, in whatever sense, as long as a
    colleague is left; else only one who is named in full. All of them when somebody of that office is meant."""
    staff = list(_officers(connection, region, office))
    named = [person_id for person_id, name in staff if name and named_in(text, name)]
    if len(named) == len(staff):  # a victim may well have the name of the only officer
        named = [person_id for person_id, name in staff if name and named_in(text, name, whole=True)]
    if not named and accuses_office(text):
        named = [person_id for person_id, _ in staff]
    _keep(connection, report_id, named, now)


def not_kept_from(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """For queries over `reports`: what this person may see at all."""
    hidden = (kept_from.c.report_id == reports.c.id, kept_from.c.person_id == person_id)
    return ~select(kept_from.c.report_id).where(*hidden).exists()


def may_hear_of(report_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """For queries over `people`: who may be told anything about this report."""
    hidden = (kept_from.c.report_id == report_id, kept_from.c.person_id == people.c.id)
    return ~select(kept_from.c.report_id).where(*hidden).exists()


def _keep(connection: Connection, report_id: int, people: Iterable[int], now: datetime) -> None:
    rows = [{"report_id": report_id, "person_id": one, "since": now} for one in dict.fromkeys(people)]
    if rows:
        connection.execute(insert_into(connection, kept_from).on_conflict_do_nothing(), rows)


def _officers(connection: Connection, region: str, office: str | None) -> Iterator[tuple[int, str | None]]:
    hat = (memberships.c.region == region, memberships.c.office == office, memberships.c.role == Role.OFFICER)
    found = select(people.c.id, people.c.name).join(memberships, memberships.c.person_id == people.c.id).where(*hat)
    yield from ((row.id, row.name) for row in connection.execute(found.order_by(people.c.id)))


def _named(connection: Connection, region: str, place_code: str | None, text: str) -> Iterator[int]:
    staff = (
        select(memberships.c.person_id, memberships.c.role, memberships.c.place_codes, people.c.name)
        .join(people, people.c.id == memberships.c.person_id)
        .where(memberships.c.region == region, memberships.c.role.in_(_WORKS_HERE))
        .order_by(memberships.c.id)
    )
    for row in connection.execute(staff):
        if row.name and _lives_there(row.role, row.place_codes, place_code) and named_in(text, row.name):
            yield row.person_id


def _lives_there(role: str, place_codes: str, place_code: str | None) -> bool:
    """A region has thousands of kader; only those of the place can be meant."""
    if role != Role.KADER or place_code is None or not place_codes:
        return True
    return any(place_code == code or place_code.startswith(f"{code}.") for code in place_codes.split(","))
