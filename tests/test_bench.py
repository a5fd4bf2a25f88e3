"""The measuring itself, on a register so small that it takes a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tracker.bench.filling import fill
from tracker.bench.live import measure_live
from tracker.bench.portfolios import Case, organisation, portfolio, work
from tracker.bench.timing import percentiles
from tracker.queries.facts import current_portfolio
from tracker.queries.soundness import findings

TODAY = date(2026, 6, 30)
TINY = Case("T", 6, 30, 3)


@pytest.mark.only_database("sqlite")
def test_a_large_size_is_measured_through_the_whole_application() -> None:
    found = measure_live(TINY, TODAY)
    assert {
        "series_ms",
        "networkx_series_ms",
        "networkx_sampled_months",
        "series_speedup_vs_networkx",
        "build_ms",
        "ledger_mb",
    } <= found.keys()
    for name in ("read_unchanged_ms", "read_304_ms", "read_after_edit_json_ms", "read_after_edit_page_ms"):
        assert set(found[name]) == {"p50", "p95", "p99"}
        assert 0 < found[name]["p50"] <= found[name]["p95"] <= found[name]["p99"]


def test_what_is_written_straight_into_the_tables_is_a_sound_register(session: Session) -> None:
    made = portfolio(TINY, TODAY)
    fill(session, organisation(TINY), work(TINY, TODAY), TODAY)
    version, facts = current_portfolio(session)
    assert version == 1
    assert [each.id for each in facts.initiatives] == [each["id"] for each in made["initiatives"]]
    assert [len(each.members) for each in facts.initiatives] == [
        len(each["members"]) for each in made["initiatives"]
    ]
    assert {each.id for each in facts.events} == {each["id"] for each in made["events"]}
    assert [each.what for each in findings(session, datetime(2026, 6, 30, tzinfo=UTC)) if each.is_wrong] == []


def test_percentiles_are_times_that_were_taken() -> None:
    assert percentiles([float(each) for each in range(101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
