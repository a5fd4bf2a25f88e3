"""The tidy CSV: what a row states, and what it is refused for, by line and column."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from tracker.exchange.content import Content, Refusal, Stated, Unreadable
from tracker.exchange.decoding import Decoded
from tracker.exchange.reading import NOBODY, UNSAID
from tracker.exchange.tables import Asked, text_table
from tracker.exchange.tidy import HEADER, content_of_table

DAYS = {"start": date(2025, 1, 10), "end": date(2025, 6, 1)}


def read_tidy(text: str) -> Content:
    """Read the text of a CSV."""
    return content_of_table(text_table(Decoded(text, "utf-8"), Asked()), UNSAID, NOBODY)


def table(*rows: dict[str, str], header: tuple[str, ...] = HEADER) -> Content:
    """Read a CSV of these rows."""
    lines = [",".join(header)]
    lines += [",".join(f'"{row.get(name, "")}"' for name in header) for row in rows]
    return read_tidy("\n".join(lines) + "\n")


def row(**cells: str) -> dict[str, str]:
    return {"external_id": "i1", "title": "Storm desk", **cells}


def stated(content: Content) -> dict[str, Any]:
    (item,) = content.items
    assert isinstance(item, Stated), item
    return item.values


def refusals(content: Content) -> list[tuple[int | None, str, str]]:
    return [(each.line, each.column, each.reason) for each in content.items if isinstance(each, Refusal)]


def test_a_whole_row_states_everything() -> None:
    found = stated(
        table(
            row(
                kind="Quick win",
                status="paused",
                started_on="2025-01-10",
                ended_on="2025-06-01",
                lead_department="Legal",
                departments="Claims; Legal;claims",
                sponsor="@justinsb;Priya Raman",
                owner="Tom",
                url="https://example.org/1",
                summary="Calls go to one desk.",
            )
        )
    )
    assert found == {
        "title": "Storm desk",
        "kind": "quick_win",
        "paused": True,
        **DAYS,
        "lead": True,
        "departments": ("Legal", "Claims"),
        "sponsors": ("@justinsb", "Priya Raman"),
        "contact": "Tom",
        "link": "https://example.org/1",
        "description": "Calls go to one desk.",
    }


def test_an_empty_cell_states_nothing_but_an_open_end_and_who_takes_part() -> None:
    assert stated(table(row())) == {
        "title": "Storm desk",
        "start": None,
        "end": None,
        "lead": False,
        "departments": (),
        "sponsors": (),
    }


def test_a_missing_column_states_nothing() -> None:
    assert stated(table(row(), header=("title", "external_id"))) == {"title": "Storm desk"}


def test_names_that_begin_with_an_at_sign_stay_intact() -> None:
    assert stated(table(row(sponsor="@a;@b")))["sponsors"] == ("@a", "@b")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_the_apostrophe_that_an_export_added_goes(start: str) -> None:
    assert stated(table(row(title=f"'{start}SUM(A1)")))["title"] == f"{start}SUM(A1)"


def test_an_apostrophe_of_its_own_stays() -> None:
    assert stated(table(row(title="'Twas the season")))["title"] == "'Twas the season"


def test_unknown_kinds_and_statuses_are_warned_of_once_with_their_count() -> None:
    rows = [row(external_id=f"i{at}", kind="stable", status="implemented") for at in range(3)]
    content = table(*rows, row(external_id="i9", kind="pilot", status="live"))
    assert dict(content.noted) == {
        "The kind “stable” is not known here: new rows are recorded as pilot.": 3,
        "The status “implemented” is not known here: it follows from the dates.": 3,
    }


def test_a_refused_row_adds_to_no_warning() -> None:
    assert table(row(kind="stable", started_on="soon")).noted == {}


def test_a_column_nobody_knows_is_warned_of() -> None:
    content = table(row(), header=(*HEADER, "budget"))
    assert "The column “budget” is not known and was left out." in content.noted


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"title": ""}, "title", "A title is needed."),
        ({"title": " \u200b "}, "title", "A title is needed."),
        ({"title": "a\0b"}, "title", "This holds characters that cannot be kept; type it again."),
        ({"title": "a\ud800b"}, "title", "This holds characters that cannot be kept; type it again."),
        ({"title": "x" * 301}, "title", "This can have 300 characters; it has 301."),
        ({"summary": "x" * 5001}, "summary", "This can have 5,000 characters; it has 5,001."),
        ({"external_id": ""}, "external_id", "An id is needed here."),
        ({"started_on": "9th of May"}, "started_on", "“9th of May” is not a day. Write it as 2026-06-30."),
        ({"started_on": "yyyy-mm-dd"}, "started_on", "“yyyy-mm-dd” is not a day. Write it as 2026-06-30."),
        ({"started_on": "2025-02-30"}, "started_on", "There is no day 2025-02-30."),
        ({"started_on": "٢٠٢٥-٠١-٠١"}, "started_on", "“٢٠٢٥-٠١-٠١” is not a day. Write it as 2026-06-30."),
        ({"ended_on": "1899-12-31"}, "ended_on", "1899-12-31 is not between 1900 and 2200."),
        ({"ended_on": "2201-01-01"}, "ended_on", "2201-01-01 is not between 1900 and 2200."),
        (
            {"started_on": "2025-01-02", "ended_on": "2025-01-01"},
            "ended_on",
            "The end lies before the start.",
        ),
        ({"departments": "A;" + "x" * 121}, "departments", "This can have 120 characters; it has 121."),
        (
            {"lead_department": "A;B"},
            "lead_department",
            "One department leads; the others stand in the column departments.",
        ),
    ],
)
def test_a_row_is_refused_by_line_column_and_reason(cells: dict[str, str], column: str, reason: str) -> None:
    assert refusals(table(row(external_id="i0"), row(**cells))) == [(3, column, reason)]


def test_the_day_it_started_may_be_the_day_it_ended() -> None:
    assert stated(table(row(started_on="2025-01-10", ended_on="2025-01-10")))["end"] == date(2025, 1, 10)


def test_a_second_row_with_an_id_names_both_lines() -> None:
    content = table(row(), row(external_id="i2"), row(title="Another"))
    assert refusals(content) == [
        (4, "external_id", "Line 2 has this external_id already; line 4 is left out.")
    ]


def test_a_row_that_was_refused_still_takes_its_id() -> None:
    content = table(row(started_on="soon"), row())
    assert [line for line, _, _ in refusals(content)] == [2, 3]


def test_a_row_with_too_few_or_too_many_cells_is_refused() -> None:
    content = read_tidy("external_id,title,owner\ni1,Storm\ni2,Storm,Tom,more\n")
    assert refusals(content) == [
        (2, "", "This row has 2 cells and the header 3."),
        (3, "", "This row has 4 cells and the header 3."),
    ]


def test_a_cell_over_several_lines_counts_all_of_them() -> None:
    content = read_tidy('external_id,title,summary\ni1,Storm,"one\ntwo"\ni2,,\n')
    assert refusals(content) == [(4, "title", "A title is needed.")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found(delimiter: str, end: str) -> None:
    text = end.join(
        delimiter.join(cells) for cells in (("External ID", "Title"), ("i1", "Storm desk"), ("", ""))
    )
    assert stated(read_tidy(text)) == {"title": "Storm desk"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body>Sign in</body></html>", "This is a web page"),
        ("external_id,title,title\ni1,a,b\n", "The header names “title” twice"),
        ('external_id,title\ni1,"never closed\n', "The row that begins on line 2.*never closed"),
        ('external_id,title\ni1,"a"b\n', "The row that begins on line 2 cannot be read"),
        (
            "external_id,title\ni1," + "x" * (csv.field_size_limit() + 1),
            "The row that begins on line 2.*a cell holds more than 131,072 characters",
        ),
    ],
)
def test_what_is_no_tidy_csv_is_refused_whole(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_tidy(text)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.exchange.tables.MOST_ROWS", 2)
    with pytest.raises(Unreadable, match="more than 2 rows"):
        table(row(external_id="a"), row(external_id="b"), row(external_id="c"))
