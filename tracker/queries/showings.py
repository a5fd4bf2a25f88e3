"""Snapshots that were presented: when, and what they showed; the matter of "said then, known now"."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.captions_shown import Part, shown_parts, shown_sentence
from tracker.graph.series import CoveragePoint
from tracker.models.accounts import User
from tracker.models.showings import Showing
from tracker.models.snapshots import Snapshot
from tracker.queries.narrowing import Filters

#: So many showings are looked back at, the latest; what is older is not compared with.
MOST_SHOWINGS = 120
#: Wins are proposed from departments that were not on so many of the last stages.
LAST_STAGES = 2
#: The scenes whose departments brought something; another names two that could be brought together next.
BROUGHT = ("win", "near_miss")


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot that was presented on a day: what it showed, by the receipt of that number, and of which part.

    ``departments`` are those that its scenes named for a win or a lesson, by external id.
    """

    snapshot: str
    on: date
    shown_on: date
    together: int | None
    receipt: str
    filters: Filters
    departments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """What was shown of the day ``on``, and what is known of it now, as told on the day ``today``."""

    on: date
    shown_on: date
    shown: int
    known: int
    receipt: str
    today: date

    @property
    def parts(self) -> tuple[Part, ...]:
        """The sentence in pieces, so that both numbers can be links."""
        return shown_parts(self.shown, self.known, self.on, self.shown_on, self.today)

    @property
    def sentence(self) -> str:
        """The sentence whole."""
        return shown_sentence(self.shown, self.known, self.on, self.shown_on, self.today)


@dataclass(frozen=True, slots=True)
class ShowingRow:
    """When a snapshot was presented, and by whom; "" where that account is gone."""

    on: date
    who: str


def shown_on(session: Session, snapshots: Collection[str]) -> dict[str, tuple[ShowingRow, ...]]:
    """Return when each of some snapshots was presented, the latest first, by public id. 1 query."""
    rows = session.execute(
        select(Snapshot.public_id, Showing.shown_on, User.name)
        .join(Showing, Showing.snapshot_id == Snapshot.id)
        .outerjoin(User, User.id == Showing.shown_by_id)
        .where(Snapshot.public_id.in_(snapshots))
        .order_by(Showing.shown_on.desc(), Showing.id.desc())
    )
    found: dict[str, tuple[ShowingRow, ...]] = {}
    for public_id, on, name in rows:
        found[public_id] = (*found.get(public_id, ()), ShowingRow(on, name or ""))
    return found


def showings(session: Session, before: date | None = None) -> tuple[Shown, ...]:
    """Return the latest showings, those before a day where one is given, the earliest first.

    1 query, and 1 more for what this process has not read yet.
    """
    query = select(Snapshot.id, Snapshot.public_id, Snapshot.sha256, Snapshot.on_day, Showing.shown_on)
    query = query.join(Showing, Showing.snapshot_id == Snapshot.id)
    if before is not None:
        query = query.where(Showing.shown_on < before)
    rows = session.execute(
        query.order_by(Showing.shown_on.desc(), Showing.id.desc()).limit(MOST_SHOWINGS)
    ).all()
    said = _said(session, {row.sha256: row.id for row in rows})
    return tuple(Shown(row.public_id, row.on_day, row.shown_on, *said[row.sha256]) for row in reversed(rows))


def compared_on(
    found: Sequence[Shown],
    filters: Filters,
    days: Sequence[date],
    known: Callable[[Sequence[date]], Sequence[CoveragePoint]],
) -> tuple[Compared | None, ...]:
    """Return for each of the days what was last shown before it of the same part; None where nothing was.

    ``found`` as by `showings`; ``known`` gives how the pairs of the part stand on some days, in order, as it is
    known now. No query.
    """
    there = [each for each in found if each.filters == filters and each.together is not None]
    shown_days = [each.shown_on for each in there]
    last = [bisect_left(shown_days, day) - 1 for day in days]
    asked = sorted({there[at].on for at in last if at >= 0})
    points = dict(zip(asked, known(asked), strict=True)) if asked else {}
    return tuple(
        _compared(there[at], points[there[at].on].together, day) if at >= 0 else None
        for at, day in zip(last, days, strict=True)
    )


def lately_named(found: Sequence[Shown]) -> frozenset[str]:
    """Return the departments that the last two snapshots of some showings named, by external id. No query."""
    last: dict[str, frozenset[str]] = {}
    for each in reversed(found):
        last.setdefault(each.snapshot, each.departments)
        if len(last) == LAST_STAGES:
            break
    return frozenset[str]().union(*last.values())


def _compared(shown: Shown, known: int, today: date) -> Compared:
    return Compared(shown.on, shown.shown_on, shown.together or 0, known, shown.receipt, today)


#: What a snapshot said, by the SHA-256 of its bytes: it never changes, so this process reads it once.
_read: dict[str, tuple[int | None, str, Filters, frozenset[str]]] = {}


def _said(
    session: Session, wanted: dict[str, int]
) -> dict[str, tuple[int | None, str, Filters, frozenset[str]]]:
    """Return what snapshots said, by SHA-256; ``wanted`` has their row ids."""
    if missing := [id_ for sha256, id_ in wanted.items() if sha256 not in _read]:
        rows = session.execute(select(Snapshot.sha256, Snapshot.document).where(Snapshot.id.in_(missing)))
        for sha256, document in rows.yield_per(1):
            _read[sha256] = _told_in(json.loads(document))
    return {sha256: _read[sha256] for sha256 in wanted}


def _told_in(document: dict[str, Any]) -> tuple[int | None, str, Filters, frozenset[str]]:
    """Return the number a snapshot showed with its receipt, of which part it was, and whom its scenes named."""
    here = (
        (int(each["value"]), str(each["receipt"]))
        for each in document["figures"]
        if each["name"] == "together" and each["on"] == document["on"] and each["value"] is not None
    )
    together, receipt = next(here, (None, ""))
    named: Iterable[str] = (
        id_
        for scene in document.get("scenes", ())
        if scene["kind"] in BROUGHT
        for id_ in scene.get("departments", ())
    )
    return together, receipt, Filters.read(document.get("filters", {})), frozenset(named)
