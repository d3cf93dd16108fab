"""A small town for the tables of who may see what: one person for each part, one report for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.apply_reports import Filing
from bot.store.tables import addresses, asks, events, followers, kept_from, memberships, people, reports
from handlers.effects import FileReport
from routing.model import Status
from routing.region import Atlas

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Samarinda."""
LONG_AGO = NOW - timedelta(days=90)
PLACE = "64.72.06.1001"
ELSEWHERE = "64.02"

PEOPLE: Mapping[str, tuple[str, Mapping[str, object] | None]] = {
    "reporter": ("Warga Contoh", None),
    "joined": ("Warga Ikut", None),
    "stranger": ("Warga Lain", None),
    "kader": ("Kader Contoh", {"role": "kader", "place_codes": PLACE}),
    "kader_asked": ("Kader Kedua", {"role": "kader", "place_codes": PLACE}),
    "kader_there": ("Kader Ketiga", {"role": "kader", "place_codes": PLACE}),
    "kader_meant": ("Sumirah", {"role": "kader", "place_codes": PLACE}),
    "kader_away": ("Kader Jauh", {"role": "kader", "place_codes": "64.72.01.1001"}),
    "officer": ("Petugas Contoh", {"role": "officer", "office": "AIR"}),
    "officer_meant": ("Wardoyo", {"role": "officer", "office": "AIR"}),
    "officer_helps": ("Petugas Bantu", {"role": "officer", "office": "PU"}),
    "officer_other": ("Petugas Lain", {"role": "officer", "office": "DLH"}),
    "officer_away": ("Petugas Jauh", {"role": "officer", "office": "AIR", "region": ELSEWHERE}),
    "ppa_meant": ("Budiarto", {"role": "officer", "office": "PPA"}),
    "ppa": ("Petugas Satu", {"role": "officer", "office": "PPA"}),
    "ppa_away": ("Petugas Dua", {"role": "officer", "office": "PPA", "region": ELSEWHERE}),
    "coordinator": ("Koordinator Contoh", {"role": "coordinator"}),
    "coordinator_away": ("Koordinator Jauh", {"role": "coordinator", "region": ELSEWHERE}),
    "left": ("Kader Dulu", {"role": "kader", "place_codes": PLACE, "active": False}),
}
PARTS = tuple(PEOPLE)

_TO_AIR = {
    "office": "AIR",
    "support": ("PU",),
    "respond_by": NOW + timedelta(days=1),
    "resolve_by": NOW + timedelta(days=9),
}
_LATE = {**_TO_AIR, "respond_by": NOW - timedelta(days=1)}
_PPA = {"office": "PPA", "restricted": True, "category": "kdrt", "field": "trantibumlinmas"}
_ABOUT_KADER = "bu kader Sumirah minta uang tiap timbang anak"
_ABOUT_OFFICER = "petugas air Wardoyo minta uang sebelum memasang pipa"

KINDS: Mapping[str, Mapping[str, object]] = {
    "to_verify": _TO_AIR,
    "at_office": {**_TO_AIR, "status": Status.FORWARDED},
    "name_hidden": {**_TO_AIR, "status": Status.ACCEPTED, "hide_name": True},
    "late": {**_LATE, "status": Status.FORWARDED},
    "in_the_pen": {"status": Status.HOLDING, "hold_reason": "no_office"},
    "solved": {**_TO_AIR, "status": Status.RESOLVED},
    "closed": {**_TO_AIR, "status": Status.CLOSED},
    "closed_long_ago": {**_TO_AIR, "status": Status.CLOSED, "received_at": LONG_AGO},
    "about_kader": {"status": Status.HOLDING, "hold_reason": "about_staff", "text": _ABOUT_KADER},
    "about_kader_to_verify": {**_TO_AIR, "text": _ABOUT_KADER},
    "about_officer": {**_LATE, "status": Status.FORWARDED, "text": _ABOUT_OFFICER},
    "restricted": _PPA,
    "restricted_about_ppa": {**_PPA, "text": "saya dipukul suami saya Budiarto tiap malam"},
    "restricted_about_all": {**_PPA, "text": "petugas PPA yang mendampingi saya malah meraba saya"},
    "restricted_taken": {**_PPA, "status": Status.ACKNOWLEDGED},
    "restricted_done": {**_PPA, "status": Status.HANDED_OVER},
}


class Town:
    """Everybody of PEOPLE, who know nothing of each other until a report is filed."""

    def __init__(self, connection: Connection, atlas: Atlas) -> None:
        self.connection = connection
        self._atlas = atlas
        self.ids = {part: self._move_in(part) for part in PARTS}
        self.part_of = {number: part for part, number in self.ids.items()}

    def file(self, kind: str) -> int:
        """A report of this kind by the reporter, with a kader assigned, one more asked, and one neighbour joined."""
        wanted: dict[str, Any] = {
            "region": "64.72",
            "text": "air ledeng mati",
            "field": "pekerjaan_umum",
            "category": "air_bersih",
            "place_code": PLACE,
            "received_at": NOW,
            **KINDS[kind],
        }
        at = wanted["received_at"]
        filing = Filing(self.connection, self._atlas, at)
        filing.file(FileReport(ref=kind, **wanted), self.ids["reporter"])
        row = filing.row(kind)
        if row.office != "PPA" and row.status != Status.HOLDING:
            filing.assign_kader(row.id, self.ids["kader_meant" if kind.startswith("about_kader") else "kader"])
            self._ask(row.id, "kader_asked")
        if not row.restricted:
            self.connection.execute(
                insert(followers).values(report_id=row.id, person_id=self.ids["joined"], joined_at=at)
            )
        return int(row.id)

    def code(self, kind: str) -> str:
        """What opens a restricted report."""
        return Filing(self.connection, self._atlas, NOW).ticket_for(kind)

    def forget(self, kind: str) -> None:
        """The next kind is looked at alone."""
        number = select(reports.c.id).where(reports.c.ref == kind).scalar_subquery()
        for table in (kept_from, followers, asks, events):
            self.connection.execute(delete(table).where(table.c.report_id == number))
        self.connection.execute(delete(reports).where(reports.c.ref == kind))

    def _move_in(self, part: str) -> int:
        name, hat = PEOPLE[part]
        number: int = self.connection.execute(
            insert(people).values(name=name, facts={}, created_at=NOW, made_up=False).returning(people.c.id)
        ).scalar_one()
        self.connection.execute(
            insert(addresses).values(person_id=number, channel="test", contact_hash=part, contact=part)
        )
        if hat is not None:
            self.connection.execute(insert(memberships).values({"person_id": number, "region": "64.72", **hat}))
        return number

    def _ask(self, report_id: int, part: str) -> None:
        question = {"person_id": self.ids[part], "report_id": report_id, "kind": "verify", "asked_at": NOW}
        self.connection.execute(insert(asks).values(question))
