"""How the portfolio form maps to rows: which column a key goes to, and what the rows of a list are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.models.base import Base
from tracker.models.departments import DepartmentAlias
from tracker.models.initiatives import Involvement, Sponsorship, Update
from tracker.models.journeys import Step
from tracker.queries.portfolio_lines import RoutineLine

COLUMNS: dict[str, str] = {
    "name": "name",
    "title": "title",
    "kind": "kind",
    "opened": "opened_on",
    "closed": "closed_on",
    "headcount": "headcount",
    "importance": "importance",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "start": "started_on",
    "end": "ended_on",
    "decide_by": "decide_by",
    "declared_until": "declared_until",
    "outcome": "outcome",
    "outcome_note": "outcome_note",
    "contact": "contact",
    "link": "link",
    "description": "description",
    "date": "on_day",
    "note": "note",
    "confirmed": "is_confirmed",
    "ok_to_show": "ok_to_show",
}
#: By kind and key: the column of a reference and the kind it points to.
REFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("department", "division"): ("division_id", "division"),
    ("person", "department"): ("department_id", "department"),
    ("initiative", "theme"): ("theme_id", "theme"),
    ("moment", "initiative"): ("initiative_id", "initiative"),
    ("moment", "of"): ("of_id", "moment"),
    ("reuse", "initiative"): ("initiative_id", "initiative"),
    ("reuse", "of"): ("moment_id", "moment"),
}
#: References within a kind: they may form a circle, so they are set when all rows of the kind are there.
LATER = {"merged_into": ("merged_into_id", "department"), "scaled_into": ("scaled_into_id", "initiative")}
LINKED = (*LATER, "builds_on")
#: By key: the relationship, its model, and the columns that say which row is meant.
PARTS: dict[str, tuple[str, type[Base], tuple[str, ...]]] = {
    "aliases": ("aliases", DepartmentAlias, ("name",)),
    "steps": ("steps", Step, ("position",)),
    "members": ("involvements", Involvement, ("department_id", "joined_on")),
    "sponsors": ("sponsorships", Sponsorship, ("person_id", "role", "from_on")),
    "activity": ("updates", Update, ("on_day",)),
}


@dataclass(slots=True)
class Ids:
    """The row ids known so far, by kind and external id."""

    known: dict[str, dict[str, int]]

    def of(self, kind: str, external_id: str | None) -> int | None:
        """Return the row id of a record, None for none."""
        return None if external_id is None else self.known[kind][external_id]

    def columns(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of the row itself that the values state."""
        found: dict[str, Any] = {}
        for key, value in values.items():
            reference = REFERENCES.get((kind, key))
            if reference:
                found[reference[0]] = self.of(reference[1], value)
            elif key in COLUMNS and not (kind == "reuse" and key == "kind"):
                found[COLUMNS[key]] = value
            elif key == "routine":
                found["routine_from"] = value.since if value else None
                found["routine_until"] = value.until if value else None
            elif key == "measure":
                parts = value._asdict() if value else dict.fromkeys(MEASURE_PARTS) | {"name": ""}
                found |= {f"measure_{part}": one for part, one in parts.items()}
        return found

    def lines(self, key: str, value: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """Yield the columns of the rows that a list is made of."""
        for place, line in enumerate(value):
            if key == "aliases":
                yield {"name": line}
            elif key == "members":
                id_ = self.of("department", line.department)
                yield {
                    "department_id": id_,
                    "role": line.role,
                    "joined_on": line.joined,
                    "left_on": line.left,
                }
            elif key == "sponsors":
                id_ = self.of("person", line.person)
                yield {"person_id": id_, "role": line.role, "from_on": line.since, "to_on": line.until}
            elif key == "activity":
                asked = self.of("person", line.asked_of)
                yield {"on_day": line.on, "text": line.text, "asked_of_id": asked}
            else:
                found = line._asdict()
                yield {
                    "position": place,
                    "department_id": self.of("department", found.pop("department")),
                    **found,
                }

    def checks(self, routine: RoutineLine | None) -> list[dict[str, Any]]:
        """Return the columns of the checks of a routine."""
        return [{"checked_on": each} for each in (routine.checks if routine else ())]

    def owners(self, routine: RoutineLine | None) -> list[dict[str, Any]]:
        """Return the columns of the owners of a routine."""
        return [
            {"department_id": self.of("department", department), "person_id": self.of("person", person)}
            for department, person in (routine.owners if routine else ())
        ]


MEASURE_PARTS = ("name", "before", "after", "n_before", "n_after")
