"""A portfolio with some of its initiatives alone, carried over like every other number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.graph.facts import Initiative, Portfolio
from tracker.graph.keeping import Past, remember
from tracker.graph.succession import Now, index, succeed


@dataclass(frozen=True, slots=True)
class Filter:
    """Which initiatives to look at, by ids; "" asks for nothing.

    `sponsor` ever led it, and `division` has a department that ever took part. The required pairs stay all.
    """

    division: str = ""
    theme: str = ""
    sponsor: str = ""
    kind: str = ""

    def passes(self, initiative: Initiative, division_of: dict[str, str | None]) -> bool:
        """Say whether an initiative is one of those."""
        return (
            (not self.theme or initiative.theme == self.theme)
            and (not self.kind or initiative.kind == self.kind)
            and (not self.sponsor or any(each.person == self.sponsor for each in initiative.leads))
            and (
                not self.division
                or any(division_of.get(each.department) == self.division for each in initiative.members)
            )
        )


def filtered(portfolio: Portfolio, wanted: Filter) -> Portfolio:
    """Return the portfolio with only the initiatives that pass and their events, once per portfolio.

    A lesson that comes from an initiative left out earns nothing: its origin is not there.

    Examples
    --------
    >>> both = (Initiative("i1", theme="storm"), Initiative("i2"))
    >>> [each.id for each in filtered(Portfolio(initiatives=both), Filter(theme="storm")).initiatives]
    ['i1']
    """
    if wanted == Filter():
        return portfolio
    division_of = {each.id: each.division for each in portfolio.departments}

    def make() -> Portfolio:
        chosen = tuple(each for each in portfolio.initiatives if wanted.passes(each, division_of))
        ids = {each.id for each in chosen}
        events = tuple(each for each in portfolio.events if each.initiative in ids)
        return replace(portfolio, initiatives=chosen, events=events)

    def carry(old: Portfolio, past: Past) -> Portfolio:
        known, changed = index(portfolio), dict[str, Now]()
        for id_ in past:
            now = known.before(id_)
            passes = now.initiative is not None and wanted.passes(now.initiative, division_of)
            changed[id_] = now if passes else Now(None, ())
        return succeed(old, changed)

    return remember(portfolio, "filtered", wanted, make, carry)
