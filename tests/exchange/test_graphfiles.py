"""The department graph as files: read back by networkx, and on every day of a spell what the day itself says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

from tests.graph.cases import portfolio_of
from tests.graph.portfolios import portfolios
from tracker.exchange.graphfiles import as_gexf, as_graphml, day_graph, history_graph
from tracker.graph.facts import Department, Event, Initiative, Journey, Member, Portfolio, Sponsor
from tracker.graph.spells import Spell, tie_spells
from tracker.graph.structure import department_graph
from tracker.graph.ties import Pair, pair_of

FIRST, LAST = date(2025, 1, 1), date(2026, 3, 31)
DIVISIONS = {"ops": "Operations <&>"}

PORTFOLIO = Portfolio(
    departments=(
        Department("claims", "Claims", division="ops", opened=date(2025, 2, 1)),
        Department("legal", "Legal \x01& “Law”"),
        Department("sales", "Sales", closed=date(2025, 12, 1)),
        Department("later", "Later", opened=date(2027, 1, 1)),
    ),
    journeys=(
        Journey("j1", ("claims", "legal"), importance=3, valid_from=date(2025, 3, 10)),
        Journey("j2", ("legal", "sales"), importance=2, valid_to=date(2025, 9, 1)),
    ),
    initiatives=(
        Initiative(
            "desk",
            start=FIRST,
            members=(Member("claims"), Member("legal"), Member("sales", joined=date(2025, 4, 2))),
            leads=(Sponsor("p1"),),
            activity=(date(2025, 3, 1), date(2025, 11, 5)),
        ),
        Initiative("line", start=date(2025, 5, 1), members=(Member("claims"), Member("legal")), leads=(Sponsor("p2"),)),
        Initiative("plan", start=date(2026, 6, 1), members=(Member("claims"), Member("sales"))),
    ),
    events=(Event("w1", "line", "win", date(2025, 7, 30)),),
)  # fmt: skip


def read(data: bytes, form: str) -> nx.Graph[Any]:
    reading = nx.read_graphml if form == "graphml" else nx.read_gexf
    return reading(BytesIO(data))


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_day_is_read_back_by_networkx_with_its_attributes(form: str) -> None:
    on = date(2025, 6, 30)
    write = as_graphml if form == "graphml" else as_gexf
    graph = read(write(day_graph(PORTFOLIO, on, DIVISIONS)), form)
    assert not graph.is_directed()
    assert {id_: (node["label"], node["division"]) for id_, node in graph.nodes(data=True)} == {
        "claims": ("Claims", "Operations <&>"),
        "legal": ("Legal & “Law”", ""),
        "sales": ("Sales", ""),
    }
    tie = graph.edges["claims", "legal"]
    # The desk of three is quiet since 30 May; the line of two is led by one.
    assert {
        name: tie[name] for name in ("strength", "weight", "band", "importance", "initiatives", "quiet")
    } == {
        "strength": 1.0,
        "weight": 1.0,
        "band": "single",
        "importance": 3,
        "initiatives": 1,
        "quiet": 1,
    }
    assert graph.edges["legal", "sales"]["band"] == "quiet"
    assert graph.edges["claims", "sales"]["importance"] == 0


def test_all_days_are_read_back_by_networkx_with_their_spells() -> None:
    graph = read(as_gexf(history_graph(PORTFOLIO, LAST, DIVISIONS)), "gexf")
    assert set(graph) == {"claims", "legal", "sales"}
    # networkx reads a day that is not there as the text "None"
    assert graph.nodes["claims"]["spells"] == [("2025-02-01", "None")]
    assert graph.nodes["sales"]["spells"] == [("None", "2025-11-30")]
    assert "spells" not in graph.nodes["legal"]
    tie = graph.edges["claims", "legal"]
    assert tie["spells"] == [("2025-02-01", "None")]
    assert tie["importance"] == [(0, "2025-02-01", "2025-03-09"), (3, "2025-03-10", "None")]
    # Alone until sales joins on 2 April, one of three until the line of two begins; quiet 90 days after 1 March.
    assert tie["strength"][:3] == [
        (1.0, "2025-02-01", "2025-04-01"),
        (0.5, "2025-04-02", "2025-04-30"),
        (1.5, "2025-05-01", "2025-05-29"),
    ]
    assert tie["band"][:3] == [
        ("single", "2025-02-01", "2025-04-30"),
        ("backed", "2025-05-01", "2025-05-29"),
        ("single", "2025-05-30", "2025-10-27"),
    ]


def check_day(portfolio: Portfolio, spells: dict[Pair, tuple[Spell, ...]], on: date) -> None:
    """Compare what the spells say of a day with the department graph of that day."""
    told = {
        pair: (each.strength, each.band, each.importance)
        for pair, found in spells.items()
        for each in found
        if each.first <= on <= (each.last or LAST)
    }
    drawn = {
        pair_of(a, b): (tie["strength"], tie["band"], tie["importance"])
        for a, b, tie in department_graph(portfolio, on).edges(data=True)
    }
    assert told == drawn, on


def test_every_day_of_a_spell_is_what_the_graph_of_that_day_says() -> None:
    spells = tie_spells(PORTFOLIO, LAST)
    for days in range((LAST - FIRST).days + 1):
        check_day(PORTFOLIO, spells, FIRST + timedelta(days))


@settings(max_examples=25, deadline=None)
@given(portfolios)
def test_so_it_is_of_any_portfolio(found: dict[str, Any]) -> None:
    portfolio = portfolio_of(found)
    spells = tie_spells(portfolio, LAST)
    for days in range(0, (LAST - FIRST).days, 7):
        check_day(portfolio, spells, FIRST + timedelta(days))


def test_what_has_not_happened_yet_is_in_no_file() -> None:
    found = [each for spells in tie_spells(PORTFOLIO, LAST).values() for each in spells]
    assert max(each.first for each in found) <= LAST
    assert max(each.last for each in found if each.last) < LAST
    assert "plan" not in as_gexf(history_graph(PORTFOLIO, LAST, DIVISIONS)).decode()


def test_the_file_of_all_days_says_that_its_times_are_dates() -> None:
    graph = ET.fromstring(as_gexf(history_graph(PORTFOLIO, LAST, DIVISIONS))).find("{*}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat"), graph.get("defaultedgetype")) == (
        "dynamic",
        "date",
        "undirected",
    )


def test_an_empty_register_gives_files_that_can_be_read() -> None:
    assert len(read(as_graphml(day_graph(Portfolio(), LAST, {})), "graphml")) == 0
    assert len(read(as_gexf(history_graph(Portfolio(), LAST, {})), "gexf")) == 0
