"""Who is meant when somebody is to be told; `bot/apply_notify.py` knows who that is."""

from __future__ import annotations

from dataclasses import dataclass

ReportKey = int | str
"""A report's id, or the draft reference of one that is filed in this very turn."""


@dataclass(frozen=True)
class Sender:
    """The person whose message is being handled."""


@dataclass(frozen=True)
class Reporter:
    """Who filed the report."""

    report: ReportKey


@dataclass(frozen=True)
class Followers:
    """The reporter and everybody who joined the report."""

    report: ReportKey


@dataclass(frozen=True)
class Joined:
    """Everybody who joined the report, without its reporter."""

    report: ReportKey


@dataclass(frozen=True)
class NextKader:
    """The kader whose turn it is for this report's place and field; picking one assigns the report to that kader.

    Never the reporter, never the person the report is about, never one who was asked about it before.
    """

    report: ReportKey


@dataclass(frozen=True)
class KaderOf:
    """The kader the report is assigned to."""

    report: ReportKey


@dataclass(frozen=True)
class OfficersOf:
    """The officers of the office that leads the report (for a restricted one: of the PPA office only)."""

    report: ReportKey
    rank: int | None = None
    """1: who handles reports there, 2: who leads the section, 3: the office, each with their stand-ins; None: who has
    the work today, which is the next in rank where nobody is at work (of a restricted report everybody)."""


@dataclass(frozen=True)
class Coordinators:
    region: str


@dataclass(frozen=True)
class PersonWith:
    person_id: int


Audience = Sender | Reporter | Followers | Joined | NextKader | KaderOf | OfficersOf | Coordinators | PersonWith
