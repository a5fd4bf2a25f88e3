"""The stage of a day: departments on their track, what ties them, what happened this month, the pace until then."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, combinations

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.beginning import begins_on
from tracker.graph.bridges import linking, ranking
from tracker.graph.counting import together_among, together_on
from tracker.graph.facts import Portfolio
from tracker.graph.keeping import remember
from tracker.graph.momentum import beats
from tracker.graph.parts import momentum_series
from tracker.graph.ranking import Ranking
from tracker.graph.series import CoveragePoint, coverage_series
from tracker.graph.ties import SCALE, Band, Pair, Ties, pair_of, threshold_of, ties_on
from tracker.queries.changed import changed_at
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import current_portfolio
from tracker.queries.groups import Grouping, grouped
from tracker.queries.narrowing import EVERYTHING
from tracker.queries.pairs import all_bands
from tracker.queries.places import Place, places
from tracker.queries.showings import Compared, compared_on, showings
from tracker.queries.telling import Told, counted_between, told_between

#: LOOK.md section 5.4: more names than this collide, so the stage shows divisions instead.
MOST_NODES = 18
#: A stage of so many months at most; what came before is left to the lists.
MOST_MONTHS = 240
#: Months after which the stage compares with a year ago.
YEAR = 12
#: How strong a tie between groups is drawn: all their pairs together, and none of them yet.
STRONGEST, WEAKEST = 3.0, 0.3


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the track: a department or a group of them; ``partners`` are those it works together with."""

    id: str
    name: str
    is_open: bool
    partners: int


@dataclass(frozen=True, slots=True)
class Tie:
    """What lies between two nodes: its strength in shares, and its band."""

    a: str
    b: str
    strength: float
    band: Band


@dataclass(frozen=True, slots=True)
class Ground:
    """The track alone: its nodes, what lies between them, and nothing that happened."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    grouping: Grouping
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """A day of the series, a month end or the last day: what stood then, and what counted since the one before."""

    on: date
    since: date
    covered: CoveragePoint
    momentum: float
    wins: int
    lessons: int

    @property
    def together(self) -> int:
        """How many pairs worked together."""
        return self.covered.together

    @property
    def required(self) -> int:
        """How many pairs should."""
        return self.covered.required


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the stage of a day shows; ``at`` is its place among the months.

    ``caption`` is what one line holds of ``story``: what happened since the month before, in sentences.
    ``compared`` says what was shown when a snapshot was last presented before the day.
    """

    on: date
    at: int
    months: tuple[Month, ...]
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    told: tuple[Told, ...]
    counted: int
    covered: CoveragePoint
    sentence: str
    caption: str
    story: tuple[str, ...]
    grouping: Grouping
    compared: Compared | None = None

    @property
    def month(self) -> Month:
        """The month that is shown."""
        return self.months[self.at]

    @property
    def has_departments(self) -> bool:
        """Say whether two departments make a first pair."""
        return len(self.nodes) > 1


def stage(session: Session, on: date, today: date, *, ahead: bool = False) -> Stage:
    """Return the stage of a day. 5 queries at most, and those of the facts when their version is new.

    ``ahead``: the story ends with the pair to bring together next.
    """
    _, portfolio = current_portfolio(session)
    where = places(session)
    months = months_of(portfolio, on, today)
    at = next(at for at, month in enumerate(months) if month.on == on)
    track = ground(portfolio, where, ties_on(portfolio, on), together_on(portfolio, on))
    covered = months[at].covered
    closing = next_pair(portfolio, where, on) if ahead else ""
    shown = showings(session, on)
    (compared,) = compared_on(shown, EVERYTHING, [on], lambda then: coverage_series(portfolio, then))
    caption, told = caption_of(portfolio, where, months, at, closing, is_compared=compared is not None)
    return Stage(
        on=on,
        at=at,
        months=months,
        nodes=track.nodes,
        ties=track.ties,
        told=told_between(session, portfolio, where, months[at].since, on),
        counted=counted_between(portfolio, months[at].since, on),
        covered=covered,
        sentence=captions.together_sentence(covered, crossings=bool(portfolio.journeys)),
        caption=caption,
        story=told,
        grouping=track.grouping,
        compared=compared,
    )


