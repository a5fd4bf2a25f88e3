"""Secret addresses of feeds.

Revision ID: b83e6d10f5a7
Revises: b6e2d49a1c73
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b83e6d10f5a7"
down_revision = "b6e2d49a1c73"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody has an address before they make one."""
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('due', 'wins')", name=op.f("ck_feeds_kind_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_feeds_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feeds_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_feeds_user_id_kind")),
    )


def downgrade() -> None:
    """Drop the table: every address ends with it."""
    op.drop_table("feeds")
