"""How a list's columns and cells may be worded: the catalogue gives the alternatives, the atlas places and offices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property

from bot.catalogue import Catalogue
from routing.model import FIELDS, Place
from routing.region import Atlas, Office, Region

COLUMNS = (
    *("kind", "name", "phone", "region", "kecamatan", "place", "posyandu", "field", "office", "active", "rank"),
    "position",
)
KINDS = ("posyandu", "kader", "officer", "coordinator")
RANKS = ("first", "second", "third")
"""Of an office's people: who handles reports, who leads the section (of the PPA office the second contact, told when
the first are silent, `domain.md §6.4`), who leads the office."""


def normal(text: str) -> str:
    """Small letters and digits with single blanks: `Nomor_WA ` and `nomor wa` are one word."""
    return " ".join(re.sub(r"[^\w]|_", " ", text.casefold()).split())


class ListWords:
    """Looks up what stands in a list. Every lookup gives None for what it does not know."""

    def __init__(self, words: Catalogue, atlas: Atlas) -> None:
        self._words = words
        self._atlas = atlas
        self.columns = self._alternatives("column", COLUMNS)
        self.kinds = self._alternatives("kind", KINDS)
        self.fields = self._alternatives("field", FIELDS)
        self.flags = self._alternatives("flag", ("yes", "no"))
        self.ranks = self._alternatives("rank", RANKS)

    def rank_of(self, position: str) -> int:
        """What a title tells (*Kepala Bidang SDA*, *Plt. Kadis*); any other is somebody who handles reports."""
        said = f" {normal(position)} "
        found = [(len(word), RANKS.index(rank) + 1) for word, rank in self.ranks.items() if f" {word} " in said]
        return max(found, default=(0, 1))[1]

    def _alternatives(self, group: str, names: Iterable[str]) -> dict[str, str]:
        return {normal(word): name for name in names for word in self._words.text(f"import.{group}.{name}").split(",")}

    def column_label(self, name: str) -> str:
        """The first of a column's names, as it is shown."""
        return self._words.text(f"import.column.{name}").split(",")[0]

    def labels(self, group: str, names: Iterable[str]) -> str:
        """What may stand in a cell, for an error line."""
        return ", ".join(self._words.text(f"import.{group}.{name}").split(",")[0] for name in names)

    def without(self, group: str, text: str) -> str:
        """`Kel. Loa Bakung` without the word that only says what it is."""
        first, _, rest = normal(text).partition(" ")
        said = {normal(word) for word in self._words.text(f"import.prefix.{group}").split(",")}
        return rest if rest and first in said else normal(text)

    def region(self, text: str) -> Region | None:
        return self._regions.get(self.without("region", text)) or self._atlas.regions.get(text.strip())

    @property
    def region_names(self) -> str:
        return ", ".join(region.name for region in self._atlas.regions.values())

    @cached_property
    def _regions(self) -> Mapping[str, Region]:
        return {normal(n): region for region in self._atlas.regions.values() for n in (region.name, *region.aliases)}

    def places(self, text: str, region: Region | None, kecamatan: str) -> tuple[Place, ...]:
        """The served kelurahan and desa of this name or code, in the region and kecamatan if those are given."""
        by_code = self._atlas.places.get(text.strip())
        found = (by_code,) if by_code else self._kelurahan.get(self.without("place", text), ())
        wanted = self.without("kecamatan", kecamatan)
        return tuple(
            place
            for place in found
            if _is_kelurahan(place)
            and self._atlas.served(place.code)
            and (region is None or place.region == region.code)
            and (not wanted or normal(place.kecamatan) == wanted)
        )

    def place_like(self, text: str, region: Region | None) -> str | None:
        """The name of a place that is written almost like this."""
        likely = get_close_matches(self.without("place", text), self._kelurahan, n=3, cutoff=0.75)
        near = (place for name in likely for place in self.places(name, region, ""))
        return next((place.name for place in near), None)

    @cached_property
    def _kelurahan(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, dict[str, Place]] = {}
        for name in self._atlas.names:
            place = self._atlas.places[name.code]
            if _is_kelurahan(place) and self._atlas.served(place.code):
                found.setdefault(normal(name.name), {})[place.code] = place
        return {name: tuple(places.values()) for name, places in found.items()}

    def office(self, text: str, region: Region) -> Office | None:
        """An office of the region's government by role, name or short name."""
        wanted = normal(text)
        for office in self._offices(region):
            if wanted in {normal(one) for one in (office.role, office.name, office.short, *office.aliases)}:
                return office
        return None

    def office_names(self, region: Region) -> str:
        return ", ".join(office.short for office in self._offices(region))

    def _offices(self, region: Region) -> tuple[Office, ...]:
        return tuple(office for office in region.offices.values() if office.in_government)


def _is_kelurahan(place: Place) -> bool:
    return place.kind in ("kelurahan", "desa")
