"""Stands where a provider's servers stand for a real channel: shows each phone its talk and knocks at our inbox."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.catalogue import Catalogue, load_catalogue
from bot.channels.simulator import Delivery, Piece, SimulatorChannel
from bot.clock import MovableClock
from bot.store import simulator as kept
from bot.store.database import reading
from bot.store.simulator import Holder, Line
from routing.model import Role

if TYPE_CHECKING:
    from bot.app import App

KIND = {"": "warga", Role.RESIDENT: "warga", Role.KADER: "kader", Role.OFFICER: "opd", Role.COORDINATOR: "koordinator"}
"""What a phone is called on the page and in the terminal, by its holder's role."""

MOST_LINES = 600


class UnknownPhoneError(LookupError):
    """Nobody of the simulator has this contact."""


class UnknownRegionError(LookupError):
    """No region of this code is served."""


@dataclass(frozen=True)
class Snapshot:
    """What a phone screen needs: lines that are new to it, what is still being handled, the time (aware UTC)."""

    lines: Sequence[Line]
    pending: list[str]
    now: datetime
    moved: bool

    @property
    def last(self) -> int:
        """Id of the newest line, 0 without any."""
        return max((line.id for line in self.lines), default=0)


class Provider:
    """Everything blocks for a short moment; the web calls it from a thread of its own."""

    def __init__(self, app: App, channel: SimulatorChannel) -> None:
        self._app = app
        self.channel = channel
        self.words: Catalogue = load_catalogue(app.settings.lang)

    # --- the talk ---

    def deliver(self, contact: str, pieces: Sequence[Piece]) -> list[Line]:
        """Keeps each piece as a line and hands it to the inbox as a webhook would; returns when all is committed.

        The line comes first, so that an answer cannot stand above its question; a repeat under the same id changes
        nothing. Raises UnknownPhoneError.
        """
        self.holder(contact)
        return [self._deliver(contact, piece) for piece in pieces]

    def _deliver(self, contact: str, piece: Piece) -> Line:
        at = self._app.clock.now()
        raw = Delivery(contact=contact, at=at, **dict(piece))
        body = {
            "text": piece.label if piece.choice else piece.text,
            "files": [file.model_dump() for file in piece.attachments],
            "choice": piece.choice,
            "point": piece.point,
            "reply_to": piece.reply_to,
        }
        with self._app.engine.begin() as connection:
            line = kept.keep_line(connection, contact, outbound=False, at=at, external_id=piece.id, body=body)
        self._app.inbox.accept(self.channel.name, piece.id, contact, raw.model_dump_json().encode())
        return line

    def snapshot(self, after: int) -> Snapshot:
        with reading(self._app.engine) as connection:
            lines = kept.lines_after(connection, after, MOST_LINES)
            pending = kept.unhandled(connection)
        return Snapshot(lines, pending, self._app.clock.now(), self.moved)

    # --- the people ---

    def holders(self) -> list[Holder]:
        with reading(self._app.engine) as connection:
            return kept.holders(connection)

    def holder(self, contact: str) -> Holder:
        """Raises UnknownPhoneError."""
        with reading(self._app.engine) as connection:
            found = kept.holders(connection, contact)
        if not found:
            raise UnknownPhoneError(contact)
        return found[0]

    def add_resident(self, region: str) -> Holder:
        """Somebody new in `region`. Raises UnknownRegionError."""
        if region not in self._app.atlas.regions:
            raise UnknownRegionError(region)
        contact = f"warga-{secrets.token_hex(4)}"
        with self._app.engine.begin() as connection:
            name = self.words.text("web.resident_name", n=kept.count_residents(connection) + 1)
            kept.add_resident(connection, contact, name, region, self._app.clock.now())
        return self.holder(contact)

    def describe(self, holder: Holder) -> dict[str, Any]:
        """A holder as the page shows them: role and place in words, and the zone their phone's clock follows."""
        regions = self._app.atlas.regions
        region = regions.get(holder.region, regions[self._app.settings.default_region])
        kind = KIND[holder.role]
        return {
            "contact": holder.contact,
            "name": holder.name,
            "kind": kind,
            "role": self.words.text(f"web.role.{kind}"),
            "place": self._place(holder, region.name),
            "region": region.code,
            "region_name": region.name,
            "zone": region.zone,
        }

    def _place(self, holder: Holder, region_name: str) -> str:
        atlas = self._app.atlas
        region = atlas.regions.get(holder.region)
        if holder.office and region and holder.office in region.offices:
            return region.offices[holder.office].name
        if holder.posyandu:
            return self.words.text("web.posyandu", name=holder.posyandu, place=self._kelurahan(holder))
        return self._kelurahan(holder) or region_name

    def _kelurahan(self, holder: Holder) -> str:
        places = self._app.atlas.places
        return ", ".join(places[code].name for code in holder.place_codes if code in places)

    # --- the clock ---

    @property
    def moved(self) -> bool:
        clock = self._app.clock
        return isinstance(clock, MovableClock) and clock.offset > timedelta(0)
