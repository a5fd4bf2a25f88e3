"""The wins and near misses that a stage may tell: only what counts, and a near miss only as its team agreed to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from operator import attrgetter

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.momentum import beats
from tracker.graph.verdicts import Verdict, judged, verdicts
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, Moment
from tracker.queries.places import Place

#: Batons drawn at once; more would hide the ties they run along.
MOST_TOLD = 24
#: How many times as many moments are looked at first: some are not to be shown.
OFTEN_ENOUGH = 3
#: A lesson longer than this is told by the title of its near miss.
LONGEST_LESSON = 90
TOLD_KINDS = ("win", "measured_win", "near_miss")


@dataclass(frozen=True, slots=True)
class Told:
    """A moment as the stage names it, with the departments that took part on its day."""

    public_id: str
    kind: str
    title: str
    on: date
    departments: tuple[Place, ...]

    @property
    def is_near_miss(self) -> bool:
        """Say whether it is a near miss, which stops half-way."""
        return self.kind == "near_miss"


def told_between(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> tuple[Told, ...]:
    """Return what may be told of the days from ``first`` to ``last``, the newest first.

    1 query of the last of these days that have enough to tell, and 1 more of the days before where they have not.
    A near miss needs its team's "ok to show", and is told by its lesson rather than by what went wrong.
    """
    begin = max(first, _enough_since(portfolio, last))
    told = _told(session, portfolio, where, begin, last)
    if len(told) < MOST_TOLD and begin > first:
        told += _told(session, portfolio, where, first, begin - timedelta(1))
    return tuple(told[:MOST_TOLD])


def _enough_since(portfolio: Portfolio, last: date) -> date:
    """Return the day from which on several times as many moments count as can be told."""
    summed, wanted = beats(portfolio), OFTEN_ENOUGH * MOST_TOLD
    for place in range(bisect_right(summed, last.toordinal(), key=attrgetter("day")) - 1, -1, -1):
        wanted -= summed[place].moments
        if wanted <= 0:
            return date.fromordinal(summed[place].day)
    return date.min


def told_each(
    session: Session,
    portfolio: Portfolio,
    where: dict[str, Place],
    spans: Sequence[tuple[date, date]],
    most: int,
) -> tuple[tuple[Told, ...], ...]:
    """Return what may be told of each of some spans of days, oldest first and not overlapping; the newest come first.

    At most so many of each span, with two of the departments or more; where there are both, a win and a near miss
    are among them. 2 queries: which near misses may be shown, and the moments of the days that have enough to tell.
    """
    found: list[list[Told]] = [[] for _ in spans]
    beginnings = [first for first, _ in spans]
    agreed = frozenset(session.scalars(_AGREED.where(Moment.on_day.between(spans[0][0], spans[-1][1]))))
    candidates = _Candidates(portfolio, where, agreed)
    days = [day for span in spans for day in candidates.days_of(*span, most)]
    for told in _all_told(session, portfolio, where, Moment.on_day.in_(days)) if days else ():
        if len(told.departments) < 2:
            continue
        here = found[bisect_right(beginnings, told.on) - 1]
        if len(here) < most:
            here.append(told)
        elif not any(each.is_near_miss == told.is_near_miss for each in here):
            here[-1] = told
    return tuple(map(tuple, found))


#: The near misses whose team agreed that they are shown.
_AGREED = select(Moment.external_id).where(
    Moment.binned_at.is_(None), Moment.kind == "near_miss", Moment.ok_to_show
)


class _Candidates:
    """What may be told of each day, known before any of it is read: of a large register most of it never is."""

    def __init__(self, portfolio: Portfolio, where: Container[str], agreed: Container[str]) -> None:
        self.counted, self.where, self.agreed = judged(portfolio).counted, where, agreed

    def days_of(self, first: date, last: date, most: int) -> Iterator[date]:
        """Yield the last days of a span that have so many moments, and the day of the newest win or near miss beside."""
        count, kinds = 0, set[bool]()
        for day in range(last.toordinal(), first.toordinal() - 1, -1):
            here = [each.kind == "near_miss" for each in self.counted.get(day, ()) if self._may_be_told(each)]
            if count < most or not kinds.issuperset(here):
                count += len(here)
                kinds.update(here)
                if here:
                    yield date.fromordinal(day)
            if count >= most and len(kinds) == 2:
                return

    def _may_be_told(self, verdict: Verdict) -> bool:
        if verdict.kind not in TOLD_KINDS or (
            verdict.kind == "near_miss" and verdict.event not in self.agreed
        ):
            return False
        return sum(each in self.where for each in verdict.sides[0].departments) > 1


def _told(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> list[Told]:
    return list(islice(_all_told(session, portfolio, where, Moment.on_day.between(first, last)), MOST_TOLD))


def _all_told(
    session: Session, portfolio: Portfolio, where: dict[str, Place], on_days: ColumnElement[bool]
) -> Iterator[Told]:
    found = verdicts(portfolio)
    rows = session.execute(
        select(
            Moment.external_id,
            Moment.public_id,
            Moment.kind,
            Moment.title,
            Moment.on_day,
            Initiative.title.label("home"),
            Lesson.next_time,
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .outerjoin(Lesson, Lesson.moment_id == Moment.id)
        .where(
            Moment.binned_at.is_(None),
            Initiative.binned_at.is_(None),
            Moment.is_confirmed,
            on_days,
            Moment.kind.in_(TOLD_KINDS),
            or_(Moment.kind != "near_miss", Moment.ok_to_show),
        )
        .order_by(Moment.on_day.desc(), Moment.id.desc())
    )
    for row in rows:
        verdict = found.get(row.external_id)
        if verdict is None or not verdict.counts:
            continue
        title = row.title or row.home
        yield Told(
            public_id=row.public_id,
            kind=row.kind,
            title=(lesson_words(row.next_time) or title) if row.kind == "near_miss" else title,
            on=row.on_day,
            departments=tuple(where[id_] for id_ in verdict.sides[0].departments if id_ in where),
        )


def counted_between(portfolio: Portfolio, first: date, last: date) -> int:
    """Return how many wins, near misses and moved measures of these days count."""
    summed, day = beats(portfolio), attrgetter("day")
    begin = bisect_left(summed, first.toordinal(), key=day)
    end = bisect_right(summed, last.toordinal(), key=day)
    return sum(beat.moments for beat in summed[begin:end])


def lesson_words(text: str | None) -> str:
    """Return the first sentence of what a lesson says to do next time, "" where it is too long to be told."""
    sentence = re.split(r"(?<=[.;!?])\s", (text or "").strip(), maxsplit=1)[0].rstrip(".;")
    return sentence if len(sentence) <= LONGEST_LESSON else ""


def named_of(told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Return the two moments that stand beside the track: a win and a near miss where there are both."""
    wins = [each for each in told if not each.is_near_miss]
    misses = [each for each in told if each.is_near_miss]
    return (wins[0], misses[0]) if wins and misses else told[:2]
