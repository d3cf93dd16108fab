"""Regions as data: places, offices, routes, hotlines and clocks read from a folder of files (`routing/regions/`).

One atlas holds every region a deployment serves, and the places around them that it knows but does not serve.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from routing.model import Place
from routing.region_check import COLUMNS, SHARED_COLUMNS, check_region, check_shared
from routing.region_parts import (
    Clocks,
    DayOff,
    Hotline,
    Office,
    OfficeHours,
    PlaceName,
    Point,
    Ramadan,
    Route,
    Turn,
    read_day_off,
    read_hotline,
    read_hours,
    read_name,
    read_office,
    read_point,
    read_ramadan,
    read_route,
    read_turn,
)
from routing.region_settings import DEADLINES
from routing.region_table import Problem, Row, read_table

if TYPE_CHECKING:
    from routing.locate_index import PlaceIndex

__all__ = [
    "SHIPPED",
    "Atlas",
    "Clocks",
    "DayOff",
    "Hotline",
    "Office",
    "PlaceName",
    "Point",
    "Ramadan",
    "Region",
    "RegionError",
    "Route",
    "Turn",
    "load_atlas",
]

SHIPPED = Path(__file__).parent / "regions"


class RegionError(ValueError):
    """The data of a region is wrong; `problems` names each line by folder and file."""

    def __init__(self, problems: Iterable[tuple[str, Problem]]) -> None:
        self.problems = tuple(problems)
        lines = (f"{folder}/{p.file}:{p.line}: {p.key} {p.values}" for folder, p in self.problems)
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Region:
    """One served kabupaten or kota. `offices` holds its own and those of others; `office_hours` are local, Monday 0."""

    code: str
    name: str
    kind: Literal["kota", "kabupaten"]
    province: str
    zone: str
    ticket_prefix: str
    clocks: Clocks
    offices: Mapping[str, Office]
    routes: Mapping[str, tuple[Route, ...]]
    hotlines: Mapping[str, Hotline]
    days_off: tuple[DayOff, ...]
    office_hours: OfficeHours
    aliases: tuple[str, ...] = ()
    special_clocks: Mapping[str, Clocks] = field(default_factory=dict)
    """Of the categories whose deadlines differ from the region's."""
    ramadan: tuple[Ramadan, ...] = ()

    def clocks_of(self, category: str) -> Clocks:
        return self.special_clocks.get(category, self.clocks)

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def route(self, category: str, answers: Iterable[str] = ()) -> Route | None:
        """The row of `category` that one of the answers calls for, else its row without a condition."""
        given = frozenset(answers)
        rows = self.routes.get(category, ())
        return next((r for r in rows if r.answer in given), next((r for r in rows if r.answer is None), None))

    def answers_that_matter(self, category: str) -> tuple[str, ...]:
        """What a resident may answer that changes the office, such as `ledeng` or `tanpa_jaringan`."""
        return tuple(row.answer for row in self.routes.get(category, ()) if row.answer)


@dataclass(frozen=True)
class Atlas:
    """Everything known of places and offices. `places` maps each code to its place: regencies, kecamatan and below."""

    regions: Mapping[str, Region]
    places: Mapping[str, Place]
    names: tuple[PlaceName, ...]
    others: Mapping[tuple[str, str], Office] = field(default_factory=dict)
    """(role, province or empty) to the office of a matter that is not the regency's."""
    turns: Mapping[str, Turn] = field(default_factory=dict)
    """Code of a province or regency to where its people can turn."""
    points: tuple[Point, ...] = ()

    @cached_property
    def index(self) -> PlaceIndex:
        """The names prepared for `locate`; built on first use."""
        from routing.locate_index import PlaceIndex

        return PlaceIndex.of(self)

    @cached_property
    def _children(self) -> Mapping[str, tuple[Place, ...]]:
        under: dict[str, list[Place]] = {}
        for place in self.places.values():
            under.setdefault(place.code.rpartition(".")[0], []).append(place)
        return {code: tuple(sorted(places, key=lambda p: p.name)) for code, places in under.items()}

    def region_of(self, place_code: str) -> Region | None:
        """The served region the place lies in; None when it is not served."""
        return self.regions.get(place_code[:5])

    def served(self, place_code: str) -> bool:
        return place_code[:5] in self.regions

    def elsewhere(self, place_code: str) -> Turn | None:
        """Where the people of a known place that is not served can turn to; None for one that is served or unknown."""
        if self.served(place_code):
            return None
        return self.turns.get(place_code[:5]) or self.turns.get(place_code[:2])

    def other(self, role: str, province: str = "") -> Office | None:
        """The office for a matter of others, the province's own before the one that is the same everywhere."""
        return self.others.get((role, province)) or self.others.get((role, ""))

    def children(self, code: str) -> tuple[Place, ...]:
        """The kelurahan and desa of a kecamatan (or the kecamatan of a regency), by name."""
        return self._children.get(code, ())


def load_atlas(folder: Path | None = None, *, serve: Iterable[str] | None = None) -> Atlas:
    """Read all regions of `folder` (default: the shipped ones). Raises RegionError naming every wrong line.

    `serve` limits which region codes are served; the places of the others stay known, so that their people hear where
    to turn. The shipped regions are read once for each process.
    """
    return _shipped() if folder is None and serve is None else _load(folder or SHIPPED, serve)


