"""When an initiative is declared, heard from and live, and who is in it: the only place where these rules live.

Days are ordinals (``date.toordinal``) inside the graph, spans are half-open ``(first, end)``. Rules and defaults:
MEASURES.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from tracker.graph.facts import Department, Event, Initiative, Portfolio, Settings
from tracker.graph.keeping import Past, remember
from tracker.graph.shelves import Shelves
from tracker.graph.succession import index

Span = tuple[int, int]
T = TypeVar("T")

#: The first day of all: an absent opening, joining or starting date stands for it.
EARLIEST = date(1900, 1, 1).toordinal()
#: After every day: an absent closing, leaving or ending date stands for it.
FOREVER = date.max.toordinal() + 1
#: Of how many people what is the same in many initiatives is kept once.
MOST_ONCE = 4_096


class Piece(NamedTuple):
    """A stretch ``[since, until)`` of a declared initiative in which nothing about it changes."""

    since: int
    until: int
    live: bool
    members: tuple[str, ...]
    leads: tuple[str, ...]
    initiative: str


class Line(NamedTuple):
    """What one initiative is over time: its declared pieces, and the spans any day's members and leads are read from."""

    pieces: tuple[Piece, ...]
    live: tuple[Span, ...]
    declared: tuple[Span, ...]
    members: tuple[tuple[str, Span], ...]
    leads: tuple[tuple[str, Span], ...]

    def piece_on(self, day: int) -> Piece | None:
        """Return the piece that holds a day, None where it is not declared then."""
        return next((each for each in self.pieces if each.since <= day < each.until), None)


