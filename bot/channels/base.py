"""What a channel is: it reads raw bytes, sends one finished message and names its limits. Nothing else, so that nobody
above ever asks which channel it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from handlers.messages import Incoming


@dataclass(frozen=True)
class Limits:
    """What one message of a channel can carry."""

    buttons: int
    """How many choices can be tapped; 0: choices become numbered lines."""
    button_chars: int
    text_chars: int
    files: int = 1
    """How many files go along with one message; 0: none."""


@dataclass(frozen=True)
class Button:
    """`id` comes back as `Incoming.choice_id` when it is tapped."""

    id: str
    label: str


@dataclass(frozen=True)
class StoredFile:
    """A kept file to send along. Whoever renders knows its `id` alone; the outbox adds the rest just before sending."""

    id: int
    kind: str = "document"
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Rendered:
    """One outgoing message in words. `key` names it for all time: a channel that can look whether a message of that key
    went out already does so, and does not send it twice."""

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[StoredFile, ...] = ()
    key: str = ""


# --- what became of a message -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ok:
    """The provider took it and calls it `external_id`."""

    external_id: str


@dataclass(frozen=True)
class RetryLater:
    """Not now; None leaves the waiting time to the outbox."""

    after_seconds: float | None = None


@dataclass(frozen=True)
class Refused:
    """Never, for this message: `code` is the provider's own (no words of a person)."""

    code: str


@dataclass(frozen=True)
class Blocked:
    """This contact does not take messages from us any more."""


@dataclass(frozen=True)
class NeedsTemplate:
    """The person has not written for so long that only an approved template would go through."""


Sent = Ok | RetryLater | Refused | Blocked | NeedsTemplate


class FetchFailed(Exception):  # noqa: N818 - reads as what became of it, like the results above
    """The provider does not hand out the bytes of an attachment (expired, gone, too big for it)."""


class Channel(Protocol):
    """One way to reach people. `contact` is canonical: the same person on the same channel always has the same one."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    def parse(self, raw: bytes) -> Incoming:
        """Raises ValueError, LookupError or TypeError for bytes it can make no sense of; the inbox keeps them."""
        ...

    def send(self, contact: str, message: Rendered) -> Sent:
        """May take seconds; never called inside a transaction."""
        ...

    def fetch(self, ref: str) -> bytes:
        """The bytes of `Attachment.ref`. Raises FetchFailed."""
        ...
