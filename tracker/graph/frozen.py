"""The facts as plain values that JSON keeps, and back: what a snapshot puts away, and how it is read again.

What has its usual value is left out. Lead sponsors go in under names that `known_as` gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
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
from tracker.graph.succession import events_in_order, initiatives_in_order

#: The parts of a portfolio, as they are called in a snapshot.
PARTS = ("departments", "journeys", "initiatives", "events", "settings")


def renamed(portfolio: Portfolio, known_as: Callable[[str], str]) -> Portfolio:
    """Return the portfolio with its lead sponsors under other names; no number depends on what they are called."""
    initiatives = (
        replace(each, leads=tuple(replace(lead, person=known_as(lead.person)) for lead in each.leads))
        for each in portfolio.initiatives
    )
    return replace(portfolio, initiatives=initiatives_in_order(initiatives))


def plain_facts(portfolio: Portfolio) -> dict[str, Any]:
    """Return the facts as lists, texts, whole numbers and booleans: no floats.

    Examples
    --------
    >>> plain_facts(Portfolio((Department("A", "Claims"),)))["departments"]
    [{'id': 'A', 'name': 'Claims'}]
    """
    return {name: _plain(getattr(portfolio, name)) for name in PARTS}


def frozen_portfolio(plain: Mapping[str, Any]) -> Portfolio:
    """Return the facts that `plain_facts` made plain.

    Examples
    --------
    >>> first = Portfolio((Department("A", opened=date(2025, 1, 1)),))
    >>> frozen_portfolio(plain_facts(first)) == first
    True
    """
    settings = dict(plain["settings"])
    if "together" in settings:
        settings["together"] = Fraction(settings["together"])
    return Portfolio(
        departments=tuple(Department(**_days(each, "opened", "closed")) for each in plain["departments"]),
        journeys=tuple(
            Journey(**{**_days(each, "valid_from", "valid_to"), "steps": tuple(each["steps"])})
            for each in plain["journeys"]
        ),
        initiatives=initiatives_in_order(_initiative(each) for each in plain["initiatives"]),
        events=events_in_order(Event(**_days(each, "on")) for each in plain["events"]),
        settings=Settings(**settings),
    )


def _initiative(plain: Mapping[str, Any]) -> Initiative:
    values = _days(plain, "start", "end", "declared_until")
    if routine := values.get("routine"):
        values["routine"] = Routine(
            **{**_days(routine, "since", "until"), "checks": _listed(routine.get("checks", ()))}
        )
    values["members"] = tuple(Member(**_days(each, "joined", "left")) for each in plain.get("members", ()))
    values["leads"] = tuple(Sponsor(**_days(each, "since", "until")) for each in plain.get("leads", ()))
    values["activity"] = _listed(plain.get("activity", ()))
    return Initiative(**values)


def _days(plain: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the values with these read as days."""
    return {
        name: date.fromisoformat(value) if name in names and value is not None else value
        for name, value in plain.items()
    }


def _listed(days: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(each) for each in days)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        found = ((each.name, getattr(value, each.name), _usual(each)) for each in fields(value))
        return {name: _plain(here) for name, here, usual in found if here != usual}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_plain(each) for each in value]


def _usual(each: Field[Any]) -> Any:
    return None if each.default is MISSING else each.default
