"""The wins and the near miss that scenes tell, with their receipts: who, where, when, and the records behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.intervals import timeline
from tracker.graph.momentum import WINS
from tracker.graph.verdicts import Verdict, judged, verdicts
from tracker.models.initiatives import Initiative, Sponsorship
from tracker.models.moments import Lesson, Moment
from tracker.models.people import Person
from tracker.queries.named import Named
from tracker.queries.places import Place
from tracker.queries.telling import lesson_words

#: So many wins are told.
MOST_WINS = 3
#: So many moments are offered to choose from, the newest.
MOST_TO_CHOOSE = 200
#: A near miss that its team agreed to show, and that has a lesson to be told by.
_MAY_BE_TOLD = (Moment.kind == "near_miss", Moment.ok_to_show, Moment.is_confirmed, Lesson.next_time != "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment of a scene, a win or a near miss by its ``kind``; ``lesson`` is the sentence that titles a near miss, ``next_time`` the whole of it.

    ``departments`` are names, ``taking_part`` external ids. ``measure`` is its name with the values before and after, None where they are not known.
    """

    public_id: str
    title: str
    on: date
    initiative: Named
    departments: tuple[str, ...]
    taking_part: tuple[str, ...]
    sponsors: tuple[str, ...] = ()
    note: str = ""
    measure: tuple[str, float, float] | None = None
    lesson: str = ""
    next_time: str = ""
    kind: str = "win"


def wins_to_show(
    session: Session,
    portfolio: Portfolio,
    where: dict[str, Place],
    days: tuple[date, date],
    lately: frozenset[str] = frozenset(),
) -> tuple[Shown, ...]:
    """Return the wins to tell of some days, from the first to the last. 2 queries, none where no win counts.

    Each next one brings departments that were not named before, as long as there are such; then those come first
    whose departments were not ``lately`` on a stage, by external id; then what counts more, is of more departments,
    and is newer.
    """
    return _wins_shown(session, where, choose_wins(portfolio, *days, lately))


