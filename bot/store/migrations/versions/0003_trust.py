"""What the restricted track needs: who is told second, whose phone others read, who is still to hear the truth, what is
to be taken off a phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ON_THE_PHONE = ("inbox", "outbox")


def upgrade() -> None:
    op.add_column("memberships", sa.Column("contact_rank", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("reports", sa.Column("discreet", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reports", sa.Column("owed_news", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in _ON_THE_PHONE:
        op.add_column(table, sa.Column("unsend_at", _TIME, nullable=True))
        op.add_column(table, sa.Column("unsent_at", _TIME, nullable=True))


def downgrade() -> None:
    for table in _ON_THE_PHONE:
        op.drop_column(table, "unsent_at")
        op.drop_column(table, "unsend_at")
    op.drop_column("reports", "owed_news")
    op.drop_column("reports", "discreet")
    op.drop_column("memberships", "contact_rank")
