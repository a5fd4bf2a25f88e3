"""Read single values of a file: texts that both databases keep, days, numbers, ids; each refusal says what to do."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.models.base import FIRST_DAY, LAST_DAY

ID_LIMIT = 200
LINK_LIMIT = 2_000
NAME_LIMIT = 120
TITLE_LIMIT = 300
TEXT_LIMIT = 5_000
#: What a whole number of the databases can be at most.
MOST = 2_147_483_647
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FRACTION = re.compile(r"[0-9]{1,4}(/0*[1-9][0-9]{0,3})?")

Read = Callable[[Any], Any]


class Wrong(Exception):
    """A value that cannot be kept; ``inside`` says where in it, such as ``[2].department``."""

    def __init__(self, reason: str, inside: str = "") -> None:
        self.reason = reason
        self.inside = inside
        super().__init__(reason)


def at(place: str, read: Read, value: Any) -> Any:
    """Read a part of a value; a refusal names the part."""
    try:
        return read(value)
    except Wrong as wrong:
        raise Wrong(wrong.reason, place + wrong.inside) from wrong


def keepable(value: str) -> bool:
    """Say whether both databases can keep a text: no NUL, no half of a character."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def visible(value: str) -> bool:
    """Say whether a text shows anything: blanks and characters without a shape do not."""
    return any(not each.isspace() and unicodedata.category(each) not in ("Cc", "Cf") for each in value)


def text(limit: int = TEXT_LIMIT) -> Read:
    """Return a reader of texts up to a length; null is no text."""

    def read(value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Wrong(f"This is a text, not {kind_of(value)}.")
        if not keepable(value):
            raise Wrong("This holds characters that cannot be kept; type it again.")
        if len(value) > limit:
            raise Wrong(f"This can have {limit:,} characters; it has {len(value):,}.")
        return value

    return read


def identifier(value: Any) -> str:
    """Read an id: a text that shows something."""
    found: str = text(ID_LIMIT)(value)
    if not visible(found):
        raise Wrong("An id is needed here.")
    return found


def reference(value: Any) -> str | None:
    """Read the id of another record, or none."""
    return None if value is None or value == "" else identifier(value)


def day(value: Any) -> date | None:
    """Read a day between 1900 and 2200 as 2026-06-30, or none."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Wrong(f"A day is written as 2026-06-30, not as {kind_of(value)}.")
    if not DAY.fullmatch(value):
        raise Wrong(f"“{shown(value, 30)}” is not a day. Write it as 2026-06-30.")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise Wrong(f"There is no day {value}.") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Wrong(f"{value} is not between 1900 and 2200.")
    return found


def needed_day(value: Any) -> date:
    """Read a day that must be there."""
    found = day(value)
    if found is None:
        raise Wrong("A day is needed here, written as 2026-06-30.")
    return found


def whole(least: int, most: int = MOST, missing: int | None = None) -> Read:
    """Return a reader of whole numbers in a range; null is ``missing``."""

    def read(value: Any) -> int | None:
        if value is None:
            return missing
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"This is a whole number, not {kind_of(value)}.")
        if not least <= value <= most:
            raise Wrong(f"This is a whole number from {least:,} to {most:,}.")
        return value

    return read


def number(value: Any) -> float | None:
    """Read a number, or none."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"This is a number, not {kind_of(value)}.")
    if abs(value) > 1e300 or not math.isfinite(value):
        raise Wrong("This number is too large.")
    return float(value)


def flag(missing: bool) -> Read:  # noqa: FBT001 (what null means is all it takes)
    """Return a reader of true and false; null is ``missing``."""

    def read(value: Any) -> bool:
        if value is None:
            return missing
        if not isinstance(value, bool):
            raise Wrong(f"This is true or false, not {kind_of(value)}.")
        return value

    return read


def word(*known: str, missing: str | None = None) -> Read:
    """Return a reader of one of a few words; null is ``missing``."""

    def read(value: Any) -> str | None:
        if value is None:
            return missing
        if value not in known or not isinstance(value, str):
            raise Wrong(f"This is one of {', '.join(known)}.")
        return value

    return read


def fraction(value: Any) -> str:
    """Read a fraction above 0, such as "1/2"; return its shortest text."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    # The form is checked first: Fraction also reads "1e999999999", and would not come back.
    if not FRACTION.fullmatch(written) or Fraction(written) <= 0:
        raise Wrong("This is a fraction above 0, written as 1/2.")
    return str(Fraction(written))


def each(read: Read) -> Read:
    """Return a reader of lists; null is the empty one."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            raise Wrong(f"This is a list, not {kind_of(value)}.")
        return tuple(at(f"[{place}]", read, one) for place, one in enumerate(value))

    return read_all


def once(read: Read) -> Read:
    """Return a reader of lists in which what stands twice is kept once."""

    def read_all(value: Any) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(each(read)(value)))

    return read_all


def kind_of(value: Any) -> str:
    """Say what a JSON value is."""
    names = {bool: "true or false", dict: "an object", list: "a list", str: "a text", type(None): "null"}
    return names.get(type(value), "a number")


def shown(value: str, most: int = 60) -> str:
    """Return a text of the file as a message can show it: on one line, not too long, nothing unprintable."""
    plain = "".join(character if character.isprintable() else "·" for character in value)
    return plain if len(plain) <= most else plain[: most - 1] + "…"
