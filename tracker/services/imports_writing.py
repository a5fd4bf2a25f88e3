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
from tracker.models.departments import Department, Division
from tracker.models.initiatives import BuildsOn, Initiative, RoutineCheck, RoutineOwner, Theme
from tracker.models.journeys import Journey
from tracker.models.moments import Confirmation, Lesson, LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.settings import MeasureSettings
from tracker.queries.portfolio_lines import Register
from tracker.services.imports_creating import create_initiatives, create_moments, lesson_columns
from tracker.services.imports_parts import LATER, LINKED, PARTS, Ids
from tracker.services.imports_planning import Change, Draft
from tracker.services.initiatives import status_for
from tracker.services.progress import Progress, unheard
from tracker.services.track import place_new_departments

#: Rows of one flush: its audit asks the database about all of them at once, and a statement takes so many values.
BATCH = 2_000
NAME_LIMIT = 120
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
    progress: Progress = unheard,
) -> None:
    """Write the created and updated records of a draft into the open write transaction."""
    known = {kind: {id_: each.row for id_, each in records.items()} for kind, records in register.items()}
    writing = Writing(session, Ids(known), today, sample)
    wanted = [each for each in (*draft.extra, *draft.changes) if each.action in ("create", "update")]
    if draft.settings:
        session.add(MeasureSettings(**{**settings, **draft.settings}))
    done = 0
    for layer in LAYERS:
        chosen = [each for each in wanted if each.kind in MODELS and layer(each)]
        for action, act in (("create", writing.create), ("update", writing.update)):
            for batch in _batches([each for each in chosen if each.action == action]):
                progress("Writing into the register", done, len(wanted))
                act(batch)
                done += len(batch)
        for batch in _batches([each for each in chosen if any(each.values.get(key) for key in LINKED)]):
            writing.link(batch)
    progress("Placing departments, keeping the record", done, len(wanted))
    if any(each.kind == "department" and each.action == "create" for each in wanted):
        place_new_departments(session)


@dataclass(slots=True)
class Writing:
    """One import being written."""

    session: Session
    ids: Ids
    today: date
    sample: bool

    def create(self, batch: Sequence[Change]) -> None:
        """Create the rows of a batch, of one kind where they are many."""
        if batch[0].kind == "initiative":
            create_initiatives(self.session, self.ids, batch, today=self.today, sample=self.sample)
            return
        if batch[0].kind == "moment":
            create_moments(self.session, self.ids, batch)
            return
        made = [(change, self._new(change)) for change in batch]
        for change, row in made:
            self._fill(row, change)
        self.session.add_all(row for _, row in made)
        self.session.flush()  # the next batch and the next layer need these ids
        for change, row in made:
            self.ids.known.setdefault(change.kind, {})[change.id] = row.id

    def update(self, batch: Sequence[Change]) -> None:
        """Change the rows of a batch, all but what refers to rows of the same kind."""
        rows = self._rows(batch)
        for change in batch:
            row = rows[change.kind, change.row]
            self._fill(row, change)
            if "builds_on" in change.values and not change.values["builds_on"]:
                align(row.builds_on, BuildsOn, [], ("earlier_id",))
            for key, (column, _) in LATER.items():
                if key in change.values and change.values[key] is None:
                    setattr(row, column, None)
        self.session.flush()  # in batches, for what BATCH says

    def link(self, batch: Sequence[Change]) -> None:
        """Set what refers to rows of the same kind."""
        placed = [(each, self.ids.known[each.kind][each.id]) for each in batch]
        rows = self._rows(
            [Change(each.kind, each.id, each.title, "update", each.values, id_) for each, id_ in placed]
        )
        for change, id_ in placed:
            row = rows[change.kind, id_]
            for key, (column, kind) in LATER.items():
                if change.values.get(key):
                    setattr(row, column, self.ids.of(kind, change.values[key]))
            if change.values.get("builds_on"):
                earlier = [self.ids.of("initiative", each) for each in change.values["builds_on"]]
                align(row.builds_on, BuildsOn, [{"earlier_id": each} for each in earlier], ("earlier_id",))
        self.session.flush()  # as above

    def _rows(self, batch: Sequence[Change]) -> dict[tuple[str, int | None], Any]:
        """Load the rows that a batch changes, with the lists it changes. 1 query a kind, and 1 a list."""
        kinds: dict[str, list[Change]] = defaultdict(list)
        for change in batch:
            kinds[change.kind].append(change)
        found: dict[tuple[str, int | None], Any] = {}
        for kind, changes in kinds.items():
            model = MODELS[kind]
            keys = {key for change in changes for key in change.values}
            lists = [each for key in sorted(keys) for each in LOADED.get((kind, key), ())]
            query = select(model).options(*map(selectinload, lists))
            for row in self.session.scalars(query.where(model.id.in_([change.row for change in changes]))):
                found[kind, row.id] = row
        return found

    def _new(self, change: Change) -> Any:
        model = MODELS[change.kind]
        values: dict[str, Any] = {"external_id": change.id}
        if issubclass(model, Sampled):
            values["is_sample"] = self.sample
        if change.kind != "reuse":
            values["name"] = change.title[:NAME_LIMIT]
        return model(**values)

    def _fill(self, row: Any, change: Change) -> None:
        for column, value in self.ids.columns(change.kind, change.values).items():
            setattr(row, column, value)
        lists = [key for key in change.values if key in PARTS or key in OTHER_PARTS]
        for key in lists:
            self._fill_part(row, key, change.values[key])
        if "in_bin" in change.values:
            row.binned_at = None
        if change.kind == "initiative":
            paused = change.values.get("paused", row.status == "paused")
            row.status = status_for(row.started_on, row.ended_on, paused=paused, today=self.today)
        if lists and change.row is not None and isinstance(row, Versioned):
            row.version += 1  # a form opened before knows other lists

    def _fill_part(self, row: Any, key: str, value: Any) -> None:
        if key in PARTS:
            relation, model, own = PARTS[key]
            align(getattr(row, relation), model, list(self.ids.lines(key, value)), own)
        elif key == "routine":
            align(row.routine_checks, RoutineCheck, self.ids.checks(value), ("checked_on",))
            align(row.routine_owners, RoutineOwner, self.ids.owners(value), ("department_id",))
        elif key == "confirmed_by":
            wanted = [{"person_id": self.ids.of("person", each)} for each in value]
            # Those who vouched with an account alone stay: a file does not know them.
            kept = [each for each in row.confirmations if each.person_id is None]
            align(row.confirmations, Confirmation, wanted, ("person_id",), keep=kept)
        elif value is None:
            row.lesson = None
        elif row.lesson is None:
            row.lesson = Lesson(**lesson_columns(value))
        else:
            for column, words in lesson_columns(value).items():
                setattr(row.lesson, column, words)


#: Lists and parts that `Writing` writes one by one.
OTHER_PARTS = ("routine", "confirmed_by", "lesson")


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
