"""What changed the two numbers since somebody looked: three causes at most for each, outcomes before silence.

New is what happened on later days, and what was logged later about earlier ones: as of a day means what is known
today, so that moves the numbers too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.causes import ABOUT, TOLD, Cause, explain
from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.momentum import LESSONS, WINS
from tracker.graph.ties import threshold_of, ties_on
from tracker.graph.verdicts import Verdict, judged, verdicts
from tracker.models.initiatives import Initiative
from tracker.models.moments import LessonReuse, Moment
from tracker.queries.facts import current_portfolio
from tracker.queries.logged import (
    RECORDS,
    Logged,
    events_come_to_count,
    initiatives_added,
    logged_after,
    written_on,
)
from tracker.queries.named import Named
from tracker.queries.places import Place, initiatives_named, places
from tracker.queries.why import journeys_named

#: Causes beside each number; the rest stands one click away.
MOST = 3
#: The order in which causes are told: what came to be before what stopped, silence last.
ORDER = (*TOLD[: TOLD.index("merged")], "added", *TOLD[TOLD.index("merged") :])
PACE_ORDER = ("measured_win", "win", "moved", "near_miss", "reuse")
#: Several of these are counted as one kind.
FAMILY = {"measured_win": "win"}
#: Whose record each of them opens.
OPENS: dict[str, str] = {**{str(kind): about for kind, about in ABOUT.items()}, "added": "initiative"}


@dataclass(frozen=True, slots=True)
class News:
    """A cause in words, with what it moves and the record it opens; or several of a ``kind``, without a record.

    ``days``: the first and the last day of the moments that it counts.
    """

    kind: str
    words: str
    effect: str = ""
    on: date | None = None
    about: str = ""
    public_id: str = ""
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The causes to tell, and how many more there are."""

    news: tuple[News, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Since:
    """What changed the two numbers after somebody looked on a day; ``first`` is the day to compare with."""

    on: date
    first: date
    together: Changed
    pace: Changed


class _New(NamedTuple):
    """One cause: its kind, the id of its record, its day, and what it moves; late: of a day before the look."""

    kind: str
    key: str
    on: date
    is_late: bool = False
    other: str | None = None
    together: int = 0
    required: int = 0


def since(
    session: Session, looked_at: datetime, looked_on: date, today: date, where: dict[str, Place] | None = None
) -> Since:
    """Return what changed after a look until today.

    1 query. When the version is new, or nobody asked for this look yet, at most 12 more, and those of the facts.
    """
    version, portfolio = current_portfolio(session)

    def make() -> Since:
        known = places(session) if where is None else where
        logged = logged_after(session, looked_at)
        causes = _causes(session, portfolio, logged, looked_on, today)
        starts = [each.on for each in causes if not each.is_late]
        return Since(
            on=looked_on,
            first=min([looked_on, *(day - timedelta(1) for day in starts)]),
            together=_together(session, causes, known),
            pace=_pace(session, portfolio, logged, looked_on, today),
        )

    # By version, not by facts alone: a new title changes no fact.
    return remember(portfolio, "since", (version, looked_at, today), make)


def _causes(
    session: Session, portfolio: Portfolio, logged: Logged, looked_on: date, today: date
) -> list[_New]:
    """Return what moved the count of pairs: later days, what was logged later about that day, and late additions."""
    found = explain(portfolio, looked_on - timedelta(1), today).causes
    moving = [each for each in found if each.together or each.required]
    later = _seen_later(session, [each for each in moving if each.on == looked_on], logged.after)
    told = [
        _New(each.kind, each.subject, each.on, False, each.department, each.together, each.required)
        for each in moving
        if each.on > looked_on or (ABOUT[each.kind], each.subject) in later
    ]
    told += _added(session, portfolio, logged, looked_on, today, {each.key for each in told})
    return sorted(told, key=lambda each: (ORDER.index(each.kind), -each.on.toordinal(), each.key))


def _seen_later(session: Session, causes: Iterable[Cause], looked_at: datetime) -> set[tuple[str, str]]:
    """Return the records of these causes that somebody wrote on after the look. 1 query for each kind of record."""
    wanted: dict[str, set[str]] = {}
    for each in causes:
        wanted.setdefault(ABOUT[each.kind], set()).add(each.subject)
    return {
        (about, id_) for about, ids in wanted.items() for id_ in written_on(session, about, ids, looked_at)
    }


def _added(
    session: Session,
    portfolio: Portfolio,
    logged: Logged,
    looked_on: date,
    today: date,
    told: set[str],
) -> list[_New]:
    """Return the initiatives added after the look that began before it and let a pair work together. 1 query."""
    ties, threshold = ties_on(portfolio, today), threshold_of(portfolio)
    begun = {
        id_: day
        for id_, day in initiatives_added(session, logged, looked_on).items()
        if ties.sizes.get(id_, 0) > 1 and id_ not in told
    }
    gains = dict.fromkeys(begun, 0)
    for pair, bridges in ties.bridges.items() if begun else ():
        late = sorted(
            (each for each in bridges if each.initiative in begun),
            key=lambda each: (begun[each.initiative], each.initiative),
        )
        if not late or pair not in ties.importance:
            continue
        strength = sum(each.weight for each in bridges) - sum(each.weight for each in late)
        for each in late:
            gains[each.initiative] += strength < threshold <= strength + each.weight
            strength += each.weight
    return [_New("added", id_, begun[id_], True, together=gain) for id_, gain in gains.items() if gain]


def _together(session: Session, causes: Sequence[_New], where: Mapping[str, Place]) -> Changed:
    """Tell the causes of the count of pairs. 2 queries at most."""
    groups = _grouped(causes)[:MOST]
    alone = [group[0] for group in groups if len(group) == 1]
    of = {about: [each.key for each in alone if OPENS[each.kind] == about] for about in RECORDS}
    named = {
        "initiative": initiatives_named(session, of["initiative"]) if of["initiative"] else {},
        "journey": journeys_named(session, of["journey"]) if of["journey"] else {},
        "department": {id_: Named(place.public_id, place.name) for id_, place in where.items()},
    }
    news = []
    for group in groups:
        first, about = group[0], OPENS[group[0].kind]
        effect = captions.effect_words(
            sum(each.together for each in group), sum(each.required for each in group)
        )
        if len(group) > 1:
            news.append(News(first.kind, captions.news_counted(first.kind, len(group)), effect))
            continue
        record = named[about].get(first.key, Named("", first.key))
        other = where[first.other].name if first.other and first.other in where else ""
        words = captions.news_words(first.kind, record.name, other)
        news.append(News(first.kind, words, effect, first.on, about, record.public_id))
    return Changed(tuple(news), len(causes) - sum(map(len, groups)))


def _pace(session: Session, portfolio: Portfolio, logged: Logged, looked_on: date, today: date) -> Changed:
    """Tell what came to count, and last what the window of the headline has left behind. 4 queries at most."""
    window = timedelta(portfolio.settings.window_days)
    counted, by_event = judged(portfolio).counted, verdicts(portfolio)
    fresh = _between(counted, looked_on + timedelta(1), today)
    late = [
        by_event[id_]
        for id_ in events_come_to_count(session, logged, today - window, looked_on)
        if id_ in by_event and by_event[id_].counts
    ]
    causes = sorted(
        (_New(each.kind, each.event, each.on, each.on <= looked_on) for each in (*fresh, *late)),
        key=lambda each: (each.is_late, PACE_ORDER.index(each.kind), -each.on.toordinal(), each.key),
    )
    since, left = (
        looked_on + timedelta(1),
        (looked_on - window + timedelta(1), min(today - window, looked_on)),
    )
    past = _between(counted, *left)
    wins, lessons = (sum(each.kind in kinds for each in past) for kinds in (WINS, LESSONS))
    groups = _grouped(causes, others=1 if wins + lessons else 0)
    shown = groups[:MOST]
    named = _moments_named(session, [group[0].key for group in shown if len(group) == 1])
    news = []
    for group in shown:
        first = group[0]
        kind = FAMILY.get(first.kind, first.kind)
        if len(group) > 1:
            news.append(News(kind, captions.news_counted(kind, len(group)), days=(since, today)))
            continue
        record = named.get(first.key, Named("", first.key))
        words = captions.news_words(first.kind, record.name)
        news.append(News(kind, words, on=first.on, about="moment", public_id=record.public_id))
    more = len(causes) + wins + lessons - sum(map(len, shown))
    if wins + lessons and len(news) < MOST:
        kind = "" if wins and lessons else "win" if wins else "near_miss"
        news.append(News(kind, captions.past_words(wins, lessons, window.days), days=left))
        more -= wins + lessons
    return Changed(tuple(news), more)


def _between(counted: Mapping[int, Sequence[Verdict]], first: date, last: date) -> list[Verdict]:
    """Return the counted events from one day to another."""
    days = range(first.toordinal(), last.toordinal() + 1)
    return [each for day in days for each in counted.get(day, ())]


def _moments_named(session: Session, external_ids: Collection[str]) -> dict[str, Named]:
    """Return moments, and for reuses the near misses whose lesson was used, by external id. 2 queries, none for none."""
    if not external_ids:
        return {}
    moments = (
        select(Moment.external_id, Moment.public_id, Moment.title, Initiative.title)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(Moment.external_id.in_(external_ids))
    )
    reuses = (
        select(LessonReuse.external_id, Moment.public_id, Moment.title, Initiative.title)
        .join(Moment, Moment.id == LessonReuse.moment_id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(LessonReuse.external_id.in_(external_ids))
    )
    return {
        external_id: Named(public_id, title or home)
        for query in (moments, reuses)
        for external_id, public_id, title, home in session.execute(query)
    }


def _grouped(causes: Sequence[_New], others: int = 0) -> list[list[_New]]:
    """Return each cause alone where they and others are few, else those of a kind together; late ones stay alone."""
    if len(causes) + others <= MOST:
        return [[each] for each in causes]
    groups: dict[str, list[_New]] = {}
    for each in causes:
        kind = f"late {each.key}" if each.is_late else FAMILY.get(each.kind, each.kind)
        groups.setdefault(kind, []).append(each)
    return list(groups.values())
