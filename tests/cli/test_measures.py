"""``flask measures``: the worked cases from file to printed number, and what a person reads."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.graph.cases import cases
from tests.graph.oracle import Model
from tracker import clock
from tracker.graph.document import COVERAGE_KEYS, MOMENTUM_KEYS
from tracker.graph.ledger import Ledger
from tracker.services.actors import command_actor
from tracker.services.imports import apply_import

CASES = cases()
TOLERANCE = 1e-9
#: What the document tells; the cases also hold strengths, bands by pair and measures of a later page.
DOCUMENT = {"coverage": set(COVERAGE_KEYS), "momentum": set(MOMENTUM_KEYS)}


def imported(session: Session, case: dict[str, Any]) -> None:
    """Bring a case into the register as its file."""
    data = json.dumps(case).encode()
    today = clock.today()
    plan = apply_import(
        session, actor=command_actor(), name=f"{case['id']}.json", data=data, as_of=today, today=today
    )
    session.commit()
    assert plan.refused == 0


def printed(app: Flask, *arguments: str) -> dict[str, Any]:
    """Return what ``flask measures --json`` prints for a day."""
    done = app.test_cli_runner().invoke(args=["measures", "--json", *arguments])
    assert (done.exit_code, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def plain(expected: Any) -> Any:
    """Return an expected value without its exact form."""
    if isinstance(expected, dict):
        return (
            expected["value"] if "value" in expected else {key: plain(each) for key, each in expected.items()}
        )
    return expected


def assert_same(found: Any, expected: Any, where: str) -> None:
    """Assert that numbers agree to 1e-9 and everything else exactly."""
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, each in expected.items():
            assert_same(found[key], each, f"{where}.{key}")
    elif expected is None or isinstance(expected, str | bool):
        assert found == expected, where
    else:
        assert found == pytest.approx(float(expected), rel=TOLERANCE, abs=TOLERANCE), where


def days_of(case: dict[str, Any]) -> list[str]:
    """Return every day for which a case expects something of the document."""
    return sorted({on for measure in (*DOCUMENT, "next_best") for on in case["expected"].get(measure, {})})


@pytest.mark.parametrize("id_", sorted(id_ for id_, case in CASES.items() if days_of(case)))
def test_a_worked_case_is_printed_as_it_was_worked(app: Flask, session: Session, id_: str) -> None:
    case = CASES[id_]
    imported(session, case)
    for on in days_of(case):
        found = printed(app, "--on", on)
        for measure, keys in DOCUMENT.items():
            assert set(found[measure]) == keys
            for key, expected in plain(case["expected"].get(measure, {}).get(on, {})).items():
                if key in keys:
                    assert_same(found[measure][key], expected, f"{on} {measure}.{key}")
        rows = case["expected"].get("next_best", {}).get(on)
        if rows is not None:
            assert [each["pair"] for each in found["next_best"]] == [row["pair"].split("-") for row in rows]
            for each, row in zip(found["next_best"], rows, strict=True):
                for key in ("gain", "efficiency_gain", "warm"):
                    assert_same(each[key], plain(row[key]), f"{on} next_best {row['pair']}.{key}")


@pytest.mark.parametrize(
    "id_", ["F08-journeys", "F10-timeline", "F15-became-routine", "M02-rules", "M09-moved"]
)
def test_the_whole_document_is_what_the_reference_says(app: Flask, session: Session, id_: str) -> None:
    case = CASES[id_]
    imported(session, case)
    oracle = Model(case)
    for on in map(date.fromisoformat, days_of(case)):
        found = printed(app, "--on", on.isoformat())
        for measure, report in (("coverage", oracle.coverage(on)), ("momentum", oracle.momentum_report(on))):
            for key in DOCUMENT[measure]:
                assert_same(found[measure][key], report[key], f"{on} {measure}.{key}")
        expected = oracle.next_best(on)
        assert [each["pair"] for each in found["next_best"]] == [list(row["pair"]) for row in expected]


def test_it_has_the_day_and_the_version_of_the_register(app: Flask, register: Register) -> None:
    register.departments("Claims", "Legal")
    found = printed(app, "--on", "2026-06-30")
    assert list(found) == ["on", "version", "coverage", "momentum", "next_best"]
    assert (found["on"], found["version"]) == ("2026-06-30", 1)


def test_without_a_day_it_is_today(app: Flask) -> None:
    assert printed(app)["on"] == clock.today().isoformat()


def test_an_empty_register_has_no_coverage_rather_than_none_of_it(app: Flask) -> None:
    found = printed(app)
    assert (found["coverage"]["coverage"], found["coverage"]["required"]) == (None, 0)
    assert (found["momentum"]["momentum"], found["momentum"]["label"], found["next_best"]) == (0, "none", [])


@pytest.mark.parametrize("on", ["yesterday", "2026-13-01", "1899-12-31", "2201-01-01"])
def test_what_is_no_day_is_refused_with_words(app: Flask, on: str) -> None:
    done = app.test_cli_runner().invoke(args=["measures", "--on", on, "--json"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "2026-06-30" in done.stderr or "1900" in done.stderr


def test_a_person_reads_the_counts_and_the_next_pairs(app: Flask, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    storm = register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(days=9))
    register.moment(storm, clock.today())
    register.initiative("Refunds", sales)
    done = app.test_cli_runner().invoke(args=["measures"], catch_exceptions=False)
    text = done.stdout
    assert "1 of 3 department pairs" in text
    assert "1 in 90 days, 0 in the 90 before" in text
    assert "first wins" in text
    assert "Claims and Sales" in text


def test_a_selfcheck_finds_nothing_in_a_sound_register(app: Flask, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    storm = register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(days=9))
    register.initiative("Refunds", legal, sales)
    register.moment(storm, clock.today())
    done = app.test_cli_runner().invoke(args=["measures", "--selfcheck"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "the same, carried over 2 changed initiatives" in done.stdout


def test_a_selfcheck_names_what_differs(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.initiative("Storm desk", *register.departments("Claims", "Legal"))
    monkeypatch.setattr(Ledger, "replace", lambda *_: None)
    done = app.test_cli_runner().invoke(args=["measures", "--selfcheck"])
    assert done.exit_code == 1
    assert "these differ: coverage over time, ledger." in done.stderr
