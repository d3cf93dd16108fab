"""Whose work it is today: officers by rank, a stand-in for who is on leave, the next in rank where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from handlers.scene import Colleague, Person, Scene
from routing.model import Role
from routing.region import Atlas

RANKS = (1, 2, 3)
"""1 handles reports, 2 leads the section, 3 the office."""


def at_work(one: Colleague, today: date) -> bool:
    """`today` is the region's local day; a leave lasts up to and with its last day."""
    return one.away_until is None or one.away_until < today


def of_rank(office: Sequence[Colleague], rank: int, today: date) -> tuple[int, ...]:
    """Who is contact number `rank` of one office today: for whoever is on leave the stand-in."""
    those = (one for one in office if one.rank == rank)
    return _once(_present(one, office, today, frozenset()) for one in those)


def in_turn(office: Sequence[Colleague], today: date) -> tuple[tuple[int, ...], ...]:
    """Groups of people, the first of which has the work; a later one where nobody of those before can be reached.

    Last come those on leave for whom nobody stands in: better one who reads it on a holiday than nobody.
    """
    groups = [of_rank(office, rank, today) for rank in RANKS]
    groups.append(_once(one.person_id for one in office if not at_work(one, today)))
    return tuple(group for group in groups if group)


def handling(office: Iterable[Colleague], today: date) -> tuple[int, ...]:
    """Who has the work of one office today, of those who can be reached."""
    there = [one for one in office if one.reachable]
    return next(iter(in_turn(there, today)), ())


def manned(office: Iterable[Colleague], today: date) -> bool:
    """Somebody of the office is at work and can be reached."""
    return any(one.reachable and at_work(one, today) for one in office)


def with_ranks(person: Person, colleagues: Sequence[Colleague], now: datetime, atlas: Atlas) -> Person:
    """Hats with the rank that counts today: 1 for who has the work, as a stand-in or because nobody below is there."""
    hats = []
    for hat in person.memberships:
        if hat.role is Role.OFFICER and hat.office:
            there = [one for one in colleagues if (one.region, one.office) == (hat.region, hat.office)]
            if person.id in handling(there, now.astimezone(atlas.regions[hat.region].tz).date()):
                hat = replace(hat, rank=1)
        hats.append(hat)
    return replace(person, memberships=tuple(hats))


def office_of(scene: Scene, region: str, office: str) -> tuple[Colleague, ...]:
    return tuple(one for one in scene.colleagues if (one.region, one.office) == (region, office))


def each_once(found: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """Every person once, however many hats they wear."""
    return tuple({one.person_id: one for one in found}.values())


def coordinates(scene: Scene) -> frozenset[str]:
    """The regions in which this person is a coordinator."""
    return frozenset(hat.region for hat in scene.person.memberships if hat.role is Role.COORDINATOR)


def _present(one: Colleague, office: Sequence[Colleague], today: date, before: frozenset[int]) -> int | None:
    """Somebody themselves, or who stands in for them; a stand-in may be on leave as well."""
    if at_work(one, today):
        return one.person_id
    left = before | {one.person_id}
    stand_in = next((other for other in office if other.person_id == one.stand_in), None)
    return None if stand_in is None or one.stand_in in left else _present(stand_in, office, today, left)


def _once(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(person for person in found if person is not None))
