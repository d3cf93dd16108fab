"""What a channel is: it reads raw bytes, sends one finished message and names its limits. Nothing else, so that nobody
above ever asks which channel it is."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels.approvals import Approvals
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
    list_items: int = 0
    """How many choices fit into a list that opens with one tap; 0: there is no such list."""
    list_chars: int = 0
    caption_chars: int = 0
    """How much text a message with a file can carry; 0: as much as any other."""
    words_with_sound: bool = True
    """Whether a message with a sound can carry text at all."""
    per_second: float = 0.0
    """Messages a second to all people together, over all processes; 0: no bound."""
    seconds_per_contact: float = 0.0
    """Between two messages to the same contact, once `burst` went out without a pause; 0: no bound."""
    burst: int = 1
    window: timedelta | None = None
    """How long after their last message somebody may be written to freely; None: always."""
    unsend: timedelta | None = None
    """How long a sent message can be taken back; None: never."""
    billed: bool = False
    """Whether messages of this channel cost money."""


@dataclass(frozen=True)
class Button:
    """`id` comes back as `Incoming.choice_id` when it is tapped."""

    id: str
    label: str


@dataclass(frozen=True)
class Template:
    """An approved text for outside the window. `sid` is the provider's id of it; its values hold no line break."""

    name: str
    sid: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredFile:
    """A kept file to send along. Whoever renders knows its `id` alone; the outbox adds the rest just before sending."""

    id: int
    kind: str = "document"
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)
    for_person: int | None = None
    """Whom it is sent to: a link to it opens it for them alone."""
    title: str = ""
    """The name of a paper of our own, without its extension; empty for what people sent."""


@dataclass(frozen=True)
class Rendered:
    """One outgoing message in words. `key` names it for all time: a channel that can look whether a message of that key
    went out already does so, and does not send it twice."""

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[StoredFile, ...] = ()
    key: str = ""
    template: Template | None = None
    """Sent instead of `text`, which then says in our words what the template says."""


# --- what became of a message -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ok:
    """The provider took it and calls it `external_id`. `price_kind` names what it costs; empty: nothing."""

    external_id: str
    price_kind: str = ""


@dataclass(frozen=True)
class RetryLater:
    """Not now; None leaves the waiting time to the outbox. `everybody`: the whole channel pauses."""

    after_seconds: float | None = None
    everybody: bool = False


@dataclass(frozen=True)
class Unsure:
    """Nobody knows whether it went out (a timeout, a 5xx): whoever sends again looks first (`Channel.look_up`)."""

    code: str


@dataclass(frozen=True)
class Refused:
    """Never, for this message: `code` is the provider's own (no words of a person)."""

    code: str


@dataclass(frozen=True)
class Blocked:
    """This contact does not take messages from us any more."""

    code: str = "blocked"


@dataclass(frozen=True)
class NeedsTemplate:
    """The person has not written for so long that only an approved template would go through."""


Sent = Ok | RetryLater | Unsure | Refused | Blocked | NeedsTemplate


class FetchFailed(Exception):  # noqa: N818 - reads as what became of it, like the results above
    """The provider does not hand out the bytes of an attachment (expired, gone, too big for it)."""


class CannotTell(Exception):  # noqa: N818 - reads as what became of it, like the results above
    """The provider has no way to say whether a message went out, or does not answer now."""


class Intake(Protocol):
    """Where a channel hands in what it asked its provider for (`bot/inbox.py`)."""

    def submit(self, channel: str, external_id: str, contact: str, raw: bytes) -> Future[bool]:
        """The future is done once the message is stored; until then the provider may not hear that we have it."""
        ...


class Channel(Protocol):
    """One way to reach people. `contact` is canonical: the same person on the same channel always has the same one.

    Every method but `parse` may take seconds and is never called inside a transaction.
    """

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def approvals(self) -> Approvals | None:
        """Where texts for a closed window are approved; None where none are needed."""
        ...

    def parse(self, raw: bytes) -> Incoming:
        """Raises ValueError, LookupError or TypeError for bytes it can make no sense of; the inbox keeps them."""
        ...

    def send(self, contact: str, message: Rendered) -> Sent: ...

    def fetch(self, ref: str) -> bytes:
        """The bytes of `Attachment.ref`. Raises FetchFailed."""
        ...

    def look_up(self, contact: str, message: Rendered, since: datetime) -> Ok | None:
        """The message as the provider has it, if it went out at or after `since` (aware UTC). Raises CannotTell."""
        ...

    def acknowledge(self, incoming: Incoming) -> None:
        """Once what came in was handled: a tapped button stops spinning and cannot be tapped again. Never raises."""
        ...

    def unsend(self, contact: str, external_id: str) -> bool:
        """Take a message back from the other phone; False when that cannot be done any more. Never raises."""
        ...

    def forget(self, ref: str) -> bool:
        """Delete the file of `Attachment.ref` at the provider; False when that is not possible. Never raises."""
        ...

    def redact(self, external_id: str) -> bool:
        """Delete the words of a message, in or out, from the provider's books; False when it keeps none or does not do
        that. Never raises."""
        ...

    def number(self, contact: str) -> str | None:
        """The telephone number that a contact is; None where who writes can be reached through us alone."""
        ...

    def open(self, inbox: Intake) -> None:
        """The service starts. Returns at once; what the channel does from now on beside being called, it does by
        itself, such as asking a provider that does not call us."""
        ...

    def close(self) -> None:
        """The service ends: connections and threads end too. Safe to call twice, or without `open`."""
        ...


class NothingMore:
    """What a provider answers that can do no more than receive and send."""

    approvals: Approvals | None = None

    def look_up(self, contact: str, message: Rendered, since: datetime) -> Ok | None:
        raise CannotTell

    def acknowledge(self, incoming: Incoming) -> None:
        """Nothing spins here."""

    def unsend(self, contact: str, external_id: str) -> bool:
        return False

    def forget(self, ref: str) -> bool:
        return False

    def redact(self, external_id: str) -> bool:
        return False

    def number(self, contact: str) -> str | None:
        return None

    def open(self, inbox: Intake) -> None:
        """The provider calls us."""

    def close(self) -> None:
        """Nothing is open."""
