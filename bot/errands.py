"""What is due for a person happens: claimed, decided with their conversation leased, written in one commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection, Engine

from bot.apply import Applier
from bot.backoff import waiting_time
from bot.clock import Clock
from bot.logs import place_of
from bot.pace import Checkpoint, Pace, unwatched
from bot.scene_of import Stage
from bot.store import conversations, errands
from bot.store.audiences import reachable
from bot.store.conversations import Lease, LeaseLostError
from bot.store.database import reading
from bot.store.week import week_of
from handlers.errand_day import OnErrand
from handlers.errands import Errand, ErrandKind, NotYet

_UNASKED = frozenset(
    {
        *(ErrandKind.DIGEST, ErrandKind.WEEK, ErrandKind.RECAP),
        *(ErrandKind.VISITS, ErrandKind.TAKEOVER, ErrandKind.UNMANNED),
    }
)
"""Nobody asked for what these tell: who said *berhenti*, or has no address left, is told nothing."""
BUSY = timedelta(seconds=5)
"""How long an errand waits for a person whose turn is being handled."""

log = structlog.get_logger(__name__)


class Errands:
    """Any number of them may tick on one database; each errand happens once."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        stage: Stage,
        applier: Applier,
        on_errand: OnErrand,
        pace: Pace,
        at: Checkpoint = unwatched,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._stage = stage
        self._applier = applier
        self._on_errand = on_errand
        self._pace = pace
        self._at = at

    def tick(self, now: datetime | None = None, limit: int = 100) -> int:
        """Does what is due, earliest first, at most `limit`; tells how many were looked at."""
        now = now or self._clock.now()
        with self._engine.begin() as connection:
            claimed = errands.claim(connection, now, now + self._pace.lease, limit)
        for errand in claimed:
            self._do_or_put_back(errand, now)
        return len(claimed)

    def _do_or_put_back(self, errand: Errand, now: datetime) -> None:
        held = None
        try:
            held = self._hold(errand, now)
            if held is None:
                self._put_back(errand, None, now + BUSY)
                return
            self._do(errand, held, now)
        except LeaseLostError:
            self._put_back(errand, held, now + BUSY)
        except Exception as error:  # noqa: BLE001 - one that cannot be done must not stop all others
            log.error("errand.failed", errand=errand.id, kind=errand.kind, error=place_of(error))
            self._put_back(errand, held, now + waiting_time(errand.tries, timedelta(seconds=30), 4))
        self._at("errand.committed")

    def _hold(self, errand: Errand, now: datetime) -> Lease | None:
        """The conversation of its person; None while a turn of theirs is being handled."""
        with self._engine.begin() as connection:
            return conversations.lease(connection, errand.person_id, uuid4().hex, now, now + self._pace.lease)

    def _put_back(self, errand: Errand, held: Lease | None, until: datetime) -> None:
        with self._engine.begin() as connection:
            if held is not None:
                conversations.give_back(connection, held)
            errands.put_back(connection, errand, until)

    def _do(self, errand: Errand, held: Lease, now: datetime) -> None:
        """Thought through outside any write transaction, like a turn: the version of the conversation is checked."""
        with reading(self._engine) as connection:
            scene, _ = self._stage.scene(connection, held, (), now, f"e{errand.id}")
            if errand.kind is ErrandKind.WEEK:
                week = week_of(connection, errand.person_id, errand.region, now, scene.atlas)
                scene = replace(scene, week=week)
            hears = errand.kind not in _UNASKED or self._hears(connection, errand.person_id)
        outcome = self._on_errand(errand, scene)
        with self._engine.begin() as connection:
            if isinstance(outcome, NotYet):
                errands.postpone(connection, errand, outcome.until)
                conversations.give_back(connection, held)
                return
            # Done first: its effects may plan the next one of the same kind.
            if not errands.finish(connection, errand, now, "done"):
                raise LeaseLostError
            self._applier.errand(
                connection,
                origin=f"e{errand.id}.{errand.due_at:%y%m%d}",  # the number of an errand long done may come again
                now=now,
                person=errand.person_id,
                region=errand.region,
                says=outcome.says,
                effects=outcome.effects,
                hears=hears,
            )
            conversations.finish(connection, held, outcome.state)
            self._at("errand.written")

    def _hears(self, connection: Connection, person_id: int) -> bool:
        return bool(reachable(connection, [person_id], made_up=self._stage.made_up))
