"""What the pages of an import say: the columns of a spreadsheet, what a file would do, what it has done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request

from tracker.exchange.choices import Choices, choices_of
from tracker.exchange.content import Column
from tracker.exchange.days import ORDERS
from tracker.exchange.decoding import ENCODINGS
from tracker.exchange.tables import DELIMITERS
from tracker.models.base import FIRST_DAY
from tracker.services.imports import ImportPlan, PlannedRow
from tracker.services.imports_choices import key_of
from tracker.web.filters import plural
from tracker.web.paging import Page, page_request

#: The view of the rows with something worth a look.
NOTED = "noted"
#: What becomes of a row, in the order of the list: those first that need somebody.
ACTIONS = ("refused", "create", "update", "unchanged", "left_out")

#: The columns of the tidy header: what each holds, and what it looks like.
COLUMNS = (
    (
        "external_id",
        "The row’s own id, so that the next import updates it and copies nothing.",
        "storm-7",
    ),
    ("title", "What it is called. No row goes in without it.", "One handler per storm claim"),
    ("kind", "pilot, quick_win or near_miss. Other words become pilot, and are listed once.", "pilot"),
    ("status", "proposed, live, paused or finished. Other words follow from the dates.", "live"),
    ("started_on", "The first day. Without one the row is kept as proposed.", "2026-03-02"),
    ("ended_on", "The day it ended; empty while it runs.", ""),
    ("lead_department", "The department that leads.", "Claims"),
    (
        "departments",
        "All departments that take part, with ; between them. New ones are added.",
        "Claims;Legal",
    ),
    ("sponsor", "Who stands behind it. The first one leads; more with ; between them.", "Priya Raman"),
    ("owner", "Whom to ask about it.", "Sam Ochoa"),
    ("url", "A link to more.", "https://intranet/storm-7"),
    ("summary", "What it is about, in a sentence or two.", "One handler sees a claim through."),
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the page says of a plan: how many rows go in, what they are called, and those asked for."""

    plan: ImportPlan
    noun: str
    initiatives: int
    rows: Page[PlannedRow]
    show: str
    choices: Choices

    @property
    def going(self) -> int:
        """Return how many rows change something."""
        return self.plan.created + self.plan.updated

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return each action with its number of rows, in the order of the list."""
        plan = self.plan
        numbers = (plan.refused, plan.created, plan.updated, plan.unchanged, plan.left_out)
        return tuple(zip(ACTIONS, numbers, strict=True))

    @property
    def noted(self) -> int:
        """Return how many rows have something worth a look."""
        return sum(bool(row.notes) for row in self.plan.rows)

    @property
    def seen(self) -> str:
        """Return a mark of what was chosen: an import that was shown otherwise is shown again."""
        return seen_of(self.choices.document())

    @property
    def read(self) -> str:
        """Return in words how a spreadsheet was read: its sheet or its encoding, delimiter and days."""
        how = self.plan.how
        if how is None:
            return ""
        where = (
            f"Sheet “{how.sheet}”"
            if how.sheet
            else f"{ENCODINGS.get(how.encoding, how.encoding)}, {DELIMITERS.get(how.delimiter, '')} between cells"
        )
        order = "" if how.order == "ymd" else f", {ORDERS[how.order].partition(':')[0]} in days"
        return f"{where}, header on line {how.header_line}{order}"

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns that are taken for something, for a look at once."""
        return tuple(each for each in self.plan.how.columns if each.target) if self.plan.how else ()

    @property
    def asks(self) -> tuple[str, ...]:
        """Return what is worth a look before the import: words and days that could mean something else."""
        how = self.plan.how
        if how is None:
            return ()
        words = sum(map(len, how.words.values()))
        found = []
        if not how.is_order_sure:
            found.append(f"Days could be read two ways; here it is {ORDERS[how.order]}.")
        if words:
            found.append(f"{plural(words, 'word')} of yours for kinds and statuses can be given a meaning.")
        if any("“" in each.reason or "cells" in each.reason for each in how.columns):
            found.append("Some columns were told by another word, or by what stands in them.")
        return tuple(found)

    def key(self, row: PlannedRow) -> str:
        """Return by what a row is left out or taken in."""
        return key_of(row.kind, row.external_id, row.line)

    def cell(self, row: PlannedRow) -> str:
        """Return which cell of a row a refusal is about: the header of its column, and its place in a sheet."""
        how = self.plan.how
        at = next((at for at, each in enumerate(how.columns) if each.target == row.column), -1) if how else -1
        if how is None or at < 0:
            return row.column
        letters = ("" if at < 26 else chr(64 + at // 26)) + chr(65 + at % 26)
        return f"{how.columns[at].header}, cell {letters}{row.line}" if how.sheet else how.columns[at].header

    def is_out(self, row: PlannedRow) -> bool:
        """Say whether a row is left out because somebody said so."""
        return row.action == "left_out"


def seen_of(choices: Mapping[str, Any] | None) -> str:
    """Return a mark of the choices about a file."""
    return hashlib.sha256(json.dumps(choices or {}, sort_keys=True).encode()).hexdigest()[:16]


def outlook_of(plan: ImportPlan, choices: Mapping[str, Any] | None) -> Outlook:
    """Return what the page says of a plan and of what was chosen; the address names the rows to show."""
    asked = request.args.get("show", "")
    show = asked if asked in (*ACTIONS, NOTED) else ""
    rows = sorted(
        (row for row in plan.rows if not show or (row.notes if show == NOTED else row.action == show)),
        key=lambda row: ACTIONS.index(row.action),
    )
    wanted = page_request(request.args)
    return Outlook(
        plan=plan,
        noun="row" if any(row.line for row in plan.rows) else "record",
        initiatives=sum(
            row.kind == "initiative" and row.action not in ("refused", "left_out") for row in plan.rows
        ),
        rows=Page(rows[wanted.offset :][: wanted.size], wanted.number, wanted.size, len(rows)),
        show=show,
        choices=choices_of(choices),
    )


def last_day(as_of: date, *, is_table: bool) -> str | None:
    """Return the last day on which a spreadsheet keeps alive what runs in it, None for today."""
    return (as_of - timedelta(days=1)).isoformat() if is_table and as_of > FIRST_DAY else None


def done_words(done: ImportPlan) -> str:
    """Say what an import has done."""
    parts = [
        f"{done.created:,} new" if done.created else "",
        f"{done.updated:,} changed" if done.updated else "",
    ]
    left = f"; {plural(done.refused, 'refused row')} left out" if done.refused else ""
    said = ", ".join(part for part in parts if part) or "nothing was new"
    return f"“{done.name}” is in the register: {said}{left}."
