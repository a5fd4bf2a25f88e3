"""Share links, what is allowed of them, and displays.

Revision ID: d41f7c0e92ab
Revises: e5b7a1c40d92
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d41f7c0e92ab"
down_revision = "e5b7a1c40d92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables; without a row in ``sharing`` its usual values hold."""
    op.create_table(
        "sharing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("embed_origins", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sharing_only_one")),
        sa.CheckConstraint("mode IN ('off', 'signed_in', 'open')", name=op.f("ck_sharing_mode_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing")),
    )
    op.create_table(
        "share_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('snapshot', 'presentation')", name=op.f("ck_share_links_kind_known")),
        sa.CheckConstraint("target <> ''", name=op.f("ck_share_links_target_not_empty")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_share_links_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_links")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_links_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_links_token_hash")),
    )
    op.create_index(op.f("ix_share_links_target"), "share_links", ["target"])
    op.create_index(op.f("ix_share_links_created_by_id"), "share_links", ["created_by_id"])
    op.create_table(
        "displays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shows", sa.String(length=20), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_displays_name_not_empty")),
        sa.CheckConstraint("shows IN ('stage', 'wallboard')", name=op.f("ck_displays_shows_known")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_displays_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_displays")),
        sa.UniqueConstraint("public_id", name=op.f("uq_displays_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_displays_token_hash")),
    )
    op.create_index(op.f("ix_displays_created_by_id"), "displays", ["created_by_id"])


def downgrade() -> None:
    """Drop the tables: every link and every display ends with them."""
    op.drop_index(op.f("ix_displays_created_by_id"), table_name="displays")
    op.drop_table("displays")
    op.drop_index(op.f("ix_share_links_created_by_id"), table_name="share_links")
    op.drop_index(op.f("ix_share_links_target"), table_name="share_links")
    op.drop_table("share_links")
    op.drop_table("sharing")
