"""The permission matrix: every route, for each of the six who may knock, exactly as the file says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.house import ACTORS, MATRIX, House, build, routes

LINES: dict[str, list[str]] = {line: words.split() for line, words in MATRIX["matrix"].items()}
CASES = [(line, actor) for line in LINES for actor in ACTORS]
WRITES = [line for line in LINES if line.endswith(" POST")]
WORDS = {"allow", "own", "403", "404", "sign-in"}

pytestmark = pytest.mark.authz


@pytest.fixture(scope="module")
def arranged(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, arranged once."""
    house = build(sqlite_template, tmp_path_factory.mktemp("house"))
    yield house
    house.restore()


@pytest.fixture
def house(arranged: House) -> House:
    """The house as it was arranged, whatever the test before did."""
    arranged.restore()
    return arranged


def outcome(answer: TestResponse) -> str:
    """Return the word of the matrix for an answer."""
    if answer.status_code == 401 or (answer.location or "").startswith("/sign-in"):
        return "sign-in"
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    assert answer.status_code < 500, answer.text
    return "allow"


@pytest.mark.only_database("sqlite")
def test_every_route_has_a_line_and_every_line_a_route(app: Flask) -> None:
    assert routes(app) - set(LINES) == set()
    assert set(LINES) - routes(app) == set()


def test_every_line_has_a_known_word_for_each_of_the_six() -> None:
    wrong = {line: words for line, words in LINES.items() if len(words) != 6 or not set(words) <= WORDS}
    assert wrong == {}
    named = {line for part in ("forms", "arguments") for line in MATRIX[part]}
    assert named - set(LINES) == set()


@pytest.mark.parametrize(("line", "actor"), CASES)
def test_each_may_do_what_the_matrix_says(house: House, line: str, actor: str) -> None:
    expected = LINES[line][ACTORS.index(actor)]
    before = house.trail()
    found = outcome(house.send(line, actor))
    assert found == ("403" if expected == "own" else expected)
    if found != "allow":
        assert house.trail() == before
    if expected == "own":
        assert outcome(house.send(line, actor, own=True)) == "allow"
