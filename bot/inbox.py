"""Where every inbound message is stored before anybody is told that it arrived.

Any thread may call `accept`; one writer thread commits whatever has come together as one batch, so that a flood of
webhooks costs a few commits and not one each (`platform.md §7`)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from time import monotonic, sleep

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pace import Checkpoint, unwatched
from bot.store import inbound
from bot.store.inbound import NewMessage

BATCH = 256
FLOOD, FLOOD_SECONDS = 16, 0.1
"""So many messages within so many seconds are more than turns could keep up with."""
GIVE_WAY_SECONDS = 0.25
"""The longest that others wait for a flood before they go on beside it."""
BREATH_SECONDS = 0.01


@dataclass(frozen=True)
class _Waiting:
    message: NewMessage
    stored: Future[bool]


_Queue = SimpleQueue[_Waiting | None]
"""None tells the writer of this queue, and no other, that nothing more will come."""


class Inbox:
    """Stores each (channel, external_id) once. `wake` is called after every commit that brought something new."""

    def __init__(
        self, engine: Engine, clock: Clock, *, wake: Callable[[], object] = lambda: None, at: Checkpoint = unwatched
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._wake = wake
        self._at = at
        self._starting = threading.Lock()
        self._writer: tuple[threading.Thread, _Queue] | None = None
        self._latest: deque[float] = deque(maxlen=FLOOD)

    def accept(self, channel: str, external_id: str, contact: str, raw: bytes) -> bool:
        """Returns after the commit: True for a new message, False for a replay. Raises what the database raised."""
        return self.submit(channel, external_id, contact, raw).result()

    def submit(self, channel: str, external_id: str, contact: str, raw: bytes) -> Future[bool]:
        """Hands the message to the writer and returns at once; the future is done after the commit."""
        message = NewMessage(channel, external_id, contact, raw, self._clock.now())
        waiting = _Waiting(message, Future())
        with self._starting:
            if self._writer is None:
                self._writer = self._start_writer()
            _, queue = self._writer
            queue.put(waiting)
        self._latest.append(monotonic())
        return waiting.stored

    def give_way(self) -> bool:
        """Waits a moment while messages pour in: a provider that is not answered soon gives up, a person waits.

        False when they still do.
        """
        until = monotonic() + GIVE_WAY_SECONDS
        while self._flooded():
            if monotonic() > until:
                return False
            sleep(BREATH_SECONDS)
        return True

    def _flooded(self) -> bool:
        return len(self._latest) == FLOOD and monotonic() - self._latest[0] < FLOOD_SECONDS

    def close(self) -> None:
        """Writes what is still waiting, then ends the writer; a later `accept` starts another."""
        with self._starting:
            closing, self._writer = self._writer, None
        if closing is not None:
            writer, queue = closing
            queue.put(None)
            self._at("inbox.closing")
            writer.join()

    def _start_writer(self) -> tuple[threading.Thread, _Queue]:
        queue: _Queue = SimpleQueue()
        writer = threading.Thread(target=self._write, args=(queue,), name="inbox-writer", daemon=True)
        writer.start()
        return writer, queue

    def _write(self, queue: _Queue) -> None:
        while True:
            batch, more = _collect(queue)
            if batch:
                self._store(batch)
            if not more:
                return

    def _store(self, batch: list[_Waiting]) -> None:
        try:
            new = self._commit([one.message for one in batch])
        except Exception as error:  # noqa: BLE001 - the writer must outlive a bad row, and its sender must hear of it
            if len(batch) == 1:
                with suppress(InvalidStateError):
                    batch[0].stored.set_exception(error)
                return
            for one in batch:
                self._store([one])
            return
        for one in batch:
            with suppress(InvalidStateError):  # nobody waits for it any more; it is stored all the same
                one.stored.set_result(one.message.key in new)
            new.discard(one.message.key)
        self._wake()

    def _commit(self, messages: list[NewMessage]) -> set[tuple[str, str]]:
        try:
            return self._insert(messages)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._insert(messages)  # the database was away for a moment; what it has by now it keeps once

    def _insert(self, messages: list[NewMessage]) -> set[tuple[str, str]]:
        with self._engine.begin() as connection:
            new = inbound.insert_new(connection, messages)
            self._at("inbox.written")
        self._at("inbox.stored")
        return new


def _collect(queue: _Queue) -> tuple[list[_Waiting], bool]:
    """Blocks for the first message, then takes what has come meanwhile. The flag turns False at `close`."""
    batch: list[_Waiting] = []
    item = queue.get()
    while item is not None:
        batch.append(item)
        if len(batch) == BATCH or queue.empty():
            return batch, True
        item = queue.get()
    return batch, False
