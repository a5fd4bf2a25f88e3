"""Records merged into others: what a merge did, and the other names that people and initiatives keep of it.

Revision ID: c8f1d40b7e52
Revises: a81f36d0c9e2
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c8f1d40b7e52"
down_revision = "a81f36d0c9e2"
branch_labels = None
depends_on = None

#: The new tables that are searched, by the number that their entries' ids begin with: table and column of the text.
SOURCES = ((14, "person_aliases", "name"), (15, "initiative_titles", "title"))


def upgrade() -> None:
    """Make the tables of merges and of other names, and let the search find those names."""
    _merges()
    for table, owner, referred, name, length in (
        ("person_aliases", "person_id", "people", "name", 120),
        ("initiative_titles", "initiative_id", "initiatives", "title", 300),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(owner, sa.Integer(), nullable=False),
            sa.Column(name, sa.String(length=length), nullable=False),
            sa.CheckConstraint(f"{name} <> ''", name=op.f(f"ck_{table}_{name}_not_empty")),
            sa.ForeignKeyConstraint(
                [owner], [f"{referred}.id"], name=op.f(f"fk_{table}_{owner}_{referred}"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(owner, name, name=op.f(f"uq_{table}_{owner}_{name}")),
        )
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for number, table, name in SOURCES:
        for each in _on_sqlite(number, table, name) if is_sqlite else _on_postgresql(number, table, name):
            op.get_bind().exec_driver_sql(each)


def downgrade() -> None:
    """Forget which records were merged and the names that were kept of them; what was merged stays merged."""
    run = op.get_bind().exec_driver_sql
    for number, table, name in SOURCES:
        run(f"DELETE FROM search_entries WHERE id > {number << 40} AND id < {number + 1 << 40}")  # noqa: S608 (names of this file)
        op.drop_index(op.f(f"ix_{table}_{name}"), table_name=table)
        op.drop_table(table)
        if op.get_bind().dialect.name != "sqlite":
            run(f"DROP FUNCTION search_{table}()")
            run(f"DROP INDEX search_texts_{table}")
    for column in ("made_by_id", "last_line", "into_public_id", "from_public_id"):
        op.drop_index(op.f(f"ix_merges_{column}"), table_name="merges")
    op.drop_table("merges")


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("from_public_id", sa.String(length=16), nullable=False),
        sa.Column("into_public_id", sa.String(length=16), nullable=False),
        sa.Column("from_name", sa.String(length=300), nullable=False),
        sa.Column("into_name", sa.String(length=300), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.Column("undo_first_line", sa.Integer(), nullable=True),
        sa.Column("undo_last_line", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('department', 'person', 'initiative')", name=op.f("ck_merges_kind_known")
        ),
        sa.CheckConstraint("way IN ('twice', 'day')", name=op.f("ck_merges_way_known")),
        sa.CheckConstraint(
            "(on_day IS NULL OR on_day BETWEEN '1900-01-01' AND '2200-12-31')",
            name=op.f("ck_merges_days_within_range"),
        ),
        sa.CheckConstraint("last_line >= first_line", name=op.f("ck_merges_lines_in_order")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_merges_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merges_public_id")),
    )
    for column in ("from_public_id", "into_public_id", "last_line", "made_by_id"):
        op.create_index(op.f(f"ix_merges_{column}"), "merges", [column])


def _on_sqlite(number: int, table: str, name: str) -> tuple[str, ...]:
    """Return what keeps the entries of a table of names; the first index of searches has the same for its tables."""
    entry = f"INSERT INTO search_entries (id, title, body) VALUES ({number << 40} + new.id, '', new.{name})"  # noqa: S608 (names of this file)
    gone = f"DELETE FROM search_entries WHERE id = {number << 40} + old.id"  # noqa: S608 (names of this file)
    return (
        f"CREATE TRIGGER search_{table}_in AFTER INSERT ON {table} BEGIN {entry}; END",
        f"CREATE TRIGGER search_{table}_out AFTER DELETE ON {table} BEGIN {gone}; END",
        (
            f"CREATE TRIGGER search_{table}_anew AFTER UPDATE ON {table} WHEN old.{name} IS NOT new.{name} "
            f"BEGIN {gone}; {entry}; END"
        ),
    )


def _on_postgresql(number: int, table: str, name: str) -> tuple[str, ...]:
    """Return what keeps the entries of a table of names."""
    return (
        f"""
        CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' THEN IF OLD.{name} IS NOT DISTINCT FROM NEW.{name} THEN RETURN NULL; END IF; END IF;
        IF TG_OP <> 'INSERT' THEN DELETE FROM search_entries WHERE id = {number << 40} + OLD.id; END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO search_entries (id, title, body) VALUES ({number << 40} + NEW.id, '', NEW.{name});
        END IF;
        RETURN NULL; END $$
        """,  # noqa: S608 (names of this file)
        (
            f"CREATE TRIGGER search_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION search_{table}()"
        ),
        (
            f"CREATE INDEX search_texts_{table} ON search_entries USING gin (words) WITH (fastupdate = off) "
            f"WHERE id BETWEEN {number << 40} AND {(number + 1 << 40) - 1}"
        ),
    )
