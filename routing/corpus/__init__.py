"""The labelled messages the reader learns from: plain text files, written by hand for this project, reviewed like code.

`README.md` beside this file says how a line looks. Nothing is read at import time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from routing.intents import INTENTS
from routing.model import FIELD_OF, FIELDS, RESTRICTED_CATEGORIES, Kind, Role

OFFICERS = "officers"
"""Files whose names begin so hold replies."""
_Line = TypeVar("_Line")
_FLAGS = frozenset("urk")
_EMPTY = "-"


@dataclass(frozen=True)
class Message:
    """One message of a resident or kader. `where` is `file:line`; `voice` the imagined person who wrote it."""

    where: str
    voice: str
    text: str
    kind: Kind
    category: str | None
    urgent: bool
    restricted: bool
    role: Role
    also: tuple[str, ...]
    place: str | None
    rt: str | None
    rw: str | None
    on_behalf_of: str | None
    others: tuple[str, ...]
    """Categories of the further cases of a message that holds several."""

    @property
    def field(self) -> str | None:
        return FIELD_OF[self.category] if self.category else None


@dataclass(frozen=True)
class Reply:
    """One reply of an officer. `ticket` and `further` as meant (`SMD-0123`, `#2`); `eta`, `forward_to` as written."""

    where: str
    voice: str
    text: str
    intent: str
    ticket: str | None
    eta: str | None
    forward_to: str | None
    duplicate_of: str | None
    further: tuple[tuple[str, str], ...]
    """(ticket, intent) of the other tickets spoken of."""


def load_messages() -> tuple[Message, ...]:
    """All messages of residents and kader. Raises ValueError naming file and line where one is malformed."""
    return tuple(message for file in _files() if not _of_officers(file) for message in _lines(file, parse_message))


def load_replies() -> tuple[Reply, ...]:
    """All replies of officers. Raises ValueError naming file and line where one is malformed."""
    return tuple(reply for file in _files() if _of_officers(file) for reply in _lines(file, parse_reply))


def fingerprint() -> str:
    """Hash of all corpus files: a model says with it what it was trained on."""
    digest = hashlib.sha256()
    for file in _files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def parse_message(line: str, where: str, voice: str) -> Message:
    """`category | flags | also | place | rt | rw | on_behalf_of | text ##other,cases`. Raises ValueError."""
    label, flags, also, place, rt, rw, behalf, written = _parts(line, 8)
    text, _, others = written.partition(" ##")
    kind = Kind(label[1:]) if label.startswith("=") else Kind.REPORT
    category = None if label.startswith("=") else _known(label, FIELD_OF)
    if flags != _EMPTY and not _FLAGS.issuperset(flags):
        raise ValueError(f"flags are u, r, k or -: {flags!r}")
    if category in RESTRICTED_CATEGORIES and "r" not in flags:
        raise ValueError(f"{category} is always restricted: flag r is missing")
    return Message(
        where=where,
        voice=voice,
        text=_text(text),
        kind=kind,
        category=category,
        urgent="u" in flags,
        restricted="r" in flags,
        role=Role.KADER if "k" in flags else Role.RESIDENT,
        also=tuple(_known(name, FIELDS) for name in _list(also)),
        place=_given(place),
        rt=_number(rt),
        rw=_number(rw),
        on_behalf_of=_given(behalf),
        others=tuple(_known(name, FIELD_OF) for name in _list(others)),
    )


def parse_reply(line: str, where: str, voice: str) -> Reply:
    """`intent | ticket | eta | forward_to | duplicate_of | ticket:intent,… | text`. Raises ValueError."""
    intent, ticket, eta, forward_to, duplicate_of, further, text = _parts(line, 7)
    return Reply(
        where=where,
        voice=voice,
        text=_text(text),
        intent=_known(intent, INTENTS),
        ticket=_given(ticket),
        eta=_given(eta),
        forward_to=_given(forward_to),
        duplicate_of=_given(duplicate_of),
        further=tuple(_further(pair) for pair in _list(further)),
    )


def _of_officers(file: Traversable) -> bool:
    return file.name.startswith(OFFICERS)


def _files() -> list[Traversable]:
    home = files(__name__)
    return sorted((file for file in home.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)


def _lines(file: Traversable, parse: Callable[[str, str, str], _Line]) -> Iterator[_Line]:
    voice = ""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        where = f"{file.name}:{number}"
        if line.startswith("@voice "):
            voice = line.removeprefix("@voice ").partition(" | ")[0].strip()
        elif line.strip():
            try:
                yield parse(line, where, _spoken(voice))
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from error


def _spoken(voice: str) -> str:
    if not voice:
        raise ValueError("no @voice line before the first message")
    return voice


def _parts(line: str, count: int) -> list[str]:
    parts = [part.strip() for part in line.split(" | ")]
    if len(parts) != count:
        raise ValueError(f"{len(parts)} fields instead of {count}")
    return parts


def _text(written: str) -> str:
    if not written:
        raise ValueError("no text")
    return written.replace("\\n", "\n")


def _given(written: str) -> str | None:
    return None if written == _EMPTY else written


def _list(written: str) -> list[str]:
    return [part.strip() for part in written.split(",")] if written not in ("", _EMPTY) else []


def _known(name: str, names: Iterable[str]) -> str:
    if name not in names:
        raise ValueError(f"unknown label: {name!r}")
    return name


def _number(written: str) -> str | None:
    if written != _EMPTY and not written.isdecimal():
        raise ValueError(f"not a number: {written!r}")
    return _given(written)


def _further(pair: str) -> tuple[str, str]:
    ticket, _, intent = pair.partition(":")
    return ticket, _known(intent, INTENTS)
