"""People, messages and media as Twilio and WhatsApp keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

WINDOW = timedelta(hours=24)
FINAL = ("delivered", "read", "undelivered", "failed", "received", "canceled")
API_VERSION = "2010-04-01"


@dataclass
class Person:
    """`bsuid` is WhatsApp's own id of the person for this business; not everybody shows a `number`."""

    bsuid: str
    number: str | None = None
    name: str = "Contoh"
    last_inbound: datetime | None = None
    opted_out: bool = False
    on_whatsapp: bool = True
    in_experiment: bool = False
    blocks_us: bool = False
    reads: bool = False
    got: list[Message] = field(default_factory=list, repr=False)
    """What we sent them, oldest first, whatever became of it."""

    @property
    def address(self) -> str:
        return f"whatsapp:{self.number or self.bsuid}"

    def in_session(self, now: datetime) -> bool:
        return self.last_inbound is not None and now - self.last_inbound < WINDOW


@dataclass(frozen=True)
class Media:
    sid: str
    parent: str
    media_type: str
    content: bytes = field(repr=False)
    at: datetime

    def as_json(self, account: str) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": account,
            "parent_sid": self.parent,
            "content_type": self.media_type,
            "date_created": written(self.at),
            "date_updated": written(self.at),
            "uri": f"/{API_VERSION}/Accounts/{account}/Messages/{self.parent}/Media/{self.sid}.json",
        }


@dataclass(frozen=True)
class Button:
    """A choice under a message: `id` comes back when it is tapped."""

    id: str
    title: str


@dataclass
class Message:
    """`steps` are the statuses it goes through, and when. `kind`: text, media, template, quick-reply, list-picker."""

    sid: str
    at: datetime
    sender: str
    to: str
    body: str
    inbound: bool
    kind: str = "text"
    buttons: list[Button] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    media_urls: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    steps: list[tuple[datetime, str]] = field(default_factory=list)
    error: int | None = None
    approved: bool = False
    service: str | None = None
    deleted: bool = False

    def status(self, now: datetime) -> str:
        return next((status for at, status in reversed(self.steps) if at <= now), self.steps[0][1])

    @property
    def arrived(self) -> bool:
        return self.error is None and not self.deleted

    @property
    def labels(self) -> list[str]:
        return [button.title for button in self.buttons]

    def button(self, wanted: str) -> Button:
        """Raises LookupError when no such choice stands under it."""
        for button in self.buttons:
            if wanted in (button.id, button.title):
                return button
        raise LookupError(f"no button {wanted!r} under {self.sid}")

    def as_json(self, account: str, now: datetime) -> dict[str, Any]:
        status = self.status(now)
        uri = f"/{API_VERSION}/Accounts/{account}/Messages/{self.sid}"
        sent = None if status in ("queued", "accepted", "sending") else written(self.at)
        failed = self.error if status in ("failed", "undelivered") else None
        return {
            "sid": self.sid,
            "account_sid": account,
            "messaging_service_sid": self.service,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "status": status,
            "direction": "inbound" if self.inbound else "outbound-api",
            "num_media": str(len(self.media) + len(self.media_urls)),
            "num_segments": "1",
            "error_code": failed,
            "error_message": None,
            "price": None,
            "price_unit": None,
            "api_version": API_VERSION,
            "date_created": written(self.at),
            "date_sent": sent,
            "date_updated": written(now),
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


@dataclass
class World:
    """Everything Twilio knows about one account."""

    account: str
    sender: str
    random: Random
    people: dict[str, Person] = field(default_factory=dict)
    """By every address under which a person can be reached, without `whatsapp:`."""
    messages: dict[str, Message] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)

    def sid(self, prefix: str) -> str:
        return f"{prefix}{self.random.getrandbits(128):032x}"

    def person(self, contact: str) -> Person:
        """Whoever is reached so; made up when nobody is yet."""
        contact = contact.removeprefix("whatsapp:")
        if contact not in self.people:
            if contact.startswith("+"):
                self.add(Person(f"ID.{self.random.randrange(10**15, 10**16)}", contact))
            else:
                self.add(Person(contact))
        return self.people[contact]

    def add(self, person: Person) -> Person:
        self.people[person.bsuid] = person
        if person.number is not None:
            self.people[person.number] = person
        return person

    def live(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.deleted]


def written(at: datetime) -> str:
    """RFC 2822, in UTC, as the API writes its dates."""
    return format_datetime(at)
