"""Every reader of foreign bytes or words: it may refuse in the way it promises, and in no other."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import create_engine

from bot import invitation_code, report_code
from bot.app import knowledge
from bot.channels import telegram_read, whatsapp_read
from bot.channels.simulator import SimulatorChannel
from bot.clock import FrozenClock
from bot.media_images import PictureBrokenError, PictureTooLargeError, clean
from bot.media_links import Links
from bot.media_types import media_type
from bot.people_table import ListError, read_sheet
from bot.phone import NotAPhoneError, read_phone
from bot.settings import Settings
from bot.store.keys import Keys
from bot.understand_lines import run
from routing import about_staff, answers
from tests.conftest import TEST_KEY
from tests.trust.fuzz.shapes import FORM_BYTES, PIECE, TEXT, THING, UPDATE_BYTES, WORDS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
UNREADABLE = (ValueError, LookupError, TypeError)
"""What a channel may raise for bytes it can make no sense of (`bot/channels/base.py`)."""


@dataclass(frozen=True)
class Target:
    """`call` takes what `given` makes; `refusals` are the errors it may raise."""

    name: str
    given: st.SearchStrategy[Any]
    call: Callable[[Any], object]
    refusals: tuple[type[Exception], ...] = ()


@cache
def _folder() -> Path:
    return Path(mkdtemp(prefix="kentongan-fuzz-"))


@cache
def _simulator() -> SimulatorChannel:
    return SimulatorChannel(create_engine("sqlite://"), FrozenClock(NOW), _folder())


@cache
def _links() -> Links:
    return Links(Settings(public_url="https://lapor.contoh.id"), Keys([TEST_KEY]))


def _sheet(content: bytes) -> object:
    path = _folder() / "daftar.csv"
    path.write_bytes(content)
    return read_sheet(path)


def _answers(text: str) -> object:
    yes = [answers.yes_or_no(text), answers.command(text), answers.tickets(text), answers.code(text)]
    return yes, answers.chosen(text, ["Kirim", "Ubah"]), answers.gist(text), about_staff.accused(text)


def _codes(text: str) -> object:
    return report_code.codes_in(text), invitation_code.codes_in(text)


def _read(text: str) -> object:
    return knowledge()[1].read(text)


def _read_officer(text: str) -> object:
    return knowledge()[1].read_officer(text, today=NOW.date())


def _line(line: str) -> object:
    out = io.StringIO()
    run([line.encode("utf-8", "replace")], out, knowledge()[1], None)
    return [json.loads(one) for one in out.getvalue().splitlines()]


SPREADSHEET = st.one_of(
    st.binary(max_size=200),
    st.lists(st.lists(TEXT, max_size=4), max_size=4).map(
        lambda rows: "\n".join(";".join(cells) for cells in rows).encode("utf-8", "replace")
    ),
)
PICTURE = st.builds(
    lambda head, rest: head + rest,
    st.sampled_from(
        [
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"GIF89a",
            b"%PDF-",
            b"",
        ]
    ),
    st.binary(max_size=120),
)
NUMBERS = st.one_of(TEXT, st.from_regex(r"(\+?62|0)8[0-9 .-]{6,14}", fullmatch=True))
LINE = st.one_of(st.builds(lambda text: json.dumps({"id": "1", "text": text}), THING), TEXT, st.just("{"))

TARGETS = (
    Target("telegram updates", UPDATE_BYTES, telegram_read.read, UNREADABLE),
    Target("whatsapp forms", FORM_BYTES, lambda raw: whatsapp_read.read(raw, NOW), UNREADABLE),
    Target(
        "simulator pieces", PIECE.map(lambda p: json.dumps(p).encode()), lambda raw: _simulator().parse(raw), UNREADABLE
    ),
    Target("short answers", TEXT, _answers),
    Target("codes", TEXT, _codes),
    Target("residents' words", st.one_of(TEXT, WORDS), _read),
    Target("officers' words", st.one_of(TEXT, WORDS), _read_officer),
    Target("lines to understand", LINE, _line),
    Target("telephone numbers", NUMBERS, read_phone, (NotAPhoneError,)),
    Target("lists of people", SPREADSHEET, _sheet, (ListError,)),
    Target("kinds of files", st.binary(max_size=200), media_type),
    Target("pictures", PICTURE, clean, (PictureBrokenError, PictureTooLargeError)),
    Target("links to files", TEXT, lambda token: _links().read(token, NOW)),
)
