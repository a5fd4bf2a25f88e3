"""The initiatives and events of a portfolio by id, and the portfolio that follows when a few of them change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from operator import attrgetter

from tracker.graph.facts import Event, Initiative, Portfolio
from tracker.graph.keeping import Before, Past, hand_over, remember
from tracker.graph.rows import Rows
from tracker.graph.shelves import Shelves

#: An initiative as it is now, None where it has gone, with its events.
Now = Before


class Index:
    """Where to find what in a portfolio; each part is made when it is first asked for."""

    def __init__(self, initiatives: Sequence[Initiative], events: Sequence[Event]) -> None:
        self._initiatives, self._events = initiatives, events_in_order(events)

    @cached_property
    def initiatives(self) -> Shelves[Initiative]:
        """Initiatives by id."""
        return Shelves({each.id: each for each in self._initiatives})

    @cached_property
    def events(self) -> Shelves[Event]:
        """Events by id."""
        return Shelves({each.id: each for each in self._events})

    @cached_property
    def of_initiative(self) -> Shelves[tuple[Event, ...]]:
        """Events by their initiative, by day and id."""
        return Shelves(grouped(self._events, attrgetter("initiative")))

    @cached_property
    def citing(self) -> Shelves[tuple[Event, ...]]:
        """Events by the event that they are ``of``, by day and id."""
        cited = [each for each in self._events if each.of is not None]
        return Shelves(grouped(cited, lambda each: each.of or ""))

    def before(self, id_: str) -> Before:
        """Return an initiative with its events, as they are in this portfolio."""
        return Before(self.initiatives.get(id_), self.of_initiative.get(id_, ()))


def index(portfolio: Portfolio) -> Index:
    """Return the index of a portfolio, once per portfolio."""
    return remember(portfolio, "index", None, lambda: Index(portfolio.initiatives, portfolio.events))


def grouped(events: Iterable[Event], key: Callable[[Event], str]) -> dict[str, tuple[Event, ...]]:
    """Return events by a key, each group in their order."""
    found: dict[str, list[Event]] = {}
    for event in events:
        name = key(event)
        if name in found:
            found[name].append(event)
        else:
            found[name] = [event]
    return {name: tuple(each) for name, each in found.items()}


def succeed(old: Portfolio, changed: Mapping[str, Now]) -> Portfolio:
    """Return the portfolio that follows when these initiatives are as told now; all else is shared.

    What the old one worked out is carried over as it is asked for. Nothing changed: the old one itself.

    Examples
    --------
    >>> from datetime import date
    >>> first = Initiative("i1", start=date(2025, 1, 1))
    >>> old = Portfolio(initiatives=(first,))
    >>> new = succeed(old, {"i0": Now(Initiative("i0"), ()), "i1": Now(None, ())})
    >>> [each.id for each in new.initiatives]
    ['i0']
    """
    known = index(old)
    past: Past = {id_: before for id_, now in changed.items() if (before := known.before(id_)) != now}
    if not past:
        return old
    gone = [each.initiative for each in past.values() if each.initiative]
    come = [now.initiative for id_ in past if (now := changed[id_]).initiative]
    dropped = [event for each in past.values() for event in each.events]
    added = [event for id_ in past for event in changed[id_].events]
    new = replace(
        old,
        initiatives=initiatives_in_order(old.initiatives).changed(gone, come),
        events=events_in_order(old.events).changed(dropped, added),
    )
    follower = Index(new.initiatives, new.events)
    _follow(follower, known, past, changed, dropped, added)
    new.derived["index"] = {None: follower}
    hand_over(old, new, past)
    return new


def initiatives_in_order(initiatives: Iterable[Initiative]) -> Rows[Initiative]:
    """Return initiatives by id, as the portfolio that follows takes them over."""
    return initiatives if isinstance(initiatives, Rows) else Rows(initiatives, _id_of)


def events_in_order(events: Iterable[Event]) -> Rows[Event]:
    """Return events by day and id, as the portfolio that follows takes them over."""
    return events if isinstance(events, Rows) else Rows(events, turn_of)


def _id_of(initiative: Initiative) -> str:
    return initiative.id


def turn_of(event: Event) -> tuple[date, str]:
    """Return the place of an event in the order in which events are judged."""
    return event.on, event.id


def _follow(
    index_: Index,
    known: Index,
    past: Past,
    changed: Mapping[str, Now],
    dropped: Sequence[Event],
    added: Sequence[Event],
) -> None:
    """Let an index share with that of the old portfolio what did not change, as far as that was ever asked for."""
    there = {id_: now.initiative for id_ in past if (now := changed[id_]).initiative}
    events = {id_: changed[id_].events for id_ in past if changed[id_].events}
    index_.initiatives = known.initiatives.changed(there, without=past.keys() - there.keys())
    index_.of_initiative = known.of_initiative.changed(events, without=past.keys() - events.keys())
    if "events" in vars(known):
        gone = {each.id for each in dropped} - {each.id for each in added}
        index_.events = known.events.changed({each.id: each for each in added}, without=gone)
    if "citing" in vars(known):
        citing = dict[str, tuple[Event, ...]]()
        for name in {each.of for each in (*dropped, *added) if each.of is not None}:
            kept = [each for each in known.citing.get(name, ()) if each.initiative not in past]
            kept += [each for each in added if each.of == name]
            citing[name] = tuple(sorted(kept, key=turn_of))
        index_.citing = known.citing.changed(
            {name: each for name, each in citing.items() if each},
            without={name for name, each in citing.items() if not each},
        )
