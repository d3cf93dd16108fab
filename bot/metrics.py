"""Figures for Prometheus: what this process did, and what waits in the database. Labels have few values, and nobody's
name, number or report is among them (`domain.md §7`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.store.database import reading
from bot.store.figures import Backlog, Figures, figures

FRESH_SECONDS = 5.0
"""How long what was read from the database is told again: several who look at once cost one query."""

_TURN_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SEND_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_LATE_BUCKETS = (5, 15, 60, 300, 1800, 7200, 43200, 172800)


class Metrics:
    """The registry of one service. Counters begin anew with each process; `watch` adds what the database knows."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Histogram(
            "kentongan_turn_seconds",
            "Time from taking a person's messages to the commit of the answer.",
            ("channel", "result"),
            registry=self._registry,
            buckets=_TURN_BUCKETS,
        )
        self._sends = Counter(
            "kentongan_sends", "Messages handed to a provider.", ("channel", "result"), registry=self._registry
        )
        self._send_seconds = Histogram(
            "kentongan_send_seconds",
            "Time a provider took to answer.",
            ("channel",),
            registry=self._registry,
            buckets=_SEND_BUCKETS,
        )
        self._perhaps_twice = Counter(
            "kentongan_sent_perhaps_twice",
            "Messages of unknown fate that were sent again because the provider could not tell.",
            ("channel",),
            registry=self._registry,
        )
        self._given_up = Counter("kentongan_given_up", "Letters that will never arrive.", registry=self._registry)
        self._fires = Counter(
            "kentongan_fires", "Reminders looked at; escalate: somebody higher was told.", ("outcome",),
            registry=self._registry,
        )  # fmt: skip
        self._lateness = Histogram(
            "kentongan_fire_lateness_seconds",
            "How long after its time a reminder was looked at.",
            registry=self._registry,
            buckets=_LATE_BUCKETS,
        )

    def watch(self, engine: Engine, clock: Clock) -> None:
        """Also tell what waits in this database, so that all processes on it tell the same."""
        self._registry.register(_Waiting(engine, clock))

    def turn(self, channel: str, result: str, seconds: float) -> None:
        """`result` is done, overtaken or failed."""
        self._turns.labels(channel, result).observe(seconds)

    def sent(self, channel: str, result: str, seconds: float) -> None:
        """`result` is the kind of the channel's answer (`bot/channels/base.py`), in small letters, or failed."""
        self._sends.labels(channel, result).inc()
        self._send_seconds.labels(channel).observe(seconds)

    def perhaps_twice(self, channel: str) -> None:
        self._perhaps_twice.labels(channel).inc()

    def given_up(self) -> None:
        self._given_up.inc()

    def fire(self, outcome: str, late: timedelta) -> None:
        """`outcome` is the kind of the decision (`routing/remind.py`), in small letters, or failed."""
        self._fires.labels(outcome).inc()
        self._lateness.observe(max(late.total_seconds(), 0))

    def text(self) -> bytes:
        """Everything in the text format of Prometheus, version 0.0.4."""
        return generate_latest(self._registry)


class _Waiting(Collector):
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = Lock()
        self._read: tuple[float, Figures | None] | None = None

    def collect(self) -> Iterator[Metric]:
        found = self._fresh()
        yield GaugeMetricFamily("kentongan_database_up", "Whether the database answers.", value=found is not None)
        if found is None:
            return
        yield from _backlog("inbox", "messages", found.inbox)
        yield from _backlog("outbox", "letters", found.outbox)
        yield from _backlog("fires", "reminders", found.fires)
        for name, what, value in (
            ("inbox_parked", "Messages that failed for good and wait for an operator.", found.inbox_parked),
            ("outbox_parked", "Letters that wait until their person writes.", found.outbox_parked),
            ("given_up_day", "Letters of the last day that will never arrive.", found.given_up),
        ):
            yield GaugeMetricFamily(f"kentongan_{name}", what, value=value)

    def describe(self) -> Iterator[Metric]:
        """Nothing: the registry would otherwise ask the database while the service starts."""
        return iter(())

    def _fresh(self) -> Figures | None:
        with self._lock:
            if self._read is None or monotonic() - self._read[0] > FRESH_SECONDS:
                self._read = monotonic(), self._from_database()
            return self._read[1]

    def _from_database(self) -> Figures | None:
        try:
            with reading(self._engine) as connection:
                return figures(connection, self._clock.now())
        except SQLAlchemyError:
            return None


def _backlog(name: str, what: str, found: Backlog) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"kentongan_{name}_waiting", f"Due {what} that nobody has done yet.", value=found.rows)
    late = f"By how much the oldest of the due {what} is late."
    yield GaugeMetricFamily(f"kentongan_{name}_oldest_seconds", late, value=found.seconds)
