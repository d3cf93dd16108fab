"""Whether the files of a region say what they must: every wrong line by file, number and reason (`kentongan check`).

A region is a folder that a civil servant edits in a spreadsheet; what is wrong must be findable there. Nothing here
stops at the first problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from routing.model import CATEGORIES, FIELDS
from routing.region_settings import CODE, check_settings
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
INSPECTION = "inspection"
"""In `resolve_days`: the longer deadline of a complaint that needs inspection (`domain.md §5`)."""

_PHONE = re.compile(r"\+?\d[\d -]{1,18}\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_COMMON = ("", "yes", "strict")

Check = Callable[[Row], str | None]
"""Looks at one row; a catalogue key when something is wrong with the column it was made for."""


def check_region(folder: Path) -> list[Problem]:
    """Every wrong line of one region's folder, in the order of the files; empty when the region can be served."""
    tables = {name: read_table(folder / name, columns) for name, columns in COLUMNS.items()}
    points = read_table(folder / "points.csv", SHARED_COLUMNS["points.csv"], optional=True)
    others = read_table(folder.parent / "others.csv", SHARED_COLUMNS["others.csv"], optional=True)
    found = check_settings(folder / "region.toml")
    problems = list(found.problems)
    for table in (*tables.values(), points):
        problems += table.problems
    problems += _check_places(tables["places.csv"], found.code)
    problems += _check_aliases(tables["aliases.csv"], tables["places.csv"].rows)
    problems += _check_offices(tables["offices.csv"])
    problems += _check_routes(tables["routes.csv"], {r["role"] for r in (*tables["offices.csv"].rows, *others.rows)})
    problems += _check_hotlines(tables["hotlines.csv"])
    problems += _check_days_off(tables["days_off.csv"], found.weekdays)
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
    days_off = read_table(known / "days_off.csv", COLUMNS["days_off.csv"], optional=True)
    problems += [*aliases.problems, *_check_aliases(aliases, rows)]
    problems += [*days_off.problems, *_check_days_off(days_off)]
    return [*problems, *turn_to.problems, *_check_source(turn_to)]


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
    return lambda row: None if _day(row[column]) else "check.bad_date"


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if _DATE.fullmatch(written) else None
    except ValueError:
        return None


def _known_role(row: Row) -> str | None:
    return None if row["role"] in ROLES else "check.unknown_role"


def _check_places(table: Table, inside: str) -> Iterator[Problem]:
    """`inside` is the code of the regency or province that all of them must lie in; empty when that is unknown."""
    codes = {row["code"] for row in table.rows}

    def code(row: Row) -> str | None:
        pattern = CODE.get(row["kind"])
        if pattern and not pattern.fullmatch(row["code"]):
            return "check.bad_code"
        if inside and not row["code"].startswith(f"{inside}."):
            return "check.code_elsewhere"
        parent = row["code"].rpartition(".")[0]
        return "check.no_kecamatan" if row["code"].count(".") == 3 and parent not in codes else None

    yield from _each(table, _one_of("kind", CODE, "check.bad_kind"), "kind")
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


def _check_days_off(table: Table, weekdays: Collection[int] = ()) -> Iterator[Problem]:
    """A day that is off anyway was probably meant to be another one; `weekdays` are those that are worked, Monday 0."""

    def worked_otherwise(row: Row) -> str | None:
        day = _day(row["date"])
        free = day is not None and weekdays and day.weekday() not in weekdays
        return "check.day_off_anyway" if free and row["kind"] == "off" else None

    yield from _each(table, _dated("date"), "date")
    yield from _each(table, _unique(("date",), "check.duplicate_date"), "date")
    yield from _each(table, worked_otherwise, "date")
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
