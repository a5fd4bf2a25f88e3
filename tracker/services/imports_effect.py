"""What an import does to the numbers: coverage and momentum with it and without, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tracker.graph import facts
from tracker.graph.coverage import coverage
from tracker.graph.momentum import momentum
from tracker.models.base import FIRST_DAY
from tracker.services.imports_planning import Change, Draft

#: The keys of an initiative that its facts hold as they are.
PLAIN = ("start", "end", "declared_until", "kind", "theme")
DEPARTMENT = ("name", "opened", "closed", "headcount", "division", "merged_into")


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a day: pairs that work together of those that are counted, momentum, wins and lessons."""

    together: int
    required: int
    momentum: float
    wins: int
    lessons: int


@dataclass(frozen=True, slots=True)
class Effect:
    """The numbers of a day without an import and with it; wins and lessons count from `since` on."""

    on: date
    since: date
    before: Figures
    after: Figures


def last_day(as_of: date, *, is_table: bool, today: date) -> date:
    """Return the last day on which a file keeps alive what runs in it: the one before its own, for a spreadsheet."""
    return as_of - timedelta(days=1) if is_table and as_of > FIRST_DAY else today


def effect_of(portfolio: facts.Portfolio, draft: Draft, on: date) -> Effect:
    """Return the numbers of a day before and after what a draft would write."""
    before, after = figures(portfolio, on), figures(portfolio_after(portfolio, draft), on)
    return Effect(on, counted_since(portfolio, on), before, after)


def counted_since(portfolio: facts.Portfolio, on: date) -> date:
    """Return the first day whose wins and lessons the numbers of a day tell of."""
    return on - timedelta(days=portfolio.settings.window_days - 1)


def figures(portfolio: facts.Portfolio, on: date) -> Figures:
    """Return the numbers of a day."""
    covered, pace = coverage(portfolio, on), momentum(portfolio, on)
    return Figures(covered.together, covered.required, pace.momentum, pace.wins, pace.lessons)


def portfolio_after(portfolio: facts.Portfolio, draft: Draft) -> facts.Portfolio:
    """Return the facts as they would be once a draft is written."""
    changes = [each for each in (*draft.extra, *draft.changes) if each.action in ("create", "update")]
    return facts.Portfolio(
        departments=_changed(portfolio.departments, changes, "department", _department),
        journeys=_changed(portfolio.journeys, changes, "journey", _journey),
        initiatives=_changed(portfolio.initiatives, changes, "initiative", _initiative),
        events=_changed(portfolio.events, changes, "moment reuse", _event),
        settings=_settings(portfolio.settings, draft.settings),
    )


def _changed(rows: Iterable[Any], changes: Iterable[Change], kinds: str, overlay: Any) -> tuple[Any, ...]:
    found = {each.id: each for each in rows}
    for change in changes:
        if change.kind in kinds.split():
            made = overlay(found.get(change.id), change)
            if made is not None:
                found[change.id] = made
    return tuple(found[id_] for id_ in sorted(found))


def _department(kept: facts.Department | None, change: Change) -> facts.Department:
    values = {key: change.values[key] for key in DEPARTMENT if key in change.values}
    return replace(kept or facts.Department(change.id), **values)


def _journey(kept: facts.Journey | None, change: Change) -> facts.Journey | None:
    values = {
        key: change.values[key] for key in ("importance", "valid_from", "valid_to") if key in change.values
    }
    if "steps" in change.values:
        values["steps"] = tuple(step.department for step in change.values["steps"])
    if kept is None and "steps" not in values:
        return None
    return replace(kept or facts.Journey(change.id, ()), **values)


def _initiative(kept: facts.Initiative | None, change: Change) -> facts.Initiative:
    stated = change.values
    values: dict[str, Any] = {key: stated[key] for key in PLAIN if key in stated}
    if "members" in stated:
        values["members"] = tuple(
            facts.Member(each.department, each.joined, each.left) for each in stated["members"]
        )
    if "sponsors" in stated:
        leads = (each for each in stated["sponsors"] if each.role == "lead")
        values["leads"] = tuple(facts.Sponsor(each.person, each.since, each.until) for each in leads)
    if "activity" in stated:
        values["activity"] = tuple(sorted(each.on for each in stated["activity"]))
    if "routine" in stated:
        routine = stated["routine"]
        values["routine"] = facts.Routine(routine.since, routine.until, routine.checks) if routine else None
    return replace(kept or facts.Initiative(change.id), **values)


def _event(kept: facts.Event | None, change: Change) -> facts.Event | None:
    stated: Mapping[str, Any] = change.values
    keys = {"initiative": "initiative", "kind": "kind", "date": "on", "confirmed": "confirmed", "of": "of"}
    values = {name: stated[key] for key, name in keys.items() if key in stated}
    if "lesson" in stated:
        values["lesson"] = (
            stated["lesson"] is not None or values.get("kind", kept and kept.kind) != "near_miss"
        )
    if kept is not None:
        return replace(kept, **values)
    if not {"initiative", "on"} <= set(values):
        return None
    return facts.Event(
        change.id, values.pop("initiative"), values.pop("kind", "reuse"), values.pop("on"), **values
    )


def _settings(kept: facts.Settings, stated: Mapping[str, Any]) -> facts.Settings:
    values = dict(stated)
    if "together" in values:
        values["together"] = Fraction(values["together"])
    return replace(kept, **values)
