"""A coordinator's week in figures: counted by `bot/store/week.py`, put into words by `handlers/week.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from routing.model import Report


@dataclass(frozen=True)
class Week:
    """The seven days before it is told, and how things stand now; nothing of it tells of a restricted report.

    `late`: the reports that are late, those late longest first, as many as a list holds; `late_in_all` counts them all.
    """

    came: int
    solved: int
    missed: int
    """Reports that missed one clock or more in these days."""
    restricted: int
    held: int
    late_in_all: int
    late: tuple[tuple[Report, datetime], ...]
    """Each with the moment since when it is late, aware UTC."""
    by_office: Mapping[str, int]
    """Late reports of each office (its role), most first."""
    by_kecamatan: Mapping[str, int]
    """Late reports in each kecamatan (its code), most first."""
