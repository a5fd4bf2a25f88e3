"""The order of departments around the track: strong partners are neighbours, and nobody moves once placed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tracker.graph.ties import Pair, pair_of

#: An improvement smaller than this is noise.
NOISE = 1e-9


def cost(order: Sequence[str], weights: Mapping[Pair, float]) -> float:
    """Return the weighted distance around the loop, ``sum(w * min(|i - j|, n - |i - j|))``; to be small.

    Examples
    --------
    >>> cost("ABCD", {("A", "C"): 1.0, ("A", "D"): 2.0})
    4.0
    """
    place = {id_: at for at, id_ in enumerate(order)}
    known = ((a, b, weight) for (a, b), weight in weights.items() if a in place and b in place)
    return sum(weight * _around(place[a] - place[b], len(order)) for a, b, weight in known)


def track_order(ids: Sequence[str], weights: Mapping[Pair, float]) -> tuple[str, ...]:
    """Return the ids in an order of small `cost`.

    Each follows the one it is tied to most; then each is moved to its best place on the loop until no move gains
    (sifting, as in Baur and Brandes 2004). `weights` names sorted pairs. Deterministic; the first id comes first, and of its two neighbours the one
    that was named earlier comes next. Meant for up to 60 ids.

    Examples
    --------
    >>> track_order("ABCD", {("A", "C"): 3.0, ("B", "D"): 3.0, ("B", "C"): 1.0})
    ('A', 'C', 'B', 'D')
    """
    waiting, chain = list(ids), list[str]()
    while waiting:
        pulls = [
            (weights.get(pair_of(id_, chain[-1]), 0.0) if chain else 0.0, _pull(id_, ids, weights))
            for id_ in waiting
        ]
        chain.append(waiting.pop(pulls.index(max(pulls))))
    return _turned(_sifted(chain, weights), list(ids))


def _pull(id_: str, ids: Sequence[str], weights: Mapping[Pair, float]) -> float:
    return math.fsum(weights.get(pair_of(id_, other), 0.0) for other in ids if other != id_)


def insert(order: Sequence[str], new: str, weights: Mapping[Pair, float]) -> tuple[str, ...]:
    """Return the order with a new id in its best gap; the others keep theirs. Among equals the last gap.

    Examples
    --------
    >>> insert(("A", "B", "C"), "D", {("A", "D"): 1.0, ("B", "D"): 1.0})
    ('A', 'D', 'B', 'C')
    """
    size = len(order)
    mine = [weights.get(pair_of(new, id_), 0.0) for id_ in order]
    across = {
        (i, j): weight
        for i, a in enumerate(order)
        for j, b in enumerate(order[:i])
        if (weight := weights.get(pair_of(a, b), 0.0))
    }

    def price(gap: int) -> float:
        places = [at + (at >= gap) for at in range(size)]
        own = sum(weight * _around(places[at] - gap, size + 1) for at, weight in enumerate(mine) if weight)
        return own + sum(
            weight * _around(places[i] - places[j], size + 1) for (i, j), weight in across.items()
        )

    gap = min(range(size, -1, -1), key=lambda at: round(price(at), 9))
    return (*order[:gap], new, *order[gap:])


def _sifted(order: Sequence[str], weights: Mapping[Pair, float]) -> list[str]:
    """Move each id step by step around the loop and leave it at its best place, until no move gains."""
    ids = list(order)
    pull = {a: [(b, w) for b in ids if (w := weights.get(pair_of(a, b), 0.0)) and a != b] for a in ids}
    if len(ids) < 4:
        return ids
    gained = True
    while gained:
        gained = False
        for moving in order:
            gained |= _sift(ids, moving, pull)
    return ids


def _sift(ids: list[str], moving: str, pull: Mapping[str, Sequence[tuple[str, float]]]) -> bool:
    """Swap one id with its next neighbour all around the loop and stop where the cost was least."""
    size = len(ids)
    place = {id_: at for at, id_ in enumerate(ids)}
    change, least, best, tried = 0.0, -NOISE, list[str](), list(ids)
    for _ in range(size - 1):
        here = place[moving]
        there = (here + 1) % size
        other = tried[there]
        for id_, left, right in ((moving, here, there), (other, there, here)):
            for near, weight in pull[id_]:
                if near not in (moving, other):
                    at = place[near]
                    change += weight * (_around(at - right, size) - _around(at - left, size))
        tried[here], tried[there] = other, moving
        place[moving], place[other] = there, here
        if change < least - NOISE:
            least, best = change, list(tried)
    if best:
        ids[:] = best
    return bool(best)


def _turned(order: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Return the same loop read from the first id towards whichever of its neighbours was named earlier."""
    if not order:
        return ()
    at = order.index(ids[0])
    turned = [*order[at:], *order[:at]]
    if len(turned) > 2 and ids.index(turned[-1]) < ids.index(turned[1]):
        turned = [turned[0], *reversed(turned[1:])]
    return tuple(turned)


def _around(apart: int, size: int) -> int:
    """Return the distance around a loop."""
    apart = abs(apart) % size
    return min(apart, size - apart)
