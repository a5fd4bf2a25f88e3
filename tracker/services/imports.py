"""Import a register from a file: plan it against what is there, then write it in one transaction.

What a file states of a record replaces what stood there; what it does not state is left alone. A record that a
file does not name is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.exchange.content import Content, Unreadable
from tracker.exchange.reading import read_file
from tracker.models.changelog import ChangeCounter
from tracker.queries.portfolio_lines import Register
from tracker.queries.portfolio_work import load_events, load_initiatives
from tracker.queries.portfolios import FILE_MARK, file_dates, load_journeys, load_named, load_settings_values
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, ServiceError
from tracker.services.imports_planning import Draft, plan_portfolio
from tracker.services.imports_rows import plan_rows
from tracker.services.imports_writing import write
from tracker.services.writing import open_write

#: Warnings that are told; a file of another kind altogether could have one a row.
MOST_WARNINGS = 100


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one object of the file; ``line`` is set for rows of a CSV, ``column`` and ``reason`` for the refused."""

    kind: str
    external_id: str
    title: str
    action: str
    changes: tuple[str, ...] = ()
    line: int | None = None
    column: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import says beside its rows.

    ``one_department`` counts initiatives of the file with a single department; ``not_in_file`` names initiatives
    that earlier files brought and this one does not name; ``left_alone`` those that a file of a later date
    has told already.
    """

    one_department: int = 0
    new_departments: tuple[str, ...] = ()
    new_people: tuple[str, ...] = ()
    not_in_file: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does, or would do: a row for each object of the file, in the order of the file."""

    name: str
    as_of: date
    rows: tuple[PlannedRow, ...]
    warnings: tuple[str, ...]
    summary: Summary

    @property
    def created(self) -> int:
        """Return how many objects of the file are new."""
        return self._count("create")

    @property
    def updated(self) -> int:
        """Return how many records change."""
        return self._count("update")

    @property
    def unchanged(self) -> int:
        """Return how many records say already what the file says."""
        return self._count("unchanged")

    @property
    def refused(self) -> int:
        """Return how many objects cannot go in."""
        return self._count("refused")

    def _count(self, action: str) -> int:
        return sum(row.action == action for row in self.rows)


class ImportRefused(ServiceError):
    """Rows are refused, so nothing was written; ``plan`` says which and why."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        count = "1 row is refused" if plan.refused == 1 else f"{plan.refused:,} rows are refused"
        super().__init__(f"{count}, so nothing was changed.")


def plan_import(session: Session, *, name: str, data: bytes, as_of: date, today: date) -> ImportPlan:
    """Return what importing the file would do. Reads only; at most 20 queries, whatever the size.

    Raises
    ------
    InvalidInput
        For ``file``, when it cannot be read at all.
    """
    content = _read(name, data)
    on = _file_day(as_of, today, content)
    register, settings = _load(session, content)
    draft = _draft(session, content, register, settings, as_of=on, today=today)
    return _plan(name, on, draft)


def apply_import(
    session: Session,
    *,
    actor: Actor,
    name: str,
    data: bytes,
    as_of: date,
    today: date,
    skip_refused: bool = False,
    sample: bool = False,
) -> ImportPlan:
    """Import the file, all of it or nothing, and return what was done; ``sample`` marks what it creates.

    The file is read before the write transaction begins and compared inside it.

    Raises
    ------
    InvalidInput
        For ``file``, when it cannot be read at all.
    ImportRefused
        When objects are refused, unless ``skip_refused``: then the others go in.
    """
    policies.require(actor, "import")
    content = _read(name, data)
    on = _file_day(as_of, today, content)
    open_write(session, replace(actor, via=f"{actor.via}{FILE_MARK}{on}"))
    # On PostgreSQL two imports could both plan to create the same records: the second waits here for the first.
    session.execute(select(ChangeCounter.version).with_for_update())
    register, settings = _load(session, content)
    draft = _draft(session, content, register, settings, as_of=on, today=today)
    plan = _plan(name, on, draft)
    if plan.refused and not skip_refused:
        raise ImportRefused(plan)
    write(session, draft, register, settings, today=today, sample=sample)
    return plan


def _read(name: str, data: bytes) -> Content:
    try:
        return read_file(name, data)
    except Unreadable as error:
        raise InvalidInput({"file": str(error)}) from error


def _load(session: Session, content: Content) -> tuple[Register, Mapping[str, Any]]:
    """Read the parts of the register that the file speaks of."""
    register = load_named(session)
    events = "moment" in content.sections
    register |= load_events(session) if events else {"moment": {}, "reuse": {}}
    register["journey"] = load_journeys(session) if "journey" in content.sections else {}
    worked = events or "initiative" in content.sections
    register["initiative"] = load_initiatives(session) if worked else {}
    return register, load_settings_values(session)


def _draft(
    session: Session,
    content: Content,
    register: Register,
    settings: Mapping[str, Any],
    *,
    as_of: date,
    today: date,
) -> Draft:
    if not content.is_table:
        return plan_portfolio(content, register, settings, today)
    return plan_rows(content, register, file_dates(session), as_of=as_of, today=today)


def _file_day(as_of: date, today: date, content: Content) -> date:
    """Return the file's date; no file tells of days to come."""
    if as_of > today:
        content.note(f"The file's date {as_of} lies in the future: {today} counts instead.")
    return min(as_of, today)


def _plan(name: str, as_of: date, draft: Draft) -> ImportPlan:
    rows = tuple(
        PlannedRow(
            each.kind, each.id, each.title, each.action, each.said, each.line, each.column, each.reason
        )
        for each in draft.changes
    )
    noted = [
        f"{words} ({'once' if count == 1 else f'{count:,} times'})" for words, count in draft.noted.items()
    ]
    if len(noted) > MOST_WARNINGS:
        noted[MOST_WARNINGS:] = [f"And {len(noted) - MOST_WARNINGS:,} more warnings."]
    summary = Summary(
        draft.one_department, draft.new_departments, draft.new_people, draft.not_in_file, draft.left_alone
    )
    return ImportPlan(name, as_of, rows, tuple(noted), summary)
