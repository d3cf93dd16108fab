"""A talk of a resident with a person who works here, through the bot: neither sees the other's number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.messages import Attachment, Say


@dataclass(frozen=True)
class Talk:
    """One that is not over. Times are aware UTC."""

    person: int
    """The resident who asked for somebody."""
    region: str
    opened_at: datetime
    name: str | None = None
    """The resident's, as far as known."""
    operator: int | None = None
    """Who took it; None while it waits."""


@dataclass(frozen=True)
class OpenTalk:
    """The sender wants to talk to a person; nothing where such a talk is open already."""

    region: str


@dataclass(frozen=True)
class TakeTalk:
    """The sender answers this person from now on."""

    person: int


@dataclass(frozen=True)
class EndTalk:
    """This person talks to the bot again."""

    person: int


@dataclass(frozen=True)
class PassOn:
    """What the sender says goes to the other one of a talk, with its files. `at_once`: it answers what they wrote."""

    to: int
    say: Say
    files: tuple[Attachment, ...] = ()
    at_once: bool = False


TalkEffect = OpenTalk | TakeTalk | EndTalk | PassOn
