"""What follow-up needs besides the reports: errands of persons, missed clocks, talks with a person, corrections."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bot.store.columns import Secret, SecretJson, UtcTime
from bot.store.metadata import metadata

# What is to happen to a person, not to a report: the morning's digest, an answer whose ten minutes are over, a recap.
errands = Table(
    "errands",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("key", String(80), nullable=False),  # the day, the month, a reference: planned twice, it happens once
    Column("region", String(8), nullable=False),
    Column("data", SecretJson, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("done_at", UtcTime),
    Column("outcome", String(40)),
    UniqueConstraint("person_id", "kind", "key"),
    Index("ix_errands_due", "done_at", "due_at"),
)

# A clock that ran out, once for each round of it: what recaps and the coordinator's week count.
misses = Table(
    "misses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False),
    Column("clock", String(16), nullable=False),  # verify, forward, acknowledge, plan, resolve
    Column("due_at", UtcTime, nullable=False),
    Column("region", String(8), nullable=False),
    Column("office", String(16)),
    Column("person_id", ForeignKey("people.id")),  # the kader whose clock it was
    Column("missed_at", UtcTime, nullable=False),
    UniqueConstraint("report_id", "clock", "due_at"),
    Index("ix_misses_when", "region", "missed_at"),
)

# A resident who wanted to talk to a person: their words go to whoever took the talk, and back, until it is handed back.
talks = Table(
    "talks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("region", String(8), nullable=False),
    Column("operator_id", ForeignKey("people.id"), index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("taken_at", UtcTime),
    Column("closed_at", UtcTime),
)

# A category that a person set right: an example to learn from, without names and numbers.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", Integer),  # no foreign key: the example outlives the report
    Column("at", UtcTime, nullable=False),
    Column("actor", String(12), nullable=False),
    Column("text", Secret, nullable=False),
    Column("before", String(32)),
    Column("after", String(32), nullable=False),
    UniqueConstraint("report_id", "actor", "after"),
)
