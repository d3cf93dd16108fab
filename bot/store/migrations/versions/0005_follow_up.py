"""Errands of persons, missed clocks, leave and stand-ins, answers that wait, linked reports, ratings, talks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)

_NEW_COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("memberships", "away_until", sa.Date()),
    ("memberships", "stand_in_id", sa.Integer()),
    ("outbox", "not_before", _TIME),
    ("reports", "acknowledge_by", _TIME),
    ("reports", "first_response_at", _TIME),
    ("reports", "waiting_since", _TIME),
    ("reports", "answer_due_at", _TIME),
    ("reports", "promised_on", sa.Date()),
    ("reports", "put_off_until", sa.Date()),
    ("reports", "visit_on", sa.Date()),
    ("reports", "rating", sa.Integer()),
    ("reports", "linked_to", sa.Integer()),
)


def upgrade() -> None:
    for table, column, kind in _NEW_COLUMNS:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    # A visit has a day of its own now; one that was agreed on before is asked about when it was to be.
    op.execute("UPDATE fires SET kind = 'verify_remind', step = step + 100 WHERE kind = 'visit' AND done_at IS NULL")
    op.create_index(op.f("ix_reports_linked_to"), "reports", ["linked_to"])
    op.create_index("ix_events_person", "events", ["person_id", "at"])
    op.create_index("ix_outbox_waiting", "outbox", ["sent_at", "failed_at", "not_before"])
    free = sa.text("sent_at IS NULL AND failed_at IS NULL AND parked_at IS NULL AND not_before IS NULL")
    op.create_index("ix_outbox_free", "outbox", ["person_id"], sqlite_where=free, postgresql_where=free)
    op.create_index(op.f("ix_outbox_ask_id"), "outbox", ["ask_id"])
    op.create_index(op.f("ix_followers_person_id"), "followers", ["person_id"])
    unsend = sa.text("unsend_at IS NOT NULL AND unsent_at IS NULL")
    for table in ("inbox", "outbox"):
        op.create_index(f"ix_{table}_unsend", table, ["id"], sqlite_where=unsend, postgresql_where=unsend)
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_errands_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("person_id", "kind", "key", name=op.f("uq_errands_person_id_kind_key")),
    )
    op.create_index("ix_errands_due", "errands", ["done_at", "due_at"])
    op.create_table(
        "misses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("missed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_misses_report_id_reports")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_misses_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misses")),
        sa.UniqueConstraint("report_id", "clock", "due_at", name=op.f("uq_misses_report_id_clock_due_at")),
    )
    op.create_index("ix_misses_when", "misses", ["region", "missed_at"])
    op.create_table(
        "talks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("taken_at", _TIME, nullable=True),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_talks_person_id_people")),
        sa.ForeignKeyConstraint(["operator_id"], ["people.id"], name=op.f("fk_talks_operator_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    op.create_index(op.f("ix_talks_person_id"), "talks", ["person_id"])
    op.create_index(op.f("ix_talks_operator_id"), "talks", ["operator_id"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("report_id", "actor", "after", name=op.f("uq_corrections_report_id_actor_after")),
    )


def downgrade() -> None:
    for table in ("corrections", "talks", "misses", "errands"):
        op.drop_table(table)
    for table in ("inbox", "outbox"):
        op.drop_index(f"ix_{table}_unsend", table_name=table)
    op.drop_index(op.f("ix_followers_person_id"), table_name="followers")
    op.drop_index(op.f("ix_outbox_ask_id"), table_name="outbox")
    op.drop_index("ix_outbox_free", table_name="outbox")
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.drop_index("ix_events_person", table_name="events")
    op.drop_index(op.f("ix_reports_linked_to"), table_name="reports")
    for table, column, _ in reversed(_NEW_COLUMNS):
        op.drop_column(table, column)
