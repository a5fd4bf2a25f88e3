"""Measuring the stage in a real browser, on a register so small that it takes some seconds."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.browsers import NEEDS_BROWSER
from tracker.bench import __main__ as bench
from tracker.bench import stage
from tracker.bench.portfolios import Case

TINY = Case("T", 6, 30, 3, divisions=1)

pytestmark = NEEDS_BROWSER


def test_the_stage_is_measured_while_it_plays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"SIZES": (TINY,), "VISITS": 1, "PLAYED": 1}.items():
        monkeypatch.setattr(stage, name, value)
    # In a thread of its own: this one may hold the driver of the other tests' browser, and it holds but one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(bench.main, ["--stage", "--json"]).result() == 0
    found = json.loads(capsys.readouterr().out)
    size = found["sizes"]["T"]
    assert size["nodes"] == 6
    assert 3 <= size["months"] <= 5
    assert size["first_ms"] > 0
    assert size["interactive_ms"]["p50"] > 0
    assert size["frames"] > 2
    assert size["frame_ms"]["p50"] <= size["frame_ms"]["p95"] <= size["worst_frame_ms"]
    assert 0 < size["data_kb"] < 30
    assert 0 < size["script_kb"] < 15
    assert f"6 on the track, {size['months']} months" in stage.table(found)


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(RuntimeError, match="sudo apt install chromium"):
        bench.main(["--stage"])
