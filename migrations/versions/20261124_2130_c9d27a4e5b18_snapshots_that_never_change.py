"""Snapshots that never change.

Revision ID: c9d27a4e5b18
Revises: 5b0e8f36d1c2
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c9d27a4e5b18"
down_revision = "5b0e8f36d1c2"
branch_labels = None
depends_on = None

#: A migration that rebuilds the table on SQLite makes these anew: a rebuilt table has lost its triggers.
SQLITE = tuple(
    f"CREATE TRIGGER snapshots_no_{name} BEFORE {name.upper()} ON snapshots "
    "BEGIN SELECT RAISE(ABORT, 'A snapshot never changes.'); END"
    for name in ("update", "delete")
)
FUNCTION = """
CREATE FUNCTION snapshots_never_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'A snapshot never changes.'; END $$
"""
CHANGED = """
CREATE TRIGGER snapshots_never_change BEFORE UPDATE OR DELETE ON snapshots
FOR EACH ROW EXECUTE FUNCTION snapshots_never_change()
"""
EMPTIED = """
CREATE TRIGGER snapshots_never_emptied BEFORE TRUNCATE ON snapshots
FOR EACH STATEMENT EXECUTE FUNCTION snapshots_never_change()
"""
POSTGRESQL = (FUNCTION, CHANGED, EMPTIED)


def upgrade() -> None:
    """Make the table, and let the database itself refuse every change of a row."""
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("register_version", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31') AND "
            "(frozen_on IS NULL OR frozen_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_snapshots_days_within_range"),
        ),
        sa.CheckConstraint("sentence <> ''", name=op.f("ck_snapshots_sentence_not_empty")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["users.id"], name=op.f("fk_snapshots_frozen_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint("public_id", name=op.f("uq_snapshots_public_id")),
    )
    op.create_index(op.f("ix_snapshots_on_day"), "snapshots", ["on_day"])
    op.create_index(op.f("ix_snapshots_frozen_by_id"), "snapshots", ["frozen_by_id"])
    for each in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(each)


def downgrade() -> None:
    """Drop the table, and what is frozen with it; the triggers go along."""
    op.drop_index(op.f("ix_snapshots_frozen_by_id"), table_name="snapshots")
    op.drop_index(op.f("ix_snapshots_on_day"), table_name="snapshots")
    op.drop_table("snapshots")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION snapshots_never_change()")
