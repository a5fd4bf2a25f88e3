"""Rows for every table that a database has, whatever its revision: two of each, as far as its rules allow."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, inspect, select, text
from sqlalchemy import types as t

from tracker.models.base import Base
from tracker.models.searching import is_of_the_index

DAY = date(2026, 1, 5)
INSTANT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
#: What the migrations fill themselves.
OWN = {"alembic_version", "change_counter"}

#: The triggers that refuse a change: the table, the name, and how each is made.
REFUSING = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
REFUSING_POSTGRESQL = (
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger"
    " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal AND proname LIKE '%never_change'"
)


def fill(connection: Connection) -> set[str]:
    """Put rows into every table; return the names of those that got some."""
    metadata = _tables(connection)
    filled = set()
    for table in metadata.sorted_tables:
        if table.name in OWN:
            continue
        for number in (1,) if _holds_one(table.name) else (1, 2):
            values = {column.name: _value(column, number) for column in table.columns}
            connection.execute(table.insert().values(values))
        filled.add(table.name)
    return filled


def empty(connection: Connection) -> None:
    """Take all rows out again, those too that a trigger lets nobody change."""
    is_sqlite = connection.dialect.name == "sqlite"
    refusing = connection.execute(text(REFUSING if is_sqlite else REFUSING_POSTGRESQL)).all()
    for table, name, _ in refusing:
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}")))
    for table in reversed(_tables(connection).sorted_tables):
        if table.name not in OWN:
            connection.execute(table.delete())
    for *_, made in refusing:
        connection.exec_driver_sql(made)


def content(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, those of Alembic left out."""
    metadata = _tables(connection)
    return {
        table.name: [
            dict(row._mapping)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def _tables(connection: Connection) -> MetaData:
    """Return the tables of a database; those of the search are filled by the others' triggers."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not is_of_the_index(name))
    return metadata


def shared(
    rows: dict[str, list[dict[str, Any]]], other: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the tables and columns that two states have in common, in the state of the first."""
    kept = {}
    for name, found in rows.items():
        if name not in other:
            continue
        columns = set(other[name][0]) if other[name] else set(found[0]) if found else set()
        kept[name] = [{key: value for key, value in row.items() if key in columns} for row in found]
    return kept


def shape(connection: Connection, schema: str | None = None) -> dict[str, Any]:
    """Return the tables of a database with their columns, keys, rules and indexes, in an order of their own."""
    found = inspect(connection)
    names = [
        name
        for name in found.get_table_names(schema)
        if name != "alembic_version" and not is_of_the_index(name)
    ]
    return {
        name: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in found.get_columns(name, schema)
                if not str(each["default"]).startswith("nextval")
            },
            "primary key": found.get_pk_constraint(name, schema)["constrained_columns"],
            "foreign keys": sorted(
                (
                    str(each["name"]),
                    each["constrained_columns"],
                    each["referred_table"],
                    each["options"].get("ondelete"),
                )
                for each in found.get_foreign_keys(name, schema)
            ),
            "unique": sorted(
                (str(each["name"]), each["column_names"])
                for each in found.get_unique_constraints(name, schema)
            ),
            "checks": sorted(
                (str(each["name"]), "".join(str(each["sqltext"]).split()))
                for each in found.get_check_constraints(name, schema)
            ),
            "indexes": sorted(
                (str(each["name"]), each["column_names"], bool(each["unique"]))
                for each in found.get_indexes(name, schema)
                if not each.get("duplicates_constraint")
            ),
        }
        for name in sorted(names)
    }


def _rules(table: str) -> list[str]:
    known = Base.metadata.tables.get(table)
    if known is None:
        return []
    return [str(each.sqltext) for each in known.constraints if isinstance(each, CheckConstraint)]


def _holds_one(table: str) -> bool:
    return "id = 1" in _rules(table)


def _value(column: Column[Any], number: int) -> Any:
    """Return a value that the rules of the column's table take, another one for another number."""
    table: Table = column.table
    for key in column.foreign_keys:
        if key.column.table is table:
            return None
        others = [each for each in table.columns if each.foreign_keys and each is not column]
        twin = any(
            next(iter(each.foreign_keys)).column.table is key.column.table and each.name < column.name
            for each in others
        )
        # Two references to one table, such as an initiative and the one it builds on, name different rows.
        return number if twin else 3 - number
    for rule in _rules(table.name):
        word = re.search(rf"\b{column.name} IN \('([^']+)'", rule)
        least = re.search(rf"\b{column.name} BETWEEN (\d+) AND", rule)
        if word or least:
            return word[1] if word else int(least[1]) if least else None
    return _plain(column, number)


def _plain(column: Column[Any], number: int) -> Any:
    values = {
        t.Boolean: False,
        t.Integer: number,
        t.Float: 78.5,
        t.Date: DAY,
        t.LargeBinary: b"\x00\xffbytes",
        t.JSON: {"before": number},
    }
    if isinstance(column.type, t.DateTime):
        return INSTANT if column.type.timezone else INSTANT.replace(tzinfo=None)
    for kind, value in values.items():
        if isinstance(column.type, kind):
            return value
    return f"{column.name} ü {number}"[: getattr(column.type, "length", None) or 40]
