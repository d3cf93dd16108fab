"""The people of one storm, in the database and on their phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sqlalchemy import Engine, insert

from bot.store.tables import addresses, memberships, people
from routing.model import Role
from tests.channels.two_thousand.people import Kader, Officer, Person, Resident
from tests.channels.two_thousand.phones import Phone, TelegramPhone, WhatsAppPhone
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

REGION = "64.72"
Places = Sequence[tuple[str, str]]
PLACES: Places = (
    ("64.72.01.1001", "Rawa Makmur"),
    ("64.72.01.1002", "Handil Bakti"),
    ("64.72.01.1004", "Simpang Pasir"),
    ("64.72.02.1001", "Sungai Keledang"),
    ("64.72.02.1009", "Mangkupalas"),
    ("64.72.02.1011", "Gunung Panjang"),
    ("64.72.03.1001", "Teluk Lerong Ilir"),
    ("64.72.06.1001", "Loa Bakung"),
)
REPORTS = (
    "air ledeng mati sudah {days} hari di rt {rt:02} {place}",
    "jalan gang berlubang besar di rt {rt:02} {place}, sudah {days} minggu",
    "sampah menumpuk {days} hari tidak diangkut di rt {rt:02} {place}",
    "got mampet di rt {rt:02} {place}, sudah {days} kali air meluap ke jalan",
)
OFFICES = ("AIR", "PU", "LH")
FOR_ONE_KADER = 25
"""Residents."""

HIDDEN_EVERY = 10
"""Each tenth of the WhatsApp residents shows no number."""


class Town:
    """Phones of both kinds by turns; residents are numbered from 1. `places`: code and name of where they live."""

    def __init__(
        self, telegram: TelegramDouble, twilio: TwilioDouble, photo: bytes, places: Places = PLACES, seed: int = 7
    ) -> None:
        self._telegram = telegram
        self._twilio = twilio
        self._photo = photo
        self._places = places
        self._random = Random(seed)

    def residents(self, number: int) -> list[Resident]:
        return [self._resident(one) for one in range(1, number + 1)]

    def staff(self, engine: Engine, now: datetime, residents: int, solved: float) -> list[Person]:
        """Enough kader for so many residents in each place, an officer in each office; all have written before."""
        found: list[Person] = []
        for number in range(max(len(self._places), residents // FOR_ONE_KADER)):
            phone = self._phone(number, 90_000)
            place = self._places[number % len(self._places)][0]
            _join(engine, phone, now, role=Role.KADER.value, place_codes=place)
            found.append(Kader(phone))
        for number, office in enumerate(OFFICES):
            phone = self._phone(number, 95_000)
            _join(engine, phone, now, role=Role.OFFICER.value, office=office)
            found.append(Officer(phone, share=solved, random=Random(number)))
        return found

    def _resident(self, number: int) -> Resident:
        place = self._random.choice(self._places)[1]
        words = self._random.choice(REPORTS).format(
            days=self._random.randint(2, 9), rt=self._random.randint(1, 40), place=place
        )
        return Resident(
            self._phone(number, 10_000),
            report=words,
            photo=self._photo if number % 20 == 3 else b"",
            hasty=self._random.random() < 0.1,
        )

    def _phone(self, number: int, block: int) -> Phone:
        if number % 2:
            return TelegramPhone(self._telegram, 5_000_000 + block + number)
        hidden = block == 10_000 and number % (2 * HIDDEN_EVERY) == 0
        contact = f"ID.99{block + number:014}" if hidden else f"+6281200{block + number:06}"
        return WhatsAppPhone(self._twilio, contact)


def _join(engine: Engine, phone: Phone, now: datetime, **hat: object) -> None:
    phone.say("halo")
    with engine.begin() as connection:
        person = connection.execute(
            insert(people).values(name="Contoh", facts={}, created_at=now, made_up=False).returning(people.c.id)
        ).scalar_one()
        connection.execute(
            insert(addresses).values(
                person_id=person,
                channel=phone.channel,
                contact_hash=phone.contact,
                contact=phone.contact,
                last_inbound_at=now,
            )
        )
        connection.execute(insert(memberships).values(person_id=person, region=REGION, **hat))
