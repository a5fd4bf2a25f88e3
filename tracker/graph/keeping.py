"""What a portfolio has worked out once, and how its successor takes that over instead of working it out anew.

A successor differs from its portfolio in a few initiatives and their events. Each measure that knows how is
carried over when it is first asked for again; what comes out equals what the facts alone give.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from tracker.graph.facts import Event, Initiative, Portfolio

T = TypeVar("T")

#: How many days' results are kept per measure before the drawer is emptied.
KEPT_DAYS = 64
#: How many results wait to be carried over, the newest of them, and how many initiatives may have changed meanwhile.
MOST_WAITING, MOST_CHANGED = 60, 5_000
#: So many objects more than the collector has seen are a large lot.
LARGE = 200_000
#: Where a portfolio notes what can be carried over, in the order it was asked for, and keeps what waits for that.
_ASKED, _WAITING = "asked for", "waiting"
#: Who is told of what was worked out: the measure, whether it was carried over, and the seconds it took.
listeners: list[Callable[[str, bool, float], None]] = []


class Before(NamedTuple):
    """An initiative as it was, None where it was not yet there, with its events."""

    initiative: Initiative | None
    events: tuple[Event, ...]


#: The initiatives that have changed since something was worked out, as they were then.
Past = Mapping[str, Before]


class Waiting(NamedTuple):
    """A result of an earlier portfolio, and what has changed since."""

    value: Any
    past: Past


def remember(
    portfolio: Portfolio,
    measure: str,
    key: object,
    make: Callable[[], T],
    carry: Callable[[T, Past], T] | None = None,
) -> T:
    """Return what `make` works out, once per portfolio, measure and key.

    With `carry` a successor makes it from its predecessor's value and from what has changed since. It must
    return what equals the result of `make`, and leave the old value as it is.

    A full drawer is replaced, not thinned out, so that threads never see it change under them.
    """
    drawer = portfolio.derived.get(measure)
    if drawer is None or len(drawer) >= KEPT_DAYS:
        drawer = portfolio.derived[measure] = {}
    if key not in drawer:
        waiting: dict[tuple[str, object], Waiting] = portfolio.derived.get(_WAITING, {})
        before = waiting.get((measure, key)) if carry else None
        begun = time.perf_counter()
        drawer[key] = carry(before.value, before.past) if carry and before else at_rest(make)
        for tell in listeners:
            tell(measure, before is not None, time.perf_counter() - begun)
        if carry:
            portfolio.derived.setdefault(_ASKED, {})[measure, key] = True
            waiting.pop((measure, key), None)
    found: T = drawer[key]
    return found


def at_rest(make: Callable[[], T]) -> T:
    """Read or work something out while the garbage collector rests.

    All of it is kept, so there is no garbage; to look through it again and again would take as long as the work.
    A large lot is taken out of the collector's sight for good: it goes as soon as nobody holds it.
    """
    if not gc.isenabled():
        return make()
    gc.disable()
    try:
        made = make()
        if gc.get_count()[0] > LARGE:
            gc.freeze()
        return made
    finally:
        gc.enable()


def hand_over(old: Portfolio, new: Portfolio, past: Past) -> None:
    """Let a new portfolio take over what an old one worked out; `past` says how what changed was before.

    The two have the same departments, journeys and settings.
    """
    waiting: dict[tuple[str, object], Waiting] = {}
    for measure, key in reversed(old.derived.get(_ASKED, {}).copy()):
        drawer = old.derived.get(measure, {})
        if key in drawer:
            waiting[measure, key] = Waiting(drawer[key], past)
    for place, (value, earlier) in old.derived.get(_WAITING, {}).copy().items():
        changed = {**past, **earlier}  # as it was when the value was worked out, not as it was meanwhile
        if len(changed) <= MOST_CHANGED:
            waiting.setdefault(place, Waiting(value, changed))
    new.derived[_WAITING] = dict(islice(waiting.items(), MOST_WAITING))
