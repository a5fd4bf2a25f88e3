"""Bytes to text: find the encoding, and say what a file is when it is not what it claims to be."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from tracker.exchange.content import Unreadable

MOST_BYTES = 64 * 1024 * 1024

#: How files begin that people mistake for a register, and what to do about it.
DISGUISES = (
    (b"\x1f\x8b", "This file is compressed. Unpack it first."),
    (b"%PDF", "This is a PDF. A register comes as a spreadsheet or as portfolio JSON."),
    (b"\x89PNG", "This is a picture. A register comes as a spreadsheet or as portfolio JSON."),
    (b"\xff\xd8\xff", "This is a picture. A register comes as a spreadsheet or as portfolio JSON."),
    (b"GIF8", "This is a picture. A register comes as a spreadsheet or as portfolio JSON."),
    (b"SQLite format 3", "This is a database. A register comes as a spreadsheet or as portfolio JSON."),
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: The encodings that a page offers, by what people call them.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "mac-roman": "Mac Roman",
}
#: Lines written otherwise than the rest that are named.
ODD_LINES = 5


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and its encoding; ``odd`` are the lines that were written in another one."""

    text: str
    encoding: str
    odd: tuple[int, ...] = ()


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16, UTF-32 or, when it is none of these, Windows-1252.

    Raises
    ------
    Unreadable
        For an empty file, one over 64 MB, and one that is no text.
    """
    return decoded(data).text


def decoded(data: bytes, encoding: str = "") -> Decoded:
    """Return the text of a file in the encoding asked for, else in the one that is found.

    Raises
    ------
    Unreadable
        As `decode`, and when the encoding asked for is not that of the file.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it.")
    for start, words in DISGUISES:
        if data.startswith(start):
            raise Unreadable(words)
    found = _asked(data, encoding) if encoding in ENCODINGS else _found(data)
    if not found.text.strip():
        raise Unreadable("The file is empty.")
    return found


def _asked(data: bytes, encoding: str) -> Decoded:
    for mark, marked in MARKS:
        if data.startswith(mark) and marked.startswith(encoding):
            return Decoded(_strictly(data[len(mark) :], marked), encoding)
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Byte {error.start + 1:,} is no text in {ENCODINGS[encoding]}. Choose another encoding."
        ) from error


def _found(data: bytes) -> Decoded:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Decoded(_strictly(data[len(mark) :], encoding), encoding.removesuffix("-le")[:6])
    if b"\0" in data[:4]:  # ASCII letters in two or four bytes each leave NULs behind
        wide = _wide(data[:4])
        return Decoded(_strictly(data, wide), wide[:6])
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise Unreadable("This is no text. A register comes as a spreadsheet or as portfolio JSON.")
    return _line_by_line(data)


def _line_by_line(data: bytes) -> Decoded:
    """Read a text that is not UTF-8 throughout: lines that are, among others, were pasted in from elsewhere."""
    lines = data.split(b"\n")
    utf8: list[int] = []
    other: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            (utf8 if _is_utf8(line) else other).append(number)
    try:
        if not utf8:
            return Decoded(data.decode("cp1252"), "cp1252")
        chosen = set(other)
        text = "\n".join(
            line.decode("cp1252" if number in chosen else "utf-8") for number, line in enumerate(lines, 1)
        )
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Byte {error.start + 1:,} is no text in UTF-8, UTF-16 or Windows-1252. Save the file as UTF-8."
        ) from error
    if len(utf8) >= len(other):
        return Decoded(text, "utf-8", tuple(other))
    return Decoded(text, "cp1252", tuple(utf8))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(start: bytes) -> str:
    zeros = tuple(byte == 0 for byte in start)
    if zeros[:3] == (True, True, True):
        return "utf-32-be"
    if zeros[1:] == (True, True, True):
        return "utf-32-le"
    return "utf-16-be" if zeros[0] else "utf-16-le"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"The file begins as {encoding.upper()} and does not go on so at byte {error.start + 1:,}. "
            "Save it as UTF-8."
        ) from error
