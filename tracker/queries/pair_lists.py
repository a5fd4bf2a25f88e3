"""Pairs of departments as a list: narrowed, sorted, cut into pages, with what stands behind each pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.graph.joint import Joint, joint_work
from tracker.graph.ties import BANDS, SCALE, Band, Pair, Ties, pair_of, ties_on
from tracker.models.initiatives import Initiative
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import grouped
from tracker.queries.keeping import keep
from tracker.queries.keyset import Edge, Key, Value
from tracker.queries.named import Named
from tracker.queries.narrowing import WHOLE, Narrowing
from tracker.queries.ordered import Ordered, sort_by
from tracker.queries.pairs import VIEWS, PairRow, all_bands, bridging, quiet_day, row_of
from tracker.queries.places import Crossing, Place, busy, crossings, places

SORTS = ("importance", "pair", "work", "strength", "since", "heard", "next")
#: Which pairs a list is of: those that are counted, or every pair of open departments.
SCOPES = ("counted", "all")
#: The view of the pairs that no initiative has ever held.
NEVER = "never"


@dataclass(frozen=True, slots=True)
class PairArrangement:
    """How the list of pairs is narrowed and sorted.

    ``between`` are the ids of two groups, as the pictures link to them: of a division, of a department, or "" for
    the others. ``narrowing``: the pairs inside a division, and how they stand by some of the work alone.
    """

    view: str = ""
    scope: str = "counted"
    q: str = ""
    between: tuple[str, str] | None = None
    narrowing: Narrowing = WHOLE
    sort: str = "-importance"


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs of a view in their order, how many there are in each view, and the names of the two groups."""

    ordered: Ordered[Pair]
    counts: dict[str, int]
    between: tuple[str, str] | None
    has_crossings: bool


@dataclass(frozen=True, slots=True)
class ListedPair:
    """A pair in a list: since when it works together, when it was last heard from, and what comes next."""

    row: PairRow
    strength: float
    journeys: tuple[Named, ...]
    since: date | None
    heard: date | None
    decide_by: date | None
    quiet_on: date | None

    @property
    def divisions(self) -> tuple[str, ...]:
        """Return the divisions of the two by name, each once."""
        named = (each.division.name for each in (self.row.a, self.row.b) if each.division)
        return tuple(dict.fromkeys(named))


def pair_list(session: Session, arranged: PairArrangement, on: date) -> PairList:
    """Return the pairs of a day in their order, once per state of the register. 4 queries, then 2."""
    return keep(session, "list of pairs", (arranged, on), lambda: _pair_list(session, arranged, on))


def pairs_listed(
    session: Session, pairs: Sequence[Pair], on: date, narrowing: Narrowing = WHOLE
) -> tuple[ListedPair, ...]:
    """Return some pairs as the list shows them. 5 queries, 1 once the register was read in this transaction."""
    work = narrowing.work(current_portfolio(session)[1])
    ties, touched = ties_on(work, on), joint_work(work, on)
    where = keep(session, "places", None, lambda: places(session))
    crossed = keep(session, "crossings", on, lambda: crossings(session, on))
    bands, urgent = all_bands(work, ties, pairs), busy(crossed)
    named, deciding = _initiatives(session, {id_ for pair in pairs for id_ in bridging(ties, pair)})
    found = []
    for pair in pairs:
        joint = touched.get(pair)
        found.append(
            ListedPair(
                row=row_of(pair, bands[pair], ties, where, crossed, urgent, named),
                strength=ties.strength(pair) / SCALE,
                journeys=crossed[pair].journeys if pair in crossed else (),
                since=joint.since if joint else None,
                heard=joint.heard if joint else None,
                decide_by=min(
                    (deciding[id_] for id_ in bridging(ties, pair) if id_ in deciding), default=None
                ),
                quiet_on=quiet_day(work, ties, pair, on),
            )
        )
    return tuple(found)


def _pair_list(session: Session, arranged: PairArrangement, on: date) -> PairList:
    _, portfolio = current_portfolio(session)
    work = arranged.narrowing.work(portfolio)
    ties, where = ties_on(work, on), keep(session, "places", None, lambda: places(session))
    pairs = _fitting(arranged, where, _by_name(portfolio, ties, where, arranged.scope))
    names = None
    if arranged.between is not None:
        names, pairs = _joining(portfolio, where, arranged.between, pairs)
    bands, touched = all_bands(work, ties, pairs), joint_work(work, on)
    views = {"": pairs, NEVER: [pair for pair in pairs if pair not in touched]} | {
        name: [pair for pair, band in bands.items() if band in wanted] for name, wanted in VIEWS.items()
    }
    crossed = keep(session, "crossings", on, lambda: crossings(session, on))
    keys, values = _sorting(session, arranged.sort, work, ties, bands, crossed, touched, on)
    rows, is_turned = sort_by(views[arranged.view], values, keys), arranged.sort == "-pair"

    def edge_of(pair: Pair) -> Edge:
        a, b = _sides(pair, where)
        return Edge((*values(pair), a.name.casefold(), b.name.casefold(), a.id, b.id), 0)

    ordered = Ordered(rows[::-1] if is_turned else rows, (*keys, *(Key(None, str, is_turned),) * 4), edge_of)
    counts = {name: len(each) for name, each in views.items()}
    return PairList(ordered, counts, names, bool(portfolio.journeys))


