"""Effects on a report: filed once, changed as the table allows, every change an event of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.report_code import ATTEMPTS, code_for, number_instead
from bot.store.columns import keys_of
from bot.store.keeping_from import keep_from_whom_it_is_about, keep_from_whom_it_names
from bot.store.reports import ticket_of
from bot.store.restricting import take_back
from bot.store.tables import attachments, events, followers, reports, ticket_counters
from bot.store.upsert import insert_into
from bot.store.whose import VIEWED
from handlers.effects import (
    AddNote,
    Amend,
    Attach,
    ChangeStatus,
    FileReport,
    Join,
    ReportKey,
    Restrict,
    SetOffice,
)
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
    }
)
"""What may change once a report is filed. The promise given to its reporter is not among it."""


_EVENT = insert(events)
_WITH_ID = select(reports).where(reports.c.id == bindparam("key")).with_for_update()
_WITH_REF = select(reports).where(reports.c.ref == bindparam("key")).with_for_update()


class IllegalChangeError(Exception):
    """The table in `routing/changes.py` does not know this change; perhaps somebody else was quicker."""


class Filing:
    """The reports that one transaction touches. A row is locked when it is first looked at."""

    def __init__(self, connection: Connection, atlas: Atlas, now: datetime) -> None:
        self._connection = connection
        self.atlas = atlas
        self._now = now
        self._keys = keys_of(connection.dialect)
        self._made: set[tuple[int, Status, Actor]] = set()
        self._rows: dict[ReportKey, ReportRow] = {}

    def row(self, key: ReportKey) -> ReportRow:
        """Read once, for it is locked until `look_again`. Raises LookupError for a report that is not there."""
        if key not in self._rows:
            which = _WITH_ID if isinstance(key, int) else _WITH_REF
            found = self._connection.execute(which, {"key": key}).one_or_none()
            if found is None:
                raise LookupError("no such report")
            self._rows[key] = self._rows[found.id] = self._rows[found.ref] = found
        return self._rows[key]

    def look_again(self) -> None:
        """Reports may have changed in this transaction: their rows are read anew."""
        self._rows.clear()

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
        self._keep_away(self.row(report_id), effect.text)
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
        if "text" in effect.values:
            self._keep_away(row, str(effect.values["text"]))
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
        if effect.by is Actor.REPORTER:
            self._keep_away(row, effect.text)
        self._record(row.id, "note", effect.by, person_id, {"note": effect.text}, seen=effect.seen)

    def attach(self, effect: Attach, person_id: int) -> None:
        """A restricted report keeps no pictures (`domain.md §6.5`), but what is said aloud instead of being written."""
        row = self.row(effect.report)
        kept = [one for one in effect.files if not one.problem and (one.kind == "voice" or not row.restricted)]
        if not kept:
            return
        self._connection.execute(
            insert(attachments),
            [
                {
                    "report_id": row.id,
                    "person_id": person_id,
                    "kind": one.kind,
                    "file": asdict(replace(one, transcript="")),
                    "media_ref": one.ref,
                    "transcript": one.transcript or None,
                    "added_at": self._now,
                }
                for one in kept
            ],
        )
        self._record(row.id, "attached", Actor.REPORTER, person_id, {"files": len(kept)}, seen=False)

    def restrict(self, effect: Restrict, person_id: int | None) -> None:
        """From now on it is what a report filed as restricted is; done twice it stays as it is."""
        row = self.row(effect.report)
        if row.restricted:
            return
        secret = {"code_hash": self._unused_code(effect.ref), "ticket": number_instead(effect.ref, self._keys)}
        hands = {"office": effect.office, "kader_id": None, "hold_reason": None, "support": ""}
        self._change(row, {"ref": effect.ref, "restricted": True, "hide_name": True, **secret, **hands})
        take_back(self._connection, row.id, self._now)
        self._record(row.id, "restricted", Actor.SYSTEM, person_id, {}, seen=False)

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
        self.look_again()
        self._record(report_id, "kader_asked", Actor.SYSTEM, person_id, {}, seen=False)

    def viewed(self, code: str, person_id: int) -> None:
        """Somebody other than its reporter is shown a restricted report (`domain.md §6.5`). Raises LookupError."""
        row = self._connection.execute(select(reports).where(reports.c.code_hash == code)).one_or_none()
        if row is None:
            raise LookupError("no such report")
        if person_id != row.reporter_id:
            self._record(row.id, VIEWED, Actor.OFFICER, person_id, {}, seen=False)

    def forgotten(self, report_id: int) -> None:
        """Its words are gone, and the trail says since when."""
        self._record(report_id, "forgotten", Actor.SYSTEM, None, {}, seen=False)

    def _keep_away(self, row: ReportRow, words: str) -> None:
        """Whom these words are about never hears of the report."""
        if row.restricted:
            keep_from_whom_it_names(self._connection, row.id, row.region, row.office, words, self._now)
        else:
            keep_from_whom_it_is_about(self._connection, row.id, row.region, row.place_code, words, self._now)

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

    def _change(self, row: ReportRow, values: Mapping[str, object]) -> None:
        changing = update(reports).where(reports.c.id == row.id)
        self._connection.execute(changing.values(**values, version=row.version + 1))
        self.look_again()

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
        row = {"report_id": report_id, "at": self._now, "person_id": person_id, "actor": by, "kind": kind, "seen": seen}
        self._connection.execute(_EVENT, {**row, "data": known})

    def _next_ticket(self, region: str) -> str:
        statement = insert_into(self._connection, ticket_counters).values(region=region, last=1)
        number = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["region"], set_={"last": ticket_counters.c.last + 1}
            ).returning(ticket_counters.c.last)
        ).scalar_one()
        return f"{self.atlas.regions[region].ticket_prefix}-{number:04d}"

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
    return value.isoformat() if isinstance(value, date) else value
