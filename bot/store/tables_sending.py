"""What went out, how fast more may follow, which texts are approved, which files are kept. Foreign keys are names, so
that `tables.py` can import this file and stay the one place to look."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bot.store.columns import Hashed, Secret, UtcTime
from bot.store.metadata import metadata

# One row for each message as a provider counts it: a letter of two parts to one address has two.
sends = Table(
    "sends",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("address_id", ForeignKey("addresses.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("started_at", UtcTime, nullable=False),  # written before the call: started and not sent is a fate unknown
    Column("sent_at", UtcTime),
    Column("external_id", String(160), index=True),
    Column("template", String(64)),
    Column("billed", Boolean, nullable=False, default=False),
    Column("price_kind", String(24), nullable=False, default=""),
    Column("status", String(24), nullable=False, default=""),  # as the provider told last; moves forward only
    Column("status_at", UtcTime),
    Column("error", String(24)),
    UniqueConstraint("outbox_id", "address_id", "part"),
    Index("ix_sends_sent", "channel", "sent_at"),
)

# When the next message may go out: to one contact, or to everybody on a channel. Shared by all processes.
rates = Table(
    "rates",
    metadata,
    Column("key", Hashed, primary_key=True),
    Column("free_at", UtcTime, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sid", String(64)),  # the provider's
    Column("status", String(24), nullable=False),
    Column("reason", String(200)),
    Column("words", String(64), nullable=False),  # hash of the text that was submitted
    Column("checked_at", UtcTime, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("ref", String(80), primary_key=True),  # keyed hash of the content
    Column("kind", String(12), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("stored_at", UtcTime, nullable=False),
    Column("channel", String(16)),  # where it came from, until it is deleted there
    Column("provider_ref", Secret),
    Column("deleted_there_at", UtcTime),
    Column("gone_at", UtcTime),
)
