"""A receipt: the records behind one number on its day, and whether today's knowledge still says the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.graph.counting import count
from tracker.graph.differences import (
    ABOUT,
    Difference,
    MomentDifference,
    MomentKind,
    differences,
    moment_differences,
)
from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay, unit
from tracker.graph.figures import KINDS, Figure, Value, counted, pairs_in, share, value_of
from tracker.graph.parts import momentum_series
from tracker.graph.series import coverage_series
from tracker.graph.succession import index
from tracker.graph.ties import BANDS, Band, Pair, ties_on
from tracker.graph.verdicts import Verdict
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.facts import current_portfolio
from tracker.queries.freezing import known_as, month_values
from tracker.queries.named import Named
from tracker.queries.places import initiatives_named, places
from tracker.queries.snapshots import Records, Said
from tracker.queries.why import journeys_named

#: So many differences are named; the rest is counted. What is behind a number is read page by page.
MOST_NAMED = 100
#: Figures that count a pair whatever its band: only pairs that came or went are known otherwise.
COUNTING_ALIKE = ("together", "required")


@dataclass(frozen=True, slots=True)
class PairBehind:
    """A pair behind a number: its band as it was known then, and as it is known now; None where it is not counted."""

    a: Named
    b: Named
    then: Band | None
    now: Band | None


@dataclass(frozen=True, slots=True)
class MomentBehind:
    """A moment behind a number: what it counted then and counts now, in points; ``why`` where that differs.

    ``feature`` says whose page opens: its own, or that of the initiative that used a lesson. ``adds`` is what it
    adds to the momentum of the day, as it was known then.
    """

    feature: str
    record: Named
    kind: str
    on: date
    then: float | None
    now: float | None
    why: MomentKind | None
    adds: float


@dataclass(frozen=True, slots=True)
class WorkBehind:
    """An initiative that holds a pair, and the share of attention that it gives it."""

    record: Named
    share: str


@dataclass(frozen=True, slots=True)
class CauseSince:
    """What is known otherwise since, with the record it opens; ``other`` is what a merged department went on as."""

    difference: Difference
    about: str
    record: Named
    other: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One number of a snapshot, what is behind it, and what is known of it now.

    ``pairs``, ``moments`` and ``work`` are one page of the ``total`` records behind it, as it was frozen.
    ``other_pairs``, ``other_moments`` and ``causes`` are known otherwise now, at most `MOST_NAMED` of each;
    ``others`` counts the records that are, ``more`` what is not named of the longest of them.
    """

    said: Said
    now: Value
    total: int = 0
    pairs: tuple[PairBehind, ...] = ()
    moments: tuple[MomentBehind, ...] = ()
    work: tuple[WorkBehind, ...] = ()
    others: int = 0
    other_pairs: tuple[PairBehind, ...] = ()
    other_moments: tuple[MomentBehind, ...] = ()
    causes: tuple[CauseSince, ...] = ()
    more: int = 0

    @property
    def is_same(self) -> bool:
        """Say whether today's knowledge gives the very same number."""
        return self.now == self.said.value

    @property
    def is_true(self) -> bool:
        """Say whether the number stands, and so does what is behind it."""
        return self.is_same and not self.others


def receipt_of(
    session: Session, snapshot_id: str, said: Said, records: Records, *, limit: int = 50, offset: int = 0
) -> Receipt:
    """Return the receipt of a number, with one page of what is behind it.

    5 queries at most, and those of the facts when their version is new.
    """
    _, now = current_portfolio(session)
    shown = slice(offset, offset + limit)
    if said.figure.name in KINDS:
        return _of_moments(session, said, records, now, shown)
    changed = differences(records.portfolio, now, said.figure.on, known_as(snapshot_id))
    if said.figure.pair:
        return _of_pair(session, said, records, now, changed, shown)
    return _of_pairs(session, said, records, now, changed, shown)


