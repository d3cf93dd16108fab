"""Looks after letters that wait until their person writes: what nobody reads for long lapses, and work that nobody at
an office reads, or can read on a phone that is lost, is told to the coordinator."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, select

from bot import rates
from bot.apply import Applier
from bot.clock import Clock
from bot.store import parking
from bot.store.outbound import ClaimedLetter
from bot.store.tables import reports
from bot.templates_catalogue import for_staff
from bot.unreachable import tell_somebody
from routing.deadlines import WorkingTime
from routing.region import Atlas

WORKING_DAYS = 2
"""How long work may lie unread before the coordinator hears of it."""
AT_ONCE = 200

log = structlog.get_logger(__name__)


class Parking:
    """One round is one short transaction; any number of processes may do it."""

    def __init__(self, engine: Engine, clock: Clock, atlas: Atlas, applier: Applier) -> None:
        self._engine = engine
        self._clock = clock
        self._atlas = atlas
        self._applier = applier

    def run_due(self) -> int:
        """Tells how many letters it let go of or told somebody about."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            lapsed = parking.lapse(connection, now)
            unread = parking.unread_since(connection, now - timedelta(days=WORKING_DAYS), AT_ONCE)
            told = [letter for letter in unread if self._told(connection, letter, now)]
            told += [self._lost(connection, letter, now) for letter in parking.stranded(connection, AT_ONCE)]
            rates.sweep(connection, now)
        if lapsed:
            log.warning("outbox.lapsed", outbox=lapsed)
        return len(lapsed) + len(told)

    def _told(self, connection: Connection, letter: ClaimedLetter, now: datetime) -> bool:
        """Residents read when they like; who works for a report has to."""
        if not any(for_staff(say.key) for say in letter.says):
            return False
        region = connection.scalar(select(reports.c.region).where(reports.c.id == letter.report_id))
        work = WorkingTime(self._atlas.regions[str(region)])
        if letter.parked_at is None or work.start_of(work.day_after(letter.parked_at, WORKING_DAYS)) > now:
            return False
        self._lost(connection, letter, now)
        return True

    def _lost(self, connection: Connection, letter: ClaimedLetter, now: datetime) -> ClaimedLetter:
        """It goes on waiting: whoever is invited again still reads it."""
        tell_somebody(connection, self._applier, letter, now)
        parking.mark_told(connection, letter)
        return letter
