"""A receipt: the records behind one number on its day, and whether today's knowledge still says the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from tracker.graph.counting import count
from tracker.graph.differences import (
    ABOUT,
    Difference,
    MomentDifference,
    differences,
    moment_differences,
)
from tracker.graph.facts import Portfolio
from tracker.graph.fading import decay, unit
from tracker.graph.figures import (
    EVERYTHING,
    KINDS,
    OF_DEPARTMENTS,
    TOGETHER,
    Figure,
    Value,
    counted,
    departments_in,
    happened_in,
    inside_of,
    own_in,
    pairs_in,
    share,
    value_of,
    work_in,
)
from tracker.graph.parts import momentum_series
from tracker.graph.series import coverage_series
from tracker.graph.ties import BANDS, Band, Pair, ties_on
from tracker.graph.verdicts import Verdict
from tracker.queries.facts import current_portfolio
from tracker.queries.freezing import known_as, month_values
from tracker.queries.named import Named
from tracker.queries.places import places
from tracker.queries.receipt_records import (
    MomentBehind,
    NameBehind,
    Names,
    PairBehind,
    Receipt,
    WorkBehind,
)
from tracker.queries.scene_moments import took_part
from tracker.queries.snapshots import Records, Said

#: So many differences are named; the rest is counted. What is behind a number is read page by page.
MOST_NAMED = 100
#: Figures that count a pair whatever its band: only pairs that came or went are known otherwise.
COUNTING_ALIKE = ("together", "required", "crossed", "crossings")


def receipt_of(
    session: Session, snapshot_id: str, said: Said, records: Records, *, limit: int = 50, offset: int = 0
) -> Receipt:
    """Return the receipt of a number, with one page of what is behind it.

    5 queries at most, and those of the facts when their version is new.
    """
    _, now = current_portfolio(session)
    shown = slice(offset, offset + limit)
    name = said.figure.name
    if name == "supporting":
        return _of_sponsors(session, said, now, shown)
    if name in KINDS:
        return _of_moments(session, said, records, now, shown)
    if name in ("changed", "lost"):
        return _of_changes(session, said, records, now, shown)
    then, known = (work_in(each, said.figure) for each in (records.portfolio, now))
    changed = _changed(then, known, said.figure, known_as(snapshot_id))
    tell = _of_pair if name == "strength" else _of_departments if name in OF_DEPARTMENTS else _of_pairs
    return tell(session, said, records, now, changed, shown)


def _changed(
    then: Portfolio, now: Portfolio, figure: Figure, called: Callable[[str], str]
) -> tuple[Difference, ...]:
    """Return what is known otherwise of the day of a figure; of a change also of the day that it compares with.

    What moved both days alike moved nothing between them; what moved the earlier one alone moved the change the
    other way.
    """
    found = differences(then, now, figure.on, called)
    if figure.name != "change" or figure.since is None:
        return found
    here = {(each.kind, each.subject): each for each in found}
    before = {(each.kind, each.subject): each for each in differences(then, now, figure.since, called)}
    alike = {key for key in here.keys() & before.keys() if here[key].together == before[key].together}
    return (
        *(each for key, each in here.items() if key not in alike),
        *(
            replace(each, before=each.after, after=each.before)
            for key, each in before.items()
            if key not in alike
        ),
    )


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
    before, after = (count(work_in(each, figure), figure.on).band_of for each in (records.portfolio, now))
    if figure.name in COUNTING_ALIKE:
        others = sorted(was.keys() ^ is_.keys())
    elif figure.name == "change":
        others = [pair for pair in sorted(was.keys() | is_.keys()) if _came(was, pair) != _came(is_, pair)]
    else:
        others = [pair for pair in sorted(was.keys() | is_.keys()) if was.get(pair) != is_.get(pair)]
    by_pair = _is_by_pair(figure)
    touched = _holding((records.portfolio, now), others) if by_pair else frozenset()
    moving = [each for each in changed if _moves(each, figure, touched)]
    causes = _weightiest(moving)
    names = Names(session, records, now, initiatives=_subjects(causes))

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


def _came(found: Mapping[Pair, Band], pair: Pair) -> bool | None:
    """Say whether a pair came to work together or no longer does; None where it did neither."""
    return found[pair] in TOGETHER if pair in found else None


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
    was, is_ = (
        {each.initiative: each.weight for each in ties_on(work, figure.on).bridges.get(pair, ())}
        for work in (work_in(records.portfolio, figure), work_in(now, figure))
    )
    others = {id_ for id_ in was.keys() | is_.keys() if was.get(id_) != is_.get(id_)}
    moving = [each for each in changed if each.subject in others or each.kind in ("settings", "merged")]
    causes, page = _weightiest(moving), sorted(was)[shown]
    names = Names(session, records, now, initiatives=_subjects(causes) | set(page))
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
    names = Names(
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


def _of_departments(
    session: Session,
    said: Said,
    records: Records,
    now: Portfolio,
    changed: Iterable[Difference],
    shown: slice,
) -> Receipt:
    """Tell a count of departments: each by name, and what of their work is known otherwise."""
    figure = said.figure
    was, is_ = departments_in(records.portfolio, figure), departments_in(now, figure)
    others = was ^ is_
    holding = _having((records.portfolio, now), others)
    moving = [each for each in changed if ABOUT[each.kind] == "initiative" and each.subject in holding]
    causes = _weightiest(moving)
    names = Names(session, records, now, initiatives=_subjects(causes))

    def behind(ids: Iterable[str]) -> tuple[NameBehind, ...]:
        found = [NameBehind("departments", names.department(id_), id_ in was, id_ in is_) for id_ in ids]
        return tuple(sorted(found, key=lambda each: each.record.name.casefold()))

    return Receipt(
        said,
        value_of(now, figure),
        total=len(was),
        names=behind(was)[shown],
        others=len(others),
        other_names=behind(others)[:MOST_NAMED],
        causes=names.causes(causes),
        more=max(0, max(len(others), len(moving)) - MOST_NAMED),
    )


def _of_changes(session: Session, said: Said, records: Records, now: Portfolio, shown: slice) -> Receipt:
    """Tell how often a kind of change happened: each initiative by name, or the departments of each group."""
    figure = said.figure
    was, is_ = happened_in(records.portfolio, figure), happened_in(now, figure)
    others = sorted(set(was) ^ set(is_))
    told = [*was[shown], *others[:MOST_NAMED]]
    names = Names(session, records, now, initiatives={each[0] for each in told if len(each) == 1})

    def behind(found: Iterable[tuple[str, ...]]) -> tuple[NameBehind, ...]:
        return tuple(
            NameBehind("initiatives", names.initiative(each[0]), each in was, each in is_)
            if len(each) == 1
            else NameBehind("", names.group(each), each in was, each in is_)
            for each in found
        )

    return Receipt(
        said,
        len(is_),
        total=len(was),
        names=behind(was[shown]),
        others=len(others),
        other_names=behind(others[:MOST_NAMED]),
        more=max(0, len(others) - MOST_NAMED),
    )


def _of_sponsors(session: Session, said: Said, now: Portfolio, shown: slice) -> Receipt:
    """Tell a count of sponsors by the names that the scene thanked."""
    figure = said.figure
    where, inside = places(session), inside_of(now, figure)
    there = {id_: each for id_, each in where.items() if inside is None or id_ in inside}
    own = own_in(now, figure)
    _, people = took_part(session, own, there, figure.since or figure.on, figure.on)
    was, is_ = set(said.names), set(people)
    others = sorted(was ^ is_, key=str.casefold)

    def behind(names: Iterable[str]) -> tuple[NameBehind, ...]:
        return tuple(NameBehind("", Named("", each), each in was, each in is_) for each in names)

    return Receipt(
        said,
        len(people),
        total=len(said.names),
        names=behind(said.names[shown]),
        others=len(others),
        other_names=behind(others[:MOST_NAMED]),
        more=max(0, len(others) - MOST_NAMED),
    )


def known_now(session: Session, day: Iterable[Said], months: Iterable[list[Said]]) -> dict[str, Value]:
    """Return what today's knowledge says of the figures of a day and its months, by receipt.

    1 query, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    found = {each.receipt: value_of(portfolio, each.figure) for each in day}
    rows = [month for month in months if month]
    if rows and rows[0][0].figure.within != EVERYTHING:
        return found | {each.receipt: value_of(portfolio, each.figure) for month in rows for each in month}
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


