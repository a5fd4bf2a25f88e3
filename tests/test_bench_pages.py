"""Measuring pages from the real server, on a register so small that it takes some seconds."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.bench import __main__ as bench
from tracker.bench import served
from tracker.bench.office import JOURNEYS, fill_office, typical_initiative
from tracker.bench.portfolios import Case
from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative
from tracker.queries.facts import current_portfolio
from tracker.queries.history import history_of
from tracker.queries.soundness import findings

TODAY = date(2026, 6, 30)
TINY = Case("T", 8, 30, 3)


def test_an_office_is_a_sound_register_with_journeys_themes_and_history(session: Session) -> None:
    counts = fill_office(session, TINY, TODAY)
    assert [each.what for each in findings(session, clock.now()) if each.is_wrong] == []
    _, facts = current_portfolio(session)
    assert (len(facts.initiatives), len(facts.journeys)) == (30, JOURNEYS)
    assert session.scalar(select(func.count()).where(Initiative.theme_id.is_not(None))) == 24
    assert session.scalar(select(func.count(AuditEntry.id))) >= counts["history_lines"] > 100


def test_the_record_to_open_has_the_history_that_its_page_tells(session: Session) -> None:
    fill_office(session, TINY, TODAY)
    public_id, lines = typical_initiative(session)
    id_ = session.scalar(select(Initiative.id).where(Initiative.public_id == public_id))
    assert id_ is not None
    told = history_of(session, "initiative", id_)
    assert len(told) == lines
    assert all(each.what and "record that is gone" not in each.what for each in told)


@pytest.mark.only_database("sqlite")
@pytest.mark.usefixtures("database")
def test_pages_are_measured_from_the_real_server_signed_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    for name, value in {"ALONE": 3, "CREATED": 3, "SAVES": 1}.items():
        monkeypatch.setattr(served, name, value)
    monkeypatch.setattr(served, "SECONDS", 0.2)
    monkeypatch.setattr(bench, "OFFICE", TINY)
    assert bench.main(["--pages", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"settings", "first_visit", "pages", "create"}
    assert found["settings"]["workers"] == 2
    assert found["settings"]["loader"].startswith("own loader")
    assert found["settings"]["rows"]["initiatives"] == 30
    assert set(found["pages"]) >= {"list", "record", "home", "json_list", "json_measures"}
    for each in found["pages"].values():
        assert each["requests_per_second"] > 0
        assert each["compressed_requests_per_second"] > 0
        assert 0 < each["alone_ms"]["p50"] <= each["alone_ms"]["p95"]
        assert each["after_a_save_ms"]["p50"] > 0
    assert found["create"]["alone_ms"]["p50"] > 0
    assert 10 < found["first_visit"]["kilobytes"] < found["first_visit"]["to_stay_under"]
    table = served.table(found)
    assert "First visit" in table
    assert all(name in table for name in found["pages"])


def test_a_page_that_refuses_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.bench import loading
    from tracker.bench.server import Browser

    class Said:
        stdout = "Non-2xx or 3xx responses: 12\nRequests/sec: 900.00"

    monkeypatch.setattr(loading.subprocess, "run", lambda *_args, **_options: Said)
    with pytest.raises(RuntimeError, match="12 answers were no success"):
        loading.load(Browser(1), "/nowhere", 1)
