"""Bytes to text: find the encoding, and say what a file is when it is not what it claims to be."""

from __future__ import annotations

import codecs

from tracker.exchange.content import Unreadable

MOST_BYTES = 64 * 1024 * 1024

#: How files begin that people mistake for a register, and what to do about it.
DISGUISES = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP archive. In Excel, save the sheet as “CSV UTF-8”."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an Excel workbook of an older kind. In Excel, save the sheet as “CSV UTF-8”.",
    ),
    (b"\x1f\x8b", "This file is compressed. Unpack it first."),
    (b"%PDF", "This is a PDF. A register comes as CSV or as portfolio JSON."),
    (b"\x89PNG", "This is a picture. A register comes as CSV or as portfolio JSON."),
    (b"\xff\xd8\xff", "This is a picture. A register comes as CSV or as portfolio JSON."),
    (b"GIF8", "This is a picture. A register comes as CSV or as portfolio JSON."),
    (b"SQLite format 3", "This is a database. A register comes as CSV or as portfolio JSON."),
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16, UTF-32 or, when it is none of these, Windows-1252.

    Raises
    ------
    Unreadable
        For an empty file, one over 64 MB, and one that is no text.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it.")
    for start, words in DISGUISES:
        if data.startswith(start):
            raise Unreadable(words)
    text = _decoded(data)
    if not text.strip():
        raise Unreadable("The file is empty.")
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    if b"\0" in data[:4]:  # ASCII letters in two or four bytes each leave NULs behind
        return _strictly(data, _wide(data[:4]))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise Unreadable("This is no text. A register comes as CSV or as portfolio JSON.")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Byte {error.start + 1:,} is no text in UTF-8, UTF-16 or Windows-1252. Save the file as UTF-8."
        ) from error


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
