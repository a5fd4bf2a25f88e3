"""A plan of pilots: the next best pair, again and again, within what departments and sponsors have room for.

Every pick is added before the next is chosen. Coverage is a sum of concave gains, so the plan is within
``1 - 1/e`` of the best one of its length (Nemhauser, Wolsey and Fisher 1978); limits loosen that bound.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from tracker.graph.bridges import ranking
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import lines_before, timeline
from tracker.graph.keeping import Past, remember
from tracker.graph.picking import taking_part
from tracker.graph.ranking import NextPair, Ranking, rank
from tracker.graph.ties import SCALE, Bridge, Pair, Ties, moved_pieces, threshold_of, ties_on, weight

#: How many pairs are measured anew after a pick: no other can gain more in coverage, and measuring all is slow.
SHORTLIST = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """How many live initiatives a department takes part in, and a sponsor leads, at most."""

    department: int
    sponsor: int


@dataclass(frozen=True, slots=True)
class Load:
    """Who is busy with what: live initiatives by department and by lead sponsor, and who worked with whom.

    `known` names, for every department, everybody who ever led an initiative that it took part in.
    """

    departments: dict[str, int]
    sponsors: dict[str, int]
    known: dict[str, frozenset[str]]

    def sponsors_of(self, departments: Collection[str]) -> tuple[str, ...]:
        """Return the lead sponsors with history in all of the departments, those with most room first."""
        return tuple(
            sorted(self._know(departments), key=lambda person: (self.sponsors.get(person, 0), person))
        )

    def _know(self, departments: Collection[str]) -> frozenset[str]:
        first, *others = (self.known.get(each, frozenset()) for each in departments)
        return first.intersection(*others)


class Room:
    """Who has room within limits: a pilot has none when one of its departments, or everybody who knows all, is full.

    People are bits, so that very many pairs are soon asked about.
    """

    def __init__(self, load: Load, limits: Limits) -> None:
        people = {person for known in load.known.values() for person in known}
        bit = {person: 1 << place for place, person in enumerate(people)}
        self._known = {each: sum(bit[person] for person in known) for each, known in load.known.items()}
        self._free = sum(bit[each] for each in people if load.sponsors.get(each, 0) < limits.sponsor)
        self._full = {each for each, count in load.departments.items() if count >= limits.department}
        #: Nobody is at the limit, so that every pilot has room.
        self.is_wide = not self._full and self._free == (1 << len(bit)) - 1

    def has_full(self, departments: Collection[str]) -> bool:
        """Say whether one of the departments is at the limit."""
        return not self._full.isdisjoint(departments)

    def fits(self, departments: Collection[str]) -> bool:
        """Say whether a pilot of the departments is within the limits."""
        if self.has_full(departments):
            return False
        knowing = -1
        for each in departments:
            knowing &= self._known.get(each, 0)
        return not knowing or bool(knowing & self._free)


@dataclass(frozen=True, slots=True)
class Pick:
    """A pilot of a plan: the pair, what it adds when its turn comes, and a lead sponsor who has room.

    `brings` says whether the pair begins to work together by it. No sponsor: nobody has history in both.
    """

    found: NextPair
    brings: bool
    sponsor: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Pilots in the order of the plan, and how many pairs work together before and after all of them."""

    picks: tuple[Pick, ...]
    before: int
    after: int
    required: int


def load_on(portfolio: Portfolio, on: date) -> Load:
    """Return who is busy with what on a day.

    Examples
    --------
    >>> from tracker.graph.facts import Department, Initiative, Member, Sponsor
    >>> first = Initiative("i1", date(2025, 1, 1), members=(Member("A"), Member("B")), leads=(Sponsor("p"),))
    >>> load = load_on(Portfolio(tuple(map(Department, "AB")), initiatives=(first,)), date(2025, 1, 31))
    >>> load.departments, load.sponsors, load.sponsors_of(("A", "B"))
    ({'A': 1, 'B': 1}, {'p': 1}, ('p',))
    """

    def carry(old: Load, past: Past) -> Load:
        return _load_again(portfolio, on, old, past)

    return remember(portfolio, "load", on, lambda: _load_on(portfolio, on), carry)


def _load_on(portfolio: Portfolio, on: date) -> Load:
    day = on.toordinal()
    departments, sponsors = Counter[str](), Counter[str]()
    known: dict[str, set[str]] = defaultdict(set)
    for piece in timeline(portfolio).pieces:
        if piece.since > day:
            continue
        if piece.live and day < piece.until:
            departments.update(piece.members)
            sponsors.update(piece.leads)
        for department in piece.members:
            known[department].update(piece.leads)
    return Load(
        dict(departments), dict(sponsors), {each: frozenset(people) for each, people in known.items()}
    )


