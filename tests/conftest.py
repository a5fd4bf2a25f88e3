"""What every test may ask for: a database (both, in turn), a session, an application, a cast of people."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests import databases, hashing
from tests.factories import Cast, Register
from tracker.app import create_app
from tracker.models import engines
from tracker.models.recording import RecordingSession
from tracker.queries import facts

DATABASES = ("sqlite", "postgresql")
#: Folders of tests of what only shows the data that queries and services give it, which are tested on both.
DRAWN = {"web", "api", "cli", "exchange"}

# Twenty times as many random portfolios and days of edits, for a night: --hypothesis-profile nightly.
settings.register_profile("nightly", max_examples=2_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its databases; as a rule data are tested on both, what is drawn of them on SQLite."""
    choices = [*DATABASES, "both", "usual"]
    parser.addoption(
        "--database",
        choices=choices,
        default="usual",
        help="where tests run; usual: pages, files and commands on SQLite alone",
    )


def pytest_configure() -> None:
    """Keep scratch databases in memory where there is room, and hash passwords with little work."""
    if (folder := databases.scratch()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
    hashing.hash_quickly()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays, modules and the tests themselves, and come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker one half in a row, so that what a file sets up is set up once, and let the quicker take over."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that needs a database on each of those chosen."""
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        one_only = metafunc.definition.get_closest_marker("only_database")
        if chosen == "usual":
            is_drawn = DRAWN & set(metafunc.definition.path.parts) and not one_only
            chosen = "sqlite" if is_drawn else "both"
        names = DATABASES if chosen == "both" else (chosen,)
        if one_only:
            names = tuple(each for each in names if each == one_only.args[0])
        metafunc.parametrize("database", names, indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, made once per worker."""
    folder = tmp_path_factory.mktemp("template")
    databases.migrate(f"sqlite:///{folder / 'register.db'}", folder)
    return folder / "register.db"


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server with a migrated database, started once per worker."""
    with databases.postgresql_server() as url:
        databases.migrate(url, tmp_path_factory.mktemp("postgresql"))
        yield url


@pytest.fixture(scope="session")
def worker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a worker's SQLite file and of its applications' instance."""
    return tmp_path_factory.mktemp("worker")


@pytest.fixture
def database(request: pytest.FixtureRequest, worker_folder: Path) -> str:
    """The URL of a migrated database with nothing in it."""
    if request.param == "sqlite":
        return databases.copy_of(request.getfixturevalue("sqlite_template"), worker_folder)
    url: str = request.getfixturevalue("postgresql")
    databases.empty(url)
    return url


@pytest.fixture(scope="session")
def engines_made() -> dict[str, Engine]:
    """The engines of a worker by their URL: each remembers the statements that it has compiled."""
    return {}


@pytest.fixture
def engine(database: str, engines_made: dict[str, Engine]) -> Iterator[Engine]:
    """An engine on the test's database, set up as the application's is; its connections are the test's own."""
    if database not in engines_made:
        engines_made[database] = create_engine(database, **engines.engine_options(database))
        engines.prepare(engines_made[database])
    engine = engines_made[database]
    facts.forget()
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session as services get it: reading, until a service opens the write transaction."""
    with RecordingSession(engine) as session:
        yield session


@pytest.fixture
def register(engine: Engine) -> Iterator[Register]:
    """A register to arrange: ``register.department("Claims")`` and so on, each committed at once."""
    with RecordingSession(engine, expire_on_commit=False) as session:
        yield Register(session)


@pytest.fixture
def cast(register: Register) -> Cast:
    """Alice runs the transformation office, Bob sponsors, Dora is a member, Charlie may only look, Ada administers."""
    return register.cast()


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """The applications of a worker by the URL of their database: making one takes longer than most tests."""
    return {}


@pytest.fixture
def app(
    database: str, engine: Engine, worker_folder: Path, applications: dict[str, Flask]
) -> Iterator[Flask]:
    """The application on the test's database; no context of it is held around client calls."""
    if database not in applications:
        applications[database] = create_app(databases.config_for(database, worker_folder))
    app = applications[database]
    usual = dict(app.config)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.config.clear()
    app.config.update(usual)
    with app.app_context():
        from tracker.extensions import db  # lazy: only to give the connections back

        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()
