"""Search everything: one index, kept by the database itself.

Revision ID: f6a20b93c417
Revises: b83e6d10f5a7
"""

from __future__ import annotations

from alembic import op

revision = "f6a20b93c417"
down_revision = "b83e6d10f5a7"
branch_labels = None
depends_on = None

#: What is searched, by the number that its entries' ids begin with: table, the column of titles ("" for none), the
#: columns of texts, and whether it can lie in the bin. A number never changes its table.
SOURCES = (
    (1, "initiatives", "title", ("description", "outcome_note", "contact"), True),
    (2, "updates", "", ("text",), False),
    (3, "moments", "title", ("note", "measure_name"), True),
    (4, "lessons", "", ("tried", "nearly", "stopped", "next_time"), False),
    (5, "departments", "name", (), True),
    (6, "department_aliases", "", ("name",), False),
    (7, "divisions", "name", (), False),
    (8, "people", "name", ("title",), True),
    (9, "journeys", "name", (), True),
    (10, "steps", "", ("name", "channel", "customer_group", "product"), False),
    (11, "themes", "name", (), False),
    (12, "presentations", "title", ("classification",), True),
    (13, "snapshots", "sentence", (), False),
)
#: More of a text is not searched: PostgreSQL takes a megabyte of words at most.
MOST = 50_000

ENTRIES = "CREATE TABLE search_entries (id BIGINT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL{more})"

#: Two indexes of the entries: by stem, for every form of a word, and by the words themselves, for their list.
SQLITE_INDEXES = (
    (
        "CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='search_entries', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    ),
    (
        "CREATE VIRTUAL TABLE search_plain USING fts5(title, body, content='search_entries', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2', detail=none)"
    ),
    "CREATE VIRTUAL TABLE search_words USING fts5vocab('search_plain', 'row')",
)
_TAKE_OUT = "".join(
    f"INSERT INTO {name}({name}, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); "  # noqa: S608 (names of this file)
    for name in ("search_index", "search_plain")
)
_PUT_IN = "".join(
    f"INSERT INTO {name}(rowid, title, body) VALUES (new.id, new.title, new.body); "  # noqa: S608 (names of this file)
    for name in ("search_index", "search_plain")
)
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER search_entries_in AFTER INSERT ON search_entries BEGIN {_PUT_IN}END",
    f"CREATE TRIGGER search_entries_out AFTER DELETE ON search_entries BEGIN {_TAKE_OUT}END",
    f"CREATE TRIGGER search_entries_anew AFTER UPDATE ON search_entries BEGIN {_TAKE_OUT}{_PUT_IN}END",
)

#: The stemmer that SQLite has as well, without stop words, so that both find the same.
POSTGRESQL = (
    'CREATE TABLE search_words (term TEXT COLLATE "C" PRIMARY KEY)',
    "CREATE TEXT SEARCH DICTIONARY search_porter (TEMPLATE = snowball, LANGUAGE = porter)",
    "CREATE TEXT SEARCH CONFIGURATION search_stems (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION search_stems ALTER MAPPING FOR asciiword, word, numword WITH search_porter",
    # Letters lose their accents, and what is neither letter nor digit separates words, as SQLite has it.
    r"""
    CREATE FUNCTION search_letters(written text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(regexp_replace(regexp_replace(normalize(written, NFD), '[\u0300-\u036f]', '', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]+',
    ' ', 'g')) $$
    """,
    # Who brings new words waits for the row that every writer waits for in the end: two who bring the same ones in
    # another order would wait for each other.
    """
    CREATE FUNCTION search_stem() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE found text[] := tsvector_to_array(
        to_tsvector('simple', search_letters(NEW.title || ' ' || NEW.body)));
    BEGIN
    NEW.words := setweight(to_tsvector('search_stems', search_letters(NEW.title)), 'A')
        || to_tsvector('search_stems', search_letters(NEW.body));
    IF EXISTS (SELECT FROM unnest(found) each WHERE NOT EXISTS (SELECT FROM search_words WHERE term = each)) THEN
        PERFORM FROM change_counter WHERE id = 1 FOR UPDATE;
        INSERT INTO search_words SELECT unnest(found) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW; END $$
    """,
    (
        "CREATE TRIGGER search_entries_stem BEFORE INSERT OR UPDATE ON search_entries "
        "FOR EACH ROW EXECUTE FUNCTION search_stem()"
    ),
    "CREATE INDEX search_entries_words ON search_entries USING gin (words)",
)


