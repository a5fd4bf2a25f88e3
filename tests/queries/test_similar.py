"""Titles like one being typed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.base import utc_now
from tracker.queries.similar import similar_titles

DAY = date(2026, 1, 5)


def titles(session: Session, text: str) -> list[str]:
    return [each.title for each in similar_titles(session, text)]


@pytest.mark.parametrize(
    "text",
    [
        "storm rota",
        "A rota for storms",
        "phones and claims, one storm rota",
        "STORM ROTA!",
        "Strom rota for phones",
    ],
)
def test_the_same_words_in_another_order_case_or_spelling_are_alike(
    session: Session, register: Register, text: str
) -> None:
    register.initiative("One storm rota for phones and claims", start=DAY)
    register.initiative("Letters on one page", start=DAY)
    assert titles(session, text) == ["One storm rota for phones and claims"]


@pytest.mark.parametrize("text", ["", "st", "  a ", "zebra crossing", "\0", "x" * 5000, "100%"])
def test_what_resembles_nothing_finds_nothing(session: Session, register: Register, text: str) -> None:
    register.initiative("One storm rota for phones and claims", start=DAY)
    assert titles(session, text) == []


def test_an_initiative_is_named_once_by_the_title_most_like_it(session: Session, register: Register) -> None:
    made = register.initiative("Storm desk", start=DAY)
    moment = register.moment(made, DAY, title="Refund agreed in one call")
    register.moment(made, DAY, title="Storm desk")
    found = similar_titles(session, "refund in one call")
    assert [(each.title, each.moment, each.initiative) for each in found] == [
        ("Refund agreed in one call", moment.public_id, made.public_id)
    ]


def test_the_best_come_first_and_no_more_than_asked_for(session: Session, register: Register) -> None:
    for at in range(9):
        register.initiative(f"Storm desk of region {at}", start=DAY)
    register.initiative("Storm desk", start=DAY)
    found = similar_titles(session, "Storm desk", limit=3)
    assert len(found) == 3
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_what_is_in_the_bin_is_not_proposed(session: Session, register: Register) -> None:
    register.initiative("Storm desk", start=DAY, binned_at=utc_now())
    assert titles(session, "Storm desk") == []


def test_it_takes_two_queries(session: Session, engine: Engine, register: Register) -> None:
    register.initiative("Storm desk", start=DAY)
    with counting(engine) as sent:
        similar_titles(session, "Storm desk")
    assert len(sent) == 2
