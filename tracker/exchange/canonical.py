"""Canonical JSON: one value, one text, byte for byte, on every machine; and its SHA-256.

Keys sorted by code point, no spaces, UTF-8 without escapes that are not needed, no floats: a number is a whole
number, and what is none is written as an exact text. docs/snapshots.md says the same to those who check one.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return a value as canonical JSON.

    Raises
    ------
    TypeError
        When there is a float in it, a key that is no text, or what JSON has no word for.

    Examples
    --------
    >>> canonical({"b": [1, None, True], "a": "Zürich"}).decode()
    '{"a":"Zürich","b":[1,null,true]}'
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                raise TypeError(f"A key has to be a text: {key!r}")
            _check(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check(each)
    elif not (value is None or isinstance(value, bool | int | str)):
        raise TypeError(f"This has no canonical form: {value!r}")