def _of_pairs(
    session: Session,
    said: Said,
    records: Records,
    now: Portfolio,
    changed: Iterable[Difference],
    shown: slice,
) -> Receipt:
    """Tell a count or a share of pairs: the pairs by name, and what moved them."""
    figure = said.figure
    was, is_ = pairs_in(records.portfolio, figure), pairs_in(now, figure)
    before, after = (count(each, figure.on).band_of for each in (records.portfolio, now))
    if figure.name in COUNTING_ALIKE:
        others = sorted(was.keys() ^ is_.keys())
    else:
        others = [pair for pair in sorted(was.keys() | is_.keys()) if was.get(pair) != is_.get(pair)]
    touched = _holding((records.portfolio, now), others) if figure.name in BANDS else frozenset()
    moving = [each for each in changed if _moves(each, figure, touched)]
    causes = _weightiest(moving)
    names = _Names(session, records, now, initiatives=_subjects(causes))

    def behind(pairs: Iterable[Pair]) -> tuple[PairBehind, ...]:
        return tuple(
            PairBehind(names.department(a), names.department(b), before.get((a, b)), after.get((a, b)))
            for a, b in pairs
        )

    return Receipt(
        said,
        value_of(now, figure),
        total=len(was),
        pairs=behind(sorted(was)[shown]),
        others=len(others),
        other_pairs=behind(others[:MOST_NAMED]),
        causes=names.causes(causes),
        more=max(0, max(len(others), len(moving)) - MOST_NAMED),
    )


def _of_pair(
    session: Session,
    said: Said,
    records: Records,
    now: Portfolio,
    changed: Iterable[Difference],
    shown: slice,
) -> Receipt:
    """Tell the strength of one pair: the initiatives that hold it, each with its share."""
    figure = said.figure
    pair = figure.pair or ("", "")
    was = {
        each.initiative: each.weight for each in ties_on(records.portfolio, figure.on).bridges.get(pair, ())
    }
    is_ = {each.initiative: each.weight for each in ties_on(now, figure.on).bridges.get(pair, ())}
    others = {id_ for id_ in was.keys() | is_.keys() if was.get(id_) != is_.get(id_)}
    moving = [each for each in changed if each.subject in others or each.kind in ("settings", "merged")]
    causes, page = _weightiest(moving), sorted(was)[shown]
    names = _Names(session, records, now, initiatives=_subjects(causes) | set(page))
    return Receipt(
        said,
        value_of(now, figure),
        total=len(was),
        work=tuple(WorkBehind(names.initiative(id_), share(was[id_])) for id_ in page),
        others=len(others),
        causes=names.causes(causes),
        more=max(0, len(moving) - MOST_NAMED),
    )


def _of_moments(session: Session, said: Said, records: Records, now: Portfolio, shown: slice) -> Receipt:
    """Tell a count of moments, or the momentum that they make: the moments by name, the newest first."""
    figure, then = said.figure, records.portfolio
    was = list(counted(then, figure).values())[::-1]
    changed = {each.event: each for each in moment_differences(then, now, figure)}
    page, others = was[shown], list(changed.values())[:MOST_NAMED]
    told = [*page, *(each.then or each.now for each in others)]
    wanted = [each for each in told if each is not None]
    names = _Names(
        session,
        records,
        now,
        initiatives={each.initiative for each in wanted},
        moments={each.event for each in wanted if each.kind != "reuse"},
    )

    def behind(verdict: Verdict, difference: MomentDifference | None) -> MomentBehind:
        after = difference.now if difference else verdict
        before = difference.then if difference else verdict
        is_reuse = verdict.kind == "reuse"
        return MomentBehind(
            feature="initiatives" if is_reuse else "moments",
            record=names.initiative(verdict.initiative) if is_reuse else names.moment(verdict),
            kind=verdict.kind,
            on=verdict.on,
            then=before.points if before else None,
            now=after.points if after else None,
            why=difference.kind if difference else None,
            adds=unit(then.settings) * verdict.points * decay((figure.on - verdict.on).days, then.settings),
        )

    return Receipt(
        said,
        value_of(now, figure),
        total=len(was),
        moments=tuple(behind(each, changed.get(each.event)) for each in page),
        others=len(changed),
        other_moments=tuple(
            behind(verdict, each) for each in others if (verdict := each.now or each.then) is not None
        ),
        more=max(0, len(changed) - MOST_NAMED),
    )


