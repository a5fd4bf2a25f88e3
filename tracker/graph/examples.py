"""The small examples of the page that explains the numbers, worked out by the measures themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tracker.graph.coverage import coverage
from tracker.graph.facts import Department, Event, Initiative, Member, Portfolio, Settings
from tracker.graph.fading import level
from tracker.graph.momentum import momentum
from tracker.graph.ties import SCALE, Band, weight
from tracker.graph.verdicts import POINTS, verdicts

DAY = date(2026, 1, 5)
#: The sizes of initiatives whose shares the page lists, and the number of departments that one names all of.
SIZES, EVERYBODY = (2, 3, 4, 5, 7, 11), 10
#: A steady pace: so many wins in every 30 days, for so many half-lives that nothing is left of the start.
STEADY_WINS, STEADY_HALF_LIVES = 4, 40


@dataclass(frozen=True, slots=True)
class Share:
    """What one initiative of so many departments gives each of its pairs, and how such a pair works."""

    size: int
    share: Fraction
    band: Band


@dataclass(frozen=True, slots=True)
class Examples:
    """Numbers in the order of the page; points are exact, momentum is in points per 30 days."""

    shares: tuple[Share, ...]
    two_larger: Fraction
    two_larger_band: Band
    everybody: int
    everybody_pairs: int
    everybody_points: float
    everybody_together: int
    win_today: float
    win_faded: float
    repeats: tuple[float, ...]
    lesson_points: float
    steady_wins: int
    steady: float


def examples(settings: Settings) -> Examples:
    """Return the examples as they come out with these constants.

    Examples
    --------
    >>> found = examples(Settings())
    >>> [(each.size, str(each.share), each.band) for each in found.shares][:3]
    [(2, '1', 'single'), (3, '1/2', 'single'), (4, '1/3', 'begun')]
    >>> str(found.two_larger), found.two_larger_band, found.everybody_together, found.repeats
    ('2/3', 'single', 0, (3.0, 1.5, 0.75))
    >>> round(found.win_today, 2), round(found.win_faded, 2), found.lesson_points, round(found.steady, 2)
    (0.69, 0.35, 7.0, 12.0)
    """
    larger = _register(settings, (4, 4))
    every = coverage(_register(settings, (EVERYBODY,), departments=EVERYBODY), DAY)
    half = DAY + timedelta(settings.half_life_days)
    won = _register(settings, (2,), wins=1)
    return Examples(
        shares=tuple(
            Share(
                size, Fraction(weight(size, settings.attention), SCALE), _band(_register(settings, (size,)))
            )
            for size in SIZES
        ),
        two_larger=2 * Fraction(weight(4, settings.attention), SCALE),
        two_larger_band=_band(larger),
        everybody=EVERYBODY,
        everybody_pairs=every.required,
        everybody_points=every.points,
        everybody_together=every.together,
        win_today=momentum(won, DAY).momentum,
        win_faded=momentum(won, half).momentum,
        repeats=tuple(each.points for each in sorted(verdicts(_register(settings, (2,), wins=3)).values())),
        lesson_points=float(POINTS["near_miss"] + settings.max_reuse * POINTS["reuse"]),
        steady_wins=STEADY_WINS,
        steady=_steady(settings),
    )


def _register(
    settings: Settings, sizes: tuple[int, ...], *, departments: int = 0, wins: int = 0
) -> Portfolio:
    """Return a register with an initiative of each size, all over the same departments, and wins of the first."""
    names = [f"D{at:02}" for at in range(departments or max(sizes))]
    return Portfolio(
        departments=tuple(map(Department, names)),
        initiatives=tuple(
            Initiative(f"i{at}", start=DAY, members=tuple(map(Member, names[:size])))
            for at, size in enumerate(sizes)
        ),
        events=tuple(Event(f"e{at}", "i0", "win", DAY) for at in range(wins)),
        settings=settings,
    )


def _band(register: Portfolio) -> Band:
    """Return how the first two departments work."""
    return coverage(register, DAY).band_of["D00", "D01"]


def _steady(settings: Settings) -> float:
    """Return the momentum of a steady pace, its points spread evenly over the days."""
    last = STEADY_HALF_LIVES * settings.half_life_days
    return level(dict.fromkeys(range(last + 1), STEADY_WINS * POINTS["win"] / 30), last, settings)
