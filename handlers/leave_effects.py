"""What happens to the people of an office: on leave, back, gone; and the alarm where nobody is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.effects import Effect


@dataclass(frozen=True)
class GoAway:
    """The sender is on leave up to and with the local day `until`; `stand_in` has their work meanwhile, in the offices
    of both, else the next in rank."""

    until: date
    stand_in: int | None = None


@dataclass(frozen=True)
class ComeBack:
    """The leave of the sender is over."""


@dataclass(frozen=True)
class HandOver:
    """Somebody does not work for the offices of `region` any more: their open questions and errands go to `to`, or to
    whoever has the work there now."""

    person: int
    region: str
    to: int | None = None


@dataclass(frozen=True)
class AlarmIfUnmanned:
    """The coordinators of `region` hear at once, in one line a day, when nobody of this office is at work and can be
    reached; `otherwise` happens where somebody is."""

    region: str
    office: str
    otherwise: tuple[Effect, ...] = ()
