"""When somebody last looked at the numbers.

Revision ID: a4d81c6f27e3
Revises: 3e9a4b7d61c5
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a4d81c6f27e3"
down_revision = "3e9a4b7d61c5"
branch_labels = None
depends_on = None

COLUMNS = ("looked_at", "looked_before_at")


def upgrade() -> None:
    """Keep with each account when its owner looked; nobody has yet."""
    for name in COLUMNS:
        op.add_column("users", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it; the next look is a first one."""
    for name in reversed(COLUMNS):
        op.drop_column("users", name)
