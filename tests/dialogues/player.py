"""Plays a story written as a talk through the whole stack, and writes down what everybody got to read.

A story is a text file that a civil servant could review:

    # a remark
    @ Senin 2026-11-23 09.00        the clock is set (local time of Samarinda)
    @ +3 hari kerja                 or moved: jam, menit, hari, hari kerja
    + kader kader-dua 64.72.06.1001 one more made-up person, or one more hat for one (`+ officer kader-dua PU`);
                                    `kedua` makes an officer the second contact, `bidang` the head of the section,
                                    `kepala` the head of the office
    + baru kader                    the kader of this story have seen no card of the pocket school yet
    warga> air pdam mati            somebody writes; `/` parts messages sent at once, `[Kirim]` taps a button,
                                    `(foto)`, `(suara)`, `(stiker)`, `(lokasi -0.49,117.1)`, `(berkas 20 MB)` are sent
    bot> …                          what the bot answers to whoever wrote last
    bot kader> …                    what somebody else gets to read, in the order it was sent

Lines without a `>` belong to the message above. Between any two lines the whole state is read again from the database,
by an App that is new.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import Engine, select, update

from bot.app import App
from bot.channels.simulator import Delivery, PieceFile, SimulatorChannel
from bot.clock import FrozenClock
from bot.demo.people import load_demo
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.people import Member, save_member
from bot.store.simulator import Line, lines_after
from bot.store.tables import inbox, memberships, people
from bot.timelapse import pass_until
from bot.web.jump import ahead
from handlers.school import SEEN
from routing.model import CATEGORIES, Role

ZONE = ZoneInfo("Asia/Makassar")
ALL_CARDS = " ".join(category for members in CATEGORIES.values() for category in members)
START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
"""A Monday morning in office hours."""
PHONES = {
    "warga": "warga-1",
    "warga2": "warga-2",
    "warga3": "warga-3",
    "kader": "kader-loa-bakung",
    "opd": "opd-64.72-AIR",
    "ppa": "opd-64.72-PPA",
    "koordinator": "koordinator-64.72",
}
_SPOKEN = re.compile(r"^(?P<who>[a-z][a-z0-9.-]*(?: [A-Z]+)?|bot(?: [a-z][a-z0-9.-]*(?: [A-Z]+)?)?)> ?(?P<text>.*)$")
_MOVE = re.compile(r"\+(\d+) (jam|menit|hari kerja|hari)")
_RANKS = {"kedua": 2, "bidang": 2, "kepala": 3}


def contact_of(who: str) -> str:
    """`opd PU` is the made-up officer of public works in Samarinda; other names are contacts themselves."""
    if who in PHONES:
        return PHONES[who]
    name, _, office = who.partition(" ")
    return f"opd-64.72-{office}" if name == "opd" and office else who


def name_of(contact: str) -> str:
    known = {phone: name for name, phone in PHONES.items()}
    office = re.fullmatch(r"opd-64\.72-([A-Z]+)", contact)
    return known.get(contact) or (f"opd {office[1]}" if office else contact)


@dataclass
class Stage:
    """Where a story is played. Every line gets an App of its own."""

    settings: Settings
    engine: Engine
    keys: Keys
    clock: FrozenClock

    def app(self) -> App:
        return App(self.settings, self.engine, self.keys, clock=self.clock)


class Player:
    """Plays one story; `transcript` is the story with what the bot really said in place of what was written."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        stage.clock.set(START)
        load_demo(stage.engine, stage.clock.now())
        self._teach(ALL_CARDS)
        self._seen = 0
        self._sent = 0
        self._speaker = "warga"
        self.transcript: list[str] = []

    def play(self, story: str) -> str:
        skipping = False
        for line in story.splitlines():
            spoken = _SPOKEN.match(line)
            if spoken and spoken["who"].split(" ")[0] == "bot":
                skipping = True
                continue
            if skipping and line and not spoken and line[0] not in "#@+":
                continue
            skipping = False
            self.transcript.append(line)
            if spoken:
                self._speaker = spoken["who"]
                self._say(contact_of(self._speaker), spoken["text"])
                self._write_down()
            elif line.startswith("@"):
                self._move(line[1:].strip())
                self._write_down()
            elif line.startswith("+"):
                self._add(line[1:].split())
        return "\n".join(self.transcript).rstrip() + "\n"

    def _say(self, contact: str, text: str) -> None:
        """All messages of a line arrive before anybody answers."""
        app = self._stage.app()
        channel = app.channels["simulator"]
        assert isinstance(channel, SimulatorChannel)
        for piece in text.split(" / "):
            self._sent += 1
            delivery = self._delivery(contact, piece.strip(), channel)
            app.inbox.accept("simulator", delivery.id, contact, delivery.model_dump_json().encode())
        app.inbox.close()
        fresh = self._stage.app()
        fresh.pump(now_quiet=True)
        fresh.inbox.close()
        with reading(self._stage.engine) as connection:
            failed = list(connection.scalars(select(inbox.c.error).where(inbox.c.error.is_not(None))))
        assert not failed, failed

    def _delivery(self, contact: str, piece: str, channel: SimulatorChannel) -> Delivery:
        values: dict[str, object] = {
            "id": f"message-{self._sent:06}",
            "contact": contact,
            "at": self._stage.clock.now(),
        }
        tapped = re.fullmatch(r"\[(.+?)\](?: (\d+) kali lalu)?", piece)
        thing = re.match(r"\((foto|suara|stiker|lokasi|berkas)([^)]*)\) ?", piece)
        if tapped:
            values["choice"] = self._button(contact, tapped[1], int(tapped[2] or 0))
        elif thing and thing[1] == "lokasi":
            latitude, longitude = thing[2].split(",")
            values |= {"point": (float(latitude), float(longitude)), "text": piece[thing.end() :]}
        elif thing:
            values |= {"attachments": (_file(thing[1], thing[2].strip(), channel),), "text": piece[thing.end() :]}
        else:
            values["text"] = piece.replace("\\n", "\n")
        return Delivery.model_validate(values)

    def _button(self, contact: str, label: str, back: int) -> str:
        """The newest button with that label on the phone, or an older one."""
        with reading(self._stage.engine) as connection:
            lines = lines_after(connection, 0, 10_000, contact)
        found = [b["id"] for line in reversed(lines) for b in line.body.get("buttons", ()) if b["label"] == label]
        assert len(found) > back, f"no button [{label}] on the phone of {contact}"
        return str(found[back])

    def _move(self, what: str) -> None:
        """What is due on the way happens at its own hour."""
        app = self._stage.app()
        pass_until(app, self._stage.clock.set, self._target(app, what))
        app.inbox.close()

    def _target(self, app: App, what: str) -> datetime:
        moved = _MOVE.fullmatch(what)
        if moved is None:
            day, clock = what.split(" ")[-2:]
            return datetime.fromisoformat(f"{day}T{clock.replace('.', ':')}").replace(tzinfo=ZONE)
        now, number, unit = self._stage.clock.now(), int(moved[1]), moved[2]
        if unit == "hari kerja":
            return now + ahead(now, app.atlas.regions["64.72"], working_days=number)
        return now + number * {"jam": timedelta(hours=1), "menit": timedelta(minutes=1)}.get(unit, timedelta(days=1))

    def _add(self, words: list[str]) -> None:
        role, contact, *more = words
        office = next((word for word in more if word.isupper()), None)
        codes = [word for word in more if word != office and word not in _RANKS]
        if role == "warga":
            return
        if role == "baru":
            self._teach("")
            return
        member = Member(
            role=Role(role),
            name=f"Contoh {contact}",
            region="64.72",
            contact=contact,
            channel="simulator",
            office=office,
            place_codes=tuple(codes),
            posyandu=None,
            field=None,
            contact_rank=next((_RANKS[word] for word in more if word in _RANKS), 1),
        )
        with self._stage.engine.begin() as connection:
            save_member(connection, self._stage.keys, member, self._stage.clock.now(), made_up=True)
        self._teach(ALL_CARDS)

    def _teach(self, cards: str) -> None:
        """Kader in stories have seen every card of the pocket school, unless the story is about that."""
        of_kader = select(memberships.c.person_id).where(memberships.c.role == Role.KADER)
        with self._stage.engine.begin() as connection:
            rows = connection.execute(select(people.c.id, people.c.facts).where(people.c.id.in_(of_kader))).all()
            for person in rows:
                facts = {**person.facts, SEEN: cards}
                connection.execute(update(people).where(people.c.id == person.id).values(facts=facts))

    def _write_down(self) -> None:
        with reading(self._stage.engine) as connection:
            lines = lines_after(connection, self._seen, 10_000)
        for line in lines:
            self._seen = max(self._seen, line.id)
            if line.outbound:
                self.transcript += _bubble(line, contact_of(self._speaker))


