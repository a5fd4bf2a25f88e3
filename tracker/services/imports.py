"""Import a register from a file: plan it against what is there, then write it in one transaction.

What a file states of a record replaces what stood there; what it does not state is left alone. A record that a
file does not name is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.exchange.choices import Choices
from tracker.exchange.columns import Known
from tracker.exchange.content import Content, How, Stated, Unreadable
from tracker.exchange.fields import shown
from tracker.exchange.reading import UNSAID, read_file
from tracker.queries.portfolio_lines import Register
from tracker.queries.portfolio_work import load_events, load_initiatives
from tracker.queries.portfolios import FILE_MARK, file_dates, load_journeys, load_named, load_settings_values
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, ServiceError
from tracker.services.imports_batches import note_import
from tracker.services.imports_choices import VOUCHING, take_out, unconfirmed, vouched
from tracker.services.imports_effect import Effect
from tracker.services.imports_merged import follow_portfolio
from tracker.services.imports_planning import Draft, plan_portfolio
from tracker.services.imports_rows import plan_rows
from tracker.services.imports_writing import write
from tracker.services.progress import Progress, unheard
from tracker.services.taking_back import newest_line, write_alone
from tracker.services.writing import open_write

#: Warnings that are told; a file of another kind altogether could have one a row.
MOST_WARNINGS = 100


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one object of the file: ``line`` is set for rows of a spreadsheet, the reason for the refused.

    ``notes`` say what is worth a look: what was read otherwise than it is written, and why a row does not count.
    """

    kind: str
    external_id: str
    title: str
    action: str
    changes: tuple[str, ...] = ()
    line: int | None = None
    column: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import says beside its rows.

    ``one_department`` counts initiatives of the file with a single department; ``not_in_file`` names initiatives
    that earlier files brought and this one does not name; ``left_alone`` those that a file of a later date
    has told already. ``wins`` counts the quick wins that were reported and that nobody vouches for yet.
    """

    one_department: int = 0
    new_departments: tuple[str, ...] = ()
    new_people: tuple[str, ...] = ()
    not_in_file: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    wins: int = 0


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does, or would do: a row for each object of the file, in the order of the file.

    ``how`` says how a spreadsheet was read; ``batch`` is the public id of the record of an import that was made.
    ``draft`` is what would be written, and ``effect`` what that would do to the numbers.
    """

    name: str
    as_of: date
    rows: tuple[PlannedRow, ...]
    warnings: tuple[str, ...]
    summary: Summary
    how: How | None = None
    batch: str = ""
    draft: Draft = field(default_factory=Draft, repr=False, compare=False)
    effect: Effect | None = None

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

    @property
    def left_out(self) -> int:
        """Return how many objects are left out because somebody said so."""
        return self._count("left_out")

    @property
    def counts(self) -> dict[str, int]:
        """Return the numbers that the record of an import keeps."""
        names = ("created", "updated", "unchanged", "refused", "left_out")
        return {name: getattr(self, name) for name in names} | {
            "one_department": self.summary.one_department,
            "wins": self.summary.wins,
        }

    def _count(self, action: str) -> int:
        return sum(row.action == action for row in self.rows)


