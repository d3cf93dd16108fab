"""One row of a list of people: what it says, or the first reason why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.people_table import FORMULA
from bot.people_words import KINDS, RANKS, ListWords, normal
from bot.phone import NotAPhoneError, read_phone
from bot.store.people import Member, Posyandu
from handlers.safety_desk import OFFICE as PPA
from routing.model import FIELDS, Place, Role
from routing.region import Region

_MOST_PLACES = 20
"""Fits the column; who looks after more kelurahan is a mistake in the list."""
_LONGEST_NAME = 120
_OPTIONAL = {
    "active": {"active"},
    "field": {"field"},
    "posyandu_id": {"posyandu"},
    "contact_rank": {"rank", "position"},
}
"""What is stored, and the columns that tell it, which a list may lack."""
_HIGHEST_PPA = 2
"""The PPA office knows a first and a second contact, and nobody above them hears (`domain.md §6.5`)."""
_ROLES = {"kader": Role.KADER, "officer": Role.OFFICER, "coordinator": Role.COORDINATOR}


class RowRefusedError(Exception):
    """The row is left out; `key` and `values` are for the catalogue."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class RowReader:
    """Reads rows; `kind` is for a list that holds one kind only and does not say so in each row."""

    def __init__(self, lookup: ListWords, kind: str | None) -> None:
        self._lookup = lookup
        self._kind = kind

    def read(self, cells: Mapping[str, str]) -> Posyandu | Member:
        """The entry in these cells, by column name. Raises RowRefusedError."""
        for column, cell in cells.items():
            if cell == FORMULA:
                raise RowRefusedError("import.row.formula", column=self._lookup.column_label(column))
        kind = self._kind or self._choice("kind", KINDS, cells)
        if kind is None:
            raise self._missing("kind")
        return self._posyandu(cells) if kind == "posyandu" else self._member(kind, cells)

    def _posyandu(self, cells: Mapping[str, str]) -> Posyandu:
        name = self._posyandu_name(cells.get("posyandu") or self._needed("name", cells))
        places = self._places(cells, self._region(cells))
        if len(places) > 1:
            raise RowRefusedError("import.row.one_place")
        return Posyandu(name, places[0].code)

    def _member(self, kind: str, cells: Mapping[str, str]) -> Member:
        told = cells.keys() - ({"position"} if kind == "kader" else set())
        person = Member(
            role=_ROLES[kind],
            name=self._name(cells),
            region="",
            contact=self._phone(cells),
            active=self._choice("active", ("yes", "no"), cells, group="flag") != "no",
            contact_rank=self._rank(kind, cells),
            keeps=frozenset(stored for stored, columns in _OPTIONAL.items() if not columns & told),
        )
        region = self._region(cells)
        if kind == "kader":
            return self._kader(person, region, cells)
        if region is None:
            raise self._missing("region")
        office = self._office(cells, region) if kind == "officer" else None
        rank = min(person.contact_rank, _HIGHEST_PPA) if office == PPA else person.contact_rank
        return replace(person, region=region.code, office=office, contact_rank=rank)

    def _rank(self, kind: str, cells: Mapping[str, str]) -> int:
        """By the column that says so, else by an officer's title, of which there are more than any list of words holds;
        the *sekretaris* of a posyandu is a kader like the others."""
        said = self._choice("rank", RANKS, cells)
        if said:
            return RANKS.index(said) + 1
        return self._lookup.rank_of(cells.get("position", "")) if kind == "officer" else 1

    def _kader(self, person: Member, region: Region | None, cells: Mapping[str, str]) -> Member:
        places = self._places(cells, region)
        regions = {place.region for place in places}
        if len(regions) > 1:
            raise RowRefusedError("import.row.two_regions")
        posyandu = cells.get("posyandu")
        return replace(
            person,
            region=regions.pop(),
            place_codes=tuple(place.code for place in places),
            posyandu=self._posyandu_name(posyandu) if posyandu else None,
            field=self._choice("field", FIELDS, cells),
        )

    def _needed(self, column: str, cells: Mapping[str, str]) -> str:
        cell = cells.get(column, "")
        if not cell:
            raise self._missing(column)
        return cell

    def _missing(self, column: str) -> RowRefusedError:
        return RowRefusedError("import.row.missing", column=self._lookup.column_label(column))

    def _choice(self, column: str, names: tuple[str, ...], cells: Mapping[str, str], group: str = "") -> str | None:
        """Which of `names` the cell says; None for an empty one."""
        cell = cells.get(column, "")
        if not cell:
            return None
        lookup = self._lookup
        known = {"kind": lookup.kinds, "field": lookup.fields, "active": lookup.flags, "rank": lookup.ranks}[column]
        if normal(cell) not in known:
            allowed = self._lookup.labels(group or column, names)
            label = self._lookup.column_label(column)
            raise RowRefusedError("import.row.not_one_of", column=label, value=cell, allowed=allowed)
        return known[normal(cell)]

    def _name(self, cells: Mapping[str, str]) -> str:
        name = self._needed("name", cells)
        if len(name) > _LONGEST_NAME or not any(sign.isalpha() for sign in name):
            raise RowRefusedError("import.row.name")
        return name

    def _posyandu_name(self, written: str) -> str:
        """`Posyandu Mawar` and `Mawar` are one: the word before it says nothing."""
        first, _, rest = written.partition(" ")
        name = rest if rest and self._lookup.kinds.get(first.casefold()) == "posyandu" else written
        if len(name) > _LONGEST_NAME:
            raise RowRefusedError("import.row.name")
        return name

    def _phone(self, cells: Mapping[str, str]) -> str | None:
        """None for an empty cell: that person joins by invitation."""
        try:
            return read_phone(cells["phone"]) if cells.get("phone") else None
        except NotAPhoneError as wrong:
            raise RowRefusedError(wrong.key) from None

    def _region(self, cells: Mapping[str, str]) -> Region | None:
        written = cells.get("region", "")
        region = self._lookup.region(written)
        if written and region is None:
            raise RowRefusedError("import.row.region", value=written, allowed=self._lookup.region_names)
        return region

    def _office(self, cells: Mapping[str, str], region: Region) -> str:
        written = self._needed("office", cells)
        office = self._lookup.office(written, region)
        if office is None:
            allowed = self._lookup.office_names(region)
            raise RowRefusedError("import.row.office", value=written, region=region.name, allowed=allowed)
        return office.role

    def _places(self, cells: Mapping[str, str], region: Region | None) -> tuple[Place, ...]:
        parts = [part.strip() for part in re.split(r"[;/]", self._needed("place", cells)) if part.strip()]
        if not parts:
            raise self._missing("place")
        if len(parts) > _MOST_PLACES:
            raise RowRefusedError("import.row.too_many_places", most=_MOST_PLACES)
        return tuple(dict.fromkeys(self._place(part, region, cells.get("kecamatan", "")) for part in parts))

    def _place(self, written: str, region: Region | None, kecamatan: str) -> Place:
        found = self._lookup.places(written, region, kecamatan)
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{place.kecamatan} ({place.regency})" for place in found)
            raise RowRefusedError("import.row.place_several", value=written, several=several)
        near = self._lookup.place_like(written, region)
        if near is not None:
            raise RowRefusedError("import.row.place_near", value=written, near=near)
        raise RowRefusedError("import.row.place", value=written)
