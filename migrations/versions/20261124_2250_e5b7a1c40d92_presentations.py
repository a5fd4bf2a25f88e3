"""Presentations.

Revision ID: e5b7a1c40d92
Revises: d1e8b05c7a42
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e5b7a1c40d92"
down_revision = "d1e8b05c7a42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of the stories that are told again."""
    op.create_table(
        "presentations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("classification", sa.String(length=80), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("division", sa.String(length=16), nullable=False),
        sa.Column("theme", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scenes", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("title <> ''", name=op.f("ck_presentations_title_not_empty")),
        sa.CheckConstraint(
            "(since IS NULL OR since BETWEEN '1900-01-01' AND '2200-12-31') AND "
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_presentations_days_within_range"),
        ),
        sa.CheckConstraint(
            "months IS NULL OR months BETWEEN 1 AND 36",
            name=op.f("ck_presentations_months_at_most_three_years"),
        ),
        sa.CheckConstraint(
            "months IS NOT NULL OR (since IS NOT NULL AND on_day IS NOT NULL)",
            name=op.f("ck_presentations_period_known"),
        ),
        sa.CheckConstraint(
            "since IS NULL OR on_day IS NULL OR on_day >= since",
            name=op.f("ck_presentations_ends_after_start"),
        ),
        sa.CheckConstraint(
            "kind IN ('pilot', 'quick_win', 'near_miss', '')", name=op.f("ck_presentations_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_presentations_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_presentations_public_id")),
        sa.UniqueConstraint("external_id", name=op.f("uq_presentations_external_id")),
    )
    op.create_index(op.f("ix_presentations_created_by_id"), "presentations", ["created_by_id"])


def downgrade() -> None:
    """Drop the table; a story is put together again."""
    op.drop_index(op.f("ix_presentations_created_by_id"), table_name="presentations")
    op.drop_table("presentations")
