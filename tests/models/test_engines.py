"""How connections behave: nothing is written by accident, and no update is lost."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tracker.models import engines
from tracker.models.engines import WRITE


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_used_only_where_sqlite_is_free_of_its_reset_bug(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert engines.wal_is_safe(version) is safe


@pytest.mark.only_database("sqlite")
def test_sqlite_keeps_foreign_keys_and_erases_what_is_deleted(engine: Engine) -> None:
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "secure_delete", "synchronous", "trusted_schema")
        }
    assert found == {"foreign_keys": 1, "secure_delete": 1, "synchronous": 2, "trusted_schema": 0}


def test_a_transaction_that_was_not_opened_for_writing_cannot_write(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        connection.execute(text("UPDATE change_counter SET version = version + 1"))


def test_no_update_is_lost_when_four_threads_count_together(engine: Engine) -> None:
    def count() -> None:
        for _ in range(25):
            with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
                connection.execute(text("UPDATE change_counter SET version = version + 1 WHERE id = 1"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version FROM change_counter")).scalar_one() == 100
