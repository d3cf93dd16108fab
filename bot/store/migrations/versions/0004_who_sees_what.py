"""Who must not see what, what somebody asked for with their data, the deletion log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


_ASKED = ("stopped_at", "erase_at", "data_asked_at")


def upgrade() -> None:
    for column in _ASKED:
        op.add_column("people", sa.Column(column, _TIME, nullable=True))
    op.create_index(op.f("ix_people_erase_at"), "people", ["erase_at"])
    op.create_index(op.f("ix_people_data_asked_at"), "people", ["data_asked_at"])
    op.add_column("reports", sa.Column("anonymised_at", _TIME, nullable=True))
    op.add_column("outbox", sa.Column("forgotten_at", _TIME, nullable=True))
    with op.batch_alter_table("attachments") as batch:
        batch.alter_column("report_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "kept_from",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_kept_from_report_id_reports")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_kept_from_person_id_people")),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_kept_from")),
    )
    op.create_index(op.f("ix_kept_from_person_id"), "kept_from", ["person_id"], unique=False)
    op.create_table(
        "deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
    )
    op.create_index("ix_deletions_at", "deletions", ["at"], unique=False)


def downgrade() -> None:
    for table in ("deletions", "kept_from"):
        op.drop_table(table)
    op.execute("DELETE FROM attachments WHERE report_id IS NULL")
    with op.batch_alter_table("attachments") as batch:
        batch.alter_column("report_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("outbox", "forgotten_at")
    op.drop_column("reports", "anonymised_at")
    op.drop_index(op.f("ix_people_data_asked_at"), table_name="people")
    op.drop_index(op.f("ix_people_erase_at"), table_name="people")
    for column in _ASKED:
        op.drop_column("people", column)
