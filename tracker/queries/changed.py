"""What changed between two days, of the whole register or of a part: the matter of a caption and of a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.graph import captions
from tracker.graph.changes import WEIGHTS, Change, changes, dip_causes
from tracker.graph.facts import Portfolio
from tracker.graph.succession import index


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed, the weightiest first; ``dip`` tells a fall by its causes, "" where nothing fell."""

    found: tuple[Change, ...]
    kinds: dict[str, str]
    dip: str


def changed_between(
    portfolio: Portfolio,
    work: Portfolio,
    before: tuple[date, int],
    after: tuple[date, int],
    inside: Mapping[str, str] | None = None,
) -> Changed:
    """Return what changed from one day to another; with each, how many pairs worked together.

    ``work`` are the initiatives that are told, of ``portfolio`` or all of it. First joint wins and pairs that now
    work together are told only where they are so in the whole. ``inside``: only what happened among these
    departments, and to initiatives of two of them or more.
    """
    (first, was), (last, is_) = before, after
    found = changes(work, first, last)
    if work is not portfolio:
        found = _so_in(changes(portfolio, first, last, most=len(WEIGHTS)), found)
    causes = dip_causes(work, first, last) if is_ < was else ()
    if inside is not None:
        found, causes = (_among(each, work, inside) for each in (found, causes))
    known = index(work).initiatives
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


def _among(found: Sequence[Change], work: Portfolio, inside: Mapping[str, str]) -> tuple[Change, ...]:
    """Return of the changes what happened among some departments and to their joint initiatives."""
    joint = {
        id_
        for id_, each in index(work).initiatives.items()
        if len({member.department for member in each.members} & inside.keys()) > 1
    }
    here = (
        replace(
            each,
            groups=tuple(group for group in each.groups if inside.keys() >= set(group)),
            initiatives=tuple(id_ for id_ in each.initiatives if id_ in joint),
            events=(),
        )
        for each in found
    )
    return tuple(each for each in here if each.count)
