"""The search index: a table of entries that the database keeps by triggers, so that no write can forget it.

No model: its tables are made by a migration, each database in its own way (FTS5 on SQLite, a ``tsvector`` on
PostgreSQL), and nothing but a trigger ever writes to them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, column, table

#: What the names of all its tables begin with; SQLite makes some of its own for each index.
PREFIX = "search_"

#: Title and text of a record, of either database; ``words`` are the stems, on PostgreSQL.
ENTRIES = table(
    "search_entries",
    column("id", BigInteger()),
    column("title", Text()),
    column("body", Text()),
    column("words"),
)
#: The stems of the entries, on SQLite; matching is asked of the column that bears its name.
INDEX = table("search_index", column("rowid", BigInteger()), column("search_index", Text()))
#: Every word that an entry has or had, as it is written but for capitals and accents.
WORDS = table("search_words", column("term", Text()))

#: The number that the ids of a table's entries begin with; the migration that made them has the same.
NUMBERS = {
    "initiatives": 1,
    "updates": 2,
    "moments": 3,
    "lessons": 4,
    "departments": 5,
    "department_aliases": 6,
    "divisions": 7,
    "people": 8,
    "journeys": 9,
    "steps": 10,
    "themes": 11,
    "presentations": 12,
    "snapshots": 13,
    "person_aliases": 14,
    "initiative_titles": 15,
}
_BITS = 40


def first_id(name: str) -> int:
    """Return what is added to a row's id for the id of its entry; those of one table follow each other."""
    return NUMBERS[name] << _BITS


def last_id(name: str) -> int:
    """Return the largest id that an entry of this table can have."""
    return first_id(name) + (1 << _BITS) - 1


def is_of_the_index(name: str | None) -> bool:
    """Say whether a table belongs to the index, whose rows are not the register's."""
    return name is not None and name.startswith(PREFIX)
