"""Telephones of either kind, so that whoever holds one need not know which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.world import buttons_of
from tests.doubles.twilio import TwilioDouble


@dataclass(frozen=True)
class Line:
    """One message of the bot as it stood on the phone when it came."""

    id: str
    text: str
    labels: tuple[str, ...]

    def offers(self, label: str) -> bool:
        return label in self.labels or self.number_of(label) is not None

    def number_of(self, label: str) -> str | None:
        """The number in front of a choice that came as a line of text."""
        found = re.search(rf"^(\d+)\. {re.escape(label)}$", self.text, re.MULTILINE)
        return found[1] if found else None


class Phone(Protocol):
    channel: str
    contact: str
    """As the service knows it."""

    def lines(self) -> list[Line]:
        """All that the bot has sent here, oldest first."""
        ...

    def say(self, text: str) -> None: ...

    def send_photo(self, content: bytes, caption: str) -> None: ...

    def tap(self, line: Line, label: str) -> None: ...


def choose(phone: Phone, line: Line, label: str) -> None:
    """Taps the choice, or types its number where it came as a line."""
    if label in line.labels:
        phone.tap(line, label)
    else:
        phone.say(line.number_of(label) or label)


class TelegramPhone:
    channel = "telegram"

    def __init__(self, double: TelegramDouble, chat: int) -> None:
        self._double = double
        self._chat = chat
        self.contact = str(chat)

    def lines(self) -> list[Line]:
        return [
            Line(
                str(one.id),
                one.text,
                tuple(button["text"] for button in buttons_of(one.markups[0] if one.markups else None)),
            )
            for one in self._double.sent_to(self._chat)
        ]

    def say(self, text: str) -> None:
        self._double.user_says(self._chat, text)

    def send_photo(self, content: bytes, caption: str) -> None:
        self._double.user_sends_photo(self._chat, content, caption)

    def tap(self, line: Line, label: str) -> None:
        """Also a button that has been edited away since the person looked."""
        self._double.user_taps(self._chat, int(line.id), label, even_if_gone=True)


class WhatsAppPhone:
    """`contact` is a number with a plus, or the id of somebody who shows none."""

    channel = "whatsapp"

    def __init__(self, double: TwilioDouble, contact: str) -> None:
        self._double = double
        self.contact = contact

    def lines(self) -> list[Line]:
        return [Line(one.sid, one.body, tuple(one.labels)) for one in self._double.sent_to(self.contact)]

    def say(self, text: str) -> None:
        self._double.user_says(self.contact, text)

    def send_photo(self, content: bytes, caption: str) -> None:
        self._double.user_sends_photo(self.contact, content, caption)

    def tap(self, line: Line, label: str) -> None:
        self._double.user_taps(self.contact, line.id, label)
