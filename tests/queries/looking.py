"""What somebody sees who looks at the numbers: the documents of some days, and whether they are what they should be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from tests.graph.oracle import Model
from tests.graph.test_against_the_oracle import assert_same, near_a_threshold
from tracker.graph.document import COVERAGE_KEYS, MOMENTUM_KEYS, measures_document
from tracker.graph.selfcheck import differences
from tracker.queries import facts

Document = dict[str, Any]


def look(session: Session, days: Sequence[date]) -> Document:
    """Return what this process has at hand: its version, its documents, and what differs from working it out anew."""
    version, kept = facts.current_portfolio(session)
    newest, anew = facts.current_version(session), facts.load_portfolio(session)
    session.rollback()
    found = {
        "version": version,
        "newest": newest,
        "differs": [*(["facts"] if kept != anew else []), *differences(kept, days)],
        "documents": [measures_document(kept, day, version) for day in days],
    }
    plain: Document = json.loads(json.dumps(found))
    return plain


def assert_is_what_the_oracle_says(found: Document, model: Model, on: date) -> None:
    """Assert that a document tells of its day what the oracle tells."""
    assert found["on"] == on.isoformat()
    covered, moving = model.coverage(on), model.momentum_report(on)
    for key in COVERAGE_KEYS:
        assert_same(found["coverage"][key], covered[key], f"{on} {key}")
    for key in MOMENTUM_KEYS:
        if key != "label" or not near_a_threshold(SimpleNamespace(**found["momentum"])):  # type: ignore[arg-type]  # reads as one
            assert_same(found["momentum"][key], moving[key], f"{on} {key}")


def assert_next_pairs_are_what_the_oracle_says(found: Document, model: Model, on: date) -> None:
    """Assert that the pairs to bring together next are the same; what is equal to the last digits may swap."""
    theirs = {tuple(each["pair"]): each for each in found["next_best"]}
    ours = {tuple(each["pair"]): each for each in model.next_best(on)}
    assert set(theirs) == set(ours)
    for pair, each in ours.items():
        for key in ("gain", "efficiency_gain", "warm"):
            assert_same(theirs[pair][key], each[key], f"{on} {pair} {key}")
