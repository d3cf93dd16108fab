"""Every night: what has been kept long enough goes, here and at the providers, and a log says that it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import tzinfo

import structlog
from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.clock import Clock
from bot.store import erasing, expired
from bot.store.database import reading
from bot.store.expired import OldMessage

BATCH = 200
NIGHT = (1, 5)

log = structlog.get_logger(__name__)


class Retention:
    """Any number of processes may do it at once: what is gone already is no fault."""

    def __init__(self, engine: Engine, clock: Clock, channels: Mapping[str, Channel], zone: tzinfo) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._zone = zone

    def run_at_night(self) -> int:
        """Called every hour; works between one and five in the morning, local time, when few people write."""
        return self.run() if NIGHT[0] <= self._clock.now().astimezone(self._zone).hour < NIGHT[1] else 0

    def run(self) -> int:
        """All that is due, in small commits; tells how many things went. Begun again, it goes on where it stopped."""
        gone = Counter(chat=self._messages(), reports=self._reports())
        now = self._clock.now()
        with self._engine.begin() as connection:
            gone["files"] = expired.files(connection, now)
            erasing.log_deletion(connection, "files", gone["files"], now)
            gone["drafts"] = expired.drafts(connection, now, BATCH)
            gone["traces"] = expired.traces(connection, now)
            gone["simulated"] = expired.simulated(connection, now)
            gone["logs"] = expired.logs(connection, now)
        if gone.total():
            log.info("retention.done", **gone)
        return gone.total()

    def _messages(self) -> int:
        """The provider deletes its copy first: without our row nobody would know of it any more."""
        count = 0
        while batch := self._old_messages():
            for one in batch:
                self._redact(one)
            now = self._clock.now()
            with self._engine.begin() as connection:
                went = expired.forget(connection, batch, now)
                erasing.log_deletion(connection, "chat", went, now)
            count += went
        return count

    def _old_messages(self) -> list[OldMessage]:
        with reading(self._engine) as connection:
            return expired.messages(connection, self._clock.now(), BATCH)

    def _redact(self, one: OldMessage) -> None:
        """Best effort: most providers keep nothing that long, and none is asked twice."""
        channel = self._channels.get(one.channel)
        if channel is not None and one.external_id:
            channel.redact(one.external_id)

    def _reports(self) -> int:
        count = 0
        while True:
            now = self._clock.now()
            with self._engine.begin() as connection:
                batch = list(expired.reports_to_anonymise(connection, now, BATCH))
                for report_id, region in batch:
                    erasing.anonymise(connection, report_id, now)
                    erasing.log_deletion(connection, "report", 1, now, region=region, report=report_id)
            if not batch:
                return count
            count += len(batch)
