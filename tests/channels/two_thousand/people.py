"""Who takes part: residents report, kader check, officers solve. Each acts on what newly came to the phone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from tests.channels.two_thousand.phones import Line, Phone, choose

TICKET = re.compile(r"[A-Z]{3}-\d{4,}")


@dataclass
class Person:
    """`seen`: how many lines of the phone were looked at."""

    phone: Phone
    seen: int = 0

    def look(self) -> None:
        """Acts on each line that is new."""
        lines = self.phone.lines()
        for line in lines[self.seen :]:
            self.act(line)
        self.seen = len(lines)

    def act(self, line: Line) -> None:
        """Most people only read."""


@dataclass
class Resident(Person):
    """Says one complete report and sends it off; in the end agrees that it is solved.

    Some are hasty: they tap twice, and write something friendly at the same moment.
    """

    report: str = ""
    photo: bytes = b""
    hasty: bool = False
    sent: bool = False
    ticket: str = ""
    closed: bool = False
    confirmed: bool = False

    def begin(self) -> None:
        if self.photo:
            self.phone.send_photo(self.photo, self.report)
        else:
            self.phone.say(self.report)

    def act(self, line: Line) -> None:
        if not self.ticket and self.sent and (found := TICKET.search(line.text)):
            self.ticket = found[0]
        if line.offers("Kirim") and not self.ticket:
            self._send(line)
        elif line.offers("Ya, sudah beres") and not self.confirmed:
            self.confirmed = True
            choose(self.phone, line, "Ya, sudah beres")
        elif self.confirmed and self.ticket in line.text:
            self.closed = True

    def _send(self, line: Line) -> None:
        first, self.sent = not self.sent, True
        choose(self.phone, line, "Kirim")
        if self.hasty and first:
            choose(self.phone, line, "Kirim")
            self.phone.say("makasih ya")


@dataclass
class Kader(Person):
    """Finds every report true."""

    def act(self, line: Line) -> None:
        if line.offers("Benar"):
            choose(self.phone, line, "Benar")


@dataclass
class Officer(Person):
    """Accepts every report, and solves a share of them."""

    share: float = 0.0
    random: Random = field(default_factory=lambda: Random(5))
    solved: set[str] = field(default_factory=set)

    def act(self, line: Line) -> None:
        if line.offers("Terima"):
            choose(self.phone, line, "Terima")
        elif line.offers("Batalkan") and (found := TICKET.search(line.text)):
            self._solve(found[0])

    def _solve(self, ticket: str) -> None:
        """Another answer while the first may still be taken back."""
        if ticket not in self.solved and self.random.random() < self.share:
            self.solved.add(ticket)
            self.phone.say(f"{ticket} selesai")
