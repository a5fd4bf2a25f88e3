"""Columns are told by their names, by other words for them, and by what stands in them; each guess says why."""

from __future__ import annotations

import pytest

from tests.exchange.test_tables import how, read, stated
from tracker.exchange.choices import Choices, choices_of
from tracker.exchange.columns import fingerprint
from tracker.exchange.content import Refusal, Unreadable
from tracker.exchange.days import find_order, read_day
from tracker.exchange.fields import Wrong


def targets(data: bytes, **known: frozenset[str]) -> dict[str, tuple[str, str]]:
    return {each.header: (each.target, each.reason) for each in how(read(data, "a.csv", **known)).columns}


def test_names_and_other_words_for_them_are_known() -> None:
    assert targets(b"External ID,Initiative,Executive sponsor,Budget\n1,a,b,c\n") == {
        "External ID": ("external_id", "its name"),
        "Initiative": ("title", "“Initiative” is another word for it"),
        "Executive sponsor": ("sponsor", "“Executive sponsor” is another word for it"),
        "Budget": ("", ""),
    }


def test_of_two_names_for_the_same_the_surer_one_is_taken() -> None:
    found = targets(b"Project,Title,Team,Teams\na,b,c,d\n")
    assert [found[name][0] for name in ("Project", "Title", "Team", "Teams")] == [
        "",
        "title",
        "",
        "departments",
    ]


def test_what_stands_in_a_column_tells_it() -> None:
    rows = "".join(
        f"Effort number {at},{at}.3.2026,https://example.org/{at},Claims/Legal,Ana\n" for at in range(1, 9)
    )
    found = targets(
        ("One,Two,Three,Four,Five\n" + rows).encode(),
        departments=frozenset({"claims", "legal"}),
        people=frozenset({"ana"}),
    )
    assert {name: target for name, (target, _) in found.items()} == {
        "One": "title",
        "Two": "started_on",
        "Three": "url",
        "Four": "departments",
        "Five": "sponsor",
    }
    assert found["Four"][1] == "8 of 8 cells name departments that are here"


def test_a_file_without_ids_is_told_apart_by_its_titles() -> None:
    found = read(b"Project,Team\nNight desk,Claims\nNight desk,Legal\n", "a.csv")
    assert [each.id for each in found.items] == ["Night desk", "Night desk"]
    twice = found.items[1]
    assert isinstance(twice, Refusal)
    assert twice.reason == "Line 2 has this title already; line 3 is left out."


def test_a_file_without_a_title_has_no_rows_and_says_so() -> None:
    found = read(b"Budget,Colour\n1,red\n", "a.csv")
    assert (how(found).has_title, found.items) == (False, [])


def test_columns_can_be_said() -> None:
    found = read(b"Budget,Colour\n1,red\n", "a.csv", Choices(columns=("external_id", "title")))
    assert [(each.id, each.title) for each in found.items] == [("1", "red")]
    with pytest.raises(Unreadable, match="Two columns are taken for the same"):
        read(b"Budget,Colour\n1,red\n", "a.csv", Choices(columns=("title", "title")))


@pytest.mark.parametrize(("cell", "separator"), [("A / B", "/"), ("A;B", ";"), ("A, B", ","), ("A + B", "+")])
def test_what_joins_teams_in_a_cell_is_found(cell: str, separator: str) -> None:
    found = read(f'Project,Teams\nNight,"{cell}"\nDay,A\nDusk,B\n'.encode(), "a.csv")
    assert how(found).separator == separator
    assert stated(found)[0]["departments"] == ("A", "B")


def test_a_comma_that_belongs_to_a_name_joins_nothing() -> None:
    found = read(b'Project,Teams\nNight,"Risk, Audit"\nDay,Sales\n', "a.csv")
    assert stated(found)[0]["departments"] == ("Risk, Audit",)
    assert stated(read(b"Project,Teams\nNight,A/B\n", "a.csv", Choices(separator="/")))[0]["departments"] == (
        "A",
        "B",
    )


def test_a_cell_that_is_a_known_name_as_a_whole_is_no_list() -> None:
    data = b"Project,Lead department,Teams\nNight,Legal | Risk,Sales\n"
    known = frozenset({"legal | risk"})
    assert stated(read(data, "a.csv", departments=known))[0]["departments"] == ("Legal | Risk", "Sales")


def test_house_words_get_a_meaning_and_are_counted() -> None:
    data = b"Project,Kind,Status,Paused\nNight,POC,Done,maybe\nDay,POC,live,ja\n"
    found = read(data, "a.csv")
    assert how(found).words == {"kind": {"POC": 2}, "status": {"Done": 1}, "paused": {"maybe": 1}}
    chosen = Choices(kinds={"poc": "pilot"}, statuses={"done": "finished"}, flags={"maybe": "no"})
    night, day = stated(read(data, "a.csv", chosen))
    assert (night["kind"], night["finished"], night["paused"], day["paused"]) == ("pilot", True, False, True)


def test_names_stand_for_others_or_are_left_out() -> None:
    chosen = Choices(departments={"sig-arch": "sig-architecture", "tbd": ""})
    found = read(b"Project,Teams\nNight,sig-arch;TBD;sig-node\n", "a.csv", chosen)
    assert stated(found)[0]["departments"] == ("sig-architecture", "sig-node")


@pytest.mark.parametrize(
    ("cells", "order", "is_sure"),
    [
        (["30/6/2026", "1/2/2026"], "dmy", True),
        (["6/30/2026", "1/2/2026"], "mdy", True),
        (["1/2/2026"], "dmy", False),
        (["2026-06-30", ""], "ymd", True),
    ],
)
def test_the_order_of_day_and_month_is_found(cells: list[str], order: str, is_sure: bool) -> None:
    found = find_order(cells)
    assert (found.order, found.is_sure) == (order, is_sure)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-10-9", "ymd", "2025-10-09"),
        ("2026-06-30 00:00:00", "ymd", "2026-06-30"),
        ("3/4/26", "dmy", "2026-04-03"),
        ("3/4/2026", "mdy", "2026-03-04"),
        ("30.06.1998", "dmy", "1998-06-30"),
        ("30 June 2026", "ymd", "2026-06-30"),
        ("Jun 30, 2026", "ymd", "2026-06-30"),
        ("1-Mai-26", "ymd", "2026-05-01"),
        ("20260630", "ymd", "2026-06-30"),
        ("46203", "ymd", "2026-06-30"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, order: str, day: str) -> None:
    assert str(read_day(text, order)) == day


@pytest.mark.parametrize("text", ["yyyy-mm-dd", "soon", "31/2/2026", "Q3 2026", "12", "2201-01-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        read_day(text, "dmy")


def test_choices_survive_being_kept() -> None:
    chosen = Choices(
        delimiter=";",
        columns=("title", ""),
        kinds={"poc": "pilot"},
        left_out=frozenset({"3", "9"}),
        vouching=("Ana", "Ben"),
        end_missing=True,
    )
    assert choices_of(chosen.document()) == chosen
    assert "left_out" not in chosen.remembered()


def test_one_header_is_the_same_however_it_is_written() -> None:
    assert fingerprint(["External ID", "Title"]) == fingerprint(["external_id", "TITLE "])
    assert fingerprint(["Title", "External ID"]) != fingerprint(["External ID", "Title"])