def _load_again(portfolio: Portfolio, on: date, old: Load, past: Past) -> Load:
    """Take the changed initiatives out and put them back, and ask anew who led what in their departments."""
    day, were, lines = on.toordinal(), lines_before(portfolio, past), timeline(portfolio).of
    departments, sponsors, known = Counter(old.departments), Counter(old.sponsors), dict(old.known)
    for before, after in moved_pieces(portfolio, past, on):
        if before and before.live:
            departments.subtract(before.members)
            sponsors.subtract(before.leads)
        if after and after.live:
            departments.update(after.members)
            sponsors.update(after.leads)
    changed = [line for each in (were, lines) for id_ in past if (line := each.get(id_))]
    for name in {name for line in changed for name, _ in line.members}:
        there = [
            piece
            for id_ in taking_part(portfolio).get(name, ())
            for piece in lines[id_].pieces
            if piece.since <= day and name in piece.members
        ]
        known.pop(name, None)
        if there:
            known[name] = frozenset(lead for piece in there for lead in piece.leads)
    return Load(dict(+departments), dict(+sponsors), known)


def plan(portfolio: Portfolio, on: date, count: int, limits: Limits) -> Plan:
    """Return the best `count` pilots of two within the limits, one after the other; fewer where they end.

    A pair is passed over when one of its departments, or everybody with history in both, is at the limit.

    Examples
    --------
    >>> from tracker.graph.facts import Department
    >>> found = plan(Portfolio(tuple(map(Department, "ABC"))), date(2025, 1, 31), 2, Limits(1, 1))
    >>> [pick.found.pair for pick in found.picks], found.before, found.after, found.required
    ([('A', 'B')], 0, 1, 3)
    """
    key = (on, count, limits)
    return remember(portfolio, "plan", key, lambda: _plan(portfolio, on, count, limits))


def _plan(portfolio: Portfolio, on: date, count: int, limits: Limits) -> Plan:
    ties, load, needed = ties_on(portfolio, on), load_on(portfolio, on), threshold_of(portfolio)
    before = _together(ties, needed)
    ranked = with_room(portfolio, on, limits)
    candidates: Iterable[NextPair] = ranked
    picks: list[Pick] = []
    while len(picks) < count:
        chosen = next(iter(candidates), None)
        if chosen is None:
            break
        pair = chosen.pair
        sponsor = next(iter(load.sponsors_of(pair)), None)
        picks.append(Pick(chosen, ties.strength(pair) < needed, sponsor))
        ties, load = _added(ties, pair, sponsor, portfolio.settings.attention), _busier(load, pair, sponsor)
        if len(picks) < count:
            done = {pick.found.pair for pick in picks}
            rest = (each.pair for each in ranked if each.pair not in done)
            roomy = filter(Room(load, limits).fits, rest)
            candidates = rank(ties, tuple(islice(roomy, SHORTLIST)))
    return Plan(tuple(picks), before, _together(ties, needed), len(ties.importance))


def with_room(portfolio: Portfolio, on: date, limits: Limits) -> Ranking:
    """Return the pairs short of full credit, in order, for which a pilot is within the limits."""
    room, ranked = Room(load_on(portfolio, on), limits), ranking(portfolio, on)
    return ranked if room.is_wide else ranked.among(room.fits)


def _added(ties: Ties, pair: Pair, sponsor: str | None, attention: int) -> Ties:
    """Return the ties with one more live pilot of two."""
    bridge = Bridge("", min(SCALE, weight(2, attention)), (sponsor,) if sponsor else ())
    bridges = {**ties.bridges, pair: (*ties.bridges.get(pair, ()), bridge)}
    return replace(ties, bridges=bridges)


def _busier(load: Load, pair: Pair, sponsor: str | None) -> Load:
    leads = (sponsor,) if sponsor else ()
    return replace(
        load, departments=_counted(load.departments, pair), sponsors=_counted(load.sponsors, leads)
    )


def _counted(counts: dict[str, int], more: Iterable[str]) -> dict[str, int]:
    return dict(Counter(counts) + Counter(more))


def _together(ties: Ties, needed: int) -> int:
    return sum(ties.strength(pair) >= needed for pair in ties.importance)
