"""Whether `region.toml` says what it must: zone, office hours, deadlines, the hours of Ramadan."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from routing.model import FIELD_OF
from routing.region_table import Problem

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEADLINES = (
    *("verify", "forward_promise", "acknowledge", "plan", "resolve", "resolve_inspection"),
    *("answer_wait", "close_quiet", "restricted_hours"),
)
OF_CATEGORIES = ("verify", "forward_promise", "acknowledge", "plan", "close_quiet")
"""What a category may have of its own under `[deadlines.category.…]`; its days to resolve stand in `routes.csv`."""

CODE = {
    "regency": re.compile(r"\d\d\.\d\d"),
    "kecamatan": re.compile(r"\d\d\.\d\d\.\d\d"),
    "kelurahan": re.compile(r"\d\d\.\d\d\.\d\d\.1\d{3}"),
    "desa": re.compile(r"\d\d\.\d\d\.\d\d\.2\d{3}"),
}
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Wrong = tuple[str, object, str]
"""A setting, what was written there, and the catalogue key of what is wrong with it."""


@dataclass(frozen=True)
class Settings:
    """What the other files of the region are checked against. `weekdays` are worked, Monday 0; empty when unknown."""

    problems: tuple[Problem, ...]
    code: str = ""
    weekdays: frozenset[int] = frozenset()


def check_settings(path: Path) -> Settings:
    """Every wrong setting. TOML knows no lines once read, so those that cannot be found again have line 0."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings((Problem(path.name, 0, "check.missing_file"),))
    except UnicodeDecodeError:
        return Settings((Problem(path.name, 0, "check.not_utf8"),))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        return Settings((Problem(path.name, int(at[1]) if at else 0, "check.broken_line"),))
    problems = (
        Problem(path.name, _line_of(path, key), reason, {"value": str(value)})
        for key, value, reason in _wrong_settings(settings)
    )
    hours = settings.get("office_hours", {})
    weekdays = frozenset(n for n, day in enumerate(WEEKDAYS) if day in hours)
    return Settings(tuple(problems), str(settings.get("code", "")), weekdays)


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((n for n, line in enumerate(lines, 1) if re.match(rf"\s*\[*{re.escape(key)}\b", line)), 0)


def _wrong_settings(settings: dict[str, Any]) -> Iterator[Wrong]:
    for key in ("name", "province", "ticket_prefix"):
        if not isinstance(settings.get(key), str) or not settings[key]:
            yield key, key, "check.missing_setting"
    if not CODE["regency"].fullmatch(str(settings.get("code", ""))):
        yield "code", settings.get("code", ""), "check.bad_code"
    if settings.get("kind") not in ("kota", "kabupaten"):
        yield "kind", settings.get("kind", ""), "check.bad_kind"
    if not re.fullmatch(r"[A-Z]{2,4}", str(settings.get("ticket_prefix", ""))):
        yield "ticket_prefix", settings.get("ticket_prefix", ""), "check.bad_prefix"
    if not _is_zone(settings.get("zone")):
        yield "zone", settings.get("zone", ""), "check.bad_zone"
    yield from _wrong_deadlines(settings.get("deadlines", {}))
    hours = settings.get("office_hours", {})
    if not hours:
        yield "office_hours", "office_hours", "check.missing_setting"
    yield from _wrong_hours(hours)
    yield from _wrong_ramadan(settings.get("ramadan", []))


def _wrong_deadlines(deadlines: dict[str, Any]) -> Iterator[Wrong]:
    for key in DEADLINES:
        if not _is_days(deadlines.get(key)):
            yield key, key, "check.bad_deadline"
    for category, own in deadlines.get("category", {}).items():
        where = f"deadlines.category.{category}"
        if category not in FIELD_OF:
            yield where, category, "check.unknown_category"
        for key, days in own.items() if isinstance(own, dict) else ((category, own),):
            if key not in OF_CATEGORIES or not _is_days(days):
                yield where, key, "check.bad_deadline"


def _wrong_hours(hours: dict[str, Any], where: str = "") -> Iterator[Wrong]:
    for day, span in hours.items():
        if day not in WEEKDAYS or not _is_span(span):
            yield where or day, day, "check.bad_hours"


def _wrong_ramadan(months: object) -> Iterator[Wrong]:
    for month in months if isinstance(months, list) else [months]:
        if not isinstance(month, dict):
            yield "ramadan", "ramadan", "check.bad_ramadan"
            continue
        first, last = month.get("from"), month.get("to")
        if type(first) is not date or type(last) is not date or not 27 <= (last - first).days <= 30:
            yield "ramadan", "ramadan", "check.bad_ramadan"
            continue
        hours = month.get("office_hours")
        if not isinstance(hours, dict) or not hours:
            yield "ramadan", "office_hours", "check.missing_setting"
        else:
            yield from _wrong_hours(hours, "ramadan")


def _is_days(days: object) -> bool:
    return type(days) is int and days >= 1


def _is_zone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_span(span: object) -> bool:
    return (
        isinstance(span, list) and len(span) == 2 and all(_CLOCK.fullmatch(str(t)) for t in span) and span[0] < span[1]
    )
