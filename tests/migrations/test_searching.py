"""The search index is filled from the rows that were there before it, and leaves nothing behind on the way down."""

from __future__ import annotations

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from tests.migrations.filling import content, fill
from tracker.models.engines import WRITE
from tracker.models.searching import NUMBERS, first_id, is_of_the_index, last_id
from tracker.queries.searching import search

BELOW = "b83e6d10f5a7"


def index_tables(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if is_of_the_index(name)]


def test_the_index_is_filled_on_the_way_up_and_gone_on_the_way_down(app: Flask, engine: Engine) -> None:
    with app.app_context():
        downgrade(revision=BELOW)
        assert index_tables(engine) == []
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            fill(connection)
            connection.execute(
                text("UPDATE initiatives SET title = 'Giraffe desk', binned_at = NULL WHERE id = 1")
            )
        with engine.connect() as connection:
            before = content(connection)
        upgrade()
        engine.dispose()
        with Session(engine) as session:
            counted = {
                name: session.execute(
                    text("SELECT count(*) FROM search_entries WHERE id BETWEEN :first AND :last"),
                    {"first": first_id(name), "last": last_id(name)},
                ).scalar_one()
                for name in NUMBERS
            }
            assert [group.name for group in search(session, "giraffes").groups] == ["initiatives"]
        standing = {
            name: [row for row in before.get(name, []) if row.get("binned_at") is None] for name in NUMBERS
        }
        assert counted == {name: len(rows) for name, rows in standing.items()}
        downgrade(revision=BELOW)
        engine.dispose()
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            connection.execute(text("UPDATE initiatives SET title = 'Okapi desk'"))
        assert index_tables(engine) == []
