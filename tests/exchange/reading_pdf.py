"""What a PDF says of itself, read with the standard library: its pages, its headings, its links, its letters."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TITLE = re.compile(rb"/Title\s*\(((?:\\.|[^\\)])*)\)")


def unpacked(data: bytes) -> bytes:
    """Return a PDF with what its streams hold, as far as they are compressed."""
    found = [data]
    for stream in _STREAM.findall(data):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def headings(text: bytes) -> list[str]:
    """Return the headings of an unpacked PDF in their order: its outline, and last its own title."""
    return [re.sub(rb"\\(.)", rb"\1", each).decode("latin-1") for each in _TITLE.findall(text)]


def page_count(text: bytes) -> int:
    """Return how many pages an unpacked PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", text))


def links(text: bytes) -> set[str]:
    """Return the addresses that an unpacked PDF leads to."""
    return {each.decode() for each in re.findall(rb"/URI\s*\(([^)]*)\)", text)}
