"""What changed between two days, of the whole register or of a part: the matter of a caption and of a scene."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.graph import captions
from tracker.graph.changes import WEIGHTS, Change, changes_at, dip_causes_at
from tracker.graph.facts import Portfolio
from tracker.graph.succession import index


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed, the weightiest first; ``dip`` tells a fall by its causes, "" where nothing fell."""

    found: tuple[Change, ...]
    kinds: dict[str, str]
    dip: str


def changed_at(
    portfolio: Portfolio,
    days: Sequence[date],
    at: int,
    counts: tuple[int, int],
    *,
    work: Portfolio | None = None,
    inside: Container[str] | None = None,
) -> Changed:
    """Return what changed from one to the next of a row of days; all of them are looked at in one pass.

    ``counts``: how many pairs worked together on the two. ``work`` are the initiatives that are told, where they
    are not all. First joint wins and pairs that now work together are told only where they are so in the whole.
    ``inside``: only what happened among these departments, and to initiatives of two of them or more.
    """
    (was, is_), told_of = counts, portfolio if work is None else work
    found = changes_at(told_of, days, at)
    if told_of is not portfolio:
        found = _so_in(changes_at(portfolio, days, at, most=len(WEIGHTS)), found)
    causes = dip_causes_at(told_of, days, at) if is_ < was else ()
    if inside is not None:
        found, causes = (_among(each, told_of, inside) for each in (found, causes))
    known = index(told_of).initiatives
    kinds = {id_: known[id_].kind for each in (*found, *causes) for id_ in each.initiatives}
    return Changed(found, kinds, captions.dip_sentence(was, is_, causes, kinds) if is_ < was else "")


def _so_in(whole: Sequence[Change], found: Sequence[Change]) -> tuple[Change, ...]:
    """Return of the changes of a part what came to be among departments in the whole too."""
    groups = {each.kind: frozenset(each.groups) for each in whole}
    here = (
        replace(each, groups=tuple(group for group in each.groups if group in groups.get(each.kind, ())))
        for each in found
    )
    return tuple(each for each in here if each.count)


def _among(found: Sequence[Change], work: Portfolio, inside: Container[str]) -> tuple[Change, ...]:
    """Return of the changes what happened among some departments and to their joint initiatives."""
    known = index(work).initiatives

    def is_joint(id_: str) -> bool:
        return len({member.department for member in known[id_].members if member.department in inside}) > 1

    here = (
        replace(
            each,
            groups=tuple(group for group in each.groups if all(one in inside for one in group)),
            initiatives=tuple(id_ for id_ in each.initiatives if is_joint(id_)),
            events=(),
        )
        for each in found
    )
    return tuple(each for each in here if each.count)
