"""Views that people save, changes of many records at once, and long lists.

Revision ID: f3b7a1c84d26
Revises: d41f7c0e92ab
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f3b7a1c84d26"
down_revision = "d41f7c0e92ab"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, and the index that the list of initiatives is read from."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("list_name", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_views_name_not_empty")),
        sa.CheckConstraint(
            "list_name IN ('initiatives', 'moments', 'departments', 'sponsors')",
            name=op.f("ck_saved_views_list_name_known"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_views_public_id")),
        sa.UniqueConstraint(
            "owner_id", "list_name", "name", name=op.f("uq_saved_views_owner_id_list_name_name")
        ),
    )
    op.create_index(op.f("ix_saved_views_list_name"), "saved_views", ["list_name"])
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("said <> ''", name=op.f("ck_bulk_changes_said_not_empty")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_bulk_changes_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"],
            ["users.id"],
            name=op.f("fk_bulk_changes_undone_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_changes_public_id")),
    )
    op.create_index(op.f("ix_bulk_changes_made_by_id"), "bulk_changes", ["made_by_id"])
    op.create_index("ix_initiatives_listed", "initiatives", ["started_on", "binned_at", "id"])


def downgrade() -> None:
    """Drop both, and what they hold; the records themselves stay."""
    op.drop_index("ix_initiatives_listed", table_name="initiatives")
    op.drop_index(op.f("ix_bulk_changes_made_by_id"), table_name="bulk_changes")
    op.drop_table("bulk_changes")
    op.drop_index(op.f("ix_saved_views_list_name"), table_name="saved_views")
    op.drop_table("saved_views")
