"""A town in which everybody has a phone: the whole App on a real database, with a clock that only moves by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from bot.app import App
from bot.channels.base import Blocked, Button, Limits, NothingMore, Ok, Rendered, RetryLater, Sent, Unsure
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, metadata, people
from bot.timelapse import pass_until
from handlers.messages import INCOMING, Incoming
from handlers.school import SEEN
from routing.model import CATEGORIES
from tests.machines.invariants import Watch

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, nine in the morning in Samarinda."""
REGION, PLACE = "64.72", "64.72.06.1001"
STAFF: dict[str, dict[str, object]] = {
    "kader": {"role": "kader", "place_codes": PLACE},
    "kader-dua": {"role": "kader", "place_codes": PLACE},
    "air": {"role": "officer", "office": "AIR"},
    "air-dua": {"role": "officer", "office": "AIR"},
    "air-bidang": {"role": "officer", "office": "AIR", "contact_rank": 2},
    "air-kepala": {"role": "officer", "office": "AIR", "contact_rank": 3},
    "pu": {"role": "officer", "office": "PU"},
    "lh": {"role": "officer", "office": "LH"},
    "bpbd": {"role": "officer", "office": "BPBD"},
    "ppa": {"role": "officer", "office": "PPA"},
    "koordinator": {"role": "coordinator"},
}
RESIDENTS = ("warga", "warga-dua", "warga-tiga")
KADER = tuple(name for name, hat in STAFF.items() if hat["role"] == "kader")
OFFICERS = tuple(name for name, hat in STAFF.items() if hat["role"] == "officer")


class Bubble(NamedTuple):
    """One message on somebody's phone."""

    to: str
    text: str
    buttons: tuple[Button, ...]


@dataclass
class Phones(NothingMore):
    """The phones of everybody. `weather` is what becomes of the next messages; while it is empty all go well."""

    limits: Limits = field(default_factory=lambda: Limits(buttons=3, button_chars=20, text_chars=4000))
    name: str = "test"
    bubbles: list[Bubble] = field(default_factory=list)
    weather: list[str] = field(default_factory=list)

    def parse(self, raw: bytes) -> Incoming:
        return INCOMING.validate_json(raw)

    def send(self, contact: str, message: Rendered) -> Sent:
        result = self.weather.pop(0) if self.weather else "fine"
        match result:
            case "later":
                return RetryLater(90)
            case "unsure":
                return Unsure("timeout")
            case "broken":
                raise ConnectionError("the line is down")
            case "blocked" if contact in RESIDENTS:
                return Blocked()
        self.bubbles.append(Bubble(contact, message.text, message.buttons))
        return Ok(f"sent-{len(self.bubbles)}")

    def fetch(self, ref: str) -> bytes:
        return b"\xff\xd8\xff\xe0 jpg"


class Town:
    """Everybody of `STAFF` works here; residents are whoever writes."""

    def __init__(self, url: str, engine: Engine, keys: Keys, folder: Path) -> None:
        self.engine = engine
        self.clock = FrozenClock(MORNING)
        self.phones = Phones()
        self._keys = keys
        self._settings = Settings(database_url=url, var_dir=folder, demo_people="off", default_region=REGION)
        self._numbers = count(1)
        self.app = self._open()
        self.watch = Watch(engine, self.app.atlas)
        self._settle()

    def says(self, who: str, text: str = "", *, choice: str | None = None) -> None:
        """It arrives and is answered; whatever is due by then happens as well."""
        number = str(next(self._numbers))
        incoming = Incoming("test", number, who, self.clock.now(), text, choice_id=choice)
        self.app.inbox.accept("test", number, who, INCOMING.dump_json(incoming))
        self.app.pump(now_quiet=True)

    def taps(self, back: int, place: int, who: str | None = None) -> None:
        """Whoever got the newest message with buttons, or one so far back, taps one of them; only `who`, if given."""
        shown = [bubble for bubble in self.phones.bubbles if bubble.buttons and who in (None, bubble.to)]
        if len(shown) > back:
            bubble = shown[-1 - back]
            self.says(bubble.to, choice=bubble.buttons[place % len(bubble.buttons)].id)

    def passes(self, time: timedelta) -> None:
        pass_until(self.app, self.clock.set, self.clock.now() + time)

    def restarts(self) -> None:
        """Another process goes on where this one was; that alone changes no row."""
        before = self._rows()
        self.app.inbox.close()
        self.app = self._open()
        self.app.pump(now_quiet=True)
        assert self._rows() == before, "a restart changed something"

    def closes(self) -> None:
        self.app.inbox.close()

    def _open(self) -> App:
        return App(self._settings, self.engine, self._keys, clock=self.clock, channels={"test": self.phones})

    def _rows(self) -> dict[str, list[tuple[object, ...]]]:
        with reading(self.engine) as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables
            }

    def _settle(self) -> None:
        cards = " ".join(name for names in CATEGORIES.values() for name in names)
        with self.engine.begin() as connection:
            for name, hat in STAFF.items():
                facts = {SEEN: cards} if hat["role"] == "kader" else {}
                somebody = insert(people).values(name=f"Contoh {name}", facts=facts, created_at=MORNING, made_up=False)
                person = connection.execute(somebody.returning(people.c.id)).scalar_one()
                address = {"channel": "test", "contact_hash": name, "contact": name, "last_inbound_at": MORNING}
                connection.execute(insert(addresses).values(person_id=person, **address))
                connection.execute(insert(memberships).values(person_id=person, region=REGION, **hat))