def known_now(session: Session, day: Iterable[Said], months: Iterable[list[Said]]) -> dict[str, Value]:
    """Return what today's knowledge says of the figures of a day and its months, by receipt.

    1 query, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    found = {each.receipt: value_of(portfolio, each.figure) for each in day}
    rows = [month for month in months if month]
    days = [month[0].figure.on for month in rows]
    points, levels = coverage_series(portfolio, days), momentum_series(portfolio, days)
    for month, point, level in zip(rows, points, levels, strict=True):
        counts = {
            each.figure.name: len(counted(portfolio, each.figure))
            for each in month
            if each.figure.name in ("wins", "lessons")
        }
        values = month_values(point.together, point.required, counts["wins"], counts["lessons"], level)
        found |= {each.receipt: values[each.figure.name] for each in month}
    return found


def _moves(each: Difference, figure: Figure, touched: frozenset[str]) -> bool:
    """Say whether a difference has to do with a figure; `touched` are the initiatives that hold a pair in question."""
    if figure.name == "together":
        return bool(each.together)
    if figure.name == "required":
        return bool(each.required)
    if figure.name == "score":
        return each.after.share != each.before.share
    return ABOUT[each.kind] != "initiative" or each.subject in touched


def _holding(portfolios: Iterable[Portfolio], pairs: Iterable[Pair]) -> frozenset[str]:
    """Return the initiatives in which both departments of one of the pairs ever were, by any of the facts."""
    wanted = [set(pair) for pair in pairs]
    if not wanted:
        return frozenset()
    return frozenset(
        each.id
        for portfolio in portfolios
        for each in portfolio.initiatives
        if any(pair <= {member.department for member in each.members} for pair in wanted)
    )


def _weightiest(found: list[Difference]) -> list[Difference]:
    """Return the differences that are named, those that move most first."""
    return sorted(found, key=lambda each: (-abs(each.together), -abs(each.required)))[:MOST_NAMED]


def _subjects(causes: Iterable[Difference]) -> set[str]:
    return {each.subject for each in causes if ABOUT[each.kind] == "initiative"}


class _Names:
    """Records by name: as they were called when frozen, else as they are now; a link only where there is a page."""

    def __init__(
        self,
        session: Session,
        records: Records,
        now: Portfolio,
        *,
        initiatives: Collection[str] = (),
        moments: Collection[str] = (),
    ) -> None:
        self.then, self.known = records.names, index(now)
        self.places = {id_: Named(each.public_id, each.name) for id_, each in places(session).items()}
        self.initiatives = initiatives_named(session, initiatives)
        self.moments = _moments_named(session, moments) if moments else {}
        self.session = session

    def department(self, id_: str) -> Named:
        """Return a department."""
        return self._named("departments", id_, self.places, there=id_ in self.places)

    def initiative(self, id_: str) -> Named:
        """Return an initiative."""
        return self._named("initiatives", id_, self.initiatives, there=id_ in self.known.initiatives)

    def moment(self, verdict: Verdict) -> Named:
        """Return a moment, which is called as its initiative where it has no title."""
        there = verdict.event in self.known.events
        found = self._named("moments", verdict.event, self.moments, there=there)
        return found if found.name else Named(found.public_id, self.initiative(verdict.initiative).name)

    def causes(self, found: list[Difference]) -> tuple[CauseSince, ...]:
        """Return differences with their records. 1 query."""
        journeys = journeys_named(
            self.session, {each.subject for each in found if ABOUT[each.kind] == "journey"}
        )
        told = []
        for each in found:
            about = ABOUT[each.kind]
            if about == "initiative":
                record = self.initiative(each.subject)
            elif about == "journey":
                record = self._named("journeys", each.subject, journeys, there=each.subject in journeys)
            else:
                record = self.department(each.subject) if about else Named("", "")
            other = self.department(each.department).name if each.department else ""
            told.append(CauseSince(each, about, record, other))
        return tuple(told)

    def _named(self, kind: str, id_: str, now: dict[str, Named], *, there: bool) -> Named:
        was, is_ = self.then[kind].get(id_), now.get(id_)
        name = (was.name if was else "") or (is_.name if is_ else "")
        public_id = (is_ or was or Named("", "")).public_id
        return Named(public_id if there else "", name)


def _moments_named(session: Session, external_ids: Collection[str]) -> dict[str, Named]:
    """Return moments as links, by external id; one without a title is called as its initiative. 1 query."""
    rows = session.execute(
        select(
            Moment.external_id,
            Moment.public_id,
            func.coalesce(func.nullif(Moment.title, ""), Initiative.title),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(Moment.external_id.in_(external_ids))
    )
    return {id_: Named(public_id, name) for id_, public_id, name in rows}
