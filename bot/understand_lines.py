"""The command `understand`: one message as JSON a line in, one reading a line out; a bad line stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TextIO

from routing.model import FIELD_OF, Case, Role, Understanding

if TYPE_CHECKING:
    from routing.officer import OfficerUpdate
    from routing.region import Region
    from routing.understand import Reader

_LONGEST_LINE = 1_000_000
"""Bytes; a chat message has at most some thousands."""
_ALTERNATIVES = 2
_ROLES = {role.value: role for role in (Role.RESIDENT, Role.KADER, Role.OFFICER)}


class _BadLineError(Exception):
    """A line that cannot be read; `str()` is a short code for the caller."""


def run(lines: Iterable[bytes], out: TextIO, reader: Reader, default_region: str | None) -> None:
    """Reads every line of `lines` and writes one JSON object for each; `default_region` is a Kemendagri code."""
    for line in lines:
        out.write(json.dumps(_answer(line, reader, default_region), ensure_ascii=False) + "\n")
        out.flush()


def _answer(line: bytes, reader: Reader, region: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {}
    try:
        row = _row(line)
        return {"id": _id(row), **_reading(row, reader, region)}
    except _BadLineError as bad:
        return {"id": _id(row), "error": str(bad)}


def _row(line: bytes) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        raise _BadLineError("too_long")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadLineError("not_utf8") from None
    except (ValueError, RecursionError):
        raise _BadLineError("not_json") from None
    if not isinstance(row, dict):
        raise _BadLineError("not_an_object")
    return row


def _id(row: dict[str, Any]) -> str | int | None:
    found = row.get("id")
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def _reading(row: dict[str, Any], reader: Reader, region: str | None) -> dict[str, Any]:
    text, role, at = _text(row), _role(row), _at(row)
    if role is Role.OFFICER:
        return _officer_reading(text, at, reader, region)
    return _shown(reader.read(text, role=role, near=region))


def _text(row: dict[str, Any]) -> str:
    text = row.get("text")
    if not isinstance(text, str):
        raise _BadLineError("no_text" if text is None else "text_not_a_string")
    if not text.strip():
        raise _BadLineError("no_text")
    if "\x00" in text:
        raise _BadLineError("nul_in_text")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _BadLineError("broken_unicode")
    return text


def _role(row: dict[str, Any]) -> Role:
    name = row.get("role", Role.RESIDENT.value)
    role = _ROLES.get(name) if isinstance(name, str) else None
    if role is None:
        raise _BadLineError("unknown_role")
    return role


def _at(row: dict[str, Any]) -> datetime | None:
    """The moment of the message; naive times are taken as local."""
    written = row.get("at")
    if written is None:
        return None
    if not isinstance(written, str):
        raise _BadLineError("at_not_a_time")
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise _BadLineError("at_not_a_time") from None


def _officer_reading(text: str, at: datetime | None, reader: Reader, code: str | None) -> dict[str, Any]:
    region = reader.atlas.regions[code] if code else reader.home_region
    updates = reader.read_officer(text, today=_today(at, region), region=region)
    return {"updates": [_shown_update(update) for update in updates]}


def _today(at: datetime | None, region: Region | None) -> date:
    zone = region.tz if region is not None else None
    moment = at or datetime.now(zone)
    return moment.astimezone(zone).date() if moment.tzinfo and zone else moment.date()


def _shown_update(update: OfficerUpdate) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ticket": update.ticket,
        "intent": update.intent,
        "eta": update.eta.isoformat() if update.eta else None,
        "forward_to": update.forward_to,
    }
    if update.ticket is None and update.number is not None:
        shown["number"] = update.number
    if update.duplicate_of is not None:
        shown["duplicate_of"] = update.duplicate_of
    return shown


def _shown(read: Understanding) -> dict[str, Any]:
    return {
        "kind": read.kind.value,
        "field": read.field,
        "category": read.category,
        "score": round(read.score, 4),
        "alternatives": _other_fields(read),
        "also": list(read.also),
        "urgent": read.pressing,
        "restricted": read.restricted,
        "place": read.place.name if read.place else read.one_name,
        "place_code": read.place.code if read.place else None,
        "kecamatan": (read.place.kecamatan or None) if read.place else None,
        "rt": read.rt,
        "rw": read.rw,
        "on_behalf_of": read.on_behalf_of,
        "cases": [_shown_case(case) for case in read.cases],
        "evidence": list(read.evidence),
    }


def _shown_case(case: Case) -> dict[str, Any]:
    return {
        "text": case.text,
        "field": case.field,
        "category": case.category,
        "score": round(case.score, 4),
        "urgent": case.urgent,
        "restricted": case.restricted,
        "place": case.place.name if case.place else None,
        "place_code": case.place.code if case.place else None,
        "kecamatan": (case.place.kecamatan or None) if case.place else None,
        "rt": case.rt,
        "rw": case.rw,
        "on_behalf_of": case.on_behalf_of,
    }


def _other_fields(read: Understanding) -> list[str]:
    """The next fields in line, best first, without the chosen one."""
    fields = dict.fromkeys(FIELD_OF[category] for category in read.runners_up)
    fields.pop(read.field or "", None)
    return list(fields)[:_ALTERNATIVES]
