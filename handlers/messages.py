"""What comes in and what is said: channel-free, word-free. Everything here survives a round trip through JSON."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

# --- in ---------------------------------------------------------------------------------------------------------------


Problem = Literal["", "too_big", "wrong_type", "unreadable"]
"""Why a file was not kept."""


@dataclass(frozen=True)
class Attachment:
    """One file as received. `ref` is how the channel fetches it; `media_type` is what the sender's side claimed."""

    kind: Literal["photo", "voice", "video", "document", "sticker", "contact"]
    ref: str
    media_type: str = ""
    size: int = 0
    caption: str = ""
    problem: Problem = ""
    title: str = ""
    """What a paper of our own is called; what others called theirs may say who they are, and is not kept."""
    transcript: str = ""
    """What is spoken in a voice note, put into words by a machine; empty when nobody has."""


@dataclass(frozen=True)
class Incoming:
    """One inbound message, whatever its channel. `at` is the provider's time, aware UTC."""

    channel: str
    external_id: str
    contact: str
    at: datetime
    text: str = ""
    choice_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    point: tuple[float, float] | None = None
    """Latitude, longitude."""
    reply_to: str | None = None
    """The provider's id of the message of ours that this one answers."""
    unreadable: bool = False
    """The channel could not make sense of it; it is kept raw and answered all the same."""
    also: tuple[str, ...] = ()
    """Other contacts of the same sender on this channel, such as a WhatsApp id that stands beside the number."""
    silent: bool = False
    """Nothing to answer: a delivery notice, an edit that changed nothing, a reaction."""
    crowd: bool = False
    """Written in a group, where everybody reads the answer."""
    edited: bool = False
    """Stands for an earlier message of the same sender, whose id is `reply_to`."""
    gone: bool = False
    """The sender takes no messages from us any more: they blocked us, or put us out of their group."""
    message_id: str = ""
    """What an edit or a reply calls this message, where that is not `external_id`."""
    album: str = ""
    """The same for all files that were sent in one go."""
    receipt: str = ""
    """What the provider wants to see again once this was handled (`Channel.acknowledge`)."""


# --- out: values that only render.py can turn into words --------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """Another catalogue entry, such as the name of a category."""

    key: str
    t: Literal["word"] = "word"


@dataclass(frozen=True)
class Day:
    """A date in full with its weekday."""

    day: date
    t: Literal["day"] = "day"


@dataclass(frozen=True)
class Moment:
    """A time, shown in the region's zone. `at` is aware UTC."""

    at: datetime
    region: str
    t: Literal["moment"] = "moment"


@dataclass(frozen=True)
class OfficeName:
    """An office by the name on its door; `full` adds what it does."""

    region: str
    role: str
    full: bool = True
    t: Literal["office"] = "office"


@dataclass(frozen=True)
class Where:
    """A place with RT and RW as far as known."""

    code: str | None
    rt: str | None = None
    rw: str | None = None
    t: Literal["where"] = "where"


@dataclass(frozen=True)
class TicketOf:
    """The number of a report that is filed in this very turn, known by its draft reference until it has one."""

    ref: str
    t: Literal["ticket"] = "ticket"


@dataclass(frozen=True)
class ContactOf:
    """The number of who filed a report (by its id), looked up when the line is sent and only while contact is allowed:
    it stands in no letter that is kept (`domain.md §6.4`)."""

    report: int
    t: Literal["contact"] = "contact"


@dataclass(frozen=True)
class Lines:
    """Several lines under one another, one `Say` each (a list, a story)."""

    says: tuple[Say, ...]
    numbered: bool = False
    t: Literal["lines"] = "lines"


Value = Annotated[
    Word | Day | Moment | OfficeName | Where | TicketOf | ContactOf | Lines,
    Field(discriminator="t"),
]
Values = dict[str, str | int | Value]


@dataclass(frozen=True)
class Choice:
    """One thing to tap. `id` at most 48 bytes; `key` names its words, `values` fill them."""

    id: str
    key: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    """One thing to tell somebody: a catalogue key and what fills it. `private` lines may not show in a preview."""

    key: str
    values: Values = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    attachments: tuple[int, ...] = ()
    """Ids of stored attachments to send along."""


SAY: TypeAdapter[Say] = TypeAdapter(Say)
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Incoming)
