"""Whether the files of a region say what they must: every wrong line by file, number and reason (`kentongan check`).

A region is a folder that a civil servant edits in a spreadsheet; what is wrong must be findable there. Nothing here
stops at the first problem.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from routing.model import CATEGORIES, FIELDS
from routing.region_table import Problem, Row, Table, read_table

__all__ = ["COLUMNS", "ROLES", "SHARED_COLUMNS", "Problem", "check_region", "check_shared"]

ROLES = frozenset(
    {
        *("KES", "DIK", "PU", "AIR", "PERKIM", "SATPOL", "DAMKAR", "BPBD", "SOS", "PPA", "PM", "KB", "DUKCAPIL", "LH"),
        *("KOMINFO", "DISHUB", "NAKER", "TANI", "DAGANG", "INSPEKTORAT", "BAPPEDA"),
        *("PLN", "BPN", "BPJS", "POLRI", "KEMENAG", "BAZNAS", "BNN", "BASARNAS", "LPSK", "BALAI_JALAN", "LAPOR"),
        *("DIK_PROV", "PU_PROV", "PPA_PROV", "PM_PROV", "PROV"),
    }
)
"""Office roles (`domain.md §3`); the offices behind them differ from region to region."""

COLUMNS = {
    "places.csv": ("code", "name", "kind", "common"),
    "aliases.csv": ("code", "alias", "common"),
    "offices.csv": (
        *("role", "name", "short", "what", "phone", "whatsapp", "in_government", "aliases", "source", "checked_on"),
    ),
    "routes.csv": ("category", "lead", "support", "answer", "field", "resolve_days"),
    "hotlines.csv": ("key", "number", "what", "source", "checked_on"),
    "days_off.csv": ("date", "name", "kind"),
}
SHARED_COLUMNS = {
    "others.csv": ("role", "province", "name", "short", "what", "phone", "whatsapp", "aliases", "source", "checked_on"),
    "turn_to.csv": ("code", "name", "number", "web", "source", "checked_on"),
    "points.csv": ("code", "lat", "lon", "radius_km"),
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEADLINES = (
    *("verify", "forward_target", "forward_promise", "acknowledge", "plan", "resolve", "resolve_inspection"),
    *("answer_wait", "close_quiet", "restricted_hours"),
)
INSPECTION = "inspection"
"""In `resolve_days`: the longer deadline of a complaint that needs inspection (`domain.md §5`)."""

_CODE = {
    "regency": re.compile(r"\d\d\.\d\d"),
    "kecamatan": re.compile(r"\d\d\.\d\d\.\d\d"),
    "kelurahan": re.compile(r"\d\d\.\d\d\.\d\d\.1\d{3}"),
    "desa": re.compile(r"\d\d\.\d\d\.\d\d\.2\d{3}"),
}
_PHONE = re.compile(r"\+?\d[\d -]{1,18}\d")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_COMMON = ("", "yes", "strict")

Check = Callable[[Row], str | None]
"""Looks at one row; a catalogue key when something is wrong with the column it was made for."""


def check_region(folder: Path) -> list[Problem]:
    """Every wrong line of one region's folder, in the order of the files; empty when the region can be served."""
    tables = {name: read_table(folder / name, columns) for name, columns in COLUMNS.items()}
    points = read_table(folder / "points.csv", SHARED_COLUMNS["points.csv"], optional=True)
    others = read_table(folder.parent / "others.csv", SHARED_COLUMNS["others.csv"], optional=True)
    code, problems = _check_settings(folder / "region.toml")
    for table in (*tables.values(), points):
        problems += table.problems
    problems += _check_places(tables["places.csv"], code)
    problems += _check_aliases(tables["aliases.csv"], tables["places.csv"].rows)
    problems += _check_offices(tables["offices.csv"])
    problems += _check_routes(tables["routes.csv"], {r["role"] for r in (*tables["offices.csv"].rows, *others.rows)})
    problems += _check_hotlines(tables["hotlines.csv"])
    problems += _check_days_off(tables["days_off.csv"])
    problems += _check_points(points, tables["places.csv"].rows)
    return problems


