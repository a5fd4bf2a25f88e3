"""Read a file of either form: portfolio JSON or the tidy CSV, told by its name and by how it begins."""

from __future__ import annotations

from tracker.exchange.content import Content, Unreadable
from tracker.exchange.decoding import decode
from tracker.exchange.portfolio import content_of, parse
from tracker.exchange.tidy import read_tidy


def read_file(name: str, data: bytes) -> Content:
    """Return what a file says.

    Raises
    ------
    Unreadable
        When it cannot be read at all; the message says why and what to do.
    """
    text = decode(data)
    ending = name.lower().rpartition(".")[2]
    looks_like_json = text.lstrip()[:1] in ("{", "[")
    if ending == "csv" and looks_like_json:
        raise Unreadable("This file is called CSV and holds JSON. Rename it to end in .json.")
    if ending == "json" or looks_like_json:
        return content_of(parse(text))
    return read_tidy(text)
