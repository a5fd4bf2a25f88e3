"""``flask measures --chance``: the worked case from its file to printed numbers, and what a person reads."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cli.test_measures import imported
from tests.factories import Register
from tests.graph.cases import cases
from tracker import clock


def test_the_worked_case_comes_near_what_was_worked_out(app: Flask, session: Session) -> None:
    case = cases()["S03-null-model"]
    imported(session, case)
    done = app.test_cli_runner().invoke(args=["measures", "--chance", "--json", "--on", "2025-01-31"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    expected = case["expected"]["null"]
    assert (found["shuffles"], found["trades"], found["departments"], found["initiatives"]) == (200, 40, 4, 3)
    assert found["coverage"]["observed"] == 1
    assert found["coverage"]["mean"] == pytest.approx(expected["mean_coverage"]["value"], abs=0.1)
    assert found["coverage"]["p_at_least_observed"] == pytest.approx(
        expected["p_at_least_observed"]["value"], abs=0.1
    )
    assert (found["together"]["observed"], found["required"]) == (2, 2)
    assert found["together"]["verdict"] == "unclear"


def test_it_prints_the_same_every_time(app: Flask, session: Session) -> None:
    imported(session, cases()["F08-journeys"])
    first, second = (
        app.test_cli_runner().invoke(args=["measures", "--chance", "--json", "--on", "2025-01-31"])
        for _ in range(2)
    )
    assert first.exit_code == 0
    assert first.stdout == second.stdout


def test_a_person_reads_sentences_and_sees_progress_beside_them(app: Flask, register: Register) -> None:
    claims, legal, sales, digital = register.departments("Claims", "Legal", "Sales", "Digital")
    start = clock.today() - timedelta(days=9)
    for at, pair in enumerate(((claims, legal), (claims, legal), (sales, digital))):
        register.initiative(f"Pilot {at}", *pair, start=start)
    done = app.test_cli_runner().invoke(args=["measures", "--chance"], catch_exceptions=False)
    lines = done.stdout.splitlines()
    assert lines[0] == "2 of 6 department pairs work together."
    assert lines[1].startswith("Chance alone would give 3 of 6; yours is less than in ")
    assert lines[2] == "Too close to call: chance alone can give as much."
    assert lines[3].startswith("Coverage score, 2.0: Chance alone would give ")
    assert "Shuffling" in done.stderr


def test_where_there_is_nothing_to_shuffle_it_says_what_it_takes(app: Flask, register: Register) -> None:
    register.departments("Claims", "Legal")
    done = app.test_cli_runner().invoke(args=["measures", "--chance"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "There is nothing to shuffle" in done.stderr
