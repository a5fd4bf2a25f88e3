"""What is searched, table by table: the record that a hit leads to, and the question to the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from tracker.models.departments import Department, DepartmentAlias, Division
from tracker.models.initiatives import Initiative, OtherTitle, Theme, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Lesson, Moment
from tracker.models.people import Person, PersonAlias
from tracker.models.presentations import Presentation
from tracker.models.searching import ENTRIES, INDEX, first_id, last_id
from tracker.models.snapshots import Snapshot
from tracker.queries.search_terms import for_postgresql, for_sqlite

#: What the hits are told under, in this order.
GROUPS = (
    "initiatives",
    "moments",
    "lessons",
    "departments",
    "divisions",
    "sponsors",
    "journeys",
    "themes",
    "presentations",
    "snapshots",
)


#: So many entries of a table are asked one by one on PostgreSQL, the nearest first.
NEAR = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """A table that is searched. ``shown``: id, public id, name, kind and day of what its rows lead to, by its id.

    The bin holds back an entry of its own; ``is_part``: a row is part of another record, whose bin counts too.
    ``is_dated``: the newest come first; to look for the oldest is quicker, and names have no day. ``is_long``: a
    register has so many that their index alone would be slow.
    """

    key: InstrumentedAttribute[int]
    group: str
    shown: Select[Any]
    has_title: bool = True
    has_text: bool = True
    is_part: bool = False
    is_dated: bool = True
    is_long: bool = False

    @property
    def name(self) -> str:
        """The name of the table."""
        return str(self.key.class_.__tablename__)

    def holds(self, entry_id: int) -> bool:
        """Say whether an entry is of this table."""
        return first_id(self.name) < entry_id <= last_id(self.name)


def _shown(
    key: InstrumentedAttribute[int],
    public_id: InstrumentedAttribute[str],
    name: ColumnElement[str] | InstrumentedAttribute[str],
    kind: InstrumentedAttribute[str] | None = None,
    on: InstrumentedAttribute[Any] | None = None,
) -> Select[Any]:
    return select(
        key.label("row"),
        public_id.label("public_id"),
        name.label("name"),
        (literal("", String()) if kind is None else kind).label("kind"),
        (cast(null(), Date()) if on is None else on).label("day"),
    ).select_from(key.class_)


_TITLE = case((Moment.title != "", Moment.title), else_=Initiative.title)
_STANDING = (Moment.binned_at.is_(None), Initiative.binned_at.is_(None))

SOURCES = (
    Source(
        Initiative.id,
        "initiatives",
        _shown(
            Initiative.id, Initiative.public_id, Initiative.title, Initiative.kind, Initiative.started_on
        ).where(Initiative.binned_at.is_(None)),
        is_long=True,
    ),
    Source(
        Update.id,
        "initiatives",
        _shown(Update.id, Initiative.public_id, Initiative.title, Initiative.kind, Update.on_day)
        .join(Initiative, Initiative.id == Update.initiative_id)
        .where(Initiative.binned_at.is_(None)),
        has_title=False,
        is_part=True,
        is_long=True,
    ),
    Source(
        Moment.id,
        "moments",
        _shown(Moment.id, Moment.public_id, _TITLE, Moment.kind, Moment.on_day)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*_STANDING),
        is_part=True,
        is_long=True,
    ),
    Source(
        Lesson.id,
        "lessons",
        _shown(Lesson.id, Moment.public_id, _TITLE, Moment.kind, Moment.on_day)
        .join(Moment, Moment.id == Lesson.moment_id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(*_STANDING),
        has_title=False,
        is_part=True,
        is_long=True,
    ),
    Source(
        Department.id,
        "departments",
        _shown(Department.id, Department.public_id, Department.name).where(Department.binned_at.is_(None)),
        has_text=False,
        is_dated=False,
    ),
    Source(
        DepartmentAlias.id,
        "departments",
        _shown(DepartmentAlias.id, Department.public_id, Department.name)
        .join(Department, Department.id == DepartmentAlias.department_id)
        .where(Department.binned_at.is_(None)),
        has_title=False,
        is_part=True,
        is_dated=False,
    ),
    Source(
        Division.id,
        "divisions",
        _shown(Division.id, Division.public_id, Division.name),
        has_text=False,
        is_dated=False,
    ),
    Source(
        Person.id,
        "sponsors",
        _shown(Person.id, Person.public_id, Person.name).where(Person.binned_at.is_(None)),
        is_dated=False,
    ),
    Source(
        PersonAlias.id,
        "sponsors",
        _shown(PersonAlias.id, Person.public_id, Person.name)
        .join(Person, Person.id == PersonAlias.person_id)
        .where(Person.binned_at.is_(None)),
        has_title=False,
        is_part=True,
        is_dated=False,
    ),
    Source(
        OtherTitle.id,
        "initiatives",
        _shown(OtherTitle.id, Initiative.public_id, Initiative.title, Initiative.kind, Initiative.started_on)
        .join(Initiative, Initiative.id == OtherTitle.initiative_id)
        .where(Initiative.binned_at.is_(None)),
        has_title=False,
        is_part=True,
    ),
    Source(
        Journey.id,
        "journeys",
        _shown(Journey.id, Journey.public_id, Journey.name).where(Journey.binned_at.is_(None)),
        has_text=False,
        is_dated=False,
    ),
    Source(
        Step.id,
        "journeys",
        _shown(Step.id, Journey.public_id, Journey.name)
        .join(Journey, Journey.id == Step.journey_id)
        .where(Journey.binned_at.is_(None)),
        has_title=False,
        is_part=True,
        is_dated=False,
    ),
    Source(Theme.id, "themes", _shown(Theme.id, Theme.public_id, Theme.name), has_text=False, is_dated=False),
    Source(
        Presentation.id,
        "presentations",
        _shown(Presentation.id, Presentation.public_id, Presentation.title).where(
            Presentation.binned_at.is_(None)
        ),
    ),
    Source(
        Snapshot.id,
        "snapshots",
        _shown(Snapshot.id, Snapshot.public_id, Snapshot.sentence, on=Snapshot.on_day),
        has_text=False,
    ),
)


@cache
def entries_of(group: str, most: int, *, is_sqlite: bool) -> CompoundSelect[Any]:
    """Ask for entries of a group of records, "" for all: id, whether all words are in the title, title, text.

    Of each table the newest `most` by title, and the newest by all that is written; `questions` has the words.
    The question is put together once: that takes longer than its answer.
    """
    arms = []
    for source in sources_of(group):
        for hits, in_title in _hits(source, _number(most), is_sqlite=is_sqlite):
            entry = select(
                ENTRIES.c.id, literal(int(in_title)).label("in_title"), ENTRIES.c.title, ENTRIES.c.body
            )
            arms.append(entry.join_from(hits, ENTRIES, ENTRIES.c.id == hits.c.id))
    return union_all(*arms)


def questions(sought: Sequence[Sequence[str]], *, is_sqlite: bool) -> dict[str, str]:
    """Return what the index is asked, by title and by all that is written."""
    written = for_sqlite if is_sqlite else for_postgresql
    return {"titled": written(sought, in_title=True), "written": written(sought, in_title=False)}


@cache
def finds_anything(group: str, *, is_sqlite: bool) -> CompoundSelect[Any]:
    """Ask whether `questions` find anything in a group of records, "" for all."""
    return union_all(
        *(
            select(literal(1)).select_from(hits)
            for source in sources_of(group)
            for hits, _ in _hits(source, _number(1), is_sqlite=is_sqlite)
        )
    )


def sources_of(group: str) -> tuple[Source, ...]:
    """Return what is searched for a group of records, "" for all."""
    return tuple(each for each in SOURCES if group in ("", each.group))


def records_of(ids: Sequence[int]) -> CompoundSelect[Any] | None:
    """Ask for what the entries with these ids lead to: entry, public id, name, kind, day."""
    arms = []
    for source in SOURCES:
        first = first_id(source.name)
        rows = [each - first for each in ids if source.holds(each)]
        if rows:
            shown = source.shown.where(source.key.in_(rows)).subquery()
            columns = (shown.c.public_id, shown.c.name, shown.c.kind, shown.c.day)
            arms.append(select((literal(first, BigInteger()) + shown.c.row).label("id"), *columns))
    return union_all(*arms) if arms else None


def _hits(source: Source, most: ColumnElement[int], *, is_sqlite: bool) -> Iterator[tuple[Any, bool]]:
    """Yield the questions for one table, each with whether it is asked of the titles alone."""
    for in_title in (True, False):
        if not (source.has_title if in_title else source.has_text):
            continue
        question = bindparam("titled" if in_title else "written", type_=String())
        if is_sqlite:
            yield _of_sqlite(source, question, most), in_title
        else:
            yield _of_postgresql(source, question, most, in_title=in_title), in_title


def _of_sqlite(source: Source, question: Any, most: ColumnElement[int]) -> Any:
    """Ask the one index, which has the newest ready."""
    entry = INDEX.c.rowid
    query = select(entry.label("id")).where(
        INDEX.c.search_index.op("MATCH")(question),
        entry.between(first_id(source.name), last_id(source.name)),
        *_standing_parts(source, entry),
    )
    return query.order_by(entry.desc() if source.is_dated else entry).limit(most).subquery()


def _of_postgresql(source: Source, question: Any, most: ColumnElement[int], *, in_title: bool) -> Any:
    """Ask the nearest entries one by one, then the table's index for the others: neither is quick alone.

    A word that many entries have is found among the nearest at once, where the index would give them all. A rare
    word is found by the index at once, where one by one they would all be read. Short tables have only the index.
    What is a number here is written out: an index of a part is entered by its very bounds, and a plan that is kept
    for any values should know of how few it is.
    """
    first, last = (_number(edge(source.name)) for edge in (first_id, last_id))
    # a query of its own is answered once; as a call it would be made anew for every entry
    asked = select(func.to_tsquery(literal_column("'search_stems'"), question)).scalar_subquery()
    entry = ENTRIES.c.id
    words = func.ts_filter(ENTRIES.c.words, literal_column("'{a}'")) if in_title else ENTRIES.c.words
    inside, in_order = entry.between(first, last), entry.desc() if source.is_dated else entry
    # the sum keeps the planner from reading in order what the index finds
    by_number = entry + _number(0)
    far = select(entry.label("id")).where(words.op("@@")(asked), inside, *_standing_parts(source, entry))
    far = far.order_by(by_number.desc() if source.is_dated else by_number).limit(most)
    if not source.is_long:
        return far.subquery()
    near = (
        select(entry, words.label("words")).where(inside).order_by(in_order).limit(_number(NEAR)).subquery()
    )
    found = select(near.c.id).where(near.c.words.op("@@")(asked), *_standing_parts(source, near.c.id))
    edge = select(entry).where(inside).order_by(in_order).offset(_number(NEAR - 1)).limit(_number(1))
    both = union_all(found, select(far.where(by_number < edge.scalar_subquery()).subquery().c.id)).subquery()
    return select(both.c.id).limit(most).subquery()


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer())


def _standing_parts(source: Source, entry: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that what an entry is part of does not lie in the bin."""
    if not source.is_part:
        return ()
    # A single row, not EXISTS: PostgreSQL would make a join of that, and read the whole table for it.
    whole = source.shown.where(source.key == entry - _number(first_id(source.name)))
    return (whole.with_only_columns(literal(1)).scalar_subquery().is_not(None),)
