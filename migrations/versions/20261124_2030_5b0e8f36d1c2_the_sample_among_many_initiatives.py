"""Find the initiatives of the sample among many.

Revision ID: 5b0e8f36d1c2
Revises: a4d81c6f27e3
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5b0e8f36d1c2"
down_revision = "a4d81c6f27e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the sample alone: every page asks whether there is any of it."""
    op.create_index(
        "ix_initiatives_sample",
        "initiatives",
        ["id"],
        sqlite_where=sa.text("is_sample = 1"),
        postgresql_where=sa.text("is_sample"),
    )


def downgrade() -> None:
    """Let every initiative be looked through for it."""
    op.drop_index("ix_initiatives_sample", "initiatives")
