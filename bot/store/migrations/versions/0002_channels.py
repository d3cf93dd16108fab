"""What real channels need: sends one by one, rates, templates, media, consent to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add_columns()
    _consent_of_staff()
    op.create_table(
        "sends",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("external_id", sa.String(length=160), nullable=True),
        sa.Column("template", sa.String(length=64), nullable=True),
        sa.Column("billed", sa.Boolean(), nullable=False),
        sa.Column("price_kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("status_at", _TIME, nullable=True),
        sa.Column("error", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_sends_outbox_id_outbox")),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_sends_address_id_addresses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("outbox_id", "address_id", "part", name=op.f("uq_sends_outbox_id_address_id_part")),
    )
    op.create_index(op.f("ix_sends_external_id"), "sends", ["external_id"], unique=False)
    op.create_index("ix_sends_sent", "sends", ["channel", "sent_at"], unique=False)
    op.create_table(
        "rates",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("free_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rates")),
    )
    op.create_table(
        "templates",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("checked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_templates")),
    )
    op.create_table(
        "media",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("deleted_there_at", _TIME, nullable=True),
        sa.Column("gone_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_media")),
    )


def _add_columns() -> None:
    op.add_column("addresses", sa.Column("opted_in_at", _TIME, nullable=True))
    op.add_column("addresses", sa.Column("opted_in_by", sa.String(length=40), nullable=True))
    op.add_column("outbox", sa.Column("parked_at", _TIME, nullable=True))
    op.add_column("outbox", sa.Column("notice", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attachments", sa.Column("media_ref", sa.String(length=80), nullable=True))
    op.add_column("attachments", sa.Column("transcript", sa.Text(), nullable=True))
    op.create_index(op.f("ix_attachments_media_ref"), "attachments", ["media_ref"], unique=False)


def _consent_of_staff() -> None:
    """Who stands on an imported list agreed to that when the list was made."""
    op.execute(
        "UPDATE addresses SET opted_in_at = CURRENT_TIMESTAMP, opted_in_by = 'import' "
        "WHERE person_id IN (SELECT person_id FROM memberships)"
    )


def downgrade() -> None:
    for table in ("media", "templates", "rates", "sends"):
        op.drop_table(table)
    op.drop_index(op.f("ix_attachments_media_ref"), table_name="attachments")
    for table, columns in (
        ("attachments", ("transcript", "media_ref")),
        ("outbox", ("notice", "parked_at")),
        ("addresses", ("opted_in_by", "opted_in_at")),
    ):
        for column in columns:
            op.drop_column(table, column)
