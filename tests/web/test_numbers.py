"""How the numbers are made: the page's constants are the code's, its examples come out of the measures."""

from __future__ import annotations

import re
from dataclasses import fields
from fractions import Fraction
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker.graph import captions, fading, layout, momentum, quiet
from tracker.graph.examples import examples
from tracker.graph.facts import Settings
from tracker.graph.verdicts import POINTS
from tracker.models.settings import MeasureSettings
from tracker.queries import groups, stage, triangle
from tracker.queries.pairs import BAND_WORDS
from tracker.services.initiatives import DECIDE_DAYS

PAGE = "/how-the-numbers-are-made"
CONSTANT = re.compile(r'<b data-constant="(\w+)">([^<]*)</b>')

#: Written out by hand from the modules that use them, in the order of the page's words.
OF_THE_CODE: dict[str, float] = {
    **{f"points_{kind}": points for kind, points in POINTS.items()},
    "decide_days": DECIDE_DAYS,
    "soon_days": quiet.SOON,
    "per_days": fading.PER_DAYS,
    "coast_days": momentum.COAST_DAYS,
    "patience_least": momentum.PATIENCE_DAYS[0],
    "patience_most": momentum.PATIENCE_DAYS[1],
    "same_pace": 100 * momentum.SAME_PACE,
    "too_close": momentum.TOO_CLOSE,
    "band_z": momentum.BAND_Z,
    "few_events": captions.FEW_EVENTS,
    "most_departments": triangle.MOST_DEPARTMENTS,
    "most_nodes": stage.MOST_NODES,
    "most_named": groups.MOST_NAMED,
    "tie_least": layout.TIE_LEAST,
    "tie_more": layout.TIE_MORE,
    "tie_strongest": layout.TIE_STRONGEST,
    "tie_power": layout.TIE_POWER,
    "opacity_least": 100 * layout.OPACITY_LEAST,
    "opacity_more": 100 * layout.OPACITY_MORE,
    "opacity_full": layout.OPACITY_FULL,
    "quiet_width": layout.QUIET_WIDTH,
    "node_alone": layout.NODE_ALONE,
    "node_least": layout.NODE_LEAST,
    "node_more": layout.NODE_MORE,
}


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def constants(page: str) -> dict[str, set[str]]:
    """Return how each constant is written on a page, wherever it stands."""
    found: dict[str, set[str]] = {}
    for name, text in CONSTANT.findall(page):
        found.setdefault(name, set()).add(unescape(text))
    return found


def with_a_win(register: Register) -> None:
    claims, legal, _sales = register.departments("Claims", "Legal", "Sales")
    register.moment(register.initiative("Storm desk", claims, legal, start=days_ago(10)), days_ago(4))


def test_every_constant_on_the_page_is_the_one_of_the_code(alice: FlaskClient, register: Register) -> None:
    with_a_win(register)
    found = constants(alice.get(PAGE).text)
    settings = Settings()
    expected = {
        **{name: f"{value:.12g}" for name, value in OF_THE_CODE.items()},
        **{each.name: f"{getattr(settings, each.name)}" for each in fields(Settings)},
        "together": "½",
    }
    del expected["attention"]  # said in words: one share
    assert {name: texts for name, texts in found.items() if texts != {expected.get(name)}} == {}
    assert set(found) == set(expected)
    assert "gives each of its departments one share of attention" in alice.get(PAGE).text


def test_changed_settings_change_the_page(alice: FlaskClient, register: Register) -> None:
    register.save(
        MeasureSettings(
            quiet_days=61, routine_days=123, half_life_days=77, together="3/4", attention=2, max_reuse=5
        )
    )
    page = alice.get(PAGE).text
    found = constants(page)
    written = {
        name: found[name]
        for name in ("quiet_days", "routine_days", "half_life_days", "together", "max_reuse")
    }
    assert written == {
        "quiet_days": {"61"},
        "routine_days": {"123"},
        "half_life_days": {"77"},
        "together": {"¾"},
        "max_reuse": {"5"},
    }
    assert "2 shares of attention" in page


def test_examples_follow_the_settings() -> None:
    found = examples(Settings(attention=2, max_reuse=1, half_life_days=45))
    assert [(each.size, each.share) for each in found.shares][:3] == [(2, 1), (3, 1), (4, Fraction(2, 3))]
    assert found.lesson_points == POINTS["near_miss"] + POINTS["reuse"]
    assert found.win_faded == pytest.approx(found.win_today / 2)
    assert found.steady == pytest.approx(12, abs=0.2)


def test_the_exact_figures_are_those_of_the_api(alice: FlaskClient, register: Register) -> None:
    with_a_win(register)
    page, said = alice.get(PAGE).text, alice.get("/api/v1/measures").get_json()
    assert "1.0 of 3 possible points" in page
    assert said["coverage"]["coverage"] == pytest.approx(1 / 3)
    assert f"{said['momentum']['momentum']:.1f} points per" in page
    assert f"between {said['momentum']['low']:.1f} and {said['momentum']['high']:.1f} (few events)" in page


def test_a_past_day_has_its_own_figures(alice: FlaskClient, register: Register) -> None:
    with_a_win(register)
    page = alice.get(PAGE, query_string={"on": days_ago(30).isoformat()}).text
    assert "0.0 of 3 possible points" in page
    assert captions.LABELS["none"] in page


def test_an_empty_register_has_a_page_without_numbers_made_up(alice: FlaskClient) -> None:
    page = alice.get(PAGE).text
    assert "as no pair is counted on this day" in page
    assert "nan" not in page.lower().replace("finance", "")
    assert "None" not in page


def test_each_term_has_an_anchor_and_every_link_within_the_page_finds_one(
    alice: FlaskClient, register: Register
) -> None:
    with_a_win(register)
    page = alice.get(PAGE).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    terms = {
        "coverage", "together", "score", "share", "strength", "reach", "live", "routine", "momentum", "points",
        "confirmed", "fade", "fresh", "band", "hold", "labels", "next", "lesson", "gaming", "drawing",
        *BAND_WORDS,
    }  # fmt: skip
    assert terms <= set(ids)


def test_words_for_bands_and_labels_are_those_of_the_product(alice: FlaskClient) -> None:
    page = alice.get(PAGE).text
    for words in BAND_WORDS.values():
        assert words in page.lower()
    for key, words in captions.LABELS.items():
        assert (words.lower() if key == "slowing" else words).replace("{day}", "3 October") in page


def test_crossings_are_explained_where_a_journey_says_them(alice: FlaskClient, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.journey("Making a claim", claims, legal)
    assert "What counts here are the crossings" in alice.get(PAGE).text


def test_the_page_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    counts = []
    for round_ in range(2):
        two = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.initiative("Storm desk", *two, start=days_ago(9))
        alice.get(PAGE)
        with counting(engine) as sent:
            alice.get(PAGE)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_whoever_is_signed_in_may_read_it_and_nobody_else(app: Flask, engine: Engine, cast: Cast) -> None:
    assert browser_of(app, engine, cast.charlie).get(PAGE).status_code == 200
    assert app.test_client().get(PAGE).status_code in (302, 303)
    assert browser_of(app, engine, cast.charlie).get(PAGE, query_string={"on": "soon"}).status_code == 422
