"""A house with everybody in it: who writes, who reads what, at what hour. The real dialogue on a real database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, Table, insert, select

from bot.app import App
from bot.channels.base import Limits, NothingMore, Ok, Rendered
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.tables import addresses, memberships, people
from handlers.messages import INCOMING, Attachment, Incoming

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Samarinda."""
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""The same Monday at eleven at night."""
PLACE = "64.72.06.1001"
NUMBER = "+6281200000001"
CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
PHOTO = Attachment(kind="photo", ref="photo-1", media_type="image/jpeg", size=9)
STAFF: dict[str, dict[str, object]] = {
    "ppa": {"role": "officer", "office": "PPA"},
    "ppa-dua": {"role": "officer", "office": "PPA", "contact_rank": 2},
    "koordinator": {"role": "coordinator"},
    "kader": {"role": "kader", "place_codes": PLACE},
    "kader-dua": {"role": "kader", "place_codes": PLACE},
    "dinas-kesehatan": {"role": "officer", "office": "KES"},
    "dinas-sosial": {"role": "officer", "office": "SOS"},
}
OTHERS = tuple(name for name in STAFF if not name.startswith("ppa"))
"""Everybody at work who may never learn of a restricted report."""


class Line(NamedTuple):
    """One message on somebody's phone."""

    to: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    """(id, label) of each."""


@dataclass
class Phones(NothingMore):
    """The phones of everybody: nothing gets lost."""

    limits: Limits
    name: str = "test"
    lines: list[Line] = field(default_factory=list)
    taken_back: list[tuple[str, str]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=lambda: {"warga": NUMBER})
    """Of whoever does not hide it."""

    def parse(self, raw: bytes) -> Incoming:
        return INCOMING.validate_json(raw)

    def send(self, contact: str, message: Rendered) -> Ok:
        self.lines.append(Line(contact, message.text, tuple((one.id, one.label) for one in message.buttons)))
        return Ok(f"sent-{len(self.lines)}")

    def fetch(self, ref: str) -> bytes:
        return b"\xff\xd8\xff\xe0 jpg"

    def number(self, contact: str) -> str | None:
        return self.numbers.get(contact)

    def unsend(self, contact: str, external_id: str) -> bool:
        self.taken_back.append((contact, external_id))
        return True


class House:
    """Everybody of `STAFF` works here unless `staff` names fewer; residents are whoever writes."""

    def __init__(
        self,
        url: str,
        engine: Engine,
        keys: Keys,
        folder: Path,
        *,
        staff: Sequence[str] = tuple(STAFF),
        unsend: timedelta | None = timedelta(hours=48),
    ) -> None:
        self.engine = engine
        self.clock = FrozenClock(MORNING)
        self.phones = Phones(limits=Limits(buttons=3, button_chars=20, text_chars=1000, unsend=unsend))
        settings = Settings(database_url=url, var_dir=folder, demo_people="off", default_region="64.72")
        self.app = App(settings, engine, keys, clock=self.clock, channels={"test": self.phones})
        self._numbers = count(1)
        with engine.begin() as connection:
            for name in staff:
                somebody = insert(people).values(name=f"Contoh {name}", facts={}, created_at=MORNING, made_up=False)
                person = connection.execute(somebody.returning(people.c.id)).scalar_one()
                address = {"channel": "test", "contact_hash": name, "contact": name}
                connection.execute(insert(addresses).values(person_id=person, **address))
                connection.execute(insert(memberships).values(person_id=person, region="64.72", **STAFF[name]))

    def say(self, who: str, *texts: str, **more: Any) -> list[Line]:
        """Somebody writes; what they get to read for it."""
        before = len(self.phones.lines)
        for text in texts:
            self.post(who, text, **more)
        self.app.pump(now_quiet=True)
        return [line for line in self.phones.lines[before:] if line.to == who]

    def post(self, who: str, text: str = "", **more: Any) -> None:
        """It arrives, and nobody has answered yet."""
        number = str(next(self._numbers))
        incoming = Incoming("test", number, who, self.clock.now(), text, **more)
        self.app.inbox.accept("test", number, who, INCOMING.dump_json(incoming))

    def tap(self, who: str, label: str) -> list[Line]:
        """The newest button of that name on this phone."""
        shown = [id_ for line in self.to(who) for id_, words in line.buttons if words == label]
        return self.say(who, "", choice_id=shown[-1])

    def later(self, **time: float) -> list[Line]:
        """What anybody gets to read meanwhile."""
        before = len(self.phones.lines)
        self.clock.move(timedelta(**time))
        self.app.pump(now_quiet=True)
        return self.phones.lines[before:]

    def to(self, who: str) -> list[Line]:
        return [line for line in self.phones.lines if line.to == who]

    def rows(self, table: Table) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)))

    def close(self) -> None:
        self.app.inbox.close()


def code_in(lines: Sequence[Line]) -> str:
    return next(found[0] for line in lines if (found := CODE.search(line.text)))