def ground(
    portfolio: Portfolio, where: dict[str, Place], ties: Ties, together: frozenset[Pair] | None = None
) -> Ground:
    """Return the track for ties as they are or might be; every node stands where it always does.

    `together` are the pairs that work together by these ties, where that is known already.
    """
    grouping = grouped(portfolio, tuple(where.values()), MOST_NODES)
    drawn = _ties(portfolio, ties, grouping, together)
    return Ground(_nodes(grouping, drawn, ties), tuple(drawn), grouping)


def stage_days(portfolio: Portfolio, today: date) -> list[date]:
    """Return the month ends from the register's first day on, and today."""
    return month_ends(min(begins_on(portfolio) or today, today), today)[-MOST_MONTHS:]


def months_of(portfolio: Portfolio, on: date, today: date) -> tuple[Month, ...]:
    """Return the months of the whole register, kept for its version, and the day asked for where it ends none."""
    made = remember(
        portfolio, "stage months", today, lambda: month_series(portfolio, stage_days(portfolio, today), None)
    )
    at = bisect_left([month.on for month in made], on)
    if at < len(made) and made[at].on == on:
        return made
    (extra,) = month_series(portfolio, [on], made[at - 1].on if at else None)
    following = month_series(portfolio, [made[at].on], on) if at < len(made) else ()
    return (*made[:at], extra, *following, *made[at + 1 :])


def month_series(portfolio: Portfolio, days: Sequence[date], before: date | None) -> tuple[Month, ...]:
    """Return what stood on each of the days and what counted between them, from the day after ``before`` on."""
    points, levels = coverage_series(portfolio, days), momentum_series(portfolio, days)
    found, counted = [], beats(portfolio)
    firsts = [before + timedelta(1) if before else days[0].replace(day=1)]
    firsts += [day + timedelta(1) for day in days[:-1]]
    ordinals = [beat.day for beat in counted]
    wins = list(accumulate((beat.wins for beat in counted), initial=0))
    lessons = list(accumulate((beat.lessons for beat in counted), initial=0))
    for first, day, point, level in zip(firsts, days, points, levels, strict=True):
        since, until = (bisect_left(ordinals, each) for each in (first.toordinal(), day.toordinal() + 1))
        here = wins[until] - wins[since], lessons[until] - lessons[since]
        found.append(Month(day, first, point, level, *here))
    return tuple(found)


