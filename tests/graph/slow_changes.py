"""What happened between two days, looked up initiative by initiative and tie by tie: slow, and plainly right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.graph.changes import Change, ChangeKind
from tracker.graph.counting import together_on
from tracker.graph.facts import Portfolio
from tracker.graph.intervals import Span, timeline
from tracker.graph.ties import ties_on


def became(portfolio: Portfolio, before: date, after: date) -> dict[str, Change]:
    """Return the changes that a row of days is searched for, by their kind."""
    line, first, last = timeline(portfolio), before.toordinal(), after.toordinal()
    ended = {
        each.id
        for each in portfolio.initiatives
        if holds(line.declared[each.id], first) and not holds(line.declared[each.id], last)
    }
    silent = {
        each.id
        for each in portfolio.initiatives
        if holds(line.live[each.id], first) and not holds(line.live[each.id], last)
    }
    ties = ties_on(portfolio, after)
    new = together_on(portfolio, after) - together_on(portfolio, before)
    pairs = sorted(new, key=lambda pair: (-ties.importance[pair], -ties.strength(pair), pair))
    found = [
        Change("together", groups=tuple(pairs)),
        Change("routine", initiatives=tuple(sorted(routines(portfolio, before, after)))),
        Change("ended", initiatives=tuple(sorted(ended))),
        Change("quiet", initiatives=tuple(sorted(silent - ended))),
    ]
    return {each.kind: each for each in found if each.count}


def causes(portfolio: Portfolio, before: date, after: date) -> dict[str, Change]:
    """Return why pairs that worked together no longer do, by kind."""
    lost = together_on(portfolio, before) - together_on(portfolio, after)
    gone = {pair for pair in lost if pair not in ties_on(portfolio, after).importance}
    line, last = timeline(portfolio), after.toordinal()
    then, held = ties_on(portfolio, before).bridges, ties_on(portfolio, after).bridges
    kinds: dict[ChangeKind, set[str]] = {"routine": set(), "ended": set(), "quiet": set(), "regrouped": set()}
    for pair in lost - gone:
        still = {(bridge.initiative, bridge.weight) for bridge in held.get(pair, ())}
        for bridge in then.get(pair, ()):
            id_ = bridge.initiative
            if (id_, bridge.weight) in still:
                continue
            if holds(line.live[id_], last):
                kinds["regrouped"].add(id_)
            elif id_ in routines(portfolio, before, after):
                kinds["routine"].add(id_)
            else:
                kinds["quiet" if holds(line.declared[id_], last) else "ended"].add(id_)
    found = [Change(kind, initiatives=tuple(sorted(ids))) for kind, ids in kinds.items()]
    found.append(Change("required", groups=tuple(sorted(gone))))
    return {each.kind: each for each in found if each.count}


def routines(portfolio: Portfolio, before: date, after: date) -> set[str]:
    return {
        each.id for each in portfolio.initiatives if each.routine and before < each.routine.since <= after
    }


def holds(spans: Sequence[Span], day: int) -> bool:
    return any(first <= day < end for first, end in spans)
