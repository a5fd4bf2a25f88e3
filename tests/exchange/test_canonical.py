"""Canonical JSON: the same value is the same bytes, whoever writes it, and has the same SHA-256."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.canonical import canonical, sha256_of

#: Written by hand, from docs/snapshots.md alone.
VALUE = {
    "on": "2026-06-30",
    "figures": [
        {"value": 33, "receipt": "b7kd2m9fxq-1", "name": "together"},
        {"value": "8/15", "receipt": "b7kd2m9fxq-2", "name": "score"},
        {"value": None, "receipt": "b7kd2m9fxq-3", "name": "score"},
    ],
    "sample": False,
    "organisation": "Zürich “Wet\n& Dry”",
    "Z": -7,
}
BYTES = (
    b'{"Z":-7,'
    b'"figures":['
    b'{"name":"together","receipt":"b7kd2m9fxq-1","value":33},'
    b'{"name":"score","receipt":"b7kd2m9fxq-2","value":"8/15"},'
    b'{"name":"score","receipt":"b7kd2m9fxq-3","value":null}],'
    b'"on":"2026-06-30",'
    b'"organisation":"Z\xc3\xbcrich \xe2\x80\x9cWet\\n& Dry\xe2\x80\x9d",'
    b'"sample":false}'
)
#: By sha256sum on those bytes.
SHA256 = "ab674644ab0e38244f07180ff338e17919a79cd2d39f9b1d60f99b7ee0125843"

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


def test_a_value_is_written_as_the_document_says() -> None:
    assert canonical(VALUE) == BYTES


def test_its_sha256_is_the_one_that_other_programs_compute() -> None:
    assert sha256_of(BYTES) == SHA256


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": 3}}) == canonical({"a": {"c": 3, "d": 2}, "b": 1})


@given(PLAIN)
def test_what_is_read_again_is_the_value_and_is_written_the_same(value: object) -> None:
    try:
        data = canonical(value)
    except UnicodeEncodeError:  # half of a pair of surrogates is no text
        return
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


@pytest.mark.parametrize("value", [1.5, [0.1], {"a": {"b": float("nan")}}, {"a": 2.0}])
def test_a_float_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="has to be a text"):
        canonical({1: "one"})


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical({"a": b"bytes"})
