"""Typed reading of a form: values out, a message for each field that cannot be read, nothing typed lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

SHORT = 200
LONG = 20_000
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)
INT64 = 2**63 - 1

#: Characters that print nothing: a title of these alone is empty.
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}

#: What the parser of a form leaves of a lone surrogate that came as bytes: they are no UTF-8, so it keeps them so.
_LONE_SURROGATE = re.compile("%ED%[AB][0-9A-F]%[89AB][0-9A-F]")


class FormReader:
    """The fields of one form: what was typed, what it means, what is wrong with it.

    Every reading method returns a value of its type, also when the text is wrong: then the message is in
    ``errors`` under the field's name and the value is the empty one of the type. Templates redraw the form
    from ``value``, ``values`` and ``error``.
    """

    def __init__(self, source: MultiDict[str, str] | None = None, *, prefix: str = "") -> None:
        self._raw: dict[str, list[str]] = {
            name: list(values) for name, values in (source or MultiDict()).lists()
        }
        self.errors: dict[str, str] = {}
        self.prefix = prefix

    @classmethod
    def showing(cls, values: Mapping[str, object], *, prefix: str = "") -> FormReader:
        """Return a form that shows ``values``: dates as ISO, None as nothing, sequences as several values."""
        form = cls(prefix=prefix)
        for name, value in values.items():
            several = isinstance(value, Sequence | set | frozenset) and not isinstance(value, str)
            many: Iterable[object] = value if several and isinstance(value, Collection) else [value]
            form._raw[name] = [_shown(item) for item in many if item is not None]
        return form

    # what templates ask

    def value(self, name: str) -> str:
        """Return the text of a field as it was typed, "" when there is none."""
        values = self._raw.get(name)
        return values[0] if values else ""

    def values(self, name: str) -> list[str]:
        """Return every text sent for a field."""
        return list(self._raw.get(name, []))

    def error(self, name: str) -> str:
        """Return what is wrong with a field, "" when nothing is."""
        return self.errors.get(name, "")

    def has(self, name: str) -> bool:
        """Say whether the field was sent at all, even empty."""
        return name in self._raw

    # what views ask

    def refuse(self, name: str, message: str) -> None:
        """Keep the first message for a field."""
        self.errors.setdefault(name, message)

    def replace(self, name: str, value: str) -> None:
        """Show another value for a field than the one that was sent, such as the version that stands now."""
        self._raw[name] = [value]

    def add(self, errors: Mapping[str, str]) -> None:
        """Keep the messages of a service beside one's own."""
        for name, message in errors.items():
            self.refuse(name, message)

    def text(
        self, name: str, label: str, *, required: bool = False, limit: int = SHORT, lines: bool = False
    ) -> str:
        """Read text: NFC, outer blanks gone, one line unless ``lines``; "" when nothing can be seen."""
        try:
            text = clean_text(self.value(name), lines=lines)
        except ValueError as problem:
            self.refuse(name, f"{label}: {problem}")
            return ""
        if not text and required:
            self.refuse(name, f"{label} is needed.")
        if len(text) > limit:
            self.refuse(name, f"{label} can have {limit:,} characters; this has {len(text):,}.")
            return ""
        return text

    def long_text(self, name: str, label: str, *, required: bool = False, limit: int = LONG) -> str:
        """Read text that may have several lines."""
        return self.text(name, label, required=required, limit=limit, lines=True)

    def day(self, name: str, label: str, *, required: bool = False) -> date | None:
        """Read an ISO date between 1900 and 2200, None when the field is empty."""
        text = self.value(name).strip()
        if not text:
            if required:
                self.refuse(name, f"{label} is needed.")
            return None
        try:
            value = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            value = None
        if value is None:
            self.refuse(name, f"{label} must be a day written as year-month-day, like 2026-10-03.")
        elif not EARLIEST <= value <= LATEST:
            self.refuse(name, f"{label} must lie between the years 1900 and 2200.")
            value = None
        return value

    def whole(
        self, name: str, label: str, *, low: int = 0, high: int = INT64, required: bool = False
    ) -> int | None:
        """Read a whole number from ``low`` to ``high``, None when the field is empty."""
        text = self.value(name).strip().replace("\N{MINUS SIGN}", "-").replace(",", "")
        if not text:
            if required:
                self.refuse(name, f"{label} is needed.")
            return None
        digits = text.removeprefix("-")
        value = int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None
        if value is None or not low <= value <= high:
            span = f"from {low:,} to {high:,}" if high < INT64 else f"of {low:,} or more"
            self.refuse(name, f"{label} must be a whole number {span}.")
            return None
        return value

    def choice(self, name: str, label: str, options: Collection[str], *, required: bool = False) -> str:
        """Read one of ``options``, "" when none was chosen."""
        value = self.value(name)
        if not value:
            if required:
                self.refuse(name, f"{label}: choose one.")
            return ""
        if value not in options:
            self.refuse(name, f"{label}: choose one of those offered.")
            return ""
        return value

    def ids(self, name: str, label: str, *, required: bool = False, limit: int = 300) -> tuple[str, ...]:
        """Read the public ids sent for a field, in order, each once; whether they exist the service says."""
        seen = dict.fromkeys(text.strip() for text in self.values(name))
        seen.pop("", None)
        if not seen and required:
            self.refuse(name, f"{label}: choose at least one.")
        if len(seen) > limit:
            self.refuse(name, f"{label}: at most {limit}.")
            return ()
        if not all(len(text) <= 64 and text.isascii() and text.isprintable() for text in seen):
            self.refuse(name, f"{label}: choose from those offered.")
            return ()
        return tuple(seen)

    def flag(self, name: str) -> bool:
        """Read a box to tick: true for anything but nothing, "0", "no" and "false"."""
        return self.value(name).strip().lower() not in {"", "0", "no", "false", "off"}

    def version(self) -> int:
        """Read the version at which the form was opened; a form without one is refused as stale input."""
        value = self.whole("version", "The version of the record", low=0, required=True)
        return value if value is not None else 0


def clean_text(text: str, *, lines: bool = False) -> str:
    r"""Return text in NFC without outer blanks, "" when nothing of it can be seen.

    Line ends become "\n"; without ``lines`` they become blanks. Raises ValueError for a NUL, a lone
    surrogate, the mark that stands where one was lost on the way, or another control character.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split())
    if _LONE_SURROGATE.search(text):
        raise ValueError("it holds characters that cannot be kept; type it again.")
    for character in text:
        code = ord(character)
        if 0xD800 <= code <= 0xDFFF or (code < 32 and character not in "\n\t") or code in (0x7F, 0xFFFD):
            raise ValueError("it holds characters that cannot be kept; type it again.")
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(unicodedata.category(character) not in _INVISIBLE for character in text) else ""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value)
