"""The sentences of what could be, word for word: a pilot of three, a day with other initiatives, a pace to come."""

from __future__ import annotations

from datetime import date

from tracker.graph.captions import PAIRS, SLOWEST_MONTHS, hold_sentence
from tracker.graph.facts import Settings
from tracker.graph.momentum import Momentum
from tracker.graph.paths import halves_on
from tracker.graph.wording import counted, day_words, number_words

#: A day less far ahead than this is told without its year.
YEAR = 365


def trio_sentence(brings: int, helps: int, *, crossings: bool) -> str:
    """Say what one pilot of three departments adds.

    >>> trio_sentence(2, 3, crossings=True), trio_sentence(0, 3, crossings=False)
    ('One pilot of the three adds 2 crossings.', 'One pilot of the three brings 3 department pairs forward.')
    """
    if not brings:
        return f"One pilot of the three brings {counted(helps, *PAIRS[crossings])} forward."
    return f"One pilot of the three adds {counted(brings, *PAIRS[crossings])}."


def what_if_sentence(
    stopped: int, started: int, before: int, after: int, required: int, *, crossings: bool
) -> str:
    """Say how many pairs would work together without some initiatives and with some more.

    >>> what_if_sentence(1, 0, 13, 12, 20, crossings=True)
    'Without this one: 13 → 12 of 20 crossings work together.'
    >>> what_if_sentence(0, 2, 13, 15, 20, crossings=True)
    'With these two: 13 → 15 of 20 crossings work together.'
    >>> what_if_sentence(3, 1, 1, 1, 3, crossings=False)
    'Without three and with one more: 1 → 1 of 3 department pairs works together.'
    """
    if stopped and started:
        these = f"Without {number_words(stopped)} and with {number_words(started)} more"
    else:
        count = stopped or started
        these = f"{'Without' if stopped else 'With'} "
        these += "this one" if count == 1 else f"these {number_words(count)}"
    verb = "works" if 1 in (after, required) else "work"
    noun = PAIRS[crossings][required != 1]
    return f"{these}: {before:,} → {after:,} of {required:,} {noun} {verb} together."


def pace_sentence(pace: Momentum, settings: Settings) -> str:
    """Say how many wins keep the pace, and by when it halves with nothing added; "" where there is hardly one.

    >>> from dataclasses import replace
    >>> from tracker.graph.facts import Portfolio
    >>> from tracker.graph.momentum import momentum
    >>> still = momentum(Portfolio(), date(2026, 11, 22))
    >>> pace_sentence(replace(still, wins_to_hold=5.2), Settings())
    'To keep this pace: about 5 wins a month; doing nothing it halves by 20 February.'
    """
    hold = hold_sentence(pace)
    if not hold:
        return ""
    day = halves_on(pace.on, settings)
    said = day_words(day, day if settings.half_life_days < YEAR else pace.on)
    return f"{hold.removesuffix('.')}; doing nothing it halves by {said}."


def reach_sentence(wins: float, target: str, by: date, today: date) -> str:
    """Say how many wins a month lead to a target, which is written as its reader wrote it.

    >>> reach_sentence(7.6, "20", date(2026, 12, 31), date(2026, 11, 22))
    'To reach 20 by 31 December: about 8 wins a month.'
    >>> reach_sentence(-1.0, "2", date(2026, 12, 31), date(2026, 11, 22))
    'Above 2 on 31 December, even with nothing added.'
    """
    day = day_words(by, today)
    if wins <= 0:
        return f"Above {target} on {day}, even with nothing added."
    return f"To reach {target} by {day}: {wins_words(wins)}."


def wins_words(wins: float) -> str:
    """Say a number of wins a month; of few it counts the months between them.

    >>> wins_words(4.7), wins_words(0.34), wins_words(0.001)
    ('about 5 wins a month', 'about 1 win every 3 months', 'hardly a win')
    """
    if wins * SLOWEST_MONTHS < 1:
        return "hardly a win"
    if (months := round(1 / wins)) > 1:
        return f"about 1 win every {months} months"
    return f"about {counted(max(1, round(wins)), 'win', 'wins')} a month"


def moved_sentence(lost: int, won: int) -> str:
    """Head the pairs that would stand elsewhere.

    >>> moved_sentence(1, 2), moved_sentence(0, 1)
    ('1 pair would no longer work together, 2 would begin to', '1 pair would begin to work together')
    """
    if lost and won:
        return f"{counted(lost, 'pair', 'pairs')} would no longer work together, {won:,} would begin to"
    if lost:
        return f"{counted(lost, 'pair', 'pairs')} would no longer work together"
    return f"{counted(won, 'pair', 'pairs')} would begin to work together"
