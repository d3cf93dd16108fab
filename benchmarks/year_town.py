"""Who lives in the year: the kader of 821 posyandu, the officers of nine offices in each region; all made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert

from bot.store.tables import addresses, memberships, people, posyandu
from handlers.school import SEEN
from routing.assign import Assignment, assign
from routing.model import CATEGORIES, RESTRICTED_CATEGORIES, Place
from routing.region import Atlas, Region

OFFICES = ("DIK", "KES", "AIR", "PU", "PERKIM", "SATPOL", "BPBD", "SOS", "LH")
KADER_EACH = 2
RANKS = (1, 1, 2, 3)
"""Two officers handle reports, one leads the section, one the office."""
CHANNEL = "test"


@dataclass(frozen=True)
class Matter:
    """What may be reported in a place, and which office gets it."""

    region: str
    place: str
    category: str
    condition: str | None


@dataclass(frozen=True)
class Townspeople:
    """By contact: the region of each, and of officers the office."""

    kader: Mapping[str, str]
    officers: Mapping[str, tuple[str, str]]
    coordinators: Mapping[str, str]
    places: tuple[str, ...]
    """Of the posyandu."""


def settle(engine: Engine, atlas: Atlas, count: int, now: datetime) -> Townspeople:
    """Everybody moves in; `count` posyandu are spread over the kelurahan and desa of all regions in turn."""
    every = [code for code, place in sorted(atlas.places.items()) if _served(place, atlas)]
    places = tuple(every[number % len(every)] for number in range(count))
    kader, officers, coordinators = {}, {}, {}
    with engine.begin() as connection:
        for number, place in enumerate(places):
            of = {"region": place[:5], "place_code": place, "name": f"Contoh {number}"}
            built = connection.execute(insert(posyandu).values(of).returning(posyandu.c.id)).scalar_one()
            for other in range(KADER_EACH):
                contact = f"kader-{number}-{other}"
                _move_in(connection, contact, now, role="kader", region=place[:5], posyandu_id=built)
                kader[contact] = place[:5]
        for region in atlas.regions:
            for office in OFFICES:
                for number, rank in enumerate(RANKS):
                    contact = f"officer-{region}-{office}-{number}"
                    hat = {"role": "officer", "region": region, "office": office, "contact_rank": rank}
                    _move_in(connection, contact, now, **hat)
                    officers[contact] = (region, office)
            coordinators[f"coordinator-{region}"] = region
            _move_in(connection, f"coordinator-{region}", now, role="coordinator", region=region)
    return Townspeople(kader, officers, coordinators, places)


def matters(atlas: Atlas, places: tuple[str, ...], chance: Random) -> Iterator[Matter]:
    """Without end: anything that one of the nine offices answers for, in any of the places."""
    known = {region.code: tuple(_matters_of(region, atlas)) for region in atlas.regions.values()}
    while True:
        place = chance.choice(places)
        category, condition = chance.choice(known[place[:5]])
        yield Matter(place[:5], place, category, condition)


def _matters_of(region: Region, atlas: Atlas) -> Iterator[tuple[str, str | None]]:
    for category in sorted({one for every in CATEGORIES.values() for one in every} - RESTRICTED_CATEGORIES):
        for condition in (None, *region.answers_that_matter(category)):
            answers = {"condition": condition} if condition else {}
            where = assign(category, None, atlas, answers=answers, region=region.code)
            if isinstance(where, Assignment) and where.office in OFFICES:
                yield category, condition


def _served(place: Place, atlas: Atlas) -> bool:
    return place.kind in ("kelurahan", "desa") and place.region in atlas.regions


def _move_in(connection: Connection, contact: str, now: datetime, **hat: Any) -> None:
    cards = " ".join(name for names in CATEGORIES.values() for name in names)
    somebody = {"name": f"Contoh {contact}", "facts": {SEEN: cards}, "created_at": now, "made_up": False}
    person = connection.execute(insert(people).values(somebody).returning(people.c.id)).scalar_one()
    address = {"channel": CHANNEL, "contact_hash": contact, "contact": contact, "last_inbound_at": now}
    connection.execute(insert(addresses).values(person_id=person, **address))
    connection.execute(insert(memberships).values(person_id=person, **hat))
