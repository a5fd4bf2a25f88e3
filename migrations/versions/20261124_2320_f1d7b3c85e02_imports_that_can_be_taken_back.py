"""Imports that can be taken back, and how files were read.

Revision ID: f1d7b3c85e02
Revises: f3b7a1c84d26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f1d7b3c85e02"
down_revision = "f3b7a1c84d26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of imports and of mappings, and let a file that waits keep how it is to be read."""
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.Column("undo_first_line", sa.Integer(), nullable=True),
        sa.Column("undo_last_line", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_batches_name_not_empty")),
        sa.CheckConstraint("kind IN ('table', 'portfolio')", name=op.f("ck_import_batches_kind_known")),
        sa.CheckConstraint(
            "(as_of IS NULL OR as_of BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_import_batches_days_within_range"),
        ),
        sa.CheckConstraint("last_line >= first_line", name=op.f("ck_import_batches_lines_in_order")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_import_batches_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_batches_public_id")),
    )
    for column in ("sha256", "token_hash", "last_line", "made_by_id"):
        op.create_index(op.f(f"ix_import_batches_{column}"), "import_batches", [column])
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_mappings_name_not_empty")),
        sa.CheckConstraint("fingerprint <> ''", name=op.f("ck_import_mappings_fingerprint_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_mappings_public_id")),
        sa.UniqueConstraint("name", name=op.f("uq_import_mappings_name")),
    )
    op.create_index(op.f("ix_import_mappings_fingerprint"), "import_mappings", ["fingerprint"])
    op.add_column("import_drafts", sa.Column("choices", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop what says which imports there were; what they brought stays."""
    op.drop_column("import_drafts", "choices")
    op.drop_index(op.f("ix_import_mappings_fingerprint"), table_name="import_mappings")
    op.drop_table("import_mappings")
    for column in ("made_by_id", "last_line", "token_hash", "sha256"):
        op.drop_index(op.f(f"ix_import_batches_{column}"), table_name="import_batches")
    op.drop_table("import_batches")
