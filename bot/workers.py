"""The threads of a running service: they look for work, sleep until somebody knocks, and end in good order."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.logs import place_of
from bot.outbox import Outbox
from bot.reminders import Reminders
from bot.turn import Turns

IDLE_SECONDS = 0.5
"""How long an idle worker sleeps unless it is woken: quiet times and waiting times end without a knock."""
AFTER_FAILURE_SECONDS = 5.0
TICK_SECONDS = 5
"""How often somebody looks for due reminders."""
TURN_WORKERS = 4
"""On PostgreSQL; SQLite lets only one write at a time."""
SENDERS = 4
"""Each waits for one provider's answer at a time."""
BATCH = 8

log = structlog.get_logger(__name__)


class Workers:
    """Threads for turns and outbox, and a scheduler that ticks the reminders."""

    def __init__(self, turns: Turns, outbox: Outbox, reminders: Reminders, *, several_writers: bool) -> None:
        self._jobs: list[Callable[[], int]] = [
            *[lambda: turns.run_due(BATCH)] * (TURN_WORKERS if several_writers else 1),
            *[lambda: outbox.send_due(BATCH)] * SENDERS,
        ]
        self._reminders = reminders
        self._bells: list[threading.Event] = []
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._scheduler: BackgroundScheduler | None = None

    def wake(self) -> None:
        """There is something to do."""
        for bell in self._bells:
            bell.set()

    def start(self) -> None:
        """Raises RuntimeError when they run already."""
        if self._threads:
            raise RuntimeError("the workers run already")
        self._ended.clear()
        self._bells = [threading.Event() for _ in self._jobs]
        self._threads = [
            threading.Thread(target=self._work, args=(job, bell), name=f"worker-{number}", daemon=True)
            for number, (job, bell) in enumerate(zip(self._jobs, self._bells, strict=True))
        ]
        for thread in self._threads:
            thread.start()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Each worker finishes what it is at. Nothing when they do not run."""
        self._ended.set()
        self.wake()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _tick(self) -> None:
        self._try(self._reminders.tick)

    def _work(self, job: Callable[[], int], bell: threading.Event) -> None:
        while not self._ended.is_set():
            bell.clear()
            done = self._try(job)
            if done:
                self.wake()
            else:
                bell.wait(IDLE_SECONDS if done is not None else AFTER_FAILURE_SECONDS)

    def _try(self, job: Callable[[], int]) -> int | None:
        """None when it failed: the database may be away for a while, and the service must outlive that."""
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - see above
            log.error("worker.failed", error=place_of(error))
            return None
