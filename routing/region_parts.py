"""What a region is made of, each read from one line of its tables: offices, routes, hotlines, days off, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

from routing.region_check import INSPECTION
from routing.region_settings import WEEKDAYS
from routing.region_table import Row


@dataclass(frozen=True)
class Office:
    """Who handles something. Outside of government (`in_government` False) there is a contact and no officer."""

    region: str
    """Code of the region, of the province for a provincial office, or empty when it is the same everywhere."""
    role: str
    name: str
    """As on the door."""
    short: str
    what: str
    """What it does, as a phrase that can stand behind `yang mengurus`."""
    phone: str
    whatsapp: str
    in_government: bool
    aliases: tuple[str, ...]
    """How officers name it in their replies."""
    source: str
    checked_on: date


@dataclass(frozen=True)
class Hotline:
    """A number to call, with where it was read and when. `key` is `emergency`, `police`, `medical`, `fire`, …"""

    key: str
    number: str
    what: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class Route:
    """Which office leads a category. With `answer` the row holds only when the resident gave that answer."""

    category: str
    lead: str
    support: tuple[str, ...]
    answer: str | None
    field: str | None
    """The field it counts under in this region's recap, where that differs from the default."""
    resolve_days: int | None


@dataclass(frozen=True)
class Clocks:
    """Deadlines in working days, and one in office hours (`domain.md §5`, §6.4)."""

    verify: int
    forward_promise: int
    acknowledge: int
    plan: int
    resolve: int
    resolve_inspection: int
    answer_wait: int
    close_quiet: int
    restricted_hours: int


@dataclass(frozen=True)
class DayOff:
    """A local change of the calendar: `off` for an election or a city's day, `work` for a holiday that is worked."""

    day: date
    name: str
    kind: Literal["off", "work"]


OfficeHours = Mapping[int, tuple[time, time]]
"""Opening and closing of each weekday that is worked, local, Monday 0."""


@dataclass(frozen=True)
class Ramadan:
    """The days on which the offices keep the hours of Ramadan, both included (`domain.md §5`)."""

    first: date
    last: date
    office_hours: OfficeHours


@dataclass(frozen=True)
class Turn:
    """Where a resident of a place that is not served can turn to."""

    name: str
    number: str
    web: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class PlaceName:
    """One way to write a place. `common`: an ordinary word too (`yes`: needs a sentence that says where; `strict`: a
    word such as *kelurahan*); empty for a name that can only be a place."""

    code: str
    name: str
    common: Literal["", "yes", "strict"]


@dataclass(frozen=True)
class Point:
    """The middle of a place and how far around it a pin may lie."""

    code: str
    lat: float
    lon: float
    radius_km: float


def read_office(row: Row, region: str) -> Office:
    return Office(
        region=region,
        role=row["role"],
        name=row["name"],
        short=row["short"],
        what=row["what"],
        phone=row["phone"],
        whatsapp=row["whatsapp"],
        in_government=row.values.get("in_government") == "yes",
        aliases=row.several("aliases"),
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
    )


def read_route(row: Row, clocks: Clocks) -> Route:
    days = row["resolve_days"]
    return Route(
        category=row["category"],
        lead=row["lead"],
        support=row.several("support"),
        answer=row["answer"] or None,
        field=row["field"] or None,
        resolve_days=clocks.resolve_inspection if days == INSPECTION else int(days) if days else None,
    )


def read_hotline(row: Row) -> Hotline:
    return Hotline(row["key"], row["number"], row["what"], row["source"], date.fromisoformat(row["checked_on"]))


def read_day_off(row: Row) -> DayOff:
    return DayOff(date.fromisoformat(row["date"]), row["name"], "work" if row["kind"] == "work" else "off")


def read_hours(spans: Mapping[str, list[str]]) -> OfficeHours:
    return {
        WEEKDAYS.index(day): (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in spans.items()
    }


def read_ramadan(month: Mapping[str, Any]) -> Ramadan:
    return Ramadan(month["from"], month["to"], read_hours(month["office_hours"]))


def read_turn(row: Row) -> Turn:
    return Turn(row["name"], row["number"], row["web"], row["source"], date.fromisoformat(row["checked_on"]))


def read_name(code: str, name: str, common: str) -> PlaceName:
    return PlaceName(code, name, "strict" if common == "strict" else "yes" if common else "")


def read_point(row: Row) -> Point:
    return Point(row["code"], float(row["lat"]), float(row["lon"]), float(row["radius_km"]))
