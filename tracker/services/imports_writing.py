"""Write what an import planned, layer by layer: each layer needs the row ids of the ones before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from tracker.models.base import Base, Sampled, Versioned
from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Theme,
    Update,
)
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.settings import MeasureSettings
from tracker.queries.portfolio_lines import MeasureLine, Register
from tracker.services.imports_planning import Change, Draft
from tracker.services.initiatives import status_for
from tracker.services.track import place_new_departments

#: Rows of one flush: its audit asks the database about all of them at once, and a statement takes so many values.
BATCH = 2_000
MODELS: dict[str, type[Any]] = {
    "division": Division,
    "department": Department,
    "person": Person,
    "theme": Theme,
    "journey": Journey,
    "initiative": Initiative,
    "moment": Moment,
    "reuse": LessonReuse,
}
#: Which kinds are written together; a "moved" needs the row of its win.
LAYERS: tuple[Callable[[Change], bool], ...] = (
    lambda change: change.kind in ("division", "theme"),
    lambda change: change.kind == "department",
    lambda change: change.kind in ("person", "journey"),
    lambda change: change.kind == "initiative",
    lambda change: change.kind == "moment" and change.values.get("of") is None,
    lambda change: change.kind == "moment" and change.values.get("of") is not None,
    lambda change: change.kind == "reuse",
)
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
#: What must be loaded before a list is changed.
LOADED: dict[tuple[str, str], tuple[InstrumentedAttribute[Any], ...]] = {
    ("department", "aliases"): (Department.aliases,),
    ("journey", "steps"): (Journey.steps,),
    ("initiative", "members"): (Initiative.involvements,),
    ("initiative", "sponsors"): (Initiative.sponsorships,),
    ("initiative", "activity"): (Initiative.updates,),
    ("initiative", "builds_on"): (Initiative.builds_on,),
    ("initiative", "routine"): (Initiative.routine_checks, Initiative.routine_owners),
    ("moment", "confirmed_by"): (Moment.confirmations,),
    ("moment", "lesson"): (Moment.lesson,),
}


def write(
    session: Session,
    draft: Draft,
    register: Register,
    settings: Mapping[str, Any],
    *,
    today: date,
    sample: bool,
) -> None:
    """Write the created and updated records of a draft into the open write transaction."""
    ids = {kind: {id_: each.row for id_, each in records.items()} for kind, records in register.items()}
    writing = Writing(session, ids, today, sample)
    wanted = [each for each in (*draft.extra, *draft.changes) if each.action in ("create", "update")]
    if draft.settings:
        session.add(MeasureSettings(**{**settings, **draft.settings}))
    for layer in LAYERS:
        chosen = [each for each in wanted if each.kind in MODELS and layer(each)]
        for batch in _batches(chosen):
            writing.write(batch)
        for batch in _batches([each for each in chosen if {*LATER, "builds_on"} & set(each.values)]):
            writing.link(batch)
    if any(each.kind == "department" and each.action == "create" for each in wanted):
        place_new_departments(session)


@dataclass(slots=True)
class Writing:
    """One import being written: the row ids known so far, by kind and external id."""

    session: Session
    ids: dict[str, dict[str, int]]
    today: date
    sample: bool

    def write(self, batch: Sequence[Change]) -> None:
        """Create and update the rows of a batch, all but what refers to rows of the same kind."""
        rows = self._rows(batch)
        made: list[tuple[Change, Any]] = []
        for change in batch:
            row = rows.get((change.kind, change.row or 0))
            if row is None:
                row = self._new(change)
                made.append((change, row))
            self._fill(row, change)
        self.session.add_all(row for _, row in made)
        self.session.flush()  # the next batch and the next layer need these ids
        for change, row in made:
            self.ids.setdefault(change.kind, {})[change.id] = row.id

    def link(self, batch: Sequence[Change]) -> None:
        """Set what refers to rows of the same kind."""
        with_ids = [
            Change(each.kind, each.id, each.title, "update", each.values, self.ids[each.kind][each.id])
            for each in batch
        ]
        rows = self._rows(with_ids)
        for change in with_ids:
            row = rows[change.kind, change.row or 0]
            for key, (column, kind) in LATER.items():
                if key in change.values:
                    setattr(row, column, self._id(kind, change.values[key]))
            if "builds_on" in change.values:
                wanted = [{"earlier_id": self._id("initiative", each)} for each in change.values["builds_on"]]
                align(row.builds_on, BuildsOn, wanted, ("earlier_id",))
        self.session.flush()  # as above

    def _rows(self, batch: Sequence[Change]) -> dict[tuple[str, int], Any]:
        """Load the rows that a batch changes, with the lists it changes. 1 query a kind, and 1 a list."""
        found: dict[tuple[str, int], Any] = {}
        kinds: dict[str, list[Change]] = defaultdict(list)
        for change in batch:
            if change.row is not None:
                kinds[change.kind].append(change)
        for kind, changes in kinds.items():
            model = MODELS[kind]
            keys = {key for change in changes for key in change.values}
            lists = [each for key in sorted(keys) for each in LOADED.get((kind, key), ())]
            query = select(model).options(*map(selectinload, lists))
            # Rows of an earlier batch are known already: their lists still have to come.
            query = query.where(model.id.in_([change.row for change in changes])).execution_options(
                populate_existing=False
            )
            for row in self.session.scalars(query):
                found[kind, row.id] = row
        return found

    def _new(self, change: Change) -> Base:
        model = MODELS[change.kind]
        values: dict[str, Any] = {"external_id": change.id}
        if issubclass(model, Sampled):
            values["is_sample"] = self.sample
        if change.kind == "moment":
            values["is_confirmed"] = True
            if change.values["kind"] == "near_miss" and "lesson" not in change.values:
                values["lesson"] = Lesson()  # written elsewhere: its text is not known here
        elif change.kind == "initiative":
            values["title"] = change.title
        elif change.kind != "reuse":
            values["name"] = change.title[:120]
        row: Base = model(**values)
        return row

    def _fill(self, row: Any, change: Change) -> None:
        listed = False
        for key, value in change.values.items():
            if key in LATER or key in ("builds_on", "paused") or (change.kind == "reuse" and key == "kind"):
                continue
            reference = REFERENCES.get((change.kind, key))
            if reference:
                setattr(row, reference[0], self._id(reference[1], value))
            elif key in COLUMNS:
                setattr(row, COLUMNS[key], value)
            else:
                self._fill_part(row, key, value)
                listed = True
        if change.kind == "initiative":
            paused = change.values.get("paused", row.status == "paused")
            row.status = status_for(row.started_on, row.ended_on, paused=paused, today=self.today)
        if listed and change.row is not None and isinstance(row, Versioned):
            row.version += 1  # a form opened before knows other lists

    def _fill_part(self, row: Any, key: str, value: Any) -> None:
        if key == "in_bin":
            row.binned_at = None
        elif key == "routine":
            self._fill_routine(row, value)
        elif key == "measure":
            for part, found in (value or MeasureLine())._asdict().items():
                setattr(row, f"measure_{part}", found)
        elif key == "lesson":
            self._fill_lesson(row, value)
        elif key == "confirmed_by":
            wanted = [{"person_id": self._id("person", each)} for each in value]
            # Those who vouched with an account alone stay: a file does not know them.
            kept = [each for each in row.confirmations if each.person_id is None]
            align(row.confirmations, Confirmation, wanted, ("person_id",), keep=kept)
        else:
            relation, model, own = PARTS[key]
            align(getattr(row, relation), model, list(self._lines(key, value)), own)

    def _lines(self, key: str, value: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """Yield what the rows of a list are made of."""
        for place, line in enumerate(value):
            if key == "aliases":
                yield {"name": line}
            elif key == "members":
                department = self._id("department", line.department)
                yield {
                    "department_id": department,
                    "role": line.role,
                    "joined_on": line.joined,
                    "left_on": line.left,
                }
            elif key == "sponsors":
                person = self._id("person", line.person)
                yield {"person_id": person, "role": line.role, "from_on": line.since, "to_on": line.until}
            elif key == "activity":
                yield {"on_day": line.on, "text": line.text}
            else:
                found = line._asdict()
                department = self._id("department", found.pop("department"))
                yield {"position": place, "department_id": department, **found}

    def _fill_routine(self, row: Any, value: Any) -> None:
        row.routine_from = value.since if value else None
        row.routine_until = value.until if value else None
        checks = [{"checked_on": each} for each in (value.checks if value else ())]
        align(row.routine_checks, RoutineCheck, checks, ("checked_on",))
        owners = [
            {"department_id": self._id("department", department), "person_id": self._id("person", person)}
            for department, person in (value.owners if value else ())
        ]
        align(row.routine_owners, RoutineOwner, owners, ("department_id",))

    def _fill_lesson(self, row: Any, value: Any) -> None:
        if value is None:
            row.lesson = None
            return
        if row.lesson is None:
            row.lesson = Lesson()
        for column in ("tried", "nearly", "stopped"):
            setattr(row.lesson, column, getattr(value, column))
        row.lesson.next_time = value.next

    def _id(self, kind: str, external_id: str | None) -> int | None:
        return None if external_id is None else self.ids[kind][external_id]


#: By key: the relationship, its model, and the columns that say which row is meant.
PARTS: dict[str, tuple[str, type[Base], tuple[str, ...]]] = {
    "aliases": ("aliases", DepartmentAlias, ("name",)),
    "steps": ("steps", Step, ("position",)),
    "members": ("involvements", Involvement, ("department_id", "joined_on")),
    "sponsors": ("sponsorships", Sponsorship, ("person_id", "role", "from_on")),
    "activity": ("updates", Update, ("on_day",)),
}


def align(
    rows: list[Any],
    model: type[Base],
    wanted: Sequence[Mapping[str, Any]],
    own: tuple[str, ...],
    keep: Sequence[Any] = (),
) -> None:
    """Make a list of rows say what is wanted, changing the rows that are meant rather than replacing them.

    A row that stays what it was leaves no audit line; one that is replaced by its twin would break a unique key,
    since what is new is written before what is old goes.
    """
    waiting: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        if row not in keep:
            waiting[tuple(getattr(row, name) for name in own)].append(row)
    rest: list[Mapping[str, Any]] = []
    for values in wanted:
        alike = waiting.get(tuple(values[name] for name in own), [])
        twin = next(
            (each for each in alike if all(getattr(each, name) == values[name] for name in values)), None
        )
        if twin is None:
            rest.append(values)
        else:
            alike.remove(twin)
    for values in rest:
        alike = waiting.get(tuple(values[name] for name in own), [])
        if alike:
            row = alike.pop(0)
            for name, value in values.items():
                setattr(row, name, value)
        else:
            rows.append(model(**values))
    for alike in waiting.values():
        for row in alike:
            rows.remove(row)


def _batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for start in range(0, len(changes), BATCH):
        yield changes[start : start + BATCH]
