"""What clocks leave behind: deadlines that were missed, reminders of them, the rest while a reporter is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert

from bot.apply_reports import Filing
from bot.days_off import warn_of_unknown_days
from bot.store.reports import report_by_id
from bot.store.tables import events
from bot.store.tables_followup import misses
from bot.store.upsert import insert_once
from handlers.effects import Amend, ChangeStatus, Missed, Reminded
from routing.deadlines import WorkingTime, after_waiting
from routing.ladder import missed_clocks
from routing.model import Actor, Status

HELD = timedelta(minutes=10)
"""An officer's answer takes effect that much later than it was given; it was in time all the same."""
_EVENT = insert(events)


class Clocks:
    """The clocks of the reports that one transaction touches."""

    def __init__(self, connection: Connection, filing: Filing, now: datetime) -> None:
        self._connection = connection
        self._filing = filing
        self._now = now

    def before(self, change: ChangeStatus) -> None:
        """Called before a status changes: what ran out meanwhile is a miss, however late it is met.

        An office that waits for the reporter has no running clock; what it waited is added when it goes on
        (`domain.md §5`).
        """
        row = self._filing.row(change.report)
        if row.restricted or row.status == change.to:
            return
        if self._ran_out(row):
            report = report_by_id(self._connection, row.id)
            for clock, due_at in missed_clocks(report, self._now - HELD, self._work(row)):
                self.missed(Missed(row.id, clock, due_at))
        if change.to is Status.WAITING_REPORTER:
            self._filing.amend(Amend(row.id, {"waiting_since": self._now}, Actor.SYSTEM), None)
        elif row.status == Status.WAITING_REPORTER and row.waiting_since is not None:
            self._go_on(row)

    def set(self, amended: Amend) -> None:
        """New deadlines are warned of where they reach into a year whose days off nobody knows."""
        if "resolve_by" in amended.values:
            row = self._filing.row(amended.report)
            warn_of_unknown_days(self._work(row), amended.values["resolve_by"])

    def missed(self, effect: Missed) -> None:
        row = self._filing.row(effect.report)
        values = {
            "report_id": row.id,
            "clock": effect.clock,
            "due_at": effect.due_at,
            "region": row.region,
            "office": row.office,
            "person_id": row.kader_id if effect.clock == "verify" else None,
            "missed_at": self._now,
        }
        self._connection.execute(insert_once(self._connection, misses, "report_id", "clock", "due_at"), values)

    def reminded(self, effect: Reminded) -> None:
        row = self._filing.row(effect.report)
        line = {"report_id": row.id, "at": self._now, "actor": Actor.SYSTEM, "kind": "reminded", "seen": False}
        self._connection.execute(_EVENT, {**line, "data": {"rung": effect.rung}})

    def _ran_out(self, row: Row[Any]) -> bool:
        """Whether it is worth a closer look."""
        deadlines = (row.verify_by, row.acknowledge_by, row.respond_by, row.resolve_by)
        late = any(due is not None and due < self._now for due in deadlines)
        return late or (row.promise_by is not None and row.promise_by < self._work(row).local_day(self._now))

    def _go_on(self, row: Row[Any]) -> None:
        work = self._work(row)
        moved = {
            name: after_waiting(work, getattr(row, name), row.waiting_since, self._now)
            for name in ("respond_by", "resolve_by")
            if getattr(row, name) is not None
        }
        self._filing.amend(Amend(row.id, {**moved, "waiting_since": None}, Actor.SYSTEM), None)

    def _work(self, row: Row[Any]) -> WorkingTime:
        return WorkingTime(self._filing.atlas.regions[row.region])
