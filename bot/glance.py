"""A first look at what came in: is it a tap or a cry for help that must not wait for the quiet time?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.logs import place_of
from bot.store import inbound
from bot.store.database import reading
from bot.store.inbound import Glimpse, Message
from handlers.messages import Incoming
from routing.answers import tidy
from routing.model import Kind
from routing.understand import Reader

_COMMANDS = frozenset({Kind.CANCEL, Kind.STATUS_QUERY, Kind.AFFIRM, Kind.DENY})

log = structlog.get_logger(__name__)


def parsed(message: Message, channels: Mapping[str, Channel]) -> Incoming:
    """What the channel reads; bytes it can make no sense of become a message that says so, and is answered too."""
    try:
        return channels[message.channel].parse(message.raw)
    except (ValueError, LookupError, TypeError):
        return Incoming(message.channel, message.external_id, message.contact, message.received_at, unreadable=True)


class Glance:
    """Looks at each message once; what it found is kept in `inbox.urgent`, so that every worker knows."""

    def __init__(self, engine: Engine, channels: Mapping[str, Channel], reader: Reader, near: str) -> None:
        """`near`: the region that most who write are in, so that a turn finds its message read already."""
        self._engine = engine
        self._channels = channels
        self._reader = reader
        self._near = near
        self._seen: set[int] = set()

    def over(self, waiting: Sequence[Glimpse]) -> list[Glimpse]:
        """The same messages, with those marked urgent that are."""
        self._seen &= {one.id for one in waiting}
        new = [one.id for one in waiting if not one.urgent and not one.failed and one.id not in self._seen]
        if not new:
            return list(waiting)
        with reading(self._engine) as connection:
            messages = inbound.messages_by_id(connection, new)
        quick = {message.id for message in messages if self._quick(message)}
        self._seen.update(new)
        if quick:
            with self._engine.begin() as connection:
                inbound.mark_urgent(connection, quick)
        return [replace(one, urgent=one.urgent or one.id in quick) for one in waiting]

    def _quick(self, message: Message) -> bool:
        try:
            return self._cannot_wait(parsed(message, self._channels))
        except Exception as error:  # noqa: BLE001 - it fails again when its turn comes, and is recorded there
            log.warning("glance.failed", inbox=message.id, error=place_of(error))
            return False

    def _cannot_wait(self, incoming: Incoming) -> bool:
        if incoming.choice_id is not None:
            return True
        texts = [text for text in _texts(incoming) if text.strip()]
        return any(self._pressing(text) for text in texts)

    def _pressing(self, text: str) -> bool:
        """Danger, or one word that is a command or an answer: whoever sends that has finished writing."""
        understood = self._reader.read(tidy(text), near=self._near)
        command = understood.kind in _COMMANDS and len(text.split()) == 1
        return understood.urgent or understood.restricted or command


def _texts(incoming: Incoming) -> Iterable[str]:
    yield incoming.text
    for attachment in incoming.attachments:
        yield attachment.caption
