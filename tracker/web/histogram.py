"""How often which number comes up, as bars for a template and as the rows of an equal table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.web.filters import number

#: The box of the picture, in units of the picture: narrow enough for a phone. Bars stand between TOP and BASE.
WIDTH, HEIGHT, SIDE, TOP, BASE = 440, 168, 16, 32, 140
#: At most so many bars, and so many numbers under them.
MOST_BARS, MOST_TICKS = 24, 6
#: Whole numbers that a bar may stand for, at any power of ten.
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """The numbers from one on up to the next bar: how often they come up, and whether the one marked is among them."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """The whole picture: bars, the numbers under some of them, and where the marked number stands."""

    width: int
    height: int
    top: int
    base: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    mark: float
    anchor: str


def histogram_of(values: Sequence[Fraction], marked: Fraction, *, whole: bool = True) -> Histogram:
    """Draw how often values come up, and mark one number; `whole` where they are counts."""
    least, most = min(*values, marked), max(*values, marked)
    step = step_for(most - least, whole=whole)
    first, last = least // step, most // step
    often = Counter(value // step for value in values)
    slot = (WIDTH - 2 * SIDE) / (last - first + 1)
    highest = max(often.values())
    bars = []
    for at in range(first, last + 1):
        height = round((BASE - TOP) * often[at] / highest, 1)
        bars.append(
            Bar(
                x=round(SIDE + slot * (at - first) + slot * 0.08, 1),
                y=round(BASE - height, 1),
                width=round(slot * 0.84, 1),
                height=height,
                label=label_of(at * step, step, whole=whole),
                count=often[at],
                is_marked=at == marked // step,
            )
        )
    # A bar for one number has it under its middle, one for several the first of them under its left edge.
    shift = Fraction(1, 2) if whole and step == 1 else Fraction(0)
    every = -(-len(bars) // MOST_TICKS)
    ticks = tuple(
        (round(SIDE + slot * float(at + shift), 1), written((first + at) * step, step))
        for at in range(0, len(bars), every)
    )
    mark = round(SIDE + slot * float(marked / step - first + shift), 1)
    anchor = "start" if mark < WIDTH / 6 else "end" if mark > WIDTH * 5 / 6 else "middle"
    return Histogram(WIDTH, HEIGHT, TOP, BASE, tuple(bars), ticks, mark, anchor)


def step_for(span: Fraction, *, whole: bool) -> Fraction:
    """Return how many numbers a bar stands for: the smallest round number that gives few enough bars.

    >>> [str(step_for(Fraction(span), whole=True)) for span in (0, 22, 23, 400)]
    ['1', '1', '2', '20']
    >>> str(step_for(Fraction(3), whole=False))
    '1/5'
    """
    if not span:
        return Fraction(1)
    power = Fraction(1) if whole else Fraction(1, 1_000)
    while True:
        for each in STEPS:
            if span / (power * each) < MOST_BARS - 1:
                return power * each
        power *= 10


def written(value: Fraction, step: Fraction) -> str:
    """Write a number with as many places as its step needs."""
    places = 0
    while (step * 10**places).denominator > 1:
        places += 1
    return number(value, places)


def label_of(value: Fraction, step: Fraction, *, whole: bool) -> str:
    """Write the numbers that a bar stands for ("21", "20–24", "20.0 to 20.5").

    >>> label_of(Fraction(20), Fraction(5), whole=True), label_of(Fraction(20), Fraction(1, 2), whole=False)
    ('20–24', '20.0 to 20.5')
    """
    if not whole:
        return f"{written(value, step)} to {written(value + step, step)}"
    return number(value) if step == 1 else f"{number(value)}–{number(value + step - 1)}"
