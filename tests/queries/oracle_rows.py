"""The register's rows as the oracle reads them: plain selects, past everything that makes the product's facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.graph.oracle import Model
from tracker.models.base import Base

TABLES = (
    "departments", "people", "journeys", "steps", "initiatives", "involvements", "sponsorships", "updates",
    "routine_checks", "moments", "lessons", "lesson_reuses", "measure_settings",
)  # fmt: skip
SETTINGS = (
    "quiet_days", "routine_days", "half_life_days", "window_days", "together", "attention", "max_reuse",
)  # fmt: skip

Row = dict[str, Any]


class Dated(Model):
    """The oracle, for departments that come again: whoever takes part twice at once is there once.

    It counts the moments once, not anew for each question: that takes most of its time.
    """

    def __init__(self, case: Row) -> None:
        super().__init__(case)
        self.once: list[Any] = super().counted()

    def counted(self) -> list[Any]:
        return self.once

    def members(self, i: str, t: date) -> list[str]:
        return sorted(set(super().members(i, t)))


class Rows:
    """Every row that the measures rest on, read at once."""

    def __init__(self, session: Session) -> None:
        self.of: dict[str, list[Row]] = {
            name: [dict(row) for row in session.execute(query).mappings()]
            for name in TABLES
            for table in (Base.metadata.tables[name],)
            for query in (select(table).order_by(table.c.id),)
        }
        self.name = {
            name: {row["id"]: row["external_id"] for row in self.of[name]}
            for name in ("departments", "people", "initiatives", "moments")
        }

        self.page = {row["external_id"]: row["public_id"] for row in self.of["initiatives"]}

    def kept(self, name: str) -> list[Row]:
        """Return the rows of a table that are not in the bin."""
        return [row for row in self.of[name] if row["binned_at"] is None]

    def model(self, on: date) -> Model:
        """Return the oracle for a day: it knows one lead sponsor of an initiative, the one of that day."""
        settings = self.of["measure_settings"][-1:]
        case = {
            "config": {key: row[key] for row in settings for key in SETTINGS},
            "departments": [
                {"id": row["external_id"], "opened": row["opened_on"], "closed": row["closed_on"]}
                for row in self.kept("departments")
            ],
            "journeys": [self._journey(row) for row in self.kept("journeys")],
            "initiatives": [self._initiative(row, on) for row in self.kept("initiatives")],
            "events": [*self._moments(), *self._reuses()],
        }
        return Dated(case)

    def _journey(self, row: Row) -> Row:
        steps = [each for each in self.of["steps"] if each["journey_id"] == row["id"]]
        return {
            "steps": [
                self.name["departments"][each["department_id"]]
                for each in sorted(steps, key=lambda each: each["position"])
                if each["department_id"] is not None
            ],
            "importance": row["importance"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
        }

    def _of(self, table: str, initiative: Row) -> list[Row]:
        return [each for each in self.of[table] if each["initiative_id"] == initiative["id"]]

    def _initiative(self, row: Row, on: date) -> Row:
        leading = [
            self.name["people"][each["person_id"]]
            for each in self._of("sponsorships", row)
            if each["role"] == "lead" and (each["from_on"] or date.min) <= on < (each["to_on"] or date.max)
        ]
        assert len(leading) <= 1
        checks = [each["checked_on"].isoformat() for each in self._of("routine_checks", row)]
        routine = {"from": row["routine_from"], "until": row["routine_until"], "checks": checks}
        return {
            "id": row["external_id"],
            "start": row["started_on"],
            "end": row["ended_on"],
            "declared_until": row["declared_until"],
            "sponsor": leading[0] if leading else None,
            "members": [
                {
                    "department": self.name["departments"][each["department_id"]],
                    "joined": each["joined_on"],
                    "left": each["left_on"],
                }
                for each in self._of("involvements", row)
            ],
            "activity": [each["on_day"].isoformat() for each in self._of("updates", row)],
            "routine": routine if row["routine_from"] else None,
        }

    def _moments(self) -> list[Row]:
        running = {row["id"] for row in self.kept("initiatives")}
        taught = {row["moment_id"] for row in self.of["lessons"]}
        return [
            {
                "id": row["external_id"],
                "initiative": self.name["initiatives"][row["initiative_id"]],
                "kind": row["kind"],
                "date": row["on_day"].isoformat(),
                "confirmed": row["is_confirmed"],
                "of": self.name["moments"].get(row["of_id"]),
                "lesson": "" if row["id"] in taught else None,
            }
            for row in self.kept("moments")
            if row["initiative_id"] in running
        ]

    def _reuses(self) -> list[Row]:
        running = {row["id"] for row in self.kept("initiatives")}
        there = {row["id"] for row in self.kept("moments")}
        return [
            {
                "id": row["external_id"],
                "initiative": self.name["initiatives"][row["initiative_id"]],
                "kind": "reuse",
                "date": row["on_day"].isoformat(),
                "confirmed": row["is_confirmed"],
                "of": self.name["moments"][row["moment_id"]],
            }
            for row in self.of["lesson_reuses"]
            if row["initiative_id"] in running and row["moment_id"] in there
        ]
