"""Forms are read into values, lists into pages, values into words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.web.shell_app import make_app
from tracker.web import filters
from tracker.web.forms import FormReader, clean_text
from tracker.web.paging import Page, page_request, read_sort, url_with

CAFE_DECOMPOSED = "Cafe\N{COMBINING ACUTE ACCENT}"


def read(*pairs: tuple[str, str]) -> FormReader:
    """Return a form with these fields."""
    return FormReader(MultiDict(pairs))


# text


def test_text_loses_outer_blanks_and_is_composed() -> None:
    assert read(("title", f"  {CAFE_DECOMPOSED}\t shift \n")).text("title", "Title") == "Café shift"


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\u200b\u2060 \ufeff", "\u00ad"])
def test_a_title_with_nothing_to_see_is_missing(text: str) -> None:
    form = read(("title", text))
    assert form.text("title", "Title", required=True) == ""
    assert form.error("title") == "Title is needed."


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "a\x1bb", "a\x7fb"])
def test_characters_that_cannot_be_kept_are_refused(text: str) -> None:
    form = read(("notes", text))
    assert form.long_text("notes", "Notes") == ""
    assert "cannot be kept" in form.error("notes")


def test_text_over_its_limit_says_both_numbers_and_keeps_what_was_typed() -> None:
    form = read(("title", "x" * 1201))
    form.text("title", "Title", limit=1200)
    assert form.error("title") == "Title can have 1,200 characters; this has 1,201."
    assert form.value("title") == "x" * 1201


def test_lines_are_kept_only_where_they_make_sense() -> None:
    form = read(("notes", "one\r\n\r\ntwo"))
    assert form.long_text("notes", "Notes") == "one\n\ntwo"
    assert form.text("notes", "Notes") == "one two"


@given(st.text())
def test_clean_text_is_stable(text: str) -> None:
    try:
        once = clean_text(text, lines=True)
    except ValueError:
        return
    assert clean_text(once, lines=True) == once
    assert "\0" not in once
    once.encode("utf-8")


# days, numbers, choices


@pytest.mark.parametrize(
    ("text", "day"), [("1900-01-01", date(1900, 1, 1)), (" 2200-12-31 ", date(2200, 12, 31)), ("", None)]
)
def test_days_from_1900_to_2200_are_read(text: str, day: date | None) -> None:
    form = read(("on", text))
    assert form.day("on", "Day") == day
    assert not form.errors


@pytest.mark.parametrize(
    "text", ["1899-12-31", "2201-01-01", "2026-02-30", "3 October", "20261003", "2026-W40", "9"]
)
def test_other_days_are_refused_in_words(text: str) -> None:
    form = read(("on", text))
    assert form.day("on", "Day") is None
    assert form.error("on").startswith("Day must")


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("1,320", 1320), ("9223372036854775807", 2**63 - 1), ("-4", -4), ("−4", -4)]
)
def test_whole_numbers_are_read(text: str, value: int) -> None:
    assert read(("n", text)).whole("n", "Number", low=-10) == value


@pytest.mark.parametrize("text", ["9223372036854775808", "1.5", "1e3", "٣", "--1", "NaN", "0x10"])
def test_other_numbers_are_refused(text: str) -> None:
    form = read(("n", text))
    assert form.whole("n", "Number") is None
    assert form.error("n") == "Number must be a whole number of 0 or more."


def test_a_choice_is_one_of_those_offered() -> None:
    assert read(("kind", "pilot")).choice("kind", "Kind", ["pilot"]) == "pilot"
    form = read(("kind", "<script>"))
    assert form.choice("kind", "Kind", ["pilot"]) == ""
    assert form.error("kind") == "Kind: choose one of those offered."


def test_ids_come_in_order_and_each_once() -> None:
    form = read(("departments", "b"), ("departments", "a"), ("departments", "b"), ("departments", ""))
    assert form.ids("departments", "Departments") == ("b", "a")


def test_a_form_without_its_version_is_refused() -> None:
    form = read()
    form.version()
    assert form.error("version")


def test_the_first_message_of_a_field_stays() -> None:
    form = read()
    form.text("title", "Title", required=True)
    form.add({"title": "Another.", "": "Nothing changed."})
    assert form.errors == {"title": "Title is needed.", "": "Nothing changed."}


def test_a_form_can_show_a_record() -> None:
    form = FormReader.showing(
        {"on": date(2026, 10, 3), "departments": ["a", "b"], "until": None, "shown": False}
    )
    assert form.value("on") == "2026-10-03"
    assert form.values("departments") == ["a", "b"]
    assert form.value("until") == ""
    assert not form.flag("shown")


# pages


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("²", 1)]
)
def test_anything_that_is_no_page_number_is_the_first_page(text: str, number: int) -> None:
    assert page_request({"page": text}).number == number


def test_a_page_knows_its_place() -> None:
    page = Page(items=list(range(5)), number=14, size=50, total=655)
    assert (page.first, page.last, page.pages) == (651, 655, 14)
    assert page.window() == [1, None, 13, 14]
    assert Page(items=[1], number=3, size=50, total=250).window() == [1, 2, 3, 4, 5]
    nothing: Page[int] = Page(items=[], number=1, size=50, total=0)
    assert (nothing.pages, nothing.first, nothing.last) == (1, 0, 0)


def test_a_list_is_sorted_only_by_what_is_offered() -> None:
    allowed = ["title", "started"]
    assert read_sort({"sort": "-title"}, allowed, "started") == "-title"
    for hostile in ("id;drop", "(select 1)", "--title", ""):
        assert read_sort({"sort": hostile}, allowed, "started") == "started"


def test_an_address_keeps_the_state_of_the_list() -> None:
    with make_app().test_request_context("/initiatives?department=a&department=b&q=x%20y&page=2"):
        assert url_with(page=3) == "/initiatives?department=a&department=b&q=x+y&page=3"
        assert url_with(page=None, q=None, department=None) == "/initiatives"


# words


def test_dates_read_as_people_write_them() -> None:
    assert filters.day(date(2026, 10, 3)) == "3 October 2026"
    assert filters.short_day(date(2026, 10, 3)) == "3 Oct"
    assert filters.month(date(2026, 10, 3)) == "October 2026"
    assert filters.day(None) == ""


@pytest.mark.parametrize(
    ("day", "words"),
    [(23, "today"), (22, "yesterday"), (24, "tomorrow"), (13, "10 days ago"), (26, "in 3 days")],
)
def test_distances_are_counted_in_days(day: int, words: str) -> None:
    assert filters.ago(date(2026, 11, day), date(2026, 11, 23)) == words


def test_numbers_have_commas_and_a_true_minus() -> None:
    assert filters.number(1320) == "1,320"
    assert filters.number(-4) == "−4"
    assert filters.number(-0.04, 1) == "0.0"
    assert filters.number(None) == "–"
    assert filters.plural(1, "initiative") == "1 initiative"
    assert filters.plural(1320, "crossing", "crossings") == "1,320 crossings"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, "1½"),
        (0.5, "½"),
        (3, "3"),
        (0, "0"),
        (Fraction(-3, 2), "−1½"),
        (Fraction(1, 3), "0.3"),
        (None, "–"),
    ],
)
def test_halves_read_as_halves(value: float | Fraction | None, words: str) -> None:
    assert filters.halves(value) == words


def test_names_join_as_a_sentence() -> None:
    assert filters.sentence_list([]) == ""
    assert filters.sentence_list(["Claims"]) == "Claims"
    assert filters.sentence_list(["Claims", "Legal", "Sales"]) == "Claims, Legal and Sales"
    assert filters.sentence_list(["Claims", "Legal", "Sales", "IT"], limit=2) == "Claims, Legal and 2 more"


def test_codes_become_words() -> None:
    assert filters.kind("near_miss") == "near miss"
    assert filters.sentence(filters.kind("routine")) == "Became routine"
    assert filters.kind(None) == ""