@cache
def _shipped() -> Atlas:
    return _load(SHIPPED, None)


def _load(root: Path, serve: Iterable[str] | None) -> Atlas:
    homes = sorted(path.parent for path in root.glob("*/region.toml"))
    problems = [(root.name, problem) for problem in check_shared(root)]
    problems += [(home.name, problem) for home in homes for problem in check_region(home)]
    if problems:
        raise RegionError(problems)
    settings = {home: tomllib.loads((home / "region.toml").read_text(encoding="utf-8-sig")) for home in homes}
    if twice := tuple(_same_prefix(settings)):
        raise RegionError(twice)
    wanted = None if serve is None else frozenset(serve)
    others = _others(root)
    served = {home: one for home, one in settings.items() if wanted is None or str(one["code"]) in wanted}
    places, names = _places(root, settings)
    return Atlas(
        regions={str(one["code"]): _region(home, one, others) for home, one in served.items()},
        places=places,
        names=names,
        others=others,
        turns={row["code"]: read_turn(row) for row in _rows(root / "known" / "turn_to.csv")},
        points=tuple(read_point(row) for home in homes for row in _rows(home / "points.csv")),
    )


def _rows(path: Path) -> tuple[Row, ...]:
    columns = COLUMNS.get(path.name) or SHARED_COLUMNS.get(path.name) or COLUMNS["places.csv"]
    return read_table(path, columns, optional=True).rows


def _same_prefix(settings: Mapping[Path, dict[str, Any]]) -> Iterable[tuple[str, Problem]]:
    """Two regions with one code or one ticket prefix: their reports could not be told apart."""
    for key, reason in (("code", "check.duplicate_code"), ("ticket_prefix", "check.duplicate_prefix")):
        seen: set[str] = set()
        for home, one in settings.items():
            if one[key] in seen:
                yield home.name, Problem("region.toml", 0, reason, {"value": str(one[key])})
            seen.add(one[key])


def _region(home: Path, settings: dict[str, Any], others: Mapping[tuple[str, str], Office]) -> Region:
    code, province = str(settings["code"]), str(settings["province"])
    clocks = Clocks(**{key: settings["deadlines"][key] for key in DEADLINES})
    special = settings["deadlines"].get("category", {})
    shared = {role: office for (role, where), office in sorted(others.items()) if where in ("", province)}
    own = {row["role"]: read_office(row, code) for row in _rows(home / "offices.csv")}
    routes: dict[str, list[Route]] = {}
    for row in _rows(home / "routes.csv"):
        routes.setdefault(row["category"], []).append(read_route(row, clocks))
    return Region(
        code=code,
        name=settings["name"],
        kind=settings["kind"],
        province=province,
        zone=settings["zone"],
        ticket_prefix=settings["ticket_prefix"],
        clocks=clocks,
        offices={**shared, **own},
        routes={category: tuple(rows) for category, rows in routes.items()},
        hotlines={row["key"]: read_hotline(row) for row in _rows(home / "hotlines.csv")},
        days_off=tuple(read_day_off(row) for row in _days_off(home)),
        office_hours=read_hours(settings["office_hours"]),
        aliases=tuple(settings.get("aliases", ())),
        special_clocks={category: replace(clocks, **own) for category, own in special.items()},
        ramadan=tuple(read_ramadan(month) for month in settings.get("ramadan", ())),
    )


def _days_off(home: Path) -> Iterable[Row]:
    """Those of all regions first: what a region says itself of a day counts."""
    return (*_rows(home.parent / "known" / "days_off.csv"), *_rows(home / "days_off.csv"))


def _others(root: Path) -> dict[tuple[str, str], Office]:
    return {(row["role"], row["province"]): read_office(row, row["province"]) for row in _rows(root / "others.csv")}


def _places(root: Path, settings: Mapping[Path, dict[str, Any]]) -> tuple[dict[str, Place], tuple[PlaceName, ...]]:
    """Every place by code, and every name and alias. A region's own files win over the list of known places."""
    rows: dict[str, tuple[str, str, str]] = {}
    aliases: list[PlaceName] = []
    known = root / "known"
    for path in (*sorted(known.glob("[0-9][0-9].csv")), *(home / "places.csv" for home in settings)):
        for row in _rows(path):
            rows[row["code"]] = (row["name"], row["kind"], row["common"])
    for path in (known / "aliases.csv", *(home / "aliases.csv" for home in settings)):
        aliases += (read_name(row["code"], row["alias"], row["common"]) for row in _rows(path))
    for one in settings.values():
        rows[str(one["code"])] = (str(one["name"]), "regency", "")
        aliases += (read_name(str(one["code"]), alias, "") for alias in one.get("aliases", ()))
    names = (read_name(code, name, common) for code, (name, _, common) in rows.items())
    return {code: _place(code, rows) for code in rows}, (*names, *aliases)


def _place(code: str, rows: Mapping[str, tuple[str, str, str]]) -> Place:
    name, kind, _ = rows[code]
    kecamatan = rows.get(code[:8], ("", "", ""))[0] if kind != "regency" else ""
    return Place(code, name, kecamatan, rows.get(code[:5], ("", "", ""))[0], kind)
