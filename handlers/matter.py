"""A report as it is spoken of, whether it was filed long ago or in this very turn."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.effects import FileReport, ReportKey
from handlers.messages import Lines, OfficeName, Say, TicketOf, Values, Where, Word
from routing.answers import gist
from routing.model import EMERGENCIES, Report, Status


@dataclass(frozen=True)
class Matter:
    key: ReportKey
    ticket: str | TicketOf
    status: Status
    region: str
    text: str
    category: str | None
    place_code: str | None
    rt: str | None
    rw: str | None
    office: str | None
    urgent: bool
    restricted: bool
    verified: bool
    hide_name: bool
    on_behalf_of: str | None
    reporter_name: str | None = None
    bounces: int = 0
    found: Lines | None = None
    """What a kader saw at a visit, for the office."""
    linked: bool = False
    """One part of a story: its reporter is told which."""

    @staticmethod
    def of(report: Report) -> Matter:
        return Matter(
            report.id,
            report.ticket,
            report.status,
            report.region,
            report.text,
            report.category,
            report.place_code,
            report.rt,
            report.rw,
            report.office,
            report.urgent,
            report.restricted,
            report.verified,
            report.hide_name,
            report.on_behalf_of,
            report.reporter_name,
            report.bounces,
            linked=report.linked_to is not None,
        )

    @staticmethod
    def filed(draft: FileReport, reporter_name: str | None = None) -> Matter:
        return Matter(
            draft.ref,
            TicketOf(draft.ref),
            draft.status,
            draft.region,
            draft.text,
            draft.category,
            draft.place_code,
            draft.rt,
            draft.rw,
            draft.office,
            draft.urgent,
            draft.restricted,
            draft.verified,
            draft.hide_name,
            draft.on_behalf_of,
            reporter_name,
        )

    @property
    def emergency(self) -> bool:
        """Where minutes matter, day and night."""
        return self.urgent and self.category in EMERGENCIES

    def values(self) -> Values:
        """What any line about this report may use: `ticket`, `what`, `gist`, `where`, `office`."""
        values: Values = {
            "ticket": self.ticket,
            "what": category_word(self.category),
            "gist": gist(self.text),
            "where": Where(self.place_code, self.rt, self.rw),
        }
        if self.office:
            values["office"] = OfficeName(self.region, self.office, full=False)
        return values

    def part(self) -> Values:
        """What stands in for the ticket in news about one of several parts: the ticket with the part it is."""
        if not self.linked:
            return {}
        return {"ticket": Lines((Say("linked.ticket", {"ticket": self.ticket, "what": category_word(self.category)}),))}


def category_word(category: str | None) -> Word:
    """The plain name of a category; *hal lain* while it is unknown."""
    return Word(f"category.{category or 'unknown'}")
