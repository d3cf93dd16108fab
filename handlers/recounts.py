"""The wish to be told a month in figures: an effect, for only the database can count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routing.recap_words import Whose


@dataclass(frozen=True)
class TellRecap:
    """The sender is told a month of theirs or of their posyandu, counted in this very commit. `first` is its first day
    in `zone`; `unasked`: it is told because the month is over."""

    first: date
    whose: Whose
    region: str
    zone: str
    unasked: bool = False
