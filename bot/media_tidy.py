"""Off the critical path: what we keep is deleted at the provider, and what nobody needs is deleted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.clock import Clock
from bot.media import Media
from bot.store import media as kept
from bot.store.database import reading
from bot.store.media import Origin

BATCH = 50
UNNEEDED_AFTER = timedelta(hours=1)
"""For calm only: a file that is at work never looks as if nobody needed it."""

log = structlog.get_logger(__name__)


class MediaTidy:
    """Any number of processes may do it at once: deleting what is gone already is no fault."""

    def __init__(self, engine: Engine, clock: Clock, channels: Mapping[str, Channel], media: Media) -> None:
        self._engine = engine
        self._clock = clock
        self._channels = channels
        self._media = media

    def forget_at_providers(self) -> int:
        """Files whose turn is over go where they came from; tells how many were asked for.

        A provider that refuses is asked a few times; some cannot delete at all (`platform.md §1`).
        """
        with reading(self._engine) as connection:
            due = kept.at_providers(connection, BATCH)
        for ref, origins in due.items():
            asked = [one for one in origins if one.tries < kept.TRIES]
            gone = [one.ref for one in asked if self._forget(one)]
            with self._engine.begin() as connection:
                kept.forgotten(connection, ref, gone, [one.ref for one in asked], self._clock.now())
            if len(gone) < len(asked):
                log.info("media.still_there", channel=asked[-1].channel, files=len(asked) - len(gone))
        return len(due)

    def throw_away_unneeded(self) -> int:
        """Files that nothing refers to any more, such as those of a deleted report; tells how many."""
        with reading(self._engine) as connection:
            alone: Sequence[str] = kept.unneeded(connection, self._clock.now() - UNNEEDED_AFTER, BATCH)
        self._media.discard(alone)
        return len(alone)

    def _forget(self, origin: Origin) -> bool:
        """A channel that is not set up any more cannot be asked."""
        channel = self._channels.get(origin.channel)
        return channel is not None and channel.forget(origin.ref)