class ImportRefused(ServiceError):
    """Rows are refused, so nothing was written; ``plan`` says which and why."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        count = "1 row is refused" if plan.refused == 1 else f"{plan.refused:,} rows are refused"
        super().__init__(f"{count}, so nothing was changed.")


def plan_import(
    session: Session,
    *,
    name: str,
    data: bytes,
    as_of: date,
    today: date,
    choices: Choices = UNSAID,
    need_title: bool = True,
    progress: Progress = unheard,
) -> ImportPlan:
    """Return what importing the file would do. Reads only; at most 28 queries, whatever the size.

    Without ``need_title`` a spreadsheet in which no column can be the title has a plan without rows.

    Raises
    ------
    InvalidInput
        For ``file``, when it cannot be read at all.
    """
    progress("Reading the file", 0, 1)
    content = _read(session, name, data, choices, need_title=need_title)
    on = _file_day(as_of, today, content)
    progress("Reading the register", 0, 1)
    register, settings = _load(session, content)
    draft = _draft(
        session, content, register, settings, as_of=on, today=today, choices=choices, progress=progress
    )
    return _plan(name, on, draft, content)


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
    choices: Choices = UNSAID,
    token_hash: str = "",
    progress: Progress = unheard,
) -> ImportPlan:
    """Import the file, all of it or nothing, and return what was done; ``sample`` marks what it creates.

    The file is read before the write transaction begins and compared inside it. The import leaves a record of
    itself, but for the sample.

    Raises
    ------
    InvalidInput
        For ``file``, when it cannot be read at all.
    ImportRefused
        When objects are refused, unless ``skip_refused``: then the others go in.
    """
    policies.require(actor, "import")
    progress("Reading the file", 0, 1)
    content = _read(session, name, data, choices)
    on = _file_day(as_of, today, content)
    open_write(session, replace(actor, via=f"{actor.via}{FILE_MARK}{on}"))
    write_alone(session)
    newest = newest_line(session)
    register, settings = _load(session, content)
    draft = _draft(
        session, content, register, settings, as_of=on, today=today, choices=choices, progress=progress
    )
    plan = _plan(name, on, draft, content)
    if plan.refused and not skip_refused:
        raise ImportRefused(plan)
    write(session, draft, register, settings, today=today, sample=sample, progress=progress)
    if sample:
        return plan
    batch = note_import(
        session,
        actor=actor,
        name=name,
        data=data,
        as_of=on,
        is_table=content.is_table,
        after_line=newest,
        counts=plan.counts,
        mapping=_mapping(content, choices),
        token_hash=token_hash,
    )
    return replace(plan, batch=batch.public_id if batch else "")


def _read(session: Session, name: str, data: bytes, choices: Choices, *, need_title: bool = True) -> Content:
    """Read a file by what was chosen, and by the names that are known here. 5 queries."""
    try:
        content = read_file(name, data, choices, lambda: known_names(session))
    except Unreadable as error:
        raise InvalidInput({"file": str(error)}) from error
    how = content.how
    if need_title and how is not None and not how.has_rows:
        names = shown(", ".join(filter(None, how.header)), 200)
        raise InvalidInput(
            {
                "file": "No column of this file is called title, or by another word for it. "
                f"Line {how.header_line:,} names the columns “{names}”. Rename one of them to title; on the page "
                "Import you can say which one it is."
            }
        )
    return content


def read_how(session: Session, *, name: str, data: bytes, choices: Choices) -> How | None:
    """Return how a spreadsheet is read by what was chosen, None for a portfolio. 5 queries.

    Raises
    ------
    InvalidInput
        As `plan_import`.
    """
    return _read(session, name, data, choices, need_title=False).how


def known_names(session: Session) -> Known:
    """Return the names of departments and people by which a column is told, casefolded. 5 queries."""
    named = load_named(session)
    departments = {
        each.casefold()
        for id_, kept in named["department"].items()
        for each in (id_, kept.values["name"], *kept.values["aliases"])
    }
    people = {each.casefold() for id_, kept in named["person"].items() for each in (id_, kept.values["name"])}
    return Known(frozenset(departments), frozenset(people))


def _mapping(content: Content, choices: Choices) -> dict[str, Any]:
    """Return how a file was read, as the record of its import keeps it."""
    how = content.how
    if how is None:
        return {}
    found = {
        "encoding": how.encoding,
        "delimiter": how.delimiter,
        "sheet": how.sheet,
        "header_line": how.header_line,
        "order": how.order,
        "separator": how.separator,
    }
    columns = [{"header": each.header, "target": each.target} for each in how.columns]
    return {**choices.document(), **found, "columns": columns}


def _load(session: Session, content: Content) -> tuple[Register, Mapping[str, Any]]:
    """Read the parts of the register that the file speaks of."""
    register = load_named(session)
    has_kinds = content.how is not None and any(each.target == "kind" for each in content.how.columns)
    events = "moment" in content.sections
    register |= load_events(session) if events or has_kinds else {"moment": {}, "reuse": {}}
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
    choices: Choices,
    progress: Progress,
) -> Draft:
    if content.is_table:
        return plan_rows(
            content,
            register,
            file_dates(session),
            as_of=as_of,
            today=today,
            choices=choices,
            progress=progress,
        )
    left_out = take_out(content, choices)
    told = follow_portfolio(content, register)
    wins = unconfirmed(content)
    if wins and len(choices.vouching) >= VOUCHING:
        people = _people(content, register, choices)
        for each in wins:
            each.values.update(vouched(each.values, people))
    draft = plan_portfolio(content, register, settings, today)
    draft.wins = len(wins)
    draft.changes += [*told, *left_out]
    return draft


def _people(content: Content, register: Register, choices: Choices) -> list[str]:
    """Return the ids of the people who vouch for the wins of a portfolio: of the register, or of the file."""
    ids = {kept.values["name"].casefold(): id_ for id_, kept in register["person"].items()}
    ids |= {
        each.title.casefold(): each.id
        for each in content.items
        if isinstance(each, Stated) and each.kind == "person"
    }
    missing = [each for each in choices.vouching if each.casefold() not in ids]
    if missing:
        raise InvalidInput({"vouching": f"There is no {missing[0]} among the sponsors or in the file."})
    return [ids[each.casefold()] for each in choices.vouching]


def _file_day(as_of: date, today: date, content: Content) -> date:
    """Return the file's date; no file tells of days to come."""
    if as_of > today:
        content.note(f"The file's date {as_of} lies in the future: {today} counts instead.")
    return min(as_of, today)


def _plan(name: str, as_of: date, draft: Draft, content: Content) -> ImportPlan:
    rows = tuple(
        PlannedRow(
            each.kind,
            each.id,
            each.title,
            each.action,
            each.said,
            each.line,
            each.column,
            each.reason,
            each.notes,
        )
        for each in draft.changes
    )
    noted = [
        f"{words} ({'once' if count == 1 else f'{count:,} times'})" for words, count in draft.noted.items()
    ]
    if len(noted) > MOST_WARNINGS:
        noted[MOST_WARNINGS:] = [f"And {len(noted) - MOST_WARNINGS:,} more warnings."]
    summary = Summary(
        draft.one_department,
        draft.new_departments,
        draft.new_people,
        draft.not_in_file,
        draft.left_alone,
        draft.wins,
    )
    return ImportPlan(name, as_of, rows, tuple(noted), summary, content.how, draft=draft)
