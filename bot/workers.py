"""The threads of a running service: they look for work, sleep until somebody knocks, and end in good order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

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
WALKING_PACE_SECONDS = 0.2
"""How long a sender waits between two letters while turns pile up."""

log = structlog.get_logger(__name__)


class _Crew:
    """Threads that do the same, each with a bell of its own."""

    def __init__(self, job: Callable[[], int], size: int) -> None:
        self.job = job
        self.bells = tuple(threading.Event() for _ in range(size))

    def wake(self) -> None:
        for bell in self.bells:
            bell.set()


class Workers:
    """Threads for turns and outbox, and a scheduler that ticks the reminders."""

    def __init__(
        self,
        turns: Turns,
        outbox: Outbox,
        reminders: Reminders,
        *,
        several_writers: bool,
        now_and_then: Mapping[Callable[[], int], int] | None = None,
        give_way: Callable[[], bool] = lambda: True,
    ) -> None:
        """`now_and_then`: what is done off the critical path, and how many seconds apart.

        `give_way` is called before each piece of work, and waits for whatever is more urgent; False: that goes on.
        """
        self._turns = _Crew(lambda: turns.run_due(BATCH, give_way=give_way), TURN_WORKERS if several_writers else 1)
        self._senders = _Crew(lambda: outbox.send_due(BATCH if give_way() and self._caught_up() else 1), SENDERS)
        self._behind = False
        self._reminders = reminders
        self._now_and_then = dict(now_and_then or {})
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._scheduler: BackgroundScheduler | None = None

    def wake(self) -> None:
        """Somebody wrote."""
        self._turns.wake()

    @property
    def alive(self) -> bool:
        """Whether every worker runs; one that ended on its own is a fault that only a new start repairs."""
        return self._scheduler is not None and bool(self._threads) and all(one.is_alive() for one in self._threads)

    def start(self) -> None:
        """Raises RuntimeError when they run already."""
        if self._threads:
            raise RuntimeError("the workers run already")
        self._ended.clear()
        self._threads = [
            threading.Thread(target=self._work, args=(crew, bell), name=f"worker-{crew_name}-{number}", daemon=True)
            for crew_name, crew in (("turn", self._turns), ("sender", self._senders))
            for number, bell in enumerate(crew.bells)
        ]
        for thread in self._threads:
            thread.start()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        soon = datetime.now(UTC) + timedelta(seconds=TICK_SECONDS)  # what waited while the service was down
        for job, seconds in self._now_and_then.items():
            self._scheduler.add_job(
                self._try,
                "interval",
                [job],
                seconds=seconds,
                next_run_time=soon,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Each worker finishes what it is at. Nothing when they do not run."""
        self._ended.set()
        self._turns.wake()
        self._senders.wake()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _caught_up(self) -> bool:
        """Whether no turn waits: while many do, sending goes on at a walking pace."""
        until = monotonic() + WALKING_PACE_SECONDS
        while self._behind and monotonic() < until and not self._ended.is_set():
            sleep(WALKING_PACE_SECONDS / 10)
        return not self._behind

    def _tick(self) -> None:
        if self._try(self._reminders.tick):
            self._senders.wake()

    def _work(self, crew: _Crew, bell: threading.Event) -> None:
        while not self._ended.is_set():
            bell.clear()
            done = self._try(crew.job)
            if crew is self._turns:
                self._behind = done is not None and done >= BATCH
                if done:
                    self._senders.wake()
            if not done:
                bell.wait(IDLE_SECONDS if done is not None else AFTER_FAILURE_SECONDS)

    def _try(self, job: Callable[[], int]) -> int | None:
        """None when it failed: the database may be away for a while, and the service must outlive that."""
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - see above
            log.error("worker.failed", error=place_of(error))
            return None
