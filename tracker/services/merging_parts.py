"""What every merge of two records does: references go over, stays that touch become one, names are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.models.bulk import AT_ONCE
from tracker.models.initiatives import Initiative
from tracker.models.views import SavedView

#: The columns of the first and the last day of a stay.
Days = tuple[str, str]
INVOLVED: Days = ("joined_on", "left_on")
SPONSORED: Days = ("from_on", "to_on")


@dataclass(frozen=True, slots=True)
class Filled:
    """What the record that stays says of something, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Two moments of one day that say the same; the later one goes to the bin where one of the two is wanted."""

    title: str
    kind: str
    on: date


@dataclass(slots=True)
class Moves:
    """What a merge moves: how many of each kind, which initiatives it touches, what it fills in, what to know."""

    counts: Counter[str] = field(default_factory=Counter)
    initiatives: set[int] = field(default_factory=set)
    filled: list[Filled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)


def repoint(session: Session, column: InstrumentedAttribute[Any], old: int, new: int) -> Sequence[Any]:
    """Let every row that names one record in a column name another; return the rows. 1 query."""
    rows = session.scalars(select(column.class_).where(column == old)).all()
    for row in rows:
        setattr(row, column.key, new)
    return rows


def hand_over(
    session: Session,
    theirs: Iterable[Any],
    own: list[Any],
    column: str,
    new: int,
    days: Days,
    alike: Callable[[Any, Any], bool],
) -> None:
    """Give stays to another record, each joined with those of its own that are alike and touch it.

    Inside the write transaction. Whoever leads in one of two that are joined leads in both.
    """
    first, last = days
    for each in theirs:
        touching = [row for row in own if alike(row, each) and _touch(row, each, days)]
        if not touching:
            setattr(each, column, new)
            own.append(each)
            continue
        kept, *rest = touching
        firsts = [getattr(row, first) for row in (each, *touching)]
        lasts = [getattr(row, last) for row in (each, *touching)]
        leads = "lead" in {row.role for row in (each, *touching)}
        session.flush()  # what was set before must stand in the audit: a row that goes tells there what it last was
        for row in (each, *rest):
            session.delete(row)
        own[:] = [row for row in own if row not in rest]
        session.flush()  # those that go must be gone before the one that stays takes their first day
        setattr(kept, first, None if None in firsts else min(firsts))
        setattr(kept, last, None if None in lasts else max(lasts))
        kept.role = "lead" if leads else kept.role


def _touch(one: Any, other: Any, days: Days) -> bool:
    """Say whether two stays share a day, or one begins on the day the other ends."""
    first, last = days
    return all(
        getattr(a, last) is None or getattr(b, first) is None or getattr(b, first) <= getattr(a, last)
        for a, b in ((one, other), (other, one))
    )


def number_anew(session: Session, moves: Moves) -> None:
    """Give the initiatives that were touched another version: a form opened before knows other parts."""
    ids = sorted(moves.initiatives)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for initiative in session.scalars(select(Initiative).where(Initiative.id.in_(some))):
            initiative.version += 1


def move_views(session: Session, old: str, new: str, moves: Moves) -> None:
    """Let saved views that are narrowed to one record be narrowed to the other. 1 query."""
    for view in session.scalars(select(SavedView).where(SavedView.query.contains(old, autoescape=True))):
        pairs = [(key, new if value == old else value) for key, value in parse_qsl(view.query, True)]
        query = urlencode(list(dict.fromkeys(pairs)))
        if (new in query) and query != view.query:
            view.query = query
            moves.counts["saved view"] += 1


def names_to_keep(gone: Iterable[str], stays: str, known: Collection[str]) -> list[str]:
    """Return the names that the record which stays does not bear yet, whatever their capitals."""
    have = {each.casefold() for each in (stays, *known)}
    found = []
    for name in gone:
        if name.casefold() not in have:
            have.add(name.casefold())
            found.append(name)
    return found


def fill(record: Any, column: str, value: Any, label: str, moves: Moves, words: Callable[[Any], str]) -> None:
    """Set a field of the record that stays, and note what it said before; nothing where it says so already."""
    before = getattr(record, column)
    if before != value:
        setattr(record, column, value)
        moves.filled.append(Filled(label, words(before), words(value)))
