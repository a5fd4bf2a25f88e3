"""A win or a lesson alone on the track: what stands out, and how far the others fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.queries.stage import Stage

#: How strong what ties those in focus is drawn, and how much the others fade.
FOCUS_STRENGTH, FOCUS_ALPHA, FADED_TIE, FADED_NODE = 2.0, 0.95, 0.1, 0.4


@dataclass(frozen=True, slots=True)
class Focus:
    """A moment alone on the track: the nodes that brought it, the first of them first, and its mark."""

    nodes: tuple[str, ...]
    title: str
    is_near_miss: bool


def focus_on(stage: Stage, departments: Sequence[str], title: str, *, is_near_miss: bool) -> Focus:
    """Return the focus on departments by their ids; where groups stand on the track, on their groups."""
    group_of = stage.grouping.group_of
    nodes = dict.fromkeys(group_of[each] for each in departments if each in group_of)
    return Focus(tuple(nodes), title, is_near_miss)
