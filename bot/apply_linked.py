"""One message with needs for two offices: its reports know of each other, so that the resident sees one story."""

from __future__ import annotations

from sqlalchemy import Connection, update

from bot.apply_reports import Filing
from bot.store.tables import reports
from handlers.effects import FileReport


def link(connection: Connection, filing: Filing, effect: FileReport) -> None:
    """All parts point to the first report of the story, which points to itself. A restricted report has no others
    beside it (`domain.md §6`). Raises LookupError when there is no such first report."""
    if effect.linked_to is None or effect.restricted:
        return
    first = filing.row(effect.linked_to)
    if first.restricted:
        return
    own = filing.row(effect.ref)
    parts = reports.c.id.in_((own.id, first.id))
    connection.execute(update(reports).where(parts).values(linked_to=first.linked_to or first.id))
    filing.look_again()
