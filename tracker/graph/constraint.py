"""How closely a department is held by one circle: Burt's constraint, and the partners it links, without scipy.

networkx falls back to a path of several seconds where scipy is missing; this one takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from operator import mul
from typing import TypeVar

#: Floats for speed, fractions for an exact answer; whole numbers are divided as floats.
Number = TypeVar("Number", float, Fraction)


def constraint(
    ties: Mapping[str, Mapping[str, Number]], ids: Iterable[str] | None = None
) -> dict[str, Number | None]:
    """Return Burt's constraint of each id, of all unless `ids` are named; None for one without partners.

    ``Σ_b (p_ab + Σ_q p_aq p_qb)²`` over the partners b of a, where p_ab is the share of a's ties that goes to b
    (R. S. Burt, Structural Holes, 1992; Structural holes and good ideas, AJS 110, 2004). Low where partners do
    not work with each other, 1 with a single partner. `ties` is symmetric: the strength of each tie from both
    of its ends. Time: for each id its partners times all ids, in one
    product of lists each.

    Examples
    --------
    >>> path = {"A": {"B": 1}, "B": {"A": 1, "C": 1}, "C": {"B": 1}, "D": {}}
    >>> constraint(path)
    {'A': 1.0, 'B': 0.5, 'C': 1.0, 'D': None}
    """
    totals = {id_: sum(partners.values()) for id_, partners in ties.items()}
    rows = {id_: [partners.get(q, 0) for q in ties] for id_, partners in ties.items()}
    found: dict[str, Number | None] = dict.fromkeys(ties if ids is None else ids)
    for a in found:
        # what a invests in each q, by what q has: Σ_q p_aq p_qb is its product with b's row, over a's total
        invested = [strength and strength / totals[q] for q, strength in zip(ties, rows[a], strict=True)]
        squares = [
            ((strength + sum(map(mul, invested, rows[b]))) / totals[a]) ** 2
            for b, strength in ties[a].items()
        ]
        found[a] = sum(squares) if squares else None
    return found


def links(ties: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return how many pairs of its partners each id links: those that have no tie of their own.

    With n partners that have t ties among them: ``n(n−1)/2 − t``.

    Examples
    --------
    >>> links({"A": "BCD", "B": "AC", "C": "AB", "D": "A"})
    {'A': 2, 'B': 0, 'C': 0, 'D': 0}
    """
    place = {id_: 1 << at for at, id_ in enumerate(ties)}
    masks = {id_: sum(place[partner] for partner in partners) for id_, partners in ties.items()}
    found = {}
    for id_, partners in ties.items():
        mask = masks[id_]
        count = mask.bit_count()
        twice = sum((mask & masks[partner]).bit_count() for partner in partners)
        found[id_] = (count * (count - 1) - twice) // 2
    return found


def effective_size(partners: int, linked: int) -> Fraction | None:
    """Return the partners that are not redundant, ``n − 2t/n``; None without partners.

    From the number of partners and the pairs of them that the department links (see `links`). S. P. Borgatti,
    Structural holes: unpacking Burt's redundancy measures, Connections 20(1), 1997.

    Examples
    --------
    >>> effective_size(3, 1)
    Fraction(5, 3)
    """
    if not partners:
        return None
    among = partners * (partners - 1) // 2 - linked
    return partners - Fraction(2 * among, partners)
