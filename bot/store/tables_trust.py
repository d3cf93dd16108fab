"""Who must not see what, and what was deleted by which rule."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from bot.store.columns import UtcTime
from bot.store.metadata import metadata

# A report about a kader, an RT or an officer never reaches that person: neither list nor letter nor count shows it.
kept_from = Table(
    "kept_from",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True, index=True),
    Column("since", UtcTime, nullable=False),
)

# That something was deleted, by which rule and how much of it; never what it was.
deletions = Table(
    "deletions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("rule", String(40), nullable=False),
    Column("region", String(8)),
    Column("report_id", Integer),  # no foreign key: the report may be gone as well
    Column("count", Integer, nullable=False),
    Index("ix_deletions_at", "at"),
)
