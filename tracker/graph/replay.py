"""A board of departments and live work on which one thing at a time changes, with the coverage after each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations

from tracker.graph.counting import count
from tracker.graph.facts import Journey, Portfolio, Settings
from tracker.graph.ties import SCALE, Pair, required_among, threshold_of, ties_on, weight


def _untied(_pair: Pair) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Coverage in whole numbers: pairs that work together of those required, points in units of 1/SCALE."""

    together: int
    required: int
    points: int
    possible: int

    @property
    def share(self) -> Fraction:
        """The coverage, exactly; 0 while no pair is required, so that shares before and after add up."""
        return Fraction(self.points, self.possible * SCALE) if self.possible else Fraction(0)


class Effect:
    """What one thing changed: coverage stood at `before` until it, and at `after` since."""

    __slots__ = ()
    before: Standing
    after: Standing

    @property
    def together(self) -> int:
        """How many more pairs work together."""
        return self.after.together - self.before.together

    @property
    def required(self) -> int:
        """How many more pairs are counted."""
        return self.after.required - self.before.required

    @property
    def share(self) -> Fraction:
        """What it adds to coverage, exactly."""
        return self.after.share - self.before.share


class Board:
    """Who is open, which journeys are valid and who is in which live initiative, and what follows from it.

    Each change touches only the pairs it concerns; a change of departments or journeys asks anew which pairs
    are required. `every_pair`: no journey is recorded, so every pair of open departments is required. `known`
    says how strong a pair was before the first change.
    """

    known: Callable[[Pair], int] = staticmethod(_untied)

    def __init__(self, settings: Settings, threshold: int, *, every_pair: bool) -> None:
        self.attention, self.threshold, self.every_pair = settings.attention, threshold, every_pair
        self.there: set[str] = set()
        self.journeys: dict[str, Journey] = {}
        self.live: dict[str, frozenset[str]] = {}
        self.strength: dict[Pair, int] = {}
        self.importance: dict[Pair, int] = {}
        self.together = self.points = self.possible = 0

    @classmethod
    def of(cls, portfolio: Portfolio, on: date) -> Board:
        """Return the board of a day on which only work may change: its departments and journeys stay.

        It takes over what is counted of the day, so it costs nothing that the day has not cost already. What
        is live is told to it only for the initiatives that change.
        """
        ties, counted = ties_on(portfolio, on), count(portfolio, on)
        board = cls(portfolio.settings, threshold_of(portfolio), every_pair=not portfolio.journeys)
        board.there, board.importance, board.known = set(ties.departments), counted.importance, ties.strength
        board.together = counted.pairs["backed"] + counted.pairs["single"]
        board.points, board.possible = counted.points, counted.possible
        return board

    @property
    def standing(self) -> Standing:
        """Return where coverage stands now."""
        return Standing(self.together, len(self.importance), self.points, self.possible)

    def work(self, initiative: str, members: Iterable[str] | None) -> None:
        """Let an initiative be live with these departments, open or not; None: it is not live."""
        before, after = self.live.get(initiative, frozenset()), frozenset(members or ())
        if before != after:
            self._tie(before, -1)
            self._tie(after, 1)
            if after:
                self.live[initiative] = after
            else:
                del self.live[initiative]

    def arrange(
        self, *, opens: Iterable[str] = (), closes: Iterable[str] = (), journeys: Mapping[str, Journey] | None
    ) -> None:
        """Open and close departments and let these journeys be valid; None keeps those that are."""
        changed = {*opens, *closes}
        touched = [members for members in self.live.values() if members & changed]
        for members in touched:
            self._tie(members, -1)
        self.there = (self.there | set(opens)) - set(closes)
        for members in touched:
            self._tie(members, 1)
        self.journeys = dict(self.journeys if journeys is None else journeys)
        self._require()

    def _tie(self, members: Iterable[str], sign: int) -> None:
        """Add what a live initiative gives its pairs, or take it back."""
        there = sorted(self.there.intersection(members))
        units = sign * weight(len(there), self.attention)
        for pair in combinations(there, 2):
            before = self.strength[pair] if pair in self.strength else self.known(pair)
            after = self.strength[pair] = before + units
            if r := self.importance.get(pair):
                self.points += r * (min(SCALE, after) - min(SCALE, before))
                self.together += (after >= self.threshold) - (before >= self.threshold)

    def _require(self) -> None:
        """Ask anew which pairs are required, and count them."""
        self.importance = required_among(self.there, None if self.every_pair else self.journeys.values())
        self.possible = sum(self.importance.values())
        strength = {pair: self.strength.get(pair, 0) for pair in self.importance}
        self.points = sum(r * min(SCALE, strength[pair]) for pair, r in self.importance.items())
        self.together = sum(units >= self.threshold for units in strength.values())
