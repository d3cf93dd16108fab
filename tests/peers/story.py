"""One whole story: a report with photo and location, a ticket, an officer's tap, solved, and the resident agrees."""

from __future__ import annotations

import io
from collections.abc import Callable
from time import monotonic, sleep
from typing import Protocol

from PIL import Image

from tests.channels.two_thousand.people import TICKET
from tests.channels.two_thousand.phones import Line, Phone, choose

SECONDS = 40
REPORT = "air ledeng mati sudah 4 hari di rt 5 loa bakung"
PLACE = "rt 5 loa bakung"
POINT = (-0.5261, 117.0915)


class Located(Phone, Protocol):
    def send_location(self, latitude: float, longitude: float) -> None: ...


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "steelblue").save(out, "JPEG")
    return out.getvalue()


class Story:
    """`turn` moves on whatever does not move by itself; `hurry` ends the ten minutes in which an answer can be taken
    back."""

    def __init__(
        self,
        resident: Located,
        kader: Phone,
        officer: Phone,
        turn: Callable[[], object],
        hurry: Callable[[], object],
    ) -> None:
        self.resident = resident
        self.kader = kader
        self.officer = officer
        self._turn = turn
        self._hurry = hurry

    def play(self, hello_kader: str = "halo", hello_officer: str = "halo") -> str:
        """The ticket. Raises TimeoutError, with what stood on the phone, when something does not happen."""
        for phone, hello in ((self.kader, hello_kader), (self.officer, hello_officer)):
            phone.say(hello)
            self._until(phone, lambda _: True)
        self.resident.send_photo(photo(), REPORT)
        self._until(self.resident, lambda line: line.offers("Kirim"))
        before = len(self.resident.lines())
        self.resident.send_location(*POINT)
        confirm = self._until(self.resident, lambda _: True, since=before)
        if not confirm.offers("Kirim"):
            self.resident.say(PLACE)
            confirm = self._until(self.resident, lambda line: line.offers("Kirim"), since=before)
        ticket = self._tapped(self.resident, confirm, "Kirim", lambda line: bool(TICKET.search(line.text)))
        self._tap(self.kader, "Benar")
        self._answer(lambda: self._tap(self.officer, "Terima"))
        self._answer(lambda: self.officer.say("selesai"))
        beres = self._until(self.resident, lambda line: line.offers("Ya, sudah beres"))
        self._tapped(self.resident, beres, "Ya, sudah beres", lambda line: bool(line.text))
        found = TICKET.search(ticket.text)
        assert found
        return found[0]

    def _answer(self, say: Callable[[], object]) -> None:
        """What an officer answers is repeated back, and holds when nobody takes it back."""
        before = len(self.officer.lines())
        say()
        self._until(self.officer, lambda line: line.offers("Batalkan"), since=before)
        self._hurry()

    def _tap(self, phone: Phone, label: str) -> None:
        choose(phone, self._until(phone, lambda line: line.offers(label)), label)

    def _tapped(self, phone: Phone, line: Line, label: str, wanted: Callable[[Line], bool]) -> Line:
        before = len(phone.lines())
        choose(phone, line, label)
        return self._until(phone, wanted, since=before)

    def _until(self, phone: Phone, wanted: Callable[[Line], bool], since: int = 0) -> Line:
        until = monotonic() + SECONDS
        while monotonic() < until:
            self._turn()
            for line in phone.lines()[since:]:
                if wanted(line):
                    return line
            sleep(0.05)
        raise TimeoutError([line.text for line in phone.lines()])