def _is_by_pair(figure: Figure) -> bool:
    """Say whether a figure holds but some of the pairs, so that what moved the number of all says little of it."""
    return figure.name in BANDS or bool(figure.of or figure.within.division)


def _moves(each: Difference, figure: Figure, touched: frozenset[str]) -> bool:
    """Say whether a difference has to do with a figure; `touched` are the initiatives that hold a pair in question."""
    if _is_by_pair(figure):
        return ABOUT[each.kind] != "initiative" or each.subject in touched
    if figure.name in ("together", "change"):
        return bool(each.together)
    if figure.name == "required":
        return bool(each.required)
    return each.after.share != each.before.share


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


def _having(portfolios: Iterable[Portfolio], departments: Collection[str]) -> frozenset[str]:
    """Return the initiatives in which one of the departments ever was, by any of the facts."""
    return frozenset(
        each.id
        for portfolio in portfolios
        for each in portfolio.initiatives
        if any(member.department in departments for member in each.members)
    )


def _weightiest(found: list[Difference]) -> list[Difference]:
    """Return the differences that are named, those that move most first."""
    return sorted(found, key=lambda each: (-abs(each.together), -abs(each.required)))[:MOST_NAMED]


def _subjects(causes: Iterable[Difference]) -> set[str]:
    return {each.subject for each in causes if ABOUT[each.kind] == "initiative"}
