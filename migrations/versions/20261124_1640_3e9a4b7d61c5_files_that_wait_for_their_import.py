"""Files that wait for their import.

Revision ID: 3e9a4b7d61c5
Revises: 7c1f5d2a9b30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3e9a4b7d61c5"
down_revision = "7c1f5d2a9b30"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of files kept between the dry run and the import."""
    op.create_table(
        "import_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_drafts_name_not_empty")),
        sa.CheckConstraint(
            "(as_of IS NULL OR as_of BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_import_drafts_days_within_range"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_import_drafts_size_positive")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_import_drafts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_import_drafts_token_hash")),
    )
    op.create_index(op.f("ix_import_drafts_user_id"), "import_drafts", ["user_id"])
    op.create_index(op.f("ix_import_drafts_created_at"), "import_drafts", ["created_at"])


def downgrade() -> None:
    """Drop the table; a file that waits is brought again."""
    op.drop_index(op.f("ix_import_drafts_created_at"), table_name="import_drafts")
    op.drop_index(op.f("ix_import_drafts_user_id"), table_name="import_drafts")
    op.drop_table("import_drafts")