def _bubble(line: Line, speaker: str) -> list[str]:
    head = "bot> " if line.contact == speaker else f"bot {name_of(line.contact)}> "
    text = str(line.body.get("text", ""))
    buttons = " ".join(f"[{button['label']}]" for button in line.body.get("buttons", ()))
    files = " ".join(f"({file['kind']})" for file in line.body.get("files", ()))
    shown = [part for part in (*text.split("\n"), files, buttons) if part]
    # An empty line within a message is shown as a single dot, so that it stays one message.
    return [head + (shown[0] if shown else ""), *("     " + part for part in shown[1:])]


def _file(kind: str, more: str, channel: SimulatorChannel) -> PieceFile:
    if kind == "stiker":
        content, media_type = _picture("WEBP"), "image/webp"
    elif kind == "foto":
        content, media_type = _picture("JPEG"), "image/jpeg"
    elif kind == "suara":
        content, media_type = b"OggS" + b"\0" * 200, "audio/ogg"
    else:
        size = int(more.split()[0]) * 1024 * 1024 if more.endswith("MB") else 200
        content, media_type = b"MZ" + b"\0" * (size - 2), "application/octet-stream"
    names = {"stiker": "sticker", "foto": "photo", "suara": "voice", "berkas": "document"}
    return PieceFile(kind=names[kind], ref=channel.store(content), media_type=media_type, size=len(content))  # type: ignore[arg-type]


def _picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (90, 140, 60)).save(out, form)
    return out.getvalue()


def story_files() -> list[Path]:
    return sorted(Path(__file__).parent.glob("*.txt"))
