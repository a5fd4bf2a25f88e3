"""Search on PostgreSQL: words of a new text are looked up one by one.

Revision ID: a81f36d0c9e2
Revises: c5d27ea90b14
"""

from __future__ import annotations

from alembic import op

revision = "a81f36d0c9e2"
down_revision = "c5d27ea90b14"
branch_labels = None
depends_on = None

#: Its question to the words was one for all of a text, planned while there were few of them: reading them all. An
#: import pays that for every row, and a register of 100,000 rows had a hundred thousand words to read each time.
FUNCTION = """
    CREATE OR REPLACE FUNCTION search_stem() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        found text[] := tsvector_to_array(
            to_tsvector('simple', search_letters(NEW.title || ' ' || NEW.body)));
        {more}
    BEGIN
    NEW.words := setweight(to_tsvector('search_stems', search_letters(NEW.title)), 'A')
        || to_tsvector('search_stems', search_letters(NEW.body));
    {look}
    RETURN NEW; END $$
"""
#: Who brings new words waits for the row that every writer waits for in the end: two who bring the same ones in
#: another order would wait for each other.
_BRING = """
        PERFORM FROM change_counter WHERE id = 1 FOR UPDATE;
        INSERT INTO search_words SELECT unnest(found) ON CONFLICT DO NOTHING;
"""
ONE_BY_ONE = f"""
    FOREACH word IN ARRAY found LOOP
        IF NOT EXISTS (SELECT FROM search_words WHERE term = word) THEN {_BRING} EXIT; END IF;
    END LOOP;
"""
ALL_AT_ONCE = f"""
    IF EXISTS (SELECT FROM unnest(found) each WHERE NOT EXISTS (SELECT FROM search_words WHERE term = each))
    THEN {_BRING} END IF;
"""  # noqa: S608 (words of this file)


def upgrade() -> None:
    """Look them up one by one; what the index holds stays as it is."""
    _replace(FUNCTION.format(more="word text;", look=ONE_BY_ONE))


def downgrade() -> None:
    """Look them up all at once again."""
    _replace(FUNCTION.format(more="", look=ALL_AT_ONCE))


def _replace(function: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(function)
