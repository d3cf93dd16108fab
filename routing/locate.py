"""Which kelurahan, desa or kecamatan a message speaks of (`domain.md §4`).

Names are looked up exactly, then with typing mistakes; a name that is an ordinary word too (*air putih*) counts only
where the sentence says so. What stays open is handed back as candidates: the bot asks rather than guesses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING

from routing.locate_mentions import Mention, mentions
from routing.locate_text import neighbourhood, split
from routing.model import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routing.region import Atlas

_EARTH_KM = 6371.0
_SURE_RANK = 2.0


@dataclass(frozen=True)
class Located:
    """Where a message is about. At most one of `place`, `candidates`, `kecamatan`, `regency`, `outside` says it all."""

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    """Two or more kelurahan or desa that it may be: ask which."""
    kecamatan: Place | None = None
    """Only a kecamatan is known: ask for the kelurahan."""
    regency: Place | None = None
    """Only a kabupaten or kota is known, served or not: relatives live there as often as the matter lies there."""
    outside: Place | None = None
    """Known, but nobody here serves it."""
    rt: str | None = None
    rw: str | None = None
    evidence: tuple[str, ...] = ()
    sure: bool = False
    """Written as the name is, and not as the name of a street or a river; otherwise the reading wants confirmation."""


def locate(text: str, atlas: Atlas, *, near: str | None = None, asked: bool = False) -> Located:
    """Find the place, RT and RW in a message.

    `near` (code of a region or place) is a soft hint: it puts served places before others, and one kecamatan before
    another only when it names a kecamatan. `asked`: the text answers *which kelurahan?*, so ordinary words are names.
    """
    words = split(text)
    around = neighbourhood(words)
    found = mentions(words, around, atlas, asked=asked)
    where = _resolve(found, atlas, near)
    if not asked and where.outside and where.outside.kind == "regency":
        where = replace(where, regency=where.outside, outside=None)
    return replace(where, rt=around.rt, rw=around.rw)


def locate_point(lat: float, lon: float, atlas: Atlas) -> Place | None:
    """The place around a location pin, WGS 84 degrees; None when the data cannot tell.

    The official list of places has no coordinates, so nothing is placed unless a region brings its own `points.csv`;
    a guess from the nearest known middle would send people to the wrong kelurahan.
    """
    close = ((_distance_km(lat, lon, point.lat, point.lon), point) for point in atlas.points)
    inside = [(distance, point.code) for distance, point in close if distance <= point.radius_km]
    return atlas.places[min(inside)[1]] if inside else None


def _distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    a, b = radians(lat), radians(other_lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


# --- from mentions to one place ---------------------------------------------------------------------------------------


def _resolve(found: Sequence[Mention], atlas: Atlas, near: str | None) -> Located:
    readings = [_narrow(one, found, atlas) for one in found if not one.tentative or _confirmed(one, found, atlas)]
    fine = [one for one in readings if any(_is_village(atlas.places[code]) for code in one.codes)]
    best = max(fine, key=lambda one: one.rank, default=None)
    coarse = max((one for one in readings if one not in fine), key=lambda one: one.rank, default=None)
    if best is None or (coarse is not None and best.weak and not coarse.weak):
        return _coarse(readings, atlas)
    villages = tuple(p for p in (atlas.places[code] for code in best.codes) if _is_village(p))
    chosen = _prefer(villages, atlas, near)
    evidence = tuple(dict.fromkeys((*best.evidence, *(e for one in readings if one.narrows for e in one.evidence))))
    if len(chosen) > 1:
        return _open(chosen, atlas, evidence)
    one_level = all(_is_village(atlas.places[code]) for code in best.codes)
    sure = best.exact and best.rank >= _SURE_RANK and not best.weak and one_level
    if atlas.served(chosen[0].code):
        return Located(place=chosen[0], evidence=evidence, sure=sure)
    return Located(outside=chosen[0], evidence=evidence, sure=sure)


def _open(places: tuple[Place, ...], atlas: Atlas, evidence: tuple[str, ...]) -> Located:
    """Several places of one name. Where nobody serves any of them and one regency holds all, that says enough."""
    regencies = {place.region for place in places}
    if len(regencies) == 1 and not atlas.served(places[0].code):
        return Located(outside=atlas.places[regencies.pop()], evidence=evidence)
    return Located(candidates=places, evidence=evidence)


def _coarse(readings: Sequence[Mention], atlas: Atlas) -> Located:
    """Only a kecamatan or a regency was named; the finer and the better said wins."""
    for one in sorted(readings, key=lambda one: (-_finest(one, atlas), -one.rank)):
        places = [atlas.places[code] for code in one.codes]
        place = next((p for p in places if atlas.served(p.code)), places[0])
        sure = one.exact and not one.weak
        if not atlas.served(place.code):
            return Located(outside=place, evidence=one.evidence, sure=sure)
        if place.kind == "kecamatan":
            return Located(kecamatan=place, evidence=one.evidence, sure=sure)
        return Located(regency=place, evidence=one.evidence, sure=sure)
    return Located()


def _finest(mention: Mention, atlas: Atlas) -> int:
    return max(len(code) for code in mention.codes)


def _confirmed(mention: Mention, found: Sequence[Mention], atlas: Atlas) -> bool:
    """Whether the name right behind an ordinary word is the kecamatan in which a place of that name lies."""
    return any(
        0 <= other.start - mention.end <= 1 and code.startswith(f"{area}.")
        for other in found
        for area in other.codes
        if atlas.places[area].kind == "kecamatan"
        for code in mention.codes
    )


def _narrow(mention: Mention, found: Sequence[Mention], atlas: Atlas) -> Mention:
    """What the other mentions leave of this one: *Sidomulyo, Anggana* is the Sidomulyo that lies in Anggana."""
    codes = mention.codes
    helped = False
    for other in found:
        if other is mention:
            continue
        areas = tuple(code for code in other.codes if not _is_village(atlas.places[code]))
        inside = tuple(code for code in codes if any(code.startswith(f"{area}.") for area in areas))
        if inside:
            codes, helped = inside, True
    if not helped:
        codes = tuple(code for code in codes if atlas.served(code)) or codes
    used = any(
        code.startswith(f"{area}.")
        for area in mention.codes
        if not _is_village(atlas.places[area])
        for other in found
        if other is not mention
        for code in other.codes
    )
    if mention.beside_rt and not used:
        codes = tuple(code for code in codes if _is_village(atlas.places[code])) or codes
    rank = mention.rank + (1.0 if helped else 0.0) - (1.5 if used else 0.0)
    return replace(mention, codes=codes, rank=rank, narrows=used, weak=mention.weak and not helped)


def _prefer(places: tuple[Place, ...], atlas: Atlas, near: str | None) -> tuple[Place, ...]:
    """Served before not served; then the kecamatan of `near`, if it names one; a region only puts its own first."""
    served = tuple(place for place in places if atlas.served(place.code))
    rest = served or places
    if near and len(near) > 5:
        rest = tuple(place for place in rest if place.code.startswith(near[:8])) or rest
    return tuple(sorted(rest, key=lambda place: (place.region != (near or "")[:5], place.code)))


def _is_village(place: Place) -> bool:
    return place.kind in ("kelurahan", "desa")
