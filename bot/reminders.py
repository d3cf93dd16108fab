"""What is due happens: claimed, decided, written in one commit. The scheduler only says when to look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, select

from bot.apply import Applier
from bot.backoff import waiting_time
from bot.clock import Clock
from bot.logs import place_of
from bot.metrics import Metrics
from bot.pace import Checkpoint, Pace, unwatched
from bot.store import fires
from bot.store.fires import ClaimedFire
from bot.store.reports import report_by_id
from bot.store.tables import reports
from handlers.effects import Effect
from routing.deadlines import WorkingTime
from routing.model import FireKind, Report
from routing.region import Atlas
from routing.remind import Decision, Later, watched_by

Decide = Callable[[Report, FireKind, int, datetime, WorkingTime], Decision]
OnFire = Callable[[Report, FireKind, int, Decision, datetime, Atlas], tuple[Effect, ...]]

log = structlog.get_logger(__name__)


class Reminders:
    """Any number of them may tick on one database; each reminder fires once."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        atlas: Atlas,
        applier: Applier,
        decide: Decide,
        on_fire: OnFire,
        pace: Pace,
        at: Checkpoint = unwatched,
        metrics: Metrics | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._atlas = atlas
        self._applier = applier
        self._decide = decide
        self._on_fire = on_fire
        self._pace = pace
        self._at = at
        self._metrics = metrics or Metrics()
        self._work = {code: WorkingTime(region) for code, region in atlas.regions.items()}

    def tick(self, now: datetime | None = None, limit: int = 100) -> int:
        """Fires what is due, earliest first, at most `limit`; tells how many were looked at."""
        now = now or self._clock.now()
        with self._engine.begin() as connection:
            claimed = fires.claim(connection, now, now + self._pace.lease, limit)
        if claimed:
            self._at("fire.claimed")
        for fire in claimed:
            self._fire_or_put_back(fire, now)
        return len(claimed)

    def _fire_or_put_back(self, fire: ClaimedFire, now: datetime) -> None:
        try:
            outcome = self._fire(fire, now)
        except Exception as error:  # noqa: BLE001 - a deadline that cannot be handled must not stop all others
            log.error("fire.failed", fire=fire.id, kind=fire.kind, error=place_of(error))
            wait = waiting_time(fire.tries, timedelta(seconds=30), 4)
            with self._engine.begin() as connection:
                fires.put_back(connection, fire, now + wait)
            self._metrics.fire("failed", now - fire.due_at)
            return
        self._metrics.fire(outcome, now - fire.due_at)
        self._at("fire.committed")

    def _fire(self, fire: ClaimedFire, now: datetime) -> str:
        """Decides on the report as it stands, locked, so that nobody changes it before the effects are written."""
        with self._engine.begin() as connection:
            connection.execute(select(reports.c.id).where(reports.c.id == fire.report_id).with_for_update())
            report = report_by_id(connection, fire.report_id)
            work = self._work[report.region]
            decision = self._decide(report, fire.kind, fire.step, now, work)
            outcome = type(decision).__name__.lower()
            self._at("fire.decided")
            if isinstance(decision, Later):
                fires.postpone(connection, fire, decision.until)
                return outcome
            # Done first: its effects may schedule the same kind anew, which is then another round.
            if not fires.finish(connection, fire, now, outcome):
                return "overtaken"
            effects = self._on_fire(report, fire.kind, fire.step, decision, now, self._atlas)
            self._applier.fire(connection, origin=f"f{fire.id}", now=now, region=report.region, effects=effects)
            self._keep_watch(connection, report.id, now, work)
            self._at("fire.written")
        return outcome

    def _keep_watch(self, connection: Connection, report_id: int, now: datetime, work: WorkingTime) -> None:
        """An open report is never left without a reminder to come; a restricted one has clocks of its own."""
        if fires.any_left(connection, report_id):
            return
        report = report_by_id(connection, report_id)
        if report.open and not report.restricted:
            kind, due_at = watched_by(report, now, work)
            fires.schedule(connection, report_id, kind, 1, due_at)
            log.warning("fire.none_left", report=report_id, status=report.status)
