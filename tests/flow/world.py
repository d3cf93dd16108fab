"""A small world for the flow's own tests: a channel whose provider is a file, and a handler that fits on a page.

Both survive the death of a process, so the crash tests use the very same ones.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, insert, select

from bot.app import App
from bot.channels.base import Button, FetchFailed, Limits, NothingMore, Ok, Rendered, Sent, StoredFile
from bot.clock import Clock
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, people
from handlers.effects import (
    Attach,
    ChangeStatus,
    Effect,
    FileReport,
    NextKader,
    Notify,
    Redeem,
    Reporter,
    ScheduleFire,
)
from handlers.messages import INCOMING, Choice, Incoming, Say, TicketOf
from handlers.scene import Outcome, Scene
from routing.model import Actor, FireKind, Report, Status
from routing.region import Atlas

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Samarinda."""

PLACE = "64.72.06.1001"
RESIDENT = "+628120000001"
KADER = "+628120000002"
OFFICER = "+628120000003"
COORDINATOR = "+628120000004"


@dataclass
class FileChannel(NothingMore):
    """Its provider is a file: one line for each message that went out, whoever was killed afterwards."""

    sent_to: Path
    name: str = "test"
    limits: Limits = field(default_factory=lambda: Limits(buttons=3, button_chars=20, text_chars=1000))
    results: list[Sent | Exception] = field(default_factory=list)
    """What becomes of the next messages; when it is empty everything goes well."""
    files: dict[str, bytes] = field(default_factory=dict)

    def parse(self, raw: bytes) -> Incoming:
        return INCOMING.validate_json(raw)

    def send(self, contact: str, message: Rendered) -> Sent:
        result = self.results.pop(0) if self.results else None
        if isinstance(result, Exception):
            raise result
        if result is not None and not isinstance(result, Ok):
            return result
        buttons = [button.id for button in message.buttons]
        files = [len(file.content) for file in message.files]
        line = {"to": contact, "text": message.text, "key": message.key, "buttons": buttons, "files": files}
        with self.sent_to.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())
        return result or Ok(f"provider-{message.key}")

    def fetch(self, ref: str) -> bytes:
        if ref not in self.files:
            raise FetchFailed
        return self.files[ref]

    def lines(self, to: str | None = None) -> list[dict[str, Any]]:
        if not self.sent_to.exists():
            return []
        every = [json.loads(line) for line in self.sent_to.read_text(encoding="utf-8").splitlines()]
        return [line for line in every if to in (None, line["to"])]

    def texts(self, to: str | None = None) -> list[str]:
        return [line["text"] for line in self.lines(to)]


def render(says: Sequence[Say], limits: Limits) -> tuple[Rendered, ...]:
    """Keys and values instead of words: `filed ticket=SMD-0001 | thanks`."""
    text = " | ".join(" ".join([say.key, *(f"{k}={v}" for k, v in say.values.items())]) for say in says)
    buttons = tuple(Button(choice.id, choice.key) for say in says for choice in say.choices)
    files = tuple(StoredFile(number) for say in says for number in say.attachments)
    return (Rendered(text, buttons, files),)


def respond(scene: Scene) -> Outcome:
    """One word of a message says what is to happen; everything else is a report."""
    words = " ".join(one.text for one in scene.incoming)
    choice = next((one.choice_id for one in scene.incoming if one.choice_id), None)
    state = replace(scene.state, step=scene.state.step + 1, last=words)
    if any(one.unreadable for one in scene.incoming):
        return Outcome(state, (Say("unreadable"),))
    if "poison" in words:
        raise ValueError(f"cannot handle {words}")
    if choice is not None:
        return Outcome(state, *_tapped(scene, choice))
    if scene.invitation is not None:
        return Outcome(state, (Say("welcome"),), (Redeem(scene.invitation),))
    if "hello" in words:
        return Outcome(state, (Say("hello", {"heard": len(scene.incoming), "said": words}),))
    return Outcome(state, *_filed(scene, words))


def _tapped(scene: Scene, choice: str) -> tuple[tuple[Say, ...], tuple[Effect, ...]]:
    ask = next((ask for ask in scene.asks if choice == f"a{ask.id}:true"), None)
    if ask is None or ask.report is None:
        return (Say("stale" if scene.stale_ask else "unknown_button"),), ()
    return (Say("noted"),), (ChangeStatus(ask.report, Status.VERIFIED, Actor.KADER),)


def _filed(scene: Scene, words: str) -> tuple[tuple[Say, ...], tuple[Effect, ...]]:
    files = tuple(file for one in scene.incoming for file in one.attachments)
    report = FileReport(
        ref=scene.fresh,
        region="64.72",
        text=words,
        field="pekerjaan_umum",
        category="air_bersih",
        place_code=PLACE,
        received_at=scene.now,
        office="AIR",
    )
    ask = Say("verify", {"ticket": TicketOf(scene.fresh)}, (Choice("@true", "choice.true"),))
    effects: tuple[Effect, ...] = (
        report,
        *((Attach(scene.fresh, files),) if files else ()),
        ScheduleFire(scene.fresh, FireKind.VERIFY_REMIND, scene.now),
        Notify(NextKader(scene.fresh), ask, scene.fresh, "verify", with_files=True),
    )
    return (Say("filed", {"ticket": TicketOf(scene.fresh)}),), effects


def on_fire(
    report: Report, kind: FireKind, step: int, decision: object, now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """Reminds the reporter once, and schedules the next step for the day after."""
    again = ScheduleFire(report.id, kind, now + timedelta(days=1), step + 1)
    return (Notify(Reporter(report.id), Say("reminded", {"ticket": report.ticket, "step": step}), report.id), again)


def settings_for(url: str, folder: Path, **more: object) -> Settings:
    values: dict[str, Any] = {"database_url": url, "var_dir": folder, "demo_people": "off", "lease_seconds": 30}
    return Settings(**{**values, **more})


def make_world(
    url: str, engine: Engine, keys: Keys, clock: Clock, folder: Path, *, quiet_seconds: float = 4.0, **more: Any
) -> tuple[App, FileChannel]:
    """An App with the file channel and the handlers above, unless `more` brings others."""
    channel = FileChannel(folder / "sent.jsonl")
    parts: dict[str, Any] = {"respond": respond, "on_fire": on_fire, "render": render, **more}
    settings = settings_for(url, folder, quiet_seconds=quiet_seconds)
    app = App(settings, engine, keys, clock=clock, channels={channel.name: channel}, **parts)
    return app, channel


def write(app: App, number: int | str, text: str = "", *, contact: str = RESIDENT, **more: Any) -> bool:
    """One message arrives; `number` is the provider's id for it."""
    at = app.clock.now()
    incoming = Incoming("test", str(number), contact, at, text, **more)
    return app.inbox.accept("test", str(number), contact, INCOMING.dump_json(incoming))


def add_person(engine: Engine, contact: str, role: str | None = None, **hat: object) -> int:
    """A made-up person with one address and at most one hat."""
    with engine.begin() as connection:
        person_id: int = connection.execute(
            insert(people).values(name="Contoh", facts={}, created_at=START, made_up=False).returning(people.c.id)
        ).scalar_one()
        connection.execute(
            insert(addresses).values(person_id=person_id, channel="test", contact_hash=contact, contact=contact)
        )
        if role is not None:
            values = {"person_id": person_id, "role": role, "region": "64.72", **hat}
            connection.execute(insert(memberships).values(values))
    return person_id


def rows(engine: Engine, table: Table) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))
