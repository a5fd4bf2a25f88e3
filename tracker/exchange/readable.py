"""Text as XML and calendars can hold it."""

from __future__ import annotations

import re

#: Characters that no XML can hold; a calendar holds none of the controls either.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    r"""Return a text without what no file can hold.

    >>> readable("Legal \x01& Law")
    'Legal & Law'
    """
    return _UNREADABLE.sub("", text)
