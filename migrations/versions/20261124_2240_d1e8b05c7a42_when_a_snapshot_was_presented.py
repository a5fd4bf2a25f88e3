"""When a snapshot was presented.

Revision ID: d1e8b05c7a42
Revises: c9d27a4e5b18
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d1e8b05c7a42"
down_revision = "c9d27a4e5b18"
branch_labels = None
depends_on = None

#: A migration that rebuilds the table on SQLite makes these anew: a rebuilt table has lost its triggers.
SQLITE = tuple(
    f"CREATE TRIGGER showings_no_{name} BEFORE {name.upper()} ON showings "
    "BEGIN SELECT RAISE(ABORT, 'That a snapshot was presented stands for good.'); END"
    for name in ("update", "delete")
)
FUNCTION = """
CREATE FUNCTION showings_never_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'That a snapshot was presented stands for good.'; END $$
"""
CHANGED = """
CREATE TRIGGER showings_never_change BEFORE UPDATE OR DELETE ON showings
FOR EACH ROW EXECUTE FUNCTION showings_never_change()
"""
EMPTIED = """
CREATE TRIGGER showings_never_emptied BEFORE TRUNCATE ON showings
FOR EACH STATEMENT EXECUTE FUNCTION showings_never_change()
"""
POSTGRESQL = (FUNCTION, CHANGED, EMPTIED)


def upgrade() -> None:
    """Make the table, and let the database itself refuse every change of a row. Nothing was presented before."""
    op.create_table(
        "showings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(shown_on IS NULL OR shown_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_showings_days_within_range"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_showings_snapshot_id_snapshots")
        ),
        sa.ForeignKeyConstraint(["shown_by_id"], ["users.id"], name=op.f("fk_showings_shown_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showings")),
        sa.UniqueConstraint("snapshot_id", "shown_on", name=op.f("uq_showings_snapshot_id_shown_on")),
    )
    op.create_index(op.f("ix_showings_shown_on"), "showings", ["shown_on"])
    op.create_index(op.f("ix_showings_shown_by_id"), "showings", ["shown_by_id"])
    for each in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(each)


def downgrade() -> None:
    """Drop the table, and with it what was presented when; the triggers go along."""
    op.drop_index(op.f("ix_showings_shown_by_id"), table_name="showings")
    op.drop_index(op.f("ix_showings_shown_on"), table_name="showings")
    op.drop_table("showings")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION showings_never_change()")
