"""Files arrive in every encoding and in disguise; they are read, or refused with words that help."""

from __future__ import annotations

import pytest

from tracker.exchange.content import Unreadable
from tracker.exchange.decoding import MOST_BYTES, decode

TEXT = "external_id,title\nz1,Zürich – “quick” refunds\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_a_text_is_read_in_the_encoding_it_came_in(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x1f\x8b\x08\x00", "Unpack it first"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\x89PNG\r\n", "This is a picture"),
        (b"SQLite format 3\0", "This is a database"),
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf  \r\n", "The file is empty"),
        (b"title\0\xffbinary", "This is no text"),
        (b"caf\x81", "Byte 4 is no text"),
        (b"\xff\xfea", "begins as UTF-16-LE"),
    ],
)
def test_what_is_no_register_is_refused_by_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        decode(data)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger than 64 MB"):
        decode(b"a" * (MOST_BYTES + 1))
