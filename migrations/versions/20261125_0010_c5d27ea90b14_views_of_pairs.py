"""Saved views of the list of pairs.

Revision ID: c5d27ea90b14
Revises: f6a20b93c417
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c5d27ea90b14"
down_revision = "f6a20b93c417"
branch_labels = None
depends_on = None

KNOWN = "ck_saved_views_list_name_known"
BEFORE = "list_name IN ('initiatives', 'moments', 'departments', 'sponsors')"
AFTER = "list_name IN ('initiatives', 'moments', 'pairs', 'departments', 'sponsors')"


def upgrade() -> None:
    """Let a view be one of pairs."""
    _know(AFTER)


def downgrade() -> None:
    """Take the views of pairs away, which the table would refuse, and know the other lists alone."""
    views = sa.table("saved_views", sa.column("list_name", sa.String))
    op.execute(views.delete().where(views.c.list_name == "pairs"))
    _know(BEFORE)


def _know(lists: str) -> None:
    with op.batch_alter_table("saved_views") as batch:
        batch.drop_constraint(op.f(KNOWN), type_="check")
        batch.create_check_constraint(op.f(KNOWN), lists)
