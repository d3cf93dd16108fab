"""Effects on a report: filed once, changed as the table allows, every change an event of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, insert, select, update

from bot.report_code import ATTEMPTS, code_for, number_instead
from bot.store.columns import keys_of
from bot.store.reports import VIEWED, ticket_of
from bot.store.tables import attachments, events, followers, reports, ticket_counters
from bot.store.upsert import insert_into
from handlers.effects import AddNote, Amend, Attach, ChangeStatus, FileReport, Join, ReportKey, SetOffice
from routing.changes import change_allowed
from routing.model import Actor, Status
from routing.region import Atlas

ReportRow = Row[Any]

log = structlog.get_logger(__name__)

AMENDABLE = frozenset(
    {
        "text",
        "field",
        "category",
        "place_code",
        "rt",
        "rw",
        "on_behalf_of",
        "hide_name",
        "urgent",
        "question",
        "verified",
        "respond_by",
        "resolve_by",
        "safe_contact",
    }
)
"""What may change once a report is filed. The promise given to its reporter is not among it."""


class IllegalChangeError(Exception):
    """The table in `routing/changes.py` does not know this change; perhaps somebody else was quicker."""


class Filing:
    """The reports that one transaction touches. A row is locked when it is first looked at."""

    def __init__(self, connection: Connection, atlas: Atlas, now: datetime) -> None:
        self._connection = connection
        self._atlas = atlas
        self._now = now
        self._keys = keys_of(connection.dialect)
        self._made: set[tuple[int, Status, Actor]] = set()

    def row(self, key: ReportKey) -> ReportRow:
        """Raises LookupError for a report that is not there."""
        found = self._connection.execute(select(reports).where(self._is(key)).with_for_update()).one_or_none()
        if found is None:
            raise LookupError("no such report")
        return found

    def ticket_for(self, ref: str) -> str:
        return ticket_of(self.row(ref)._mapping, self._keys)

    def file(self, effect: FileReport, reporter_id: int) -> None:
        """Filing a reference a second time leaves the first report as it is."""
        if self._connection.scalar(select(reports.c.id).where(reports.c.ref == effect.ref)) is not None:
            return
        values = _columns(effect)
        if effect.restricted:
            code = self._unused_code(effect.ref)
            values |= {"ticket": number_instead(effect.ref, self._keys), "code_hash": code}
        else:
            values["ticket"] = self._next_ticket(effect.region)
        report_id = self._connection.execute(
            insert(reports).values(**values, reporter_id=reporter_id).returning(reports.c.id)
        ).scalar_one()
        self._record(report_id, effect.status, Actor.REPORTER, reporter_id, {}, seen=True)

    def change_status(self, effect: ChangeStatus, person_id: int | None) -> None:
        row = self.row(effect.report)
        before = Status(row.status)
        made = (row.id, effect.to, effect.by)
        if not change_allowed(before, effect.to, effect.by):
            if made in self._made:  # two things said in one breath meant the same; the second still saw the old report
                log.debug("report.changed_already", report=row.id, to=effect.to)
                return
            raise IllegalChangeError(f"{before} -> {effect.to} by {effect.by}")
        self._made.add(made)
        values: dict[str, object] = {"status": effect.to}
        if effect.to is Status.VERIFIED:
            values["verified"] = True
        if effect.to is Status.HOLDING:
            values["hold_reason"] = effect.reason or row.hold_reason
        elif before is Status.HOLDING:
            values["hold_reason"] = None
        self._change(row, values)
        data = {"from": before, "note": effect.note, "reason": effect.reason}
        self._record(row.id, effect.to, effect.by, person_id, data, seen=True)

    def amend(self, effect: Amend, person_id: int | None) -> None:
        """Raises ValueError for a field that may not change."""
        fixed = set(effect.values) - AMENDABLE
        if fixed:
            raise ValueError(f"not to be amended: {', '.join(sorted(fixed))}")
        row = self.row(effect.report)
        self._change(row, effect.values)
        written = {name: _plain(value) for name, value in effect.values.items()}
        self._record(row.id, "amended", effect.by, person_id, written, seen=effect.by is Actor.REPORTER)

    def set_office(self, effect: SetOffice, person_id: int | None) -> None:
        row = self.row(effect.report)
        values: dict[str, object] = {"office": effect.office, "hold_reason": effect.hold_reason}
        if effect.bounced:
            values["bounces"] = row.bounces + 1
        if effect.respond_by is not None:
            values["respond_by"] = effect.respond_by
        if effect.resolve_by is not None:
            values["resolve_by"] = effect.resolve_by
        self._change(row, values)
        data = {"from": row.office, "to": effect.office, "bounced": effect.bounced, "reason": effect.hold_reason}
        self._record(row.id, "office", effect.by, person_id, data, seen=False)

    def add_note(self, effect: AddNote, person_id: int | None) -> None:
        row = self.row(effect.report)
        self._record(row.id, "note", effect.by, person_id, {"note": effect.text}, seen=effect.seen)

    def attach(self, effect: Attach, person_id: int) -> None:
        """Nothing for a restricted report: it keeps no pictures (`domain.md §6.5`)."""
        row = self.row(effect.report)
        kept = [one for one in effect.files if not one.problem]
        if row.restricted or not kept:
            return
        self._connection.execute(
            insert(attachments),
            [
                {
                    "report_id": row.id,
                    "person_id": person_id,
                    "kind": one.kind,
                    "file": asdict(one),
                    "added_at": self._now,
                }
                for one in kept
            ],
        )
        self._record(row.id, "attached", Actor.REPORTER, person_id, {"files": len(kept)}, seen=False)

    def join(self, effect: Join, sender: int | None) -> None:
        """The sender, or everybody who cared about `other`. A restricted report has no followers."""
        row = self.row(effect.report)
        if row.restricted:
            return
        people = [sender] if sender is not None else []
        if effect.other is not None:
            other = self.row(effect.other)
            joined = select(followers.c.person_id).where(followers.c.report_id == other.id)
            people = [other.reporter_id, *self._connection.scalars(joined)]
        for person_id in dict.fromkeys(people):
            self._follow(row, person_id)

    def assign_kader(self, report_id: int, person_id: int) -> None:
        self._connection.execute(update(reports).where(reports.c.id == report_id).values(kader_id=person_id))
        self._record(report_id, "kader_asked", Actor.SYSTEM, person_id, {}, seen=False)

    def viewed(self, code: str, person_id: int) -> None:
        """Somebody other than its reporter is shown a restricted report (`domain.md §6.5`). Raises LookupError."""
        row = self._connection.execute(select(reports).where(reports.c.code_hash == code)).one_or_none()
        if row is None:
            raise LookupError("no such report")
        if person_id != row.reporter_id:
            self._record(row.id, VIEWED, Actor.OFFICER, person_id, {}, seen=False)

    def _follow(self, row: ReportRow, person_id: int) -> None:
        if person_id == row.reporter_id:
            return
        new = self._connection.scalar(
            insert_into(self._connection, followers)
            .values(report_id=row.id, person_id=person_id, joined_at=self._now)
            .on_conflict_do_nothing(index_elements=["report_id", "person_id"])
            .returning(followers.c.person_id)
        )
        if new is not None:
            self._record(row.id, "joined", Actor.REPORTER, person_id, {}, seen=True)

    def _is(self, key: ReportKey) -> Any:
        return reports.c.id == key if isinstance(key, int) else reports.c.ref == key

    def _change(self, row: ReportRow, values: Mapping[str, object]) -> None:
        changing = update(reports).where(reports.c.id == row.id)
        self._connection.execute(changing.values(**values, version=row.version + 1))

    def _record(
        self,
        report_id: int,
        kind: str,
        by: Actor,
        person_id: int | None,
        data: Mapping[str, object],
        *,
        seen: bool,
    ) -> None:
        known = {name: value for name, value in data.items() if value is not None}
        self._connection.execute(
            insert(events).values(
                report_id=report_id,
                at=self._now,
                person_id=person_id,
                actor=by,
                kind=kind,
                seen=seen,
                data=known,
            )
        )

    def _next_ticket(self, region: str) -> str:
        statement = insert_into(self._connection, ticket_counters).values(region=region, last=1)
        number = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["region"], set_={"last": ticket_counters.c.last + 1}
            ).returning(ticket_counters.c.last)
        ).scalar_one()
        return f"{self._atlas.regions[region].ticket_prefix}-{number:04d}"

    def _unused_code(self, ref: str) -> str:
        for attempt in range(ATTEMPTS):
            code = code_for(ref, self._keys, attempt)
            if self._connection.scalar(select(reports.c.id).where(reports.c.code_hash == code)) is None:
                return code
        raise LookupError("every code of this draft belongs to another report")


def _columns(effect: FileReport) -> dict[str, object]:
    """`hold_reason` is there exactly when no office is."""
    same = (
        "ref region text field category place_code received_at status rt rw office hold_reason urgent restricted "
        "verified hide_name on_behalf_of consent promise_by verify_by respond_by resolve_by score chosen_by_person"
    )
    values: dict[str, object] = {name: getattr(effect, name) for name in same.split()}
    values["support"] = ",".join(effect.support)
    values["alternatives"] = ",".join(effect.alternatives)
    values["point"] = None if effect.point is None else f"{effect.point[0]},{effect.point[1]}"
    return values


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
