"""Whatever the bytes, reading a file answers with its content or with the module's own error."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph.portfolios import portfolios
from tracker.exchange.content import Content, Unreadable
from tracker.exchange.reading import read_file

NAMES = st.sampled_from(["a.csv", "a.json", "a", "../../x", "a.csv\0.exe", "CON", "x" * 300, ".", ""])
HEADER = b"external_id,title,kind,status,started_on,ended_on,lead_department,departments,sponsor,owner,url,summary\n"


def read_or_refuse(name: str, data: bytes) -> None:
    """Read the file; any error but the module's own goes through and fails the test."""
    with suppress(Unreadable):
        assert isinstance(read_file(name, data), Content)


@given(NAMES, st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    read_or_refuse(name, data)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_any_bytes_after_the_tidy_header_are_read_or_refused(data: bytes, mark: bytes) -> None:
    read_or_refuse("a.csv", mark + HEADER + data)


@given(portfolios, st.integers(0), st.binary(min_size=1, max_size=6))
def test_a_portfolio_with_bytes_overwritten_is_read_or_refused(found: dict, at: int, data: bytes) -> None:  # type: ignore[type-arg]  # any JSON
    text = json.dumps(found).encode()
    place = at % len(text)
    read_or_refuse("a.json", text[:place] + data + text[place + len(data) :])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2025-01-01", "A"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "kind",
                    "initiative",
                    "date",
                    "of",
                    "members",
                    "department",
                    "sponsors",
                    "person",
                    "steps",
                    "routine",
                    "from",
                    "owners",
                    "activity",
                    "lesson",
                    "measure",
                    "start",
                    "end",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
SECTIONS = st.sampled_from(
    ["config", "divisions", "departments", "people", "themes", "journeys", "initiatives", "events"]
)


@given(st.dictionaries(SECTIONS, st.lists(JSON, max_size=3) | JSON))
def test_any_json_of_these_keys_is_read_or_refused(found: dict) -> None:  # type: ignore[type-arg]  # any JSON
    read_or_refuse("a.json", json.dumps(found).encode())


def test_json_called_csv_says_so() -> None:
    with pytest.raises(Unreadable, match="called CSV and holds JSON"):
        read_file("a.csv", b'{"departments": []}')


def test_json_is_found_without_its_name() -> None:
    assert not read_file("upload", b' {"departments": []}').is_table


def test_csv_is_found_without_its_name() -> None:
    assert read_file("upload", HEADER).is_table