def caption_of(
    portfolio: Portfolio,
    where: dict[str, Place],
    months: Sequence[Month],
    at: int,
    closing: str,
    *,
    work: Portfolio | None = None,
    inside: Mapping[str, Place] | None = None,
    is_compared: bool = False,
    all_at_once: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Return the line below the sentence, and the whole story of the month.

    The line compares with a year ago, unless it ``is_compared`` with what was shown, and tells the weightiest
    change; after a fall it names the causes alone. ``work`` and ``inside``: what a part of the story tells.
    ``all_at_once``: what happened is looked up for all months in one pass, since the others are asked for too.
    """
    if not at:
        return "", captions.story((), {}, {}, closing=closing)
    now, before = months[at], months[at - 1]
    days, place = ([each.on for each in months], at) if all_at_once else ([before.on, now.on], 1)
    counts = before.together, now.together
    changed = changed_at(portfolio, days, place, counts, work=work, inside=inside)
    names = {id_: place.name for id_, place in where.items()}
    told = captions.story(changed.found, names, changed.kinds, dip=changed.dip, closing=closing)
    ago = months[at - YEAR].together if at >= YEAR and not is_compared else None
    # Where nothing has come of nothing a comparison tells nothing.
    year = [f"{ago:,} a year ago."] if ago is not None and ago + now.together else []
    return changed.dip or " ".join([*year, *(told[:1] if changed.found else ())]), told


def next_pair(
    portfolio: Portfolio, where: dict[str, Place], on: date, inside: Container[str] | None = None
) -> str:
    """Name the pair that one pilot would move most, ``inside`` a part of the house alone; "" where all is done."""
    for best in next_pairs(portfolio, on, inside).part(0, 1):
        a, b = sorted((where[id_].name for id_ in best.pair), key=str.casefold)
        return captions.next_sentence(a, b, len(linking(portfolio, on, best.pair)))
    return ""


def next_pairs(portfolio: Portfolio, on: date, inside: Container[str] | None = None) -> Ranking:
    """Return the order of what a pilot adds, of the pairs ``inside`` a part of the house where one is given."""
    found = ranking(portfolio, on)
    return found if inside is None else found.among(lambda pair: pair[0] in inside and pair[1] in inside)


def _nodes(grouping: Grouping, drawn: Sequence[Tie], ties: Ties) -> tuple[Node, ...]:
    """Return the nodes in the order of the track; each has its place whether it is open or not, so nothing moves."""
    opened = {grouping.group_of[id_] for id_ in ties.departments if id_ in grouping.group_of}
    partners: dict[str, int] = defaultdict(int)
    for tie in drawn:
        if tie.band in ("backed", "single"):
            partners[tie.a] += 1
            partners[tie.b] += 1
    return tuple(
        Node(each.public_id, each.name, each.public_id in opened, partners[each.public_id])
        for each in grouping.groups
    )


def _ties(
    portfolio: Portfolio, ties: Ties, grouping: Grouping, together: frozenset[Pair] | None
) -> list[Tie]:
    group_of = grouping.group_of
    if grouping.kind != "departments":
        if together is None:
            together = together_among(ties, ties.bridges, threshold_of(portfolio))
        required = _required_between(portfolio, ties, group_of)
        return _group_ties(ties, required, together, group_of)
    there = set(ties.departments)
    bands = all_bands(portfolio, ties, {*ties.bridges, *ties.importance, *ties.silent})
    return [
        Tie(group_of[a], group_of[b], ties.strength((a, b)) / SCALE, band)
        for (a, b), band in sorted(bands.items())
        if a in there and b in there
    ]


def _group_ties(
    ties: Ties, required: Mapping[Pair, int], joined: Iterable[Pair], group_of: Mapping[str, str]
) -> list[Tie]:
    """Tie groups by the share of their required pairs that work together; else the best band that any of them has.

    Only pairs that something holds are looked at: of a large house most are open.
    """
    together = _between(joined, group_of)
    begun = quiet = Counter[Pair]()
    if together.keys() != required.keys():
        begun = _between(ties.bridges.keys() & ties.importance.keys(), group_of)
        quiet = _between(ties.silent.keys() & ties.importance.keys(), group_of)
    found = []
    for pair, count in sorted(required.items()):
        if together[pair]:
            found.append(Tie(*pair, max(WEAKEST, STRONGEST * together[pair] / count), "single"))
        elif begun[pair]:
            found.append(Tie(*pair, WEAKEST, "begun"))
        else:
            found.append(Tie(*pair, 0.0, "quiet" if quiet[pair] else "open"))
    return found


def _required_between(portfolio: Portfolio, ties: Ties, group_of: Mapping[str, str]) -> Counter[Pair]:
    """Return how many pairs are required between every two groups; without journeys simply all."""
    if portfolio.journeys:
        return _between(ties.importance, group_of)
    sizes = Counter(group_of[each] for each in ties.departments)
    return Counter({pair_of(a, b): sizes[a] * sizes[b] for a, b in combinations(sizes, 2)})


def _between(pairs: Iterable[Pair], group_of: Mapping[str, str]) -> Counter[Pair]:
    """Count pairs by the two groups that they tie; those inside a group are left out."""
    found = Counter[Pair]()
    sides = (map(group_of.__getitem__, side) for side in zip(*pairs, strict=True))
    for (one, other), count in Counter(zip(*sides, strict=True)).items():
        if one != other:
            found[pair_of(one, other)] += count
    return found