def upgrade() -> None:
    """Make the index, fill it from what there is, and let the database keep it with every change of a row."""
    run = op.get_bind().exec_driver_sql
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    run(ENTRIES.format(more="" if is_sqlite else ", words tsvector"))
    for each in (*SQLITE_INDEXES, *SQLITE_TRIGGERS) if is_sqlite else POSTGRESQL:
        run(each)
    make = sqlite_source if is_sqlite else postgresql_source
    for number, table, title, texts, is_binned in SOURCES:
        for each in make(number, table, title, texts, is_binned=is_binned):
            run(each)
        run(f"{_filling(number, title, texts, table)} FROM {table} {_where(table, is_binned)}")


def downgrade() -> None:
    """Drop the index, and what keeps it; the rows themselves stay."""
    run = op.get_bind().exec_driver_sql
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for _, table, *_ in SOURCES:
        if is_sqlite:
            for name in ("in", "out", "anew"):
                run(f"DROP TRIGGER search_{table}_{name}")
        else:
            run(f"DROP TRIGGER search_{table} ON {table}")
            run(f"DROP FUNCTION search_{table}()")
    if is_sqlite:
        for name in ("search_words", "search_plain", "search_index", "search_entries"):
            run(f"DROP TABLE {name}")
        return
    run("DROP TABLE search_entries")
    run("DROP TABLE search_words")
    run("DROP FUNCTION search_stem()")
    run("DROP FUNCTION search_letters(text)")
    run("DROP TEXT SEARCH CONFIGURATION search_stems")
    run("DROP TEXT SEARCH DICTIONARY search_porter")


def sqlite_source(
    number: int, table: str, title: str, texts: tuple[str, ...], *, is_binned: bool
) -> tuple[str, ...]:
    """Return what keeps the entries of a table on SQLite.

    A migration that rebuilds the table makes these anew: a rebuilt table has lost its triggers. They name no other
    table of the register, or renaming one would fail.
    """
    watched = [*([title] if title else []), *texts, *(["binned_at"] if is_binned else [])]
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in watched)
    entry = f"{_filling(number, title, texts, 'new')} {_where('new', is_binned)}"
    gone = f"DELETE FROM search_entries WHERE id = {_id(number, 'old')}"  # noqa: S608 (names of this file)
    return (
        f"CREATE TRIGGER search_{table}_in AFTER INSERT ON {table} BEGIN {entry}; END",
        f"CREATE TRIGGER search_{table}_out AFTER DELETE ON {table} BEGIN {gone}; END",
        (
            f"CREATE TRIGGER search_{table}_anew AFTER UPDATE ON {table} WHEN {changed} "
            f"BEGIN {gone}; {entry}; END"
        ),
    )


def postgresql_source(
    number: int, table: str, title: str, texts: tuple[str, ...], *, is_binned: bool
) -> tuple[str, ...]:
    """Return what keeps the entries of a table on PostgreSQL.

    The function, not the trigger, names the columns, or their types could not be changed.
    """
    watched = [*([title] if title else []), *texts, *(["binned_at"] if is_binned else [])]
    old, new = (", ".join(f"{row}.{name}" for name in watched) for row in ("OLD", "NEW"))
    entry = f"{_filling(number, title, texts, 'NEW')} {_where('NEW', is_binned)}"
    return (
        f"""
        CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' THEN IF ROW({old}) IS NOT DISTINCT FROM ROW({new}) THEN RETURN NULL; END IF; END IF;
        IF TG_OP <> 'INSERT' THEN DELETE FROM search_entries WHERE id = {_id(number, "OLD")}; END IF;
        IF TG_OP <> 'DELETE' THEN {entry}; END IF;
        RETURN NULL; END $$
        """,  # noqa: S608 (names of this file)
        (
            f"CREATE TRIGGER search_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION search_{table}()"
        ),
    )


def _id(number: int, row: str) -> str:
    """Return the id of a row's entry: the entries of a table follow each other, the newest last."""
    return f"{number << 40} + {row}.id"


def _filling(number: int, title: str, texts: tuple[str, ...], row: str) -> str:
    body = " || ' ' || ".join(f"{row}.{name}" for name in texts) or "''"
    return (
        f"INSERT INTO search_entries (id, title, body) SELECT {_id(number, row)}, "
        f"{f'{row}.{title}' if title else chr(39) * 2}, substr({body}, 1, {MOST})"
    )


def _where(row: str, is_binned: bool) -> str:  # noqa: FBT001 (whether it can lie in the bin)
    return f"WHERE {row}.binned_at IS NULL" if is_binned else ""
