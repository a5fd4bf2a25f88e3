"""How sentences write counts, small numbers, lists of names and days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
#: Not from `strftime`, whose words depend on the machine.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def counted(count: int, one: str, more: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "win", "wins"), counted(1200, "win", "wins")
    ('1 win', '1,200 wins')
    """
    return f"{count:,} {one if count == 1 else more}"


def number_words(count: int) -> str:
    """Return a small count in words, a larger one in figures.

    >>> number_words(3), number_words(13)
    ('three', '13')
    """
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them, in the order of the alphabet.

    >>> listed(["Legal", "Claims"]), listed(["B", "C", "A"])
    ('Claims and Legal', 'A, B and C')
    """
    ordered = sorted(names, key=str.casefold)
    return " and ".join([", ".join(ordered[:-1]), ordered[-1]]) if len(ordered) > 1 else "".join(ordered)


def capital(words: str) -> str:
    """Return words with a capital at the start and nothing else changed."""
    return words[:1].upper() + words[1:]


def day_words(day: date | None, today: date) -> str:
    """Return a day as people say it, with the year unless it is this year's.

    >>> day_words(date(2025, 10, 3), date(2025, 12, 1)), day_words(date(2024, 10, 3), date(2025, 12, 1))
    ('3 October', '3 October 2024')
    """
    if day is None:
        return ""
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != today.year else "")
