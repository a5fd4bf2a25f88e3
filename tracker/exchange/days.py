"""Days as people write them: the order of day and month found, the numbers that Excel keeps days as."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tracker.exchange.fields import Wrong, shown
from tracker.models.base import FIRST_DAY, LAST_DAY

Order = Literal["dmy", "mdy", "ymd"]
#: What a page calls the orders.
ORDERS: dict[str, str] = {
    "dmy": "day first: 30/6/2026",
    "mdy": "month first: 6/30/2026",
    "ymd": "year first: 2026-06-30",
}
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.+Z-]*)?")
YEAR_LAST = re.compile(
    r"([0-9]{1,2})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{4}|[0-9]{2})(?:,? [0-9:]+(?: ?[ap]m)?)?", re.IGNORECASE
)
NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-. ]*([A-Za-zäÄ]{3,9})[-., ]*([0-9]{4}|[0-9]{2})")
NAMED_FIRST = re.compile(r"([A-Za-zäÄ]{3,9})[-. ]*([0-9]{1,2})(?:st|nd|rd|th)?[, ]+([0-9]{4}|[0-9]{2})")
COMPACT = re.compile(r"(19|20)[0-9]{6}")
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
#: The days that Excel's numbers of five figures mean: 1927 to 2173; it counts from here.
EXCEL_EPOCH = date(1899, 12, 30)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"),
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """The order in which a file writes day and month, whether that is sure, and whether numbers stand for days."""

    order: Order
    is_sure: bool
    has_numbers: bool = False


def find_order(cells: Iterable[str]) -> FoundOrder:
    """Return the order of day and month in the cells of a file's columns of days.

    A number above 12 tells which of the two is the day. Where none does, the day is taken to come first.
    """
    first = second = ambiguous = named = numbers = 0
    for cell in cells:
        text = cell.strip()
        found = YEAR_LAST.fullmatch(text)
        if found:
            one, two = int(found[1]), int(found[2])
            first += one > 12
            second += two > 12
            ambiguous += one <= 12 and two <= 12 and one != two and "." not in text
        elif SERIAL.fullmatch(text):
            numbers += 1
        elif text:
            named += 1
    if second > first:
        return FoundOrder("mdy", first == 0, bool(numbers))
    if first or ambiguous:
        return FoundOrder("dmy", first > 0 and second == 0, bool(numbers))
    return FoundOrder("ymd", True, bool(numbers))


def looks_like_day(text: str) -> bool:
    """Say whether a text is written as a day; a bare number is not, it can be anything."""
    return any(each.fullmatch(text.strip()) for each in (YEAR_FIRST, YEAR_LAST, NAMED, NAMED_FIRST))


def read_day(text: str, order: str = "ymd") -> date | None:
    """Return the day that a cell means, None for an empty one.

    Raises
    ------
    Wrong
        When it is no day, or none between 1900 and 2200.
    """
    text = text.strip()
    if not text:
        return None
    parts = _parts(text, order)
    if parts is None:
        raise Wrong(f"“{shown(text, 30)}” is not a day. Write it as 2026-06-30.")
    year, month, day = parts
    try:
        found = date(year, month, day)
    except ValueError:
        raise Wrong(f"There is no day {shown(text, 30)}.") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Wrong(f"{shown(text, 30)} is not between 1900 and 2200.")
    return found


def _parts(text: str, order: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a text, None where it is written as no day."""
    if found := YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := YEAR_LAST.fullmatch(text):
        one, two = int(found[1]), int(found[2])
        return (_year(found[3]), one, two) if order == "mdy" else (_year(found[3]), two, one)
    if (found := NAMED.fullmatch(text)) and found[2][:3].lower() in MONTHS:
        return _year(found[3]), MONTHS[found[2][:3].lower()], int(found[1])
    if (found := NAMED_FIRST.fullmatch(text)) and found[1][:3].lower() in MONTHS:
        return _year(found[3]), MONTHS[found[1][:3].lower()], int(found[2])
    if COMPACT.fullmatch(text):
        return int(text[:4]), int(text[4:6]), int(text[6:])
    if SERIAL.fullmatch(text) and int(text[:5]) >= 10_000:
        meant = EXCEL_EPOCH + timedelta(int(text[:5]))
        return meant.year, meant.month, meant.day
    return None


def _year(text: str) -> int:
    """Return a year of two figures as people mean it: 26 is 2026, 98 is 1998."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 70 else 2000)
