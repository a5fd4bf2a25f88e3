"""The Round: whom an update asks for help, and where each person stopped.

Revision ID: b6e2d49a1c73
Revises: f1d7b3c85e02
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b6e2d49a1c73"
down_revision = "f1d7b3c85e02"
branch_labels = None
depends_on = None

ASKED = "fk_updates_asked_of_id_people"


def upgrade() -> None:
    """Let an update ask somebody, and make the two tables of the Round; no update asks anybody yet."""
    with op.batch_alter_table("updates") as updates:
        updates.add_column(sa.Column("asked_of_id", sa.Integer(), nullable=True))
        updates.create_foreign_key(op.f(ASKED), "people", ["asked_of_id"], ["id"], ondelete="SET NULL")
        updates.create_index(op.f("ix_updates_asked_of_id"), ["asked_of_id"])
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(begun_on IS NULL OR begun_on BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_rounds_days_within_range"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_rounds_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_index(op.f("ix_rounds_user_id"), "rounds", ["user_id"])
    op.create_table(
        "round_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("initiative_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('moving', 'stuck', 'skipped')", name=op.f("ck_round_answers_answer_known")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_answers_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"],
            ["initiatives.id"],
            name=op.f("fk_round_answers_initiative_id_initiatives"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["updates.id"],
            name=op.f("fk_round_answers_update_id_updates"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_answers")),
        sa.UniqueConstraint(
            "round_id", "initiative_id", name=op.f("uq_round_answers_round_id_initiative_id")
        ),
    )
    op.create_index(op.f("ix_round_answers_initiative_id"), "round_answers", ["initiative_id"])
    op.create_index(op.f("ix_round_answers_update_id"), "round_answers", ["update_id"])


def downgrade() -> None:
    """Forget where people stopped, and whom updates ask; their sentences stay."""
    op.drop_index(op.f("ix_round_answers_update_id"), table_name="round_answers")
    op.drop_index(op.f("ix_round_answers_initiative_id"), table_name="round_answers")
    op.drop_table("round_answers")
    op.drop_index(op.f("ix_rounds_user_id"), table_name="rounds")
    op.drop_table("rounds")
    with op.batch_alter_table("updates") as updates:
        updates.drop_index(op.f("ix_updates_asked_of_id"))
        updates.drop_constraint(op.f(ASKED), type_="foreignkey")
        updates.drop_column("asked_of_id")