class Part(Mapping[str, T]):
    """One part of the line of every initiative, by its id."""

    def __init__(self, lines: Shelves[Line], read: Callable[[Line], T]) -> None:
        self._lines, self._read = lines, read

    def __getitem__(self, initiative: str) -> T:
        return self._read(self._lines[initiative])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lines of all initiatives of a portfolio, by id."""

    of: Shelves[Line]

    @property
    def pieces(self) -> Iterator[Piece]:
        """Every declared piece, those of an initiative one after the other."""
        return (piece for line in self.of.values() for piece in line.pieces)

    @property
    def live(self) -> Mapping[str, tuple[Span, ...]]:
        """When each initiative is declared and heard from."""
        return Part(self.of, lambda line: line.live)

    @property
    def declared(self) -> Mapping[str, tuple[Span, ...]]:
        """When the record says that each initiative runs."""
        return Part(self.of, lambda line: line.declared)

    @property
    def members(self) -> Mapping[str, tuple[tuple[str, Span], ...]]:
        """Who belongs to each initiative, and when."""
        return Part(self.of, lambda line: line.members)

    def members_on(self, initiative: str, day: int) -> tuple[str, ...]:
        """Return the open departments in an initiative on a day, declared or not, sorted."""
        return present(self.of[initiative].members, day)

    def leads_on(self, initiative: str, day: int) -> tuple[str, ...]:
        """Return the lead sponsors of an initiative on a day, sorted."""
        return present(self.of[initiative].leads, day)


def timeline(portfolio: Portfolio) -> Timeline:
    """Turn the dates of a portfolio into pieces, once per portfolio.

    Examples
    --------
    >>> from tracker.graph.facts import Member
    >>> first = Initiative("i1", start=date(2025, 1, 1), members=(Member("A"), Member("B")))
    >>> portfolio = Portfolio((Department("A"), Department("B")), initiatives=(first,))
    >>> [(date.fromordinal(p.since).isoformat(), p.live, p.members) for p in timeline(portfolio).pieces]
    [('2025-01-01', True, ('A', 'B')), ('2025-04-01', False, ('A', 'B'))]
    """

    def carry(old: Timeline, past: Past) -> Timeline:
        known, opened = index(portfolio), open_spans(portfolio)
        there = {id_: found for id_ in past if (found := known.initiatives.get(id_))}
        lines = {
            id_: line_of(each, known.of_initiative.get(id_, ()), opened, portfolio.settings)
            for id_, each in there.items()
        }
        return Timeline(old.of.changed(lines, without=past.keys() - there.keys()))

    return remember(portfolio, "timeline", None, lambda: _timeline(portfolio), carry)


def _timeline(portfolio: Portfolio) -> Timeline:
    opened, events = open_spans(portfolio), index(portfolio).of_initiative
    return Timeline(
        Shelves(
            {
                each.id: line_of(each, events.get(each.id, ()), opened, portfolio.settings)
                for each in portfolio.initiatives
            }
        )
    )


def line_of(
    initiative: Initiative, events: Iterable[Event], opened: Mapping[str, Span], settings: Settings
) -> Line:
    """Turn the dates of one initiative and its events into its line."""
    declared = declared_spans(initiative)
    moments = [each.on.toordinal() for each in events if each.confirmed]
    live = live_spans(initiative, declared, moments, settings)
    live = declared if live == declared else live  # one is enough
    members, leads = member_spans(initiative, opened), lead_spans(initiative)
    return Line(tuple(_pieces(initiative.id, declared, live, members, leads)), live, declared, members, leads)


def lines_before(portfolio: Portfolio, past: Past) -> dict[str, Line]:
    """Return the lines that initiatives had before they changed; those that were not there are left out."""
    opened = open_spans(portfolio)
    return {
        id_: line_of(before.initiative, before.events, opened, portfolio.settings)
        for id_, before in past.items()
        if before.initiative
    }


def open_spans(portfolio: Portfolio) -> dict[str, Span]:
    """Return the days on which each department is open, by its id, once for a structure."""

    def make() -> dict[str, Span]:
        return {each.id: open_span(each) for each in portfolio.departments}

    return remember(portfolio, "open spans", None, make, lambda old, _past: old)


def open_span(department: Department) -> Span:
    """Return the days on which a department is open: ``opened <= t < closed``."""
    return (
        department.opened.toordinal() if department.opened else EARLIEST,
        department.closed.toordinal() if department.closed else FOREVER,
    )


def declared_spans(initiative: Initiative) -> tuple[Span, ...]:
    """Return when the record says an initiative runs: ``start <= t < end``, or routine and not given up.

    From the day it became routine the routine's dates alone decide, whatever `end` says. An initiative that
    ends on its start was never declared.
    """
    start, end, routine = initiative.start, initiative.end, initiative.routine
    first = start.toordinal() if start else FOREVER
    last = end.toordinal() if end else FOREVER
    if routine is None:
        return ((first, last),) if first < last else ()
    since, until = routine.since.toordinal(), routine.until.toordinal() if routine.until else FOREVER
    return _merged([(first, min(last, since)), (since, until)])


def live_spans(
    initiative: Initiative, declared: Sequence[Span], moments: Iterable[int], settings: Settings
) -> tuple[Span, ...]:
    """Return when an initiative is declared and heard from.

    Heard from: ``max(a, start) <= t < a + quiet_days`` for an activity a (the start, an update, a confirmed
    event), ``t < declared_until``, or ``c <= t < c + routine_days`` for a check c since it became routine.
    """
    first = initiative.start.toordinal() if initiative.start else EARLIEST
    since, until = first, first + settings.quiet_days
    heard = []
    for day in sorted((*map(date.toordinal, initiative.activity), *moments)):
        if day <= first:
            continue  # a day before the start reaches less far than the start itself, so it adds nothing
        if day > until:
            heard.append((since, until))
            since = day
        until = day + settings.quiet_days
    heard.append((since, until))
    routine = initiative.routine
    if initiative.declared_until:
        heard.append((0, initiative.declared_until.toordinal()))
    if routine:
        checks = (routine.since, *(day for day in routine.checks if day >= routine.since))
        heard += [(day.toordinal(), day.toordinal() + settings.routine_days) for day in checks]
    return _common(declared, _merged(heard) if routine or initiative.declared_until else heard)


def member_spans(initiative: Initiative, opened: Mapping[str, Span]) -> tuple[tuple[str, Span], ...]:
    """Return when each department belongs to an initiative and is open, sorted by department.

    Without a joining date a department belongs from the initiative's start. A department that left and
    rejoined has a span for each stay.
    """
    first = initiative.start.toordinal() if initiative.start else EARLIEST
    spans, stay = [], (0, 0)
    for each in initiative.members:
        if (opening := opened.get(each.department)) is not None:
            since = max(each.joined.toordinal() if each.joined else first, opening[0])
            until = min(each.left.toordinal(), opening[1]) if each.left else opening[1]
            if since < until:
                stay = (
                    stay if stay == (since, until) else (since, until)
                )  # most stay as long as others: one is enough
                spans.append((each.department, stay))
    return tuple(sorted(spans))


def lead_spans(initiative: Initiative) -> tuple[tuple[str, Span], ...]:
    """Return when each person is lead sponsor of an initiative, sorted by person."""
    if len(initiative.leads) == 1 and not (initiative.leads[0].since or initiative.leads[0].until):
        return _always(initiative.leads[0].person)
    return tuple(
        sorted(
            (
                each.person,
                (
                    each.since.toordinal() if each.since else 0,
                    each.until.toordinal() if each.until else FOREVER,
                ),
            )
            for each in initiative.leads
        )
    )


@lru_cache(MOST_ONCE)
def _always(person: str) -> tuple[tuple[str, Span], ...]:
    """Return one and the same spans for a person who leads alone and always, as nearly all do."""
    return ((person, (0, FOREVER)),)


def goes_quiet_on(portfolio: Portfolio, initiative: str, on: date) -> date | None:
    """Return the day on which a live initiative goes quiet if nobody is heard from again.

    None when it is not live on the day, when it ends before it could go quiet, or when a register or a check
    vouches for it without end. What is already recorded for later days counts as heard.

    Examples
    --------
    >>> first = Initiative("i1", start=date(2025, 1, 1))
    >>> goes_quiet_on(Portfolio(initiatives=(first,)), "i1", date(2025, 2, 1))
    datetime.date(2025, 4, 1)
    """
    line, day = timeline(portfolio).of[initiative], on.toordinal()
    end = next((end for first, end in line.live if first <= day < end), None)
    if end is None or end >= FOREVER:
        return None
    declared = any(first <= end < last for first, last in line.declared)
    return date.fromordinal(end) if declared else None


def _pieces(
    initiative: str,
    declared: Sequence[Span],
    live: Sequence[Span],
    members: Sequence[tuple[str, Span]],
    leads: Sequence[tuple[str, Span]],
) -> Iterable[Piece]:
    for first, end in declared:
        departments, sponsors = _steady(members, first, end), _steady(leads, first, end)
        heard = ((first, end, True),) if live is declared else _heard(first, end, live)
        for since, until, is_live in heard:
            if departments is not None and sponsors is not None:
                yield Piece(since, until, is_live, departments, sponsors, initiative)
                continue
            cuts = {cut for _, span in (*members, *leads) for cut in span if since < cut < until}
            for start, stop in pairwise((since, *sorted(cuts), until)):
                there, leading = present(members, start), present(leads, start)
                yield Piece(start, stop, is_live, there, leading, initiative)


def _heard(first: int, end: int, live: Sequence[Span]) -> Iterable[tuple[int, int, bool]]:
    """Cut a declared span into the stretches in which the initiative is live and those in which it is not."""
    done = first
    for since, until in live:
        if first <= since < end:
            if since > done:
                yield done, since, False
            yield since, until, True
            done = until
    if done < end:
        yield done, end, False


def _steady(spans: Sequence[tuple[str, Span]], first: int, end: int) -> tuple[str, ...] | None:
    """Return who is there from first to end when nobody comes or goes between, which is nearly always; or None."""
    names = []
    for name, (since, until) in spans:
        if since <= first and until >= end:
            names.append(name)
        elif since < end and until > first:
            return None
    return _once(names)


def present(spans: Sequence[tuple[str, Span]], day: int) -> tuple[str, ...]:
    """Return the names whose span holds the day."""
    return _once([name for name, (since, until) in spans if since <= day < until])


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Return sorted names as a tuple, each once: a department may be listed twice, with stays that overlap."""
    if len(names) < 2:
        return _alone(names[0]) if names else ()
    return tuple(names) if len(set(names)) == len(names) else tuple(dict.fromkeys(names))


@lru_cache(MOST_ONCE)
def _alone(name: str) -> tuple[str]:
    """Return one and the same tuple for a name that stands alone, as most sponsors do."""
    return (name,)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap; drop the empty ones.

    >>> _merged([(5, 9), (1, 3), (3, 4), (6, 7), (2, 2)])
    ((1, 4), (5, 9))
    """
    joined: list[Span] = []
    for first, end in sorted(spans):
        if first >= end:
            continue
        if joined and first <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return tuple(joined)


def _common(left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """Return where both sequences of merged spans hold."""
    return tuple((max(a, c), min(b, d)) for a, b in left for c, d in right if a < d and c < b)
