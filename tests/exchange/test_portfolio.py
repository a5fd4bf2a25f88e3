"""Portfolio JSON: what is refused, where, and why; and what is read without a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracker.exchange.content import Content, Refusal, Stated, Unreadable
from tracker.exchange.portfolio import content_of, read_portfolio

WORK = {"id": "i1"}


def read(**sections: Any) -> Content:
    return read_portfolio(json.dumps(sections).encode())


def refused(**sections: Any) -> list[tuple[str, str]]:
    return [(each.column, each.reason) for each in read(**sections).items if isinstance(each, Refusal)]


def values(**sections: Any) -> dict[str, Any]:
    item = read(**sections).items[-1]
    assert isinstance(item, Stated), item
    return item.values


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "A portfolio is a JSON object with lists inside; this is a list"),
        ("3", "this is a number"),
        ('{"departments": {"id": "A"}}', "“departments” is a list of objects; this is an object"),
        ('{"departments": [', "This is no JSON: line 1, column 18"),
        ('{"config": {"attention": NaN}}', "The file holds NaN, which is no number"),
        ('{"config": {"attention": -Infinity}}', "The file holds -Infinity"),
        ('{"config": {"attention": ' + "9" * 5000 + "}}", "This is no JSON that can be kept"),
        ('{"departments": [], "departments": []}', "An object states “departments” twice"),
        ("[" * 100_000, "nests lists and objects too deeply"),
        ('{"x": ' + "[" * 30 + "]" * 30 + "}", "nests lists and objects too deeply"),
    ],
)
def test_what_is_no_portfolio_is_refused_whole(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_portfolio(text.encode())


def test_more_objects_than_a_register_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.exchange.portfolio.MOST_OBJECTS", 1)
    with pytest.raises(Unreadable, match="more than 1 objects"):
        content_of({"departments": [{"id": "A"}, {"id": "B"}]})


@pytest.mark.parametrize(
    ("section", "one", "column", "words"),
    [
        ("departments", 7, "", "This is an object, not a number."),
        ("departments", {}, ".id", "An id is needed here."),
        ("departments", {"id": 7}, ".id", "This is a text, not a number."),
        ("departments", {"id": "\u200b"}, ".id", "An id is needed here."),
        ("departments", {"id": "x" * 201}, ".id", "This can have 200 characters; it has 201."),
        ("departments", {"id": "A\0"}, ".id", "This holds characters that cannot be kept; type it again."),
        ("departments", {"id": "A", "name": "\ud800"}, ".name", "This holds characters that cannot be kept; type it again."),
        ("departments", {"id": "A", "name": ["x"]}, ".name", "This is a text, not a list."),
        ("departments", {"id": "A", "headcount": -1}, ".headcount", "This is a whole number from 0 to 2,147,483,647."),
        ("departments", {"id": "A", "headcount": True}, ".headcount", "This is a whole number, not true or false."),
        ("departments", {"id": "A", "headcount": 2**31}, ".headcount", "This is a whole number from 0 to 2,147,483,647."),
        ("departments", {"id": "A", "aliases": "x"}, ".aliases", "This is a list, not a text."),
        ("departments", {"id": "A", "opened": "2025-01-02", "closed": "2025-01-01"}, ".closed", "A department cannot close before it opened."),
        ("journeys", {"id": "j", "importance": 4}, ".importance", "This is a whole number from 1 to 3."),
        ("journeys", {"id": "j", "valid_from": "2025-01-02", "valid_to": "2025-01-01"}, ".valid_to", "A journey cannot end before it began."),
        ("journeys", {"id": "j", "steps": ["A", {"name": "x"}]}, ".steps[1].department", "This is needed."),
        ("initiatives", {"id": "i", "start": "2025-01-02", "end": "2025-01-01"}, ".end", "The end lies before the start."),
        ("initiatives", {"id": "i", "start": 20250101}, ".start", "A day is written as 2026-06-30, not as a number."),
        ("initiatives", {"id": "i", "decide_by": "1899-12-31"}, ".decide_by", "1899-12-31 is not between 1900 and 2200."),
        ("initiatives", {"id": "i", "declared_until": "2201-01-01"}, ".declared_until", "2201-01-01 is not between 1900 and 2200."),
        ("initiatives", {"id": "i", "outcome": "won"}, ".outcome", "This is one of routine, scaled, stopped, extended."),
        ("initiatives", {"id": "i", "scaled_into": "i"}, ".scaled_into", "An initiative is not scaled into itself."),
        ("initiatives", {"id": "i", "builds_on": ["i"]}, ".builds_on", "An initiative does not build on itself."),
        ("initiatives", {"id": "i", "routine": {}}, ".routine.from", "A day is needed here, written as 2026-06-30."),
        ("initiatives", {"id": "i", "routine": {"from": "2025-01-02", "until": "2025-01-01"}}, ".routine.until", "The routine cannot end before it began."),
        ("initiatives", {"id": "i", "routine": {"from": "2025-01-02", "owners": ["A"]}}, ".routine.owners", "This is an object, not a list."),
        ("initiatives", {"id": "i", "members": [{}]}, ".members[0].department", "This is needed."),
        ("initiatives", {"id": "i", "members": [{"department": "A", "role": "boss"}]}, ".members[0].role", "This is one of lead, contributing."),
        ("initiatives", {"id": "i", "members": [{"department": "A", "joined": "2025-01-02", "left": "2025-01-01"}]}, ".members[0].left", "A department cannot leave before it joined."),
        ("initiatives", {"id": "i", "members": [{"department": "A", "joined": "2025-01-02"}, {"department": "A", "joined": "2025-01-02", "role": "lead"}]}, ".members[1].department", "This begins twice on the same day, and differently."),
        ("initiatives", {"id": "i", "sponsors": [{"person": "p", "from": "2025-01-02", "to": "2025-01-01"}]}, ".sponsors[0].to", "A sponsor cannot step back before the day they began."),
        ("initiatives", {"id": "i", "activity": ["soon"]}, ".activity[0]", "“soon” is not a day. Write it as 2026-06-30."),
        ("initiatives", {"id": "i", "activity": [{"text": "x"}]}, ".activity[0].date", "This is needed."),
        ("events", {"id": "e"}, ".initiative", "This is needed."),
        ("events", {"id": "e", "initiative": "i", "kind": "loss", "date": "2025-01-01"}, ".kind", "This is one of win, measured_win, moved, near_miss, reuse."),
        ("events", {"id": "e", "initiative": "i", "kind": "win", "date": None}, ".date", "A day is needed here, written as 2026-06-30."),
        ("events", {"id": "e", "initiative": "i", "kind": "moved", "date": "2025-01-01"}, ".of", "Name what this is “of”: the win that moved, or the near miss that is reused."),
        ("events", {"id": "e", "initiative": "i", "kind": "win", "of": "e0", "date": "2025-01-01"}, ".of", "Only “moved” and “reuse” are of another event."),
        ("events", {"id": "e", "initiative": "i", "kind": "win", "date": "2025-01-01", "confirmed": "yes"}, ".confirmed", "This is true or false, not a text."),
        ("events", {"id": "e", "initiative": "i", "kind": "win", "date": "2025-01-01", "measure": {"before": 1e301}}, ".measure.before", "This number is too large."),
    ],
)  # fmt: skip
def test_an_object_is_refused_where_it_is_wrong(section: str, one: Any, column: str, words: str) -> None:
    assert refused(**{section: [one]}) == [(f"{section}[0]{column}", words)]


@pytest.mark.parametrize(
    "section", ["divisions", "departments", "people", "themes", "journeys", "initiatives"]
)
def test_the_second_of_two_objects_with_one_id_is_refused(section: str) -> None:
    assert refused(**{section: [{"id": "A"}, {"id": "B"}, {"id": "A"}]}) == [
        (f"{section}[2].id", f"{section}[0] has this id already; the first one goes in.")
    ]


def test_an_event_and_a_reuse_share_their_ids() -> None:
    base = {"id": "e", "initiative": "i", "date": "2025-01-01"}
    assert refused(events=[{**base, "kind": "win"}, {**base, "kind": "reuse", "of": "e"}]) == [
        ("events[1].id", "events[0] has this id already; the first one goes in.")
    ]


@pytest.mark.parametrize(
    ("config", "column"),
    [
        ({"quiet_days": 0}, "config.quiet_days"),
        ({"attention": 21}, "config.attention"),
        ({"together": "1e999999999"}, "config.together"),
        ({"together": "1/0"}, "config.together"),
        ({"together": "0"}, "config.together"),
        ({"together": 0.5}, "config.together"),
        (3, "config"),
    ],
)
def test_settings_out_of_range_are_refused(config: Any, column: str) -> None:
    assert [place for place, _ in refused(config=config)] == [column]


def test_unknown_keys_are_warnings_with_their_count_wherever_they_stand() -> None:
    content = read(
        expected={},
        config={"points": 3},
        departments=[{"id": "A", "colour": "red"}, {"id": "B", "colour": "blue"}],
        initiatives=[{"id": "i", "members": [{"department": "A", "hours": 3}]}],
    )
    assert dict(content.noted) == {
        "The key “expected” is not known and was left out.": 1,
        "“config”: the key “points” is not known and was left out.": 1,
        "“departments”: the key “colour” is not known and was left out.": 2,
        "“initiatives”: the key “hours” is not known and was left out.": 1,
    }
    assert not any(isinstance(each, Refusal) for each in content.items)


def test_the_name_of_the_file_is_no_warning() -> None:
    assert read(id="harbour", title="Harbour Mutual").noted == {}


def test_a_kind_nobody_knows_is_a_pilot() -> None:
    content = read(initiatives=[{"id": "i", "kind": "experiment"}])
    assert content.items[0].values["kind"] == "pilot"  # type: ignore[union-attr]  # nothing is refused here
    assert dict(content.noted) == {"The kind “experiment” is not known here: recorded as pilot.": 1}


def test_a_title_that_shows_nothing_is_the_id() -> None:
    assert values(initiatives=[{"id": "i1", "title": "\u200b"}])["title"] == "i1"


def test_a_step_may_be_the_id_of_its_department() -> None:
    (step,) = values(journeys=[{"id": "j", "steps": ["CC"]}])["steps"]
    assert step.department == "CC"


def test_a_stay_that_stands_twice_is_kept_once() -> None:
    assert (
        len(values(initiatives=[{**WORK, "members": [{"department": "A"}, {"department": "A"}]}])["members"])
        == 1
    )


@pytest.mark.parametrize(
    ("lesson", "tried"),
    [({"tried": "At peak."}, "At peak."), ("At peak.", "At peak."), ({}, "")],
)
def test_a_lesson_is_read_in_each_of_its_forms(lesson: Any, tried: str) -> None:
    near_miss = {"id": "e", "initiative": "i", "kind": "near_miss", "date": "2025-01-01", "lesson": lesson}
    assert values(events=[near_miss])["lesson"].tried == tried


def test_null_says_that_the_lesson_is_still_to_be_written() -> None:
    near_miss = {"id": "e", "initiative": "i", "kind": "near_miss", "date": "2025-01-01", "lesson": None}
    assert values(events=[near_miss])["lesson"] is None
