"""Read a portfolio in its JSON form into facts, for tests alone: what is expected must not come from the product."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tracker.graph.facts import (
    Department,
    Event,
    Initiative,
    Journey,
    Member,
    Portfolio,
    Routine,
    Settings,
    Sponsor,
)

FIXTURES = Path(__file__).parent.parent / "fixtures" / "measures_fixtures.json"


def cases() -> dict[str, dict[str, Any]]:
    """Return the worked cases by id."""
    return {each["id"]: each for each in json.loads(FIXTURES.read_text())["cases"]}


def day(text: str | None) -> date | None:
    """Return an ISO date, or None."""
    return date.fromisoformat(text) if text else None


def portfolio_of(case: dict[str, Any]) -> Portfolio:
    """Return the facts of a case."""
    config = dict(case.get("config", {}))
    if "together" in config:
        config["together"] = Fraction(config["together"])
    return Portfolio(
        departments=tuple(
            Department(
                each["id"],
                each.get("name", each["id"]),
                day(each.get("opened")),
                day(each.get("closed")),
                each.get("headcount"),
                each.get("division"),
            )
            for each in case.get("departments", ())
        ),
        journeys=tuple(_journey(each) for each in case.get("journeys", ())),
        initiatives=tuple(_initiative(each) for each in case.get("initiatives", ())),
        events=tuple(
            Event(
                each["id"],
                each["initiative"],
                each["kind"],
                date.fromisoformat(each["date"]),
                each.get("confirmed", True),
                each.get("of"),
                each.get("lesson", "") is not None,
            )
            for each in case.get("events", ())
        ),
        settings=Settings(**config),
    )


def _journey(each: dict[str, Any]) -> Journey:
    return Journey(
        each["id"],
        tuple(step if isinstance(step, str) else step["department"] for step in each["steps"]),
        each.get("importance", 1),
        day(each.get("valid_from")),
        day(each.get("valid_to")),
    )


def _initiative(each: dict[str, Any]) -> Initiative:
    routine = each.get("routine")
    return Initiative(
        each["id"],
        day(each.get("start")),
        day(each.get("end")),
        tuple(
            Member(member["department"], day(member.get("joined")), day(member.get("left")))
            for member in each["members"]
        ),
        (Sponsor(each["sponsor"]),) if each.get("sponsor") else (),
        tuple(
            date.fromisoformat(act if isinstance(act, str) else act["date"])
            for act in each.get("activity", ())
        ),
        day(each.get("declared_until")),
        Routine(
            date.fromisoformat(routine["from"]),
            day(routine.get("until")),
            tuple(date.fromisoformat(check) for check in routine.get("checks", ())),
        )
        if routine
        else None,
        each.get("kind", "pilot"),
        each.get("theme"),
    )