def check_shared(folder: Path) -> list[Problem]:
    """Every wrong line of what all regions share: `others.csv` and the places that are known but not served."""
    others = read_table(folder / "others.csv", SHARED_COLUMNS["others.csv"], optional=True)
    problems = [*others.problems, *_each(others, _known_role, "role"), *_check_contacts(others)]
    known = folder / "known"
    if not known.is_dir():
        return problems
    rows: list[Row] = []
    for path in sorted(known.glob("[0-9][0-9].csv")):
        table = read_table(path, COLUMNS["places.csv"])
        problems += [*table.problems, *_check_places(table, path.stem)]
        rows += table.rows
    aliases = read_table(known / "aliases.csv", COLUMNS["aliases.csv"], optional=True)
    turn_to = read_table(known / "turn_to.csv", SHARED_COLUMNS["turn_to.csv"], optional=True)
    problems += [*aliases.problems, *_check_aliases(aliases, rows)]
    return [*problems, *turn_to.problems, *_check_source(turn_to)]


# --- region.toml ------------------------------------------------------------------------------------------------------


def _check_settings(path: Path) -> tuple[str, list[Problem]]:
    """The region's code, and what is wrong with `region.toml`. TOML knows no lines once read, so most have line 0."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return "", [Problem(path.name, 0, "check.missing_file")]
    except UnicodeDecodeError:
        return "", [Problem(path.name, 0, "check.not_utf8")]
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        return "", [Problem(path.name, int(at[1]) if at else 0, "check.broken_line")]
    return str(settings.get("code", "")), [
        Problem(path.name, _line_of(path, key), reason, {"value": str(value)})
        for key, value, reason in _wrong_settings(settings)
    ]


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((n for n, line in enumerate(lines, 1) if re.match(rf"\s*\[?{re.escape(key)}\b", line)), 0)


def _wrong_settings(settings: dict[str, Any]) -> Iterator[tuple[str, object, str]]:
    for key in ("name", "province", "ticket_prefix"):
        if not isinstance(settings.get(key), str) or not settings[key]:
            yield key, key, "check.missing_setting"
    if not _CODE["regency"].fullmatch(str(settings.get("code", ""))):
        yield "code", settings.get("code", ""), "check.bad_code"
    if settings.get("kind") not in ("kota", "kabupaten"):
        yield "kind", settings.get("kind", ""), "check.bad_kind"
    if not re.fullmatch(r"[A-Z]{2,4}", str(settings.get("ticket_prefix", ""))):
        yield "ticket_prefix", settings.get("ticket_prefix", ""), "check.bad_prefix"
    if not _is_zone(settings.get("zone")):
        yield "zone", settings.get("zone", ""), "check.bad_zone"
    deadlines = settings.get("deadlines", {})
    for key in DEADLINES:
        if type(deadlines.get(key)) is not int or deadlines[key] < 1:
            yield key, key, "check.bad_deadline"
    hours = settings.get("office_hours", {})
    if not hours:
        yield "office_hours", "office_hours", "check.missing_setting"
    for day, span in hours.items():
        if day not in WEEKDAYS or not _is_span(span):
            yield day, day, "check.bad_hours"


def _is_zone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_span(span: object) -> bool:
    return (
        isinstance(span, list) and len(span) == 2 and all(_CLOCK.fullmatch(str(t)) for t in span) and span[0] < span[1]
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def _each(table: Table, check: Check, column: str) -> Iterator[Problem]:
    for row in table.rows:
        if reason := check(row):
            yield Problem(table.file, row.line, reason, {"column": column, "value": row[column]})


def _filled(column: str) -> Check:
    return lambda row: None if row[column] else "check.missing_value"


def _one_of(column: str, allowed: Iterable[str], reason: str) -> Check:
    known = frozenset(allowed)
    return lambda row: None if row[column] in known else reason


def _unique(columns: tuple[str, ...], reason: str) -> Check:
    seen: set[tuple[str, ...]] = set()

    def check(row: Row) -> str | None:
        key = tuple(row[c].casefold() for c in columns)
        again = key in seen
        seen.add(key)
        return reason if again and any(key) else None

    return check


def _dated(column: str) -> Check:
    def check(row: Row) -> str | None:
        try:
            date.fromisoformat(row[column])
        except ValueError:
            return "check.bad_date"
        return None

    return check


def _known_role(row: Row) -> str | None:
    return None if row["role"] in ROLES else "check.unknown_role"


def _check_places(table: Table, inside: str) -> Iterator[Problem]:
    """`inside` is the code of the regency or province that all of them must lie in; empty when that is unknown."""
    codes = {row["code"] for row in table.rows}

    def code(row: Row) -> str | None:
        pattern = _CODE.get(row["kind"])
        if pattern and not pattern.fullmatch(row["code"]):
            return "check.bad_code"
        if inside and not row["code"].startswith(f"{inside}."):
            return "check.code_elsewhere"
        parent = row["code"].rpartition(".")[0]
        return "check.no_kecamatan" if row["code"].count(".") == 3 and parent not in codes else None

    yield from _each(table, _one_of("kind", _CODE, "check.bad_kind"), "kind")
    yield from _each(table, code, "code")
    yield from _each(table, _unique(("code",), "check.duplicate_code"), "code")
    yield from _each(table, _filled("name"), "name")
    yield from _each(table, _one_of("common", _COMMON, "check.bad_common"), "common")


def _check_aliases(table: Table, places: Iterable[Row]) -> Iterator[Problem]:
    names = {row["name"].casefold() for row in places}
    codes = {row["code"] for row in places} | {row["code"][:5] for row in places}
    yield from _each(table, _one_of("code", codes, "check.unknown_place"), "code")
    yield from _each(table, _filled("alias"), "alias")
    yield from _each(table, _unique(("alias",), "check.duplicate_alias"), "alias")
    yield from _each(table, lambda row: "check.alias_is_name" if row["alias"].casefold() in names else None, "alias")
    yield from _each(table, _one_of("common", _COMMON, "check.bad_common"), "common")


def _check_offices(table: Table) -> Iterator[Problem]:
    yield from _each(table, _known_role, "role")
    yield from _each(table, _unique(("role",), "check.duplicate_role"), "role")
    yield from _each(table, _one_of("in_government", ("yes", "no"), "check.bad_yes_no"), "in_government")
    yield from _check_contacts(table)


def _check_contacts(table: Table) -> Iterator[Problem]:
    for column in ("name", "short", "what"):
        yield from _each(table, _filled(column), column)
    for column in ("phone", "whatsapp"):
        yield from _each(table, _phone(column), column)
    yield from _check_source(table)


def _phone(column: str) -> Check:
    return lambda row: None if not row[column] or _PHONE.fullmatch(row[column]) else "check.bad_number"


def _check_source(table: Table) -> Iterator[Problem]:
    yield from _each(table, _filled("source"), "source")
    yield from _each(table, _dated("checked_on"), "checked_on")


def _check_routes(table: Table, roles: set[str]) -> Iterator[Problem]:
    categories = [category for members in CATEGORIES.values() for category in members]
    yield from _each(table, _one_of("category", categories, "check.unknown_category"), "category")
    yield from _each(table, _unique(("category", "answer"), "check.duplicate_route"), "category")
    yield from _each(table, _one_of("lead", roles, "check.no_office"), "lead")
    yield from _each(table, _one_of("field", ("", *FIELDS), "check.unknown_field"), "field")
    yield from _each(table, _resolve_days, "resolve_days")
    for row in table.rows:
        for role in row.several("support"):
            if role not in roles:
                yield Problem(table.file, row.line, "check.no_office", {"column": "support", "value": role})
    routed = {row["category"] for row in table.rows if not row["answer"]}
    for category in categories:
        if category not in routed:
            yield Problem(table.file, 0, "check.no_route", {"value": category})


def _resolve_days(row: Row) -> str | None:
    value = row["resolve_days"]
    fine = value in ("", INSPECTION) or (value.isascii() and value.isdigit() and int(value) > 0)
    return None if fine else "check.bad_days"


def _check_hotlines(table: Table) -> Iterator[Problem]:
    yield from _each(table, _filled("key"), "key")
    yield from _each(table, _unique(("key",), "check.duplicate_key"), "key")
    yield from _each(table, _filled("number"), "number")
    yield from _each(table, _phone("number"), "number")
    yield from _each(table, _filled("what"), "what")
    yield from _check_source(table)


def _check_days_off(table: Table) -> Iterator[Problem]:
    yield from _each(table, _dated("date"), "date")
    yield from _each(table, _unique(("date",), "check.duplicate_date"), "date")
    yield from _each(table, _filled("name"), "name")
    yield from _each(table, _one_of("kind", ("off", "work"), "check.bad_day_kind"), "kind")


def _check_points(table: Table, places: Iterable[Row]) -> Iterator[Problem]:
    yield from _each(table, _one_of("code", (row["code"] for row in places), "check.unknown_place"), "code")
    for column, low, high in (("lat", -12.0, 7.0), ("lon", 94.0, 142.0), ("radius_km", 0.01, 100.0)):
        yield from _each(table, _between(column, low, high), column)


def _between(column: str, low: float, high: float) -> Check:
    def check(row: Row) -> str | None:
        try:
            return None if low <= float(row[column]) <= high else "check.bad_point"
        except ValueError:
            return "check.bad_point"

    return check
