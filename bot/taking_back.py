"""Messages that somebody wants off their phone are taken back where the provider can do that (`domain.md §6.4`)."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.clock import Clock
from bot.store import taking_back
from bot.store.database import reading
from bot.store.tables import inbox
from bot.store.taking_back import OnPhone

BATCH = 100

log = structlog.get_logger(__name__)


class TakingBack:
    """Any number of processes may do it at once: what is off the phone already is no fault."""

    def __init__(self, engine: Engine, clock: Clock, channels: Mapping[str, Channel]) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels

    def run_due(self) -> int:
        """Asks the provider once for each message; tells how many were asked for. What is too old stays where it is."""
        with reading(self._engine) as connection:
            due = taking_back.due(connection, BATCH)
        if not due:
            return 0
        gone = sum(self._taken(one) for one in due)
        with self._engine.begin() as connection:
            taking_back.settle(connection, due, self._clock.now())
        log.info("taken_back", asked=len(due), gone=gone)
        return len(due)

    def _taken(self, one: OnPhone) -> bool:
        channel = self._channels.get(one.channel)
        if channel is None or channel.limits.unsend is None:
            return False
        young = one.at > self._clock.now() - channel.limits.unsend
        name = _name(channel, one) if young else ""
        return bool(name) and channel.unsend(one.contact, name)


def _name(channel: Channel, one: OnPhone) -> str:
    """What the provider calls it: what they wrote may have been delivered under another name than it bears there."""
    if one.table is not inbox:
        return one.external_id
    try:
        incoming = channel.parse(one.raw.encode("utf-8", "surrogateescape"))
    except (ValueError, LookupError, TypeError):
        return ""
    return incoming.message_id or one.external_id
