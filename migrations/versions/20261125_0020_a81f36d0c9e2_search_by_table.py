"""Search on PostgreSQL: an index for each table, and words of a new text looked up one by one.

Revision ID: a81f36d0c9e2
Revises: c5d27ea90b14
"""

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

revision = "a81f36d0c9e2"
down_revision = "c5d27ea90b14"
branch_labels = None
depends_on = None

#: Its question to the words was one for all of a text, planned while there were few of them or none: reading them
#: all. An import pays that for every row, and one of 100,000 rows had a hundred thousand words to read each time.
#: A plan lasts as long as its connection, so no count of words may talk it out of the index.
FUNCTION = """
    CREATE OR REPLACE FUNCTION search_stem() RETURNS trigger LANGUAGE plpgsql {settings} AS $$
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


#: What is searched, by the number that its entries' ids begin with: its titles, its texts, or both.
SOURCES = (
    (1, "initiatives", True, True),
    (2, "updates", False, True),
    (3, "moments", True, True),
    (4, "lessons", False, True),
    (5, "departments", True, False),
    (6, "department_aliases", False, True),
    (7, "divisions", True, False),
    (8, "people", True, True),
    (9, "journeys", True, False),
    (10, "steps", False, True),
    (11, "themes", True, False),
    (12, "presentations", True, True),
    (13, "snapshots", True, False),
)
ONE_INDEX = "CREATE INDEX search_entries_words ON search_entries USING gin (words)"


def upgrade() -> None:
    """Give each table its own indexes; what is searched stays as it is.

    One index for all gives a word of one table with all its places in the others; and whether a word stands in a
    title it does not know, so it looks at every text that has it. No list of what is still to be put in: every
    search would read that.
    """
    if not _is_postgresql():
        return
    run = op.get_bind().exec_driver_sql
    for name, expression, first, last in _indexes():
        run(
            f"CREATE INDEX {name} ON search_entries USING gin ({expression}) WITH (fastupdate = off) "
            f"WHERE id BETWEEN {first} AND {last}"
        )
    run("DROP INDEX search_entries_words")
    run(FUNCTION.format(settings="SET enable_seqscan = off", more="word text;", look=ONE_BY_ONE))


def downgrade() -> None:
    """Have one index again, and look words up all at once."""
    if not _is_postgresql():
        return
    run = op.get_bind().exec_driver_sql
    run(ONE_INDEX)
    for name, *_ in _indexes():
        run(f"DROP INDEX {name}")
    run(FUNCTION.format(settings="", more="", look=ALL_AT_ONCE))


def _indexes() -> Iterator[tuple[str, str, int, int]]:
    """Yield the name of each index, what it is of, and the first and the last id in it."""
    for number, table, has_title, has_text in SOURCES:
        bounds = number << 40, ((number + 1) << 40) - 1
        if has_title:
            yield f"search_titles_{table}", "ts_filter(words, '{a}')", *bounds
        if has_text:
            yield f"search_texts_{table}", "words", *bounds


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
