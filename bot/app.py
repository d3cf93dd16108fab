"""The one place where everything is wired. Nothing is made before somebody asks for an App."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

from sqlalchemy import Engine

from bot.apply import Applier
from bot.catalogue import load_catalogue
from bot.channels.base import Channel
from bot.channels.simulator import SimulatorChannel
from bot.clock import Clock, MovableClock, SystemClock
from bot.inbox import Inbox
from bot.media import Media
from bot.outbox import Outbox, Render
from bot.pace import Checkpoint, Pace, unwatched
from bot.reminders import Decide, OnFire, Reminders
from bot.render import Renderer
from bot.scene_of import Stage
from bot.settings import Settings
from bot.store.database import check_keys, make_engine
from bot.store.keys import Keys
from bot.store.migrate import migrate, require_current
from bot.turn import Respond, Turns
from bot.workers import Workers
from handlers.dialogue import respond as the_dialogue
from handlers.reminding import on_fire as the_reminding
from routing.region import Atlas, load_atlas
from routing.remind import decide as the_clocks
from routing.rules import load_rules
from routing.understand import Reader


class App:
    """A whole Kentongan on one database: `start` lets it run, `pump` moves it on step by step (tests, terminal)."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        keys: Keys,
        *,
        clock: Clock | None = None,
        channels: Mapping[str, Channel] | None = None,
        respond: Respond = the_dialogue,
        on_fire: OnFire = the_reminding,
        decide: Decide = the_clocks,
        render: Render | None = None,
        at: Checkpoint = unwatched,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.keys = keys
        self.clock = clock or _clock(settings, engine)
        self.atlas, self.reader = knowledge()
        self.channels = dict(_channels(self) if channels is None else channels)
        self.media = Media(settings.var_dir / "media", keys)
        pace = Pace(
            timedelta(seconds=settings.quiet_seconds), timedelta(seconds=settings.lease_seconds), settings.max_tries
        )
        applier = Applier(self.atlas, made_up=settings.demo_people_on)
        stage = Stage(self.atlas, self.reader, settings.default_region, made_up=settings.demo_people_on)
        render = render or Renderer(self.atlas, load_catalogue(settings.lang)).render
        shared = (engine, self.clock)
        self.turns = Turns(*shared, self.channels, stage, applier, self.media, respond, pace, at)
        self.outbox = Outbox(*shared, self.channels, render, applier, self.media, pace, at)
        self.reminders = Reminders(*shared, self.atlas, applier, decide, on_fire, pace, at)
        self._workers = Workers(self.turns, self.outbox, self.reminders, several_writers=not settings.on_sqlite)
        self.inbox = Inbox(*shared, wake=self._workers.wake, at=at)

    def pump(self, max_rounds: int = 50, *, now_quiet: bool = False) -> int:
        """Turns, then outbox, then due reminders, again and again until nothing is left to do; tells how much was done.

        `now_quiet` takes the quiet time as passed. Raises RuntimeError when after `max_rounds` there is still more.
        """
        done = 0
        for _ in range(max_rounds):
            moved = self.turns.run_due(quiet_over=now_quiet) + self.outbox.send_due() + self.reminders.tick()
            if not moved:
                return done
            done += moved
        raise RuntimeError(f"still busy after {max_rounds} rounds")

    def start(self) -> None:
        """Lets the workers run in threads of their own."""
        self._workers.start()

    def stop(self) -> None:
        """Ends the workers after what they are at, writes what came in, closes the database. Safe to call twice."""
        self.inbox.close()
        self._workers.stop()
        self.engine.dispose()


def make_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    channels: Mapping[str, Channel] | None = None,
    respond: Respond = the_dialogue,
    at: Checkpoint = unwatched,
) -> App:
    """The App of these settings on its database, which is brought up to date if the settings allow it.

    Raises OperatorError when keys and database do not fit together, or the database has another version.
    """
    keys = settings.open_keys()
    engine = make_engine(settings.url, keys)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        if settings.migrates:
            migrate(engine)
        require_current(engine)
        check_keys(engine)
        on_failure.pop_all()
    return App(settings, engine, keys, clock=clock, channels=channels, respond=respond, at=at)


@cache
def knowledge() -> tuple[Atlas, Reader]:
    """What routing knows, read once for each process; immutable, so all Apps of a process share it."""
    atlas = load_atlas()
    return atlas, Reader(atlas, load_rules())


def _clock(settings: Settings, engine: Engine) -> Clock:
    """Only made-up people live by a clock that can be moved."""
    movable = settings.simulator_on and not settings.real_channels
    return MovableClock(engine) if movable else SystemClock()


def _channels(app: App) -> dict[str, Channel]:
    if not app.settings.simulator_on:
        return {}
    simulator = SimulatorChannel(app.engine, app.clock, app.settings.var_dir / "simulator")
    return {simulator.name: simulator}
