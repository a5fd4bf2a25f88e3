"""A dry run as a text, so that the process that answers need not be the one that read the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from tracker.exchange.content import Column, How
from tracker.services.imports import ImportPlan, PlannedRow, Summary
from tracker.services.imports_effect import Effect, Figures

#: The columns of a row, in the order in which they are written.
ROW = tuple(each.name for each in fields(PlannedRow))


def text_of(plan: ImportPlan, mark: str) -> bytes:
    """Return what the pages say of a plan, with a mark of what it was worked out for; what it writes is left out."""
    kept = {
        "mark": mark,
        "name": plan.name,
        "as_of": plan.as_of.isoformat(),
        "rows": [[getattr(row, name) for name in ROW] for row in plan.rows],
        "warnings": plan.warnings,
        "summary": asdict(plan.summary),
        "how": asdict(plan.how) if plan.how else None,
        "effect": _effect_document(plan.effect) if plan.effect else None,
    }
    return json.dumps(kept, separators=(",", ":")).encode()


def plan_of(text: bytes, mark: str) -> ImportPlan | None:
    """Return the plan that `text_of` wrote, None where it was worked out for something else."""
    kept = json.loads(text)
    if kept["mark"] != mark:
        return None
    return ImportPlan(
        name=kept["name"],
        as_of=date.fromisoformat(kept["as_of"]),
        rows=tuple(PlannedRow(**_tuples(dict(zip(ROW, each, strict=True)))) for each in kept["rows"]),
        warnings=tuple(kept["warnings"]),
        summary=Summary(**_tuples(kept["summary"])),
        how=_how(kept["how"]) if kept["how"] else None,
        effect=_effect(kept["effect"]) if kept["effect"] else None,
    )


def _how(kept: Mapping[str, Any]) -> How:
    columns = tuple(Column(**_tuples(each)) for each in kept["columns"])
    above = tuple((line, text) for line, text in kept["above"])
    return How(**_tuples(kept) | {"columns": columns, "above": above})


def _effect_document(effect: Effect) -> dict[str, Any]:
    return asdict(effect) | {"on": effect.on.isoformat(), "since": effect.since.isoformat()}


def _effect(kept: Mapping[str, Any]) -> Effect:
    on, since = (date.fromisoformat(kept[name]) for name in ("on", "since"))
    return Effect(on, since, Figures(**kept["before"]), Figures(**kept["after"]))


def _tuples(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with tuples in place of the lists that JSON makes of them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
