"""Said then, known now: what was shown when a snapshot was presented, beside what is known of that day today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from string import Formatter
from typing import Literal, NamedTuple

from tracker.graph.wording import MONTHS

#: The number as it was shown, and as it is known now.
Which = Literal["", "shown", "known"]

SHOWN = "In {month} we showed {shown}{what}."
KNOWN_NOW = "In {month} we showed {shown}{what}; with what was logged since, {it} is {known}."
#: Which of its fields are numbers that open a page.
NUMBERS: dict[str, Which] = {"shown": "shown", "known": "known"}


class Part(NamedTuple):
    """A piece of the sentence; ``which`` of its two numbers it is, "" for the words around them."""

    words: str
    which: Which = ""


def shown_parts(shown: int, known: int, on: date, shown_on: date, today: date) -> tuple[Part, ...]:
    """Say what was shown of the day ``on`` when it was presented, and what that day is now where that differs.

    In pieces, so that both numbers can be links. A month's last day is called by its month; years are said unless
    they are that of ``today``.
    """
    when, what = _month(shown_on, today), _period(on, today)
    same = when == what or (shown_on.year, shown_on.month) == (on.year, on.month)
    values: dict[str, str] = {
        "month": when,
        "what": "" if same else f" for {what}",
        "it": what if same else "it",
        "shown": f"{shown:,}",
        "known": f"{known:,}",
    }
    return tuple(_joined(SHOWN if shown == known else KNOWN_NOW, values))


def shown_sentence(shown: int, known: int, on: date, shown_on: date, today: date) -> str:
    """Say it as one sentence.

    >>> july, november = date(2026, 7, 31), date(2026, 11, 24)
    >>> shown_sentence(52, 54, july, july, november)
    'In July we showed 52; with what was logged since, July is 54.'
    >>> shown_sentence(52, 52, july, july, november), shown_sentence(52, 52, july, date(2026, 8, 3), november)
    ('In July we showed 52.', 'In August we showed 52 for July.')
    """
    return "".join(each.words for each in shown_parts(shown, known, on, shown_on, today))


def shown_words(shown_on: date, today: date) -> str:
    """Call the page of a snapshot that was presented.

    >>> shown_words(date(2026, 7, 31), date(2026, 11, 24))
    'What was shown in July'
    """
    return f"What was shown in {_month(shown_on, today)}"


def known_words(on: date, today: date) -> str:
    """Call what is known of its day by now.

    >>> known_words(date(2026, 7, 31), date(2026, 11, 24)), known_words(date(2025, 7, 12), date(2026, 11, 24))
    ('July as it is known now', '12 July 2025 as it is known now')
    """
    return f"{_period(on, today)} as it is known now"


def _joined(form: str, values: dict[str, str]) -> Iterator[Part]:
    """Yield the pieces of a sentence, words that follow each other as one."""
    words = ""
    for before, field, _, _ in Formatter().parse(form):
        words += before
        if field and (which := NUMBERS.get(field)):
            yield Part(words)
            yield Part(values[field], which)
            words = ""
        elif field:
            words += values[field]
    yield Part(words)


def _month(day: date, today: date) -> str:
    return MONTHS[day.month - 1] + (f" {day.year}" if day.year != today.year else "")


def _period(day: date, today: date) -> str:
    """Call a day: a month's last one by its month."""
    is_end = (day + timedelta(1)).day == 1
    return _month(day, today) if is_end else f"{day.day} {_month(day, today)}"
