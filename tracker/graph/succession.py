"""The initiatives and events of a portfolio by id, and the portfolio that follows when a few of them change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tracker.graph.facts import Event, Initiative, Portfolio
from tracker.graph.keeping import Before, Past, hand_over, remember
from tracker.graph.shelves import Shelves

T = TypeVar("T")

#: Up to so many records are put into their places one by one; more are sorted with all others.
FEW = 200

#: An initiative as it is now, None where it has gone, with its events.
Now = Before


@dataclass(frozen=True, slots=True)
class Index:
    """Where to find what: initiatives and events by id, events by their initiative and by what they are ``of``."""

    initiatives: Shelves[Initiative]
    events: Shelves[Event]
    of_initiative: Shelves[tuple[Event, ...]]
    citing: Shelves[tuple[Event, ...]]

    def before(self, id_: str) -> Before:
        """Return an initiative with its events, as they are in this portfolio."""
        return Before(self.initiatives.get(id_), self.of_initiative.get(id_, ()))


def index(portfolio: Portfolio) -> Index:
    """Return the index of a portfolio, once per portfolio."""
    return remember(portfolio, "index", None, lambda: _index(portfolio))


def _index(portfolio: Portfolio) -> Index:
    cited = [each for each in portfolio.events if each.of is not None]
    return Index(
        Shelves({each.id: each for each in portfolio.initiatives}),
        Shelves({each.id: each for each in portfolio.events}),
        Shelves(_grouped(portfolio.events, lambda each: each.initiative)),
        Shelves(_grouped(cited, lambda each: each.of or "")),
    )


def _grouped(events: Iterable[Event], key: Callable[[Event], str]) -> dict[str, tuple[Event, ...]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(key(event), []).append(event)
    return {name: tuple(each) for name, each in found.items()}


def succeed(old: Portfolio, changed: Mapping[str, Now]) -> Portfolio:
    """Return the portfolio that follows when these initiatives are as told now; all else is shared.

    What the old one worked out is carried over as it is asked for. Nothing changed: the old one itself.

    Examples
    --------
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
        initiatives=_exchanged(old.initiatives, gone, come, lambda each: each.id),
        events=_exchanged(old.events, dropped, added, lambda each: (each.on, each.id)),
    )
    new.derived["index"] = {None: _followed(known, past, changed, dropped, added)}
    hand_over(old, new, past)
    return new


def _exchanged(
    rows: tuple[T, ...], gone: Sequence[T], come: Sequence[T], place: Callable[[T], Any]
) -> tuple[T, ...]:
    """Return sorted rows without those that are gone and with those that came, each in its place."""
    if len(gone) + len(come) > FEW:
        without = {place(each) for each in gone}
        return tuple(sorted([*(each for each in rows if place(each) not in without), *come], key=place))
    found = list(rows)
    for each in gone:
        del found[bisect_left(found, place(each), key=place)]
    for each in come:
        found.insert(bisect_left(found, place(each), key=place), each)
    return tuple(found)


def _followed(
    known: Index, past: Past, changed: Mapping[str, Now], dropped: Sequence[Event], added: Sequence[Event]
) -> Index:
    there = {id_: now.initiative for id_ in past if (now := changed[id_]).initiative}
    citing = dict[str, tuple[Event, ...]]()
    for name in {each.of for each in (*dropped, *added) if each.of is not None}:
        kept = [each for each in known.citing.get(name, ()) if each.initiative not in past]
        kept += [each for each in added if each.of == name]
        citing[name] = tuple(sorted(kept, key=lambda each: (each.on, each.id)))
    events = {id_: changed[id_].events for id_ in past if changed[id_].events}
    return Index(
        known.initiatives.changed(there, without=past.keys() - there.keys()),
        known.events.changed({each.id: each for each in added}, without=_ids(dropped) - _ids(added)),
        known.of_initiative.changed(events, without=past.keys() - events.keys()),
        known.citing.changed(
            {name: each for name, each in citing.items() if each},
            without={name for name, each in citing.items() if not each},
        ),
    )


def _ids(events: Iterable[Event]) -> set[str]:
    return {each.id for each in events}