def _by_name(portfolio: Portfolio, ties: Ties, where: dict[str, Place], scope: str) -> list[Pair]:
    """Return the pairs of a scope by the names of both."""
    there = [id_ for id_ in ties.departments if id_ in where]
    there.sort(key=lambda id_: (where[id_].name.casefold(), id_))
    if scope == "all" or not portfolio.journeys:
        return [pair_of(a, b) for a, b in combinations(there, 2)]
    rank = {id_: at for at, id_ in enumerate(there)}
    wanted = (pair for pair in ties.importance if pair[0] in rank and pair[1] in rank)
    return sorted(wanted, key=lambda pair: sorted((rank[pair[0]], rank[pair[1]])))


def _fitting(arranged: PairArrangement, where: dict[str, Place], pairs: list[Pair]) -> list[Pair]:
    """Return the pairs inside the division, and those that a search fits: each of its words one of the two names."""
    if arranged.narrowing.division:
        inside = arranged.narrowing.inside(where).keys()
        pairs = [pair for pair in pairs if inside >= set(pair)]
    for word in arranged.q.casefold().split()[:8]:
        named = {id_ for id_, place in where.items() if word in place.name.casefold()}
        pairs = [pair for pair in pairs if pair[0] in named or pair[1] in named]
    return pairs


def _joining(
    portfolio: Portfolio, where: dict[str, Place], between: tuple[str, str], pairs: list[Pair]
) -> tuple[tuple[str, str], list[Pair]]:
    """Return the names of two groups, and the pairs that join them or lie within the one."""
    grouping = grouped(portfolio, tuple(where.values()), 0)
    known = {group.public_id: group.name for group in grouping.groups}
    group_of = grouping.group_of
    joining = [(a, b) for a, b in pairs if {group_of[a], group_of[b]} == set(between)]
    return (known.get(between[0], ""), known.get(between[1], "")), joining


def _sides(pair: Pair, where: dict[str, Place]) -> tuple[Place, Place]:
    a, b = where[pair[0]], where[pair[1]]
    return (a, b) if (a.name.casefold(), a.id) <= (b.name.casefold(), b.id) else (b, a)


def _sorting(
    session: Session,
    sort: str,
    work: Portfolio,
    ties: Ties,
    bands: dict[Pair, Band],
    crossed: dict[Pair, Crossing],
    touched: dict[Pair, Joint],
    on: date,
) -> tuple[tuple[Key, ...], Callable[[Pair], tuple[Value, ...]]]:
    """Return what a sort compares before the names, and what gives it for a pair. 1 query at most."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name == "importance":
        keys = (Key(None, int, down), Key(None, int, down=True))

        def by_importance(pair: Pair) -> tuple[Value, ...]:
            return ties.importance.get(pair, 0), crossed[pair].volume if pair in crossed else None

        return keys, by_importance
    if name == "work":
        places_of = {band: at for at, band in enumerate(BANDS)}
        keys = (Key(None, int, down), Key(None, int, down=not down))
        return keys, lambda pair: (places_of[bands[pair]], _hundredths(ties, pair))
    if name == "strength":
        return (Key(None, int, down),), lambda pair: (_hundredths(ties, pair),)
    if name in ("since", "heard"):
        return (Key(None, date, down),), lambda pair: (
            getattr(touched[pair], name) if pair in touched else None,
        )
    if name == "next":
        days = _next_days(session, work, ties, on)
        return (Key(None, date, down),), lambda pair: (days.get(pair),)
    return (), lambda _pair: ()


def _hundredths(ties: Ties, pair: Pair) -> int:
    """Return the strength of a pair in hundredths of a share, as the list shows it."""
    return round(100 * ties.strength(pair) / SCALE)


def _next_days(session: Session, work: Portfolio, ties: Ties, on: date) -> dict[Pair, date]:
    """Return the next day on which something is due for each pair that shares live work. 1 query."""
    query = select(Initiative.external_id, Initiative.decide_by).where(
        Initiative.decide_by.is_not(None), Initiative.binned_at.is_(None)
    )
    deciding = {id_: day for id_, day in session.execute(query) if day and id_ in ties.sizes}
    found = {}
    for pair in ties.bridges:
        days = [deciding[id_] for id_ in bridging(ties, pair) if id_ in deciding]
        quiet = quiet_day(work, ties, pair, on)
        if quiet or days:
            found[pair] = min((*days, quiet) if quiet else days)
    return found


def _initiatives(session: Session, external_ids: Iterable[str]) -> tuple[dict[str, Named], dict[str, date]]:
    """Return initiatives as links and by when they are to be decided about, by external id. 1 query."""
    query = select(
        Initiative.external_id, Initiative.public_id, Initiative.title, Initiative.decide_by
    ).where(Initiative.external_id.in_(list(external_ids)))
    rows = session.execute(query).all()
    named = {row.external_id: Named(row.public_id, row.title) for row in rows}
    return named, {row.external_id: row.decide_by for row in rows if row.decide_by}
