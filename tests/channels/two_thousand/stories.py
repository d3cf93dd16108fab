"""How many messages of the bot a resident gets for one plain report, from the first word to the end confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from bot.store.database import make_engine
from bot.store.keys import Keys
from handlers.held import HOLD
from tests.channels.two_thousand.clock import SharedClock
from tests.channels.two_thousand.people import TICKET, Person
from tests.channels.two_thousand.phones import Phone, TelegramPhone, WhatsAppPhone, choose
from tests.channels.two_thousand.play import START, photo, set_webhook, setting_of
from tests.channels.two_thousand.reach import ServiceHere
from tests.channels.two_thousand.service import PUBLIC_URL
from tests.channels.two_thousand.town import Town
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

QUIET = 12
"""Virtual seconds after which nobody says any more for now."""
PHOTO = "(photo) "
PLAIN: dict[str, tuple[str, ...]] = {
    "all in one message": ("ledeng di rumah sudah 4 hari kering, rt 05 loa bakung", "[Kirim]"),
    "in short pieces": ("pagi min / jalan depan rumah saya berlubang besar / di rt 3 loa bakung", "[Kirim]"),
    "a photo with its words": (f"{PHOTO}sampah numpuk tidak diangkut di rt 10 loa bakung", "[Kirim]"),
}
"""Pieces between ` / ` are sent without waiting for an answer."""
HARDER: dict[str, tuple[str, ...]] = {
    "the place is asked for": ("got mampet air meluap ke jalan tiap hujan", "rt 4 loa bakung", "[Kirim]"),
    "a photo without words": (PHOTO, "sampah numpuk tidak diangkut di rt 12 loa bakung", "[Kirim]"),
}
HERE = ("64.72.06.1001", "Loa Bakung")
AT_THE_END = "[Ya, sudah beres]"


@dataclass(frozen=True)
class Counted:
    story: str
    channel: str
    until_ticket: int
    in_all: int


def count(url: str, key: str, folder: Path, stories: Mapping[str, tuple[str, ...]]) -> list[Counted]:
    """Each story on each channel; `url`: a database with all tables and nothing in them."""
    clock = SharedClock(folder / "clock", START)
    service = ServiceHere(setting_of(url, key, folder))
    telegram = TelegramDouble(now=clock.now, post=service.post)
    twilio = TwilioDouble(
        webhook_url=f"{PUBLIC_URL}/hook/whatsapp", now=clock.now, post=service.post, fetch=service.fetch
    )
    service.know(telegram, twilio)
    engine = make_engine(make_url(url), Keys([key]))
    try:
        staff = Town(telegram, twilio, photo(), (HERE,)).staff(engine, clock.now(), 1, solved=1.0)
        set_webhook(telegram)
        service.start()
        teller = _Teller(service, clock, telegram, twilio, staff)
        teller.wait()
        counted = [
            teller.tell(name, phone, script)
            for number, (name, script) in enumerate(stories.items(), start=1)
            for phone in (TelegramPhone(telegram, 4_000_000 + number), WhatsAppPhone(twilio, f"+62812000000{number}"))
        ]
        assert not telegram.violations
        assert not twilio.violations
        return counted
    finally:
        service.close()
        telegram.close()
        twilio.close()
        engine.dispose()
        clock.close()


class _Teller:
    def __init__(
        self,
        service: ServiceHere,
        clock: SharedClock,
        telegram: TelegramDouble,
        twilio: TwilioDouble,
        staff: Sequence[Person],
    ) -> None:
        self._service = service
        self._clock = clock
        self._telegram = telegram
        self._twilio = twilio
        self._staff = staff

    def tell(self, name: str, phone: Phone, script: Sequence[str]) -> Counted:
        for line in script:
            self._do(phone, line)
            self.wait()
        self._clock.move(HOLD.total_seconds())
        self.wait()
        self._do(phone, AT_THE_END)
        self.wait()
        texts = [one.text for one in phone.lines()]
        ticket = next((place for place, text in enumerate(texts, start=1) if TICKET.search(text)), 0)
        return Counted(name, phone.channel, ticket, len(texts))

    def wait(self) -> None:
        """Until nobody has said anything for a while."""
        idle = 0
        while idle < QUIET:
            moved = self._telegram.deliver_due() + self._twilio.deliver_due() + self._service.tell("pump")
            for person in self._staff:
                person.look()
            self._clock.move(1.0)
            idle = 0 if moved else idle + 1

    def _do(self, phone: Phone, line: str) -> None:
        if line.startswith("["):
            label = line.strip("[]")
            offered = [one for one in phone.lines() if one.offers(label)]
            assert offered, f"nobody offers {line}: {[one.text for one in phone.lines()]}"
            choose(phone, offered[-1], label)
            return
        for piece in line.split(" / "):
            if piece.startswith(PHOTO):
                phone.send_photo(photo(), piece.removeprefix(PHOTO))
            else:
                phone.say(piece)