def wins_to_choose(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> tuple[Shown, ...]:
    """Return the newest wins that count on these days, the newest first. 2 queries, none where no win counts."""
    newest = sorted(_wins(portfolio, first, last), key=attrgetter("on", "event"), reverse=True)
    return _wins_shown(session, where, newest[:MOST_TO_CHOOSE])


def _wins_shown(session: Session, where: dict[str, Place], chosen: Sequence[Verdict]) -> tuple[Shown, ...]:
    if not chosen:
        return ()
    rows = session.execute(_moments().where(Moment.external_id.in_([each.event for each in chosen]))).all()
    found = {row.external_id: row for row in rows}
    behind = _behind(session, rows)
    return tuple(
        _shown(found[each.event], each, where, behind[each.event]) for each in chosen if each.event in found
    )


def near_miss_to_show(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> Shown | None:
    """Return the newest near miss that may be told by its lesson, None where there is none. 1 query.

    It counts, its team said that it is ok to show, and the first sentence of its lesson is short enough.
    """
    return next(_near_misses(session, portfolio, where, first, last), None)


def near_misses_to_choose(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> tuple[Shown, ...]:
    """Return the near misses that may be told on these days, the newest first. 1 query."""
    return tuple(islice(_near_misses(session, portfolio, where, first, last), MOST_TO_CHOOSE))


def _near_misses(
    session: Session, portfolio: Portfolio, where: dict[str, Place], first: date, last: date
) -> Iterator[Shown]:
    found = verdicts(portfolio)
    rows = session.execute(
        _moments()
        .where(*_MAY_BE_TOLD, Moment.on_day.between(first, last))
        .order_by(Moment.on_day.desc(), Moment.id.desc())
    )
    for row in rows:
        verdict = found.get(row.external_id)
        if verdict is not None and verdict.counts and lesson_words(row.next_time):
            yield _shown(row, verdict, where, ())


def moments_named(
    session: Session,
    portfolio: Portfolio,
    where: dict[str, Place],
    days: tuple[date, date],
    public_ids: Collection[str],
) -> dict[str, Shown]:
    """Return of these moments those that count and may be told on these days, by public id. At most 2 queries."""
    if not public_ids:
        return {}
    found = verdicts(portfolio)
    rows = session.execute(
        _moments().where(
            Moment.public_id.in_(public_ids),
            Moment.on_day.between(*days),
            or_(Moment.kind.in_(WINS), and_(*_MAY_BE_TOLD)),
        )
    ).all()
    rows = [row for row in rows if (verdict := found.get(row.external_id)) and verdict.counts]
    behind = _behind(session, rows) if rows else {}
    return {
        row.public_id: _shown(row, found[row.external_id], where, behind[row.external_id])
        for row in rows
        if row.kind != "near_miss" or lesson_words(row.next_time)
    }


def choose_wins(
    portfolio: Portfolio, first: date, last: date, lately: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """Return the wins to tell, none of their departments twice as long as others have wins.

    Rather of departments that were not ``lately`` on a stage: of nobody who was comes before of somebody who was not.
    """
    left, named = list(_wins(portfolio, first, last)), set[str]()
    chosen: list[Verdict] = []
    while left and len(chosen) < MOST_WINS:
        best = max(left, key=lambda each: _worth_telling(each, named, lately))
        left.remove(best)
        named.update(best.sides[0].departments)
        chosen.append(best)
    return tuple(chosen)


def _worth_telling(
    each: Verdict, named: Collection[str], lately: Collection[str]
) -> tuple[bool, bool, bool, float, int, date, str]:
    departments = each.sides[0].departments
    here, before = set(departments), set(lately)
    return (
        not here <= set(named),
        not here & before,
        not here <= before,
        each.points,
        len(departments),
        each.on,
        each.event,
    )


def _wins(portfolio: Portfolio, first: date, last: date) -> Iterator[Verdict]:
    """Yield the wins that count on these days; only days on which something counts are looked at."""
    begin, end = first.toordinal(), last.toordinal()
    for day, here in judged(portfolio).counted.items():
        if begin <= day <= end:
            yield from (each for each in here if each.kind in WINS)


def _moments() -> Any:
    return (
        select(
            Moment.external_id,
            Moment.public_id,
            Moment.kind,
            Moment.title,
            Moment.note,
            Moment.on_day,
            Moment.measure_name,
            Moment.measure_before,
            Moment.measure_after,
            Moment.initiative_id,
            Initiative.public_id.label("home_id"),
            Initiative.title.label("home"),
            Lesson.next_time,
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .outerjoin(Lesson, Lesson.moment_id == Moment.id)
        .where(Moment.binned_at.is_(None), Initiative.binned_at.is_(None))
    )


def _shown(row: Any, verdict: Verdict, where: dict[str, Place], sponsors: Collection[str]) -> Shown:
    known = row.measure_name and row.measure_before is not None and row.measure_after is not None
    return Shown(
        public_id=row.public_id,
        title=row.title or row.home,
        on=row.on_day,
        initiative=Named(row.home_id, row.home),
        departments=tuple(where[id_].name for id_ in verdict.sides[0].departments if id_ in where),
        taking_part=tuple(id_ for id_ in verdict.sides[0].departments if id_ in where),
        sponsors=tuple(sponsors),
        note=row.note,
        measure=(row.measure_name, row.measure_before, row.measure_after) if known else None,
        lesson=lesson_words(row.next_time),
        next_time=row.next_time or "",
        kind="near_miss" if row.kind == "near_miss" else "win",
    )


def _behind(session: Session, rows: Collection[Any]) -> dict[str, list[str]]:
    """Return who led each moment's initiative on its day, by the moment's external id. 1 query."""
    query = select(Sponsorship.initiative_id, Sponsorship.from_on, Sponsorship.to_on, Person.name).join(
        Person, Person.id == Sponsorship.person_id
    )
    query = query.where(
        Sponsorship.role == "lead",
        Sponsorship.initiative_id.in_({row.initiative_id for row in rows}),
        Person.binned_at.is_(None),
    )
    led = session.execute(query.order_by(Person.name, Person.id)).all()
    found = defaultdict(list)
    for row in rows:
        for initiative_id, since, until, name in led:
            there = (since is None or since <= row.on_day) and (until is None or row.on_day < until)
            if initiative_id == row.initiative_id and there:
                found[row.external_id].append(name)
    return found


def took_part(
    session: Session, portfolio: Portfolio, where: dict[str, Place], since: date, on: date
) -> tuple[list[str], list[str]]:
    """Return the departments with joint live work after a day up to another, and its sponsors, by name. 1 query."""
    first = since + timedelta(1)
    departments, running = set[str](), set[str]()
    for piece in timeline(portfolio).pieces:
        meets = piece.since <= on.toordinal() and first.toordinal() < piece.until
        if meets and piece.live and len(piece.members) > 1:
            departments.update(piece.members)
            running.add(piece.initiative)
    rows = session.execute(
        select(Initiative.external_id, Person.id, Person.name)
        .join(Sponsorship, Sponsorship.initiative_id == Initiative.id)
        .join(Person, Person.id == Sponsorship.person_id)
        .where(
            Initiative.binned_at.is_(None),
            Person.binned_at.is_(None),
            or_(Initiative.started_on.is_(None), Initiative.started_on <= on),
            or_(Sponsorship.from_on.is_(None), Sponsorship.from_on <= on),
            or_(Sponsorship.to_on.is_(None), Sponsorship.to_on > first),
        )
    )
    people = {person: name for initiative, person, name in rows if initiative in running}
    names = [where[id_].name for id_ in departments if id_ in where]
    return sorted(names, key=str.casefold), sorted(people.values(), key=str.casefold)
