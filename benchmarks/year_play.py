"""A year passes: the real App on a real database, with a clock that jumps from one thing that happens to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from benchmarks.year_habits import Doing, Habits
from benchmarks.year_town import CHANNEL, Matter, matters, settle
from bot.app import App, knowledge
from bot.channels.base import Limits, NothingMore, Ok, Rendered, Sent
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.moments import next_moment
from handlers import dialogue, filing
from handlers.draft import Draft
from handlers.messages import INCOMING, Incoming
from handlers.scene import Outcome, Scene
from routing.model import EMERGENCIES, FIELD_OF
from routing.region import Atlas
from tests.machines.invariants import Watch

ZONE = ZoneInfo("Asia/Makassar")
START = datetime(2026, 1, 1, tzinfo=ZONE)
DAYS = 365
GRID = timedelta(minutes=15)
"""Everybody does what they do at the next full quarter of an hour, so that the clock need not stop every second."""
FILED = "filed:"
"""A message above the text reader: what the reader would have made of it."""
FLOODS = (40, 150, 320)
"""Days of the year on which it pours."""
RESTART = 30
"""Days between two processes."""
ROUNDS = 20_000


@dataclass
class Sink(NothingMore):
    """A provider that takes everything at once; what was sent waits in `news` for its reader."""

    name: str = CHANNEL
    limits: Limits = field(default_factory=lambda: Limits(buttons=3, button_chars=20, text_chars=4000))
    sent: int = 0
    news: list[tuple[str, Rendered]] = field(default_factory=list)

    def parse(self, raw: bytes) -> Incoming:
        return INCOMING.validate_json(raw)

    def send(self, contact: str, message: Rendered) -> Sent:
        self.sent += 1
        self.news.append((contact, message))
        return Ok(f"sent-{self.sent}")

    def fetch(self, ref: str) -> bytes:
        return b""


@dataclass(frozen=True)
class Size:
    """Of a year: how much of everything."""

    reports: int
    flood: int
    """Of them on each of the `FLOODS`."""
    posyandu: int = 821
    days: int = DAYS


@dataclass
class Played:
    """What a year brought."""

    watch: Watch
    wrong: list[str] = field(default_factory=list)
    messages: int = 0
    letters: int = 0
    moments: int = 0


def respond(scene: Scene) -> Outcome:
    """A report enters as its draft (`handlers.filing` takes it from there); all else is read by the real dialogue."""
    text = scene.incoming[0].text
    if not text.startswith(FILED):
        return dialogue.respond(scene)
    draft = Draft(**json.loads(text.removeprefix(FILED)))
    return Outcome(scene.state, (), filing.file(draft, (), scene.fresh, scene))


class Year:
    """One year on one database. `play` goes through it day by day."""

    def __init__(self, url: str, engine: Engine, keys: Keys, folder: Path, size: Size, seed: int = 1) -> None:
        self._engine = engine
        self._size = size
        self._clock = FrozenClock(START)
        self._sink = Sink()
        settings = Settings(database_url=url, var_dir=folder, demo_people="off", max_tries=3)
        channels = {CHANNEL: self._sink}
        self._open = partial(App, settings, engine, keys, clock=self._clock, channels=channels, respond=respond)
        self._app = self._open()
        atlas, _ = knowledge()
        chance = Random(seed)  # noqa: S311 - a made-up town
        town = settle(engine, atlas, size.posyandu, START)
        self._chance = chance
        self._habits = Habits(town, atlas, chance)
        self._todo: list[tuple[datetime, int, Doing]] = []
        self._numbers = count(1)
        self.played = Played(Watch(engine, atlas))
        for doing in self._arrivals(atlas, town.places):
            self._plan(doing)

    def play(self) -> Iterator[int]:
        """Yields each day that is over; what was found wrong is in `played`."""
        for day in range(self._size.days):
            self._until(START + timedelta(days=day + 1))
            self.played.wrong += self.played.watch.everything(self._clock.now())
            if day % RESTART == RESTART - 1:
                self._app.inbox.close()
                self._app = self._open()
            yield day
        self._app.inbox.close()
        self.played.letters = self._sink.sent

    def _until(self, end: datetime) -> None:
        while True:
            moment = self._next(end)
            self._clock.set(moment)
            self._arrive(moment)
            self._app.pump(ROUNDS, now_quiet=True)
            self.played.moments += 1
            self._read(moment)
            if moment >= end:
                return

    def _next(self, end: datetime) -> datetime:
        """When somebody does something or something is due, at the next step of the grid; at the latest `end`."""
        nearest = min(end, self._todo[0][0]) if self._todo else end
        with reading(self._engine) as connection:
            due = next_moment(connection, self._clock.now(), nearest)
        return max(nearest if due is None else min(nearest, _on_grid(due)), self._clock.now())

    def _arrive(self, now: datetime) -> None:
        stored = []
        while self._todo and self._todo[0][0] <= now:
            doing = heappop(self._todo)[2]
            number = str(next(self._numbers))
            incoming = Incoming(CHANNEL, number, doing.who, now, doing.text, choice_id=doing.choice)
            raw = INCOMING.dump_json(incoming)
            stored.append(self._app.inbox.submit(CHANNEL, number, doing.who, raw))
        for one in stored:
            one.result()
        self.played.messages += len(stored)

    def _read(self, now: datetime) -> None:
        for who, message in self._sink.news:
            for doing in self._habits.on(who, message, now):
                self._plan(doing)
        self._sink.news.clear()

    def _plan(self, doing: Doing) -> None:
        heappush(self._todo, (_on_grid(doing.at.astimezone(UTC)), next(self._numbers), doing))

    def _arrivals(self, atlas: Atlas, places: tuple[str, ...]) -> Iterator[Doing]:
        """Everybody who reports something that year, and who goes on leave when."""
        size, chance = self._size, self._chance
        found = matters(atlas, places, chance)
        floods = [day for day in FLOODS if day < size.days]
        plain = size.reports - size.flood * len(floods)
        days = [chance.randrange(size.days) for _ in range(plain)] + [day for day in floods for _ in range(size.flood)]
        people = max(1, size.reports * 2 // 3)
        for day in days:
            at = datetime.combine(START.date() + timedelta(days=day), time(), ZONE)
            at += timedelta(minutes=chance.choice((chance.randint(360, 1260), chance.randint(0, 1439))))
            yield Doing(at, f"resident-{chance.randrange(people)}", FILED + json.dumps(_draft(next(found), chance)))
        for day in range(size.days):
            if (START + timedelta(days=day)).weekday() == 0:
                yield from self._habits.leaves(START + timedelta(days=day, hours=8, minutes=30))


def _draft(matter: Matter, chance: Random) -> dict[str, object]:
    danger = matter.category in EMERGENCIES and chance.random() < 0.1
    return {
        "text": "laporan contoh",
        "category": matter.category,
        "field": FIELD_OF[matter.category],
        "score": 0.9,
        "place": matter.place,
        "rt": f"{chance.randint(1, 30):02}",
        "condition": matter.condition,
        "urgent": danger,
        "emergency": danger,
    }


def _on_grid(at: datetime) -> datetime:
    late = timedelta(seconds=at.timestamp() % GRID.total_seconds())
    return at + (GRID - late) if late else at
