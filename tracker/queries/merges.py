"""Merges as they were made, what a merged record became, and what may be the same as a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rapidfuzz import fuzz, process, utils
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.graph.wording import MONTHS
from tracker.models.base import Base
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, OtherTitle
from tracker.models.merges import Merge
from tracker.models.people import Person, PersonAlias
from tracker.queries.alike_names import new_names
from tracker.queries.named import Named

#: The models by the kinds that can be merged.
MODELS: dict[str, type[Base]] = {"department": Department, "person": Person, "initiative": Initiative}
#: Of 100: titles less alike are offered in their order alone.
ALIKE, MOST_ALIKE = 60, 5
#: Records that the list offers beside those; the search narrows it.
MOST_OFFERED = 200
#: A record that went into another which went into a third, and so on; longer than anybody merges.
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge in the list."""

    public_id: str
    kind: str
    way: str
    from_name: str
    into_name: str
    on_day: date | None
    made_at: datetime
    made_by: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """The records that one can be merged with: those with a name like its own, others by name, and how many more."""

    alike: tuple[Named, ...]
    others: tuple[Named, ...]
    more: int


def count_merges(session: Session) -> int:
    """Return how many merges there were. 1 query."""
    return session.scalar(select(func.count(Merge.id))) or 0


def list_merges(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[MergeRow, ...]:
    """Return one page of the merges, the newest first. 1 query."""
    columns = (Merge.public_id, Merge.kind, Merge.way, Merge.from_name, Merge.into_name, Merge.on_day)
    rows = session.execute(
        select(*columns, Merge.made_at, Merge.made_by, Merge.undone_at)
        .order_by(Merge.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(MergeRow(*row[:-1], is_undone=row.undone_at is not None) for row in rows)


def merges_into(session: Session, kind: str, public_id: str) -> tuple[MergeRow, ...]:
    """Return the merges that still stand by which a record took others in, the newest first. 1 query."""
    columns = (Merge.public_id, Merge.kind, Merge.way, Merge.from_name, Merge.into_name, Merge.on_day)
    rows = session.execute(
        select(*columns, Merge.made_at, Merge.made_by)
        .where(Merge.kind == kind, Merge.into_public_id == public_id, Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
    )
    return tuple(MergeRow(*row, is_undone=False) for row in rows)


def merge_of(session: Session, kind: str, public_id: str) -> str:
    """Return the public id of the merge by which a record went away, "" where it stands itself. 1 query."""
    return session.scalar(select(Merge.public_id).where(_went(kind, Merge.from_public_id == public_id))) or ""


def survivor_of(session: Session, kind: str, public_id: str) -> str:
    """Return the public id of the record that one is now, "" where it stands itself. 1 query a step, mostly 2."""
    here, seen = public_id, {public_id}
    while len(seen) <= MOST_STEPS:
        into = session.scalar(select(Merge.into_public_id).where(_went(kind, Merge.from_public_id == here)))
        if into is None or into in seen:
            break
        seen.add(into)
        here = into
    return "" if here == public_id else here


def survivors(session: Session, kind: str) -> dict[str, str]:
    """Return what merged records of a kind are now: external id to external id. 1 query."""
    model: Any = MODELS[kind]
    gone, stays = aliased(model), aliased(model)
    rows = session.execute(
        select(gone.external_id, stays.external_id)
        .select_from(Merge)
        .join(gone, gone.public_id == Merge.from_public_id)
        .join(stays, stays.public_id == Merge.into_public_id)
        .where(_went(kind))
        .order_by(Merge.id)
    )
    into: dict[str, str] = {row[0]: row[1] for row in rows}
    found = {}
    for old, first in into.items():
        new, seen = first, {old}
        while new in into and new not in seen:
            seen.add(new)
            new = into[new]
        found[old] = new
    return found


def was_merged(kind: str, public_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that a record went into another as the same one."""
    return exists().where(_went(kind, Merge.from_public_id == public_id))


def taken_in(kind: str, id_: int) -> Any:
    """Select the row ids of the records that went into one, straight or through others, as the same one."""
    model: Any = MODELS[kind]
    gone, stays = aliased(model), aliased(model)
    steps = (
        select(gone.id.label("gone"), stays.id.label("stays"))
        .select_from(Merge)
        .join(gone, gone.public_id == Merge.from_public_id)
        .join(stays, stays.public_id == Merge.into_public_id)
        .where(_went(kind))
        .cte("steps")
    )
    found = select(steps.c.gone).where(steps.c.stays == id_).cte("taken_in", recursive=True)
    found = found.union(select(steps.c.gone).join(found, steps.c.stays == found.c.gone))
    return select(found.c.gone)


def other_names(session: Session, kind: str, id_: int) -> tuple[str, ...]:
    """Return the other names of a sponsor or titles of an initiative, in their order. 1 query."""
    query = (
        select(PersonAlias.name).where(PersonAlias.person_id == id_).order_by(PersonAlias.name)
        if kind == "person"
        else select(OtherTitle.title).where(OtherTitle.initiative_id == id_).order_by(OtherTitle.title)
    )
    return tuple(session.scalars(query))


def offered(
    session: Session, kind: str, public_id: str, name: str, *, q: str = "", chosen: str = ""
) -> Offered:
    """Return the records of a kind that one can be merged with, those most like its name first. 1 query.

    A search narrows the others; the one that is chosen is always among them.
    """
    rows = _names(session, kind, public_id)
    alike = (_titled_like if kind == "initiative" else _named_like)(name, rows)
    words = q.casefold().split()
    others = [
        each
        for each in rows
        if each not in alike
        and (each.public_id == chosen or all(word in each.name.casefold() for word in words))
    ]
    others.sort(key=lambda each: (each.public_id != chosen, each.name.casefold()))
    return Offered(alike, tuple(others[:MOST_OFFERED]), max(0, len(others) - MOST_OFFERED))


def _titled_like(title: str, rows: Sequence[Named]) -> tuple[Named, ...]:
    """Return those whose titles share the most words."""
    found = process.extract(
        title,
        [row.name for row in rows],
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=MOST_ALIKE,
    )
    return tuple(rows[at] for _, _, at in found)


def _named_like(name: str, rows: Sequence[Named]) -> tuple[Named, ...]:
    """Return those of the same name, then those that an import would take it for."""
    (found,) = new_names([name], [row.name for row in rows])
    order = {each: place for place, each in enumerate((name, *found.alike))}
    return tuple(sorted((row for row in rows if row.name in order), key=lambda row: order[row.name]))[
        :MOST_ALIKE
    ]


def _names(session: Session, kind: str, public_id: str) -> Sequence[Named]:
    model: Any = MODELS[kind]
    name = model.title if kind == "initiative" else model.name
    more = [model.title] if kind == "person" else [model.started_on] if kind == "initiative" else []
    rows = session.execute(
        select(model.public_id, name, *more).where(model.binned_at.is_(None), model.public_id != public_id)
    )
    return [Named(row[0], f"{row[1]}, {_said(row[2])}" if more and row[2] else row[1]) for row in rows]


def day_said(day: date) -> str:
    """Write a day as people read it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _said(value: str | date) -> str:
    return value if isinstance(value, str) else f"since {day_said(value)}"


def _went(kind: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a merge of the same recorded twice still stands."""
    standing: ColumnElement[bool] = Merge.undone_at.is_(None)
    for each in (Merge.kind == kind, Merge.way == "twice", *conditions):
        standing = standing & each
    return standing
