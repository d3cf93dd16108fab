"""The one place where everything is wired. Nothing is made before somebody asks for an App."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

from sqlalchemy import Engine

from bot.apply import Applier
from bot.catalogue import load_catalogue
from bot.channels.base import Channel
from bot.channels.simulator import SimulatorChannel
from bot.clock import Clock, MovableClock, SystemClock
from bot.errands import Errands
from bot.inbox import Inbox
from bot.media import Media
from bot.media_links import Links
from bot.media_tidy import MediaTidy
from bot.metrics import Metrics
from bot.outbox import Outbox, Render
from bot.own_model import open_model
from bot.pace import Checkpoint, Pace, unwatched
from bot.parking import Parking
from bot.quiet_hours import QuietHours
from bot.recap_desk import RecapDesk
from bot.reminders import Decide, OnFire, Reminders
from bot.render import Renderer
from bot.retention import Retention
from bot.rights import Rights
from bot.scene_of import Stage
from bot.settings import Settings
from bot.speech import open_speech
from bot.speech_later import LaterSpeech
from bot.statuses import Statuses
from bot.store.database import check_keys, make_engine
from bot.store.keys import Keys
from bot.store.migrate import migrate, require_current
from bot.taking_back import TakingBack
from bot.template_desk import TemplateDesk
from bot.templates import Templates
from bot.turn import Respond, Turns
from bot.window import Window
from bot.workers import Workers
from handlers.dialogue import respond as the_dialogue
from handlers.errand_day import OnErrand
from handlers.errand_day import on_errand as the_errands
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
        on_errand: OnErrand = the_errands,
        render: Render | None = None,
        at: Checkpoint = unwatched,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.keys = keys
        self.clock = clock or _clock(settings, engine)
        self.atlas, self.reader = knowledge()
        if settings.model is not None:
            self.reader = Reader(self.atlas, load_rules(), open_model(settings.model))
        self.channels = dict(_channels(self) if channels is None else channels)
        media_url = settings.media_url or str(settings.var_dir / "media")
        self.speech = open_speech(settings.speech_model)
        self.media = Media(engine, self.clock, media_url, keys, self.speech.hear if self.speech else None)
        self.links = Links(settings, keys)
        self.media_tidy = MediaTidy(engine, self.clock, self.channels, self.media)
        pace = Pace(
            timedelta(seconds=settings.quiet_seconds), timedelta(seconds=settings.lease_seconds), settings.max_tries
        )
        applier = Applier(self.atlas, made_up=settings.demo_people_on)
        stage = Stage(self.atlas, self.reader, settings.default_region, self.channels, made_up=settings.demo_people_on)
        words = load_catalogue(settings.lang)
        renderer = Renderer(self.atlas, words)
        render = render or renderer.render
        self.templates = Templates(words, renderer)
        window = Window(self.templates)
        self.metrics = Metrics()
        self.metrics.watch(engine, self.clock)
        shared = (engine, self.clock)
        self.turns = Turns(*shared, self.channels, stage, applier, self.media, respond, pace, at, self.metrics)
        hours = QuietHours(self.atlas)
        self.outbox = Outbox(*shared, self.channels, render, window, applier, self.media, pace, hours, at, self.metrics)
        self.statuses = Statuses(applier, self.channels, self.metrics, settings.max_tries)
        self.reminders = Reminders(*shared, self.atlas, applier, decide, on_fire, pace, at, self.metrics)
        self.errands = Errands(*shared, stage, applier, on_errand, pace, at)
        self.taking_back = TakingBack(*shared, self.channels)
        self.rights = Rights(*shared, self.atlas, applier, renderer, self.media, settings.default_region)
        self.recap_desk = RecapDesk(*shared, self.atlas, words, self.media)
        self.parking = Parking(*shared, self.atlas, applier)
        approvals = next((one.approvals for one in self.channels.values() if one.approvals), None)
        self.template_desk = TemplateDesk(*shared, self.templates, approvals, settings.lang)
        self.retention = Retention(*shared, self.channels, self.atlas.regions[settings.default_region].tz)
        self._workers = Workers(
            self.turns,
            self.outbox,
            self.reminders,
            several_writers=not settings.on_sqlite,
            give_way=lambda: self.inbox.give_way(),
            now_and_then={
                **self._later_speech(),
                self.errands.tick: 5,
                self.taking_back.run_due: 5,
                self.rights.run_due: 5,
                self.recap_desk.run_due: 5,
                self.retention.run_at_night: 3600,
                self.media_tidy.forget_at_providers: 300,
                self.media_tidy.throw_away_unneeded: 600,
                self.parking.run_due: 600,
                self.template_desk.refresh: 3600,
            },
        )
        self.inbox = Inbox(*shared, wake=self._workers.wake, at=at)

    def pump(self, max_rounds: int = 50, *, now_quiet: bool = False) -> int:
        """Turns, then outbox, then due reminders, again and again until nothing is left to do; tells how much was done.

        `now_quiet` takes the quiet time as passed. Raises RuntimeError when after `max_rounds` there is still more.
        """
        done = 0
        for _ in range(max_rounds):
            moved = self.turns.run_due(quiet_over=now_quiet) + self.outbox.send_due() + self.reminders.tick()
            moved += self.errands.tick() + self.taking_back.run_due() + self.rights.run_due()
            moved += self.recap_desk.run_due()
            if not moved:
                return done
            done += moved
        raise RuntimeError(f"still busy after {max_rounds} rounds")

    def _later_speech(self) -> dict[Callable[[], int], int]:
        if self.speech is None:
            return {}
        later = LaterSpeech(self.engine, self.clock, self.media, self.speech, self.reader)
        return {later.transcribe_waiting: 60}

    def start(self) -> None:
        """Lets the workers run in threads of their own, and the channels do what they do by themselves."""
        self.template_desk.warn()
        self._workers.start()
        for channel in self.channels.values():
            channel.open(self.inbox)

    @property
    def at_work(self) -> bool:
        """Whether the workers run."""
        return self._workers.alive

    def stop(self) -> None:
        """Ends the workers after what they are at, writes what came in, closes the database. Safe to call twice."""
        self._workers.stop()
        for channel in self.channels.values():
            channel.close()
        self.inbox.close()
        if self.speech is not None:
            self.speech.close()
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
    reader = Reader(atlas, load_rules())
    reader.read("")  # what is made on first use is made now
    gc.freeze()  # it stays: the garbage collector need not go through it again and again
    return atlas, reader


def _clock(settings: Settings, engine: Engine) -> Clock:
    """Only made-up people live by a clock that can be moved."""
    movable = settings.simulator_on and not settings.real_channels
    return MovableClock(engine) if movable else SystemClock()


def _channels(app: App) -> dict[str, Channel]:
    channels: list[Channel] = []
    if app.settings.simulator_on:
        channels.append(SimulatorChannel(app.engine, app.clock, app.settings.var_dir / "simulator"))
    if app.settings.telegram_token:
        from bot.channels.telegram_wiring import telegram_channel  # here: its libraries take their time to load

        channels.append(telegram_channel(app.settings, app.engine))
    if app.settings.twilio_account_sid:
        from bot.channels.whatsapp_setup import whatsapp_channel  # as above

        channels.append(whatsapp_channel(app.settings, app.engine, app.clock, app.keys))
    return {channel.name: channel for channel in channels}
