"""The stream of wins and near misses, a moment's page, and vouching for moments."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, PART, as_sent, browser_of, days_ago, entries
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def ada(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.ada)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def storm(register: Register) -> Initiative:
    return register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(200))


@pytest.fixture
def hers(register: Register, cast: Cast, storm: Initiative) -> Moment:
    """A win that Alice recorded and nobody has vouched for."""
    return register.moment(storm, days_ago(5), confirmed=False, created_by_id=cast.alice.user_id)


def titles(page: str) -> list[str]:
    """Return the titles of the stream in their order."""
    stream = page.split('id="moments-waiting"', 1)[0]
    return re.findall(r'<p class="t"><a href="/moments/[^"]+">([^<]+)</a>', stream)


def is_confirmed(engine: Engine, moment: Moment) -> bool:
    with Session(engine) as session:
        return session.get_one(Moment, moment.id).is_confirmed


def an_edit(version: int = 1, **changed: object) -> dict[str, object]:
    """Return the form of an edit."""
    form: dict[str, object] = {
        "title": "Refund in one call",
        "kind": "win",
        "on": days_ago(5).isoformat(),
        "note": "",
        "version": str(version),
    }
    return form | changed


# the stream


def test_an_empty_stream_teaches_the_first_step(alice: FlaskClient) -> None:
    page = alice.get("/moments").text
    assert "The first win opens this stream." in page
    assert 'href="/log" data-dialog' in page


def test_the_stream_is_by_month_newest_first_and_says_what_each_counts(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    register.moment(storm, days_ago(70), title="Earlier")
    register.moment(storm, days_ago(2), "near_miss", "Nearly", lesson="Ask first.")
    page = alice.get("/moments").text
    assert titles(page) == ["Nearly", "Earlier"]
    assert "Counts 1 point: its lesson is written" in page
    assert "Counts 3 points" in page
    assert page.count('<h2 class="group">') == 2


def test_a_moved_measure_is_not_called_a_win(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    win = register.moment(storm, days_ago(70))
    register.moment(storm, days_ago(2), "moved", "CSAT", of_id=win.id, measure_name="CSAT")
    assert "Customer measure moved" in alice.get("/moments").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=win", ["Today", "Long ago"]),
        ("kind=near_miss", ["Nearly"]),
        ("kind=none-such", ["Today", "Nearly", "Long ago"]),
        ("q=long", ["Long ago"]),
        ("q=storm", ["Today", "Nearly", "Long ago"]),
        ("q=%25", []),
        ("waiting=1", ["Today"]),
        ("counted=1", ["Long ago"]),
        ("period=30-days", ["Today", "Nearly"]),
        ("period=eternity", ["Today", "Nearly", "Long ago"]),
        ("since=SINCE", ["Today", "Nearly"]),
        ("until=SINCE", ["Long ago"]),
        ("since=never", ["Today", "Nearly", "Long ago"]),
        ("department=nobody", []),
    ],
)
def test_filters_narrow_the_stream(
    alice: FlaskClient, register: Register, storm: Initiative, query: str, found: list[str]
) -> None:
    register.moment(storm, days_ago(100), title="Long ago")
    register.moment(storm, days_ago(3), "near_miss", "Nearly")
    register.moment(storm, days_ago(0), title="Today", confirmed=False)
    assert titles(alice.get(f"/moments?{query.replace('SINCE', str(days_ago(50)))}").text) == found


def test_a_fragment_is_the_stream_alone_and_puts_its_state_into_the_address(
    alice: FlaskClient, hers: Moment
) -> None:
    answer = alice.get("/moments?q=refund&kind=&waiting=1", headers=PART)
    assert answer.text.lstrip().startswith('<div id="moments-stream"')
    assert answer.headers["HX-Replace-Url"] == "/moments?q=refund&waiting=1"


def test_a_long_stream_has_pages(alice: FlaskClient, register: Register, storm: Initiative) -> None:
    for at in range(52):
        register.moment(storm, days_ago(100 - at), title=f"Win {at}")
    assert "1–50 of 52 moments" in alice.get("/moments").text
    assert len(titles(alice.get("/moments?page=2").text)) == 2


def test_the_stream_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        made = register.initiative(f"Pilot {round_}", *register.departments(f"A{round_}", f"B{round_}"))
        for at in range(6):
            register.moment(made, days_ago(10 + at), confirmed=at % 2 == 0)
        alice.get("/moments")
        with counting(engine) as sent:
            alice.get("/moments")
        return len(sent)

    assert fill(1) == fill(2)


# vouching


def test_a_second_person_vouches_and_it_counts(ada: FlaskClient, engine: Engine, hers: Moment) -> None:
    assert "Waits for a second person: " in ada.get(f"/moments/{hers.public_id}").text
    answer = ada.post(f"/moments/{hers.public_id}/confirm")
    assert (answer.status_code, is_confirmed(engine, hers)) == (303, True)
    page = ada.get(f"/moments/{hers.public_id}").text
    assert "Counts 3 points" in page
    assert "Ada Admin" in page


def test_nobody_vouches_for_their_own(alice: FlaskClient, engine: Engine, hers: Moment) -> None:
    page = alice.get("/moments").text
    assert "Confirm" not in page.split("<main", 1)[1]
    before = entries(engine)
    answer = alice.post(f"/moments/{hers.public_id}/confirm")
    assert answer.status_code == 403
    assert "a second person vouches for it" in answer.text
    assert entries(engine) == before


def test_a_viewer_vouches_for_nothing(charlie: FlaskClient, engine: Engine, hers: Moment) -> None:
    before = entries(engine)
    assert charlie.post(f"/moments/{hers.public_id}/confirm").status_code == 403
    assert charlie.post("/moments/confirm", data={"moments": hers.public_id}).status_code == 403
    assert "moments-waiting" not in charlie.get("/moments").text
    assert entries(engine) == before


def test_many_are_confirmed_at_once(
    ada: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    page = ada.get("/moments").text
    assert "Confirm all 2" in page
    answer = ada.post("/moments/confirm", data={"seen": [hers.public_id, other.public_id], "all": "yes"})
    assert answer.status_code == 303
    assert is_confirmed(engine, hers)
    assert is_confirmed(engine, other)
    assert "2 moments are confirmed." in ada.get("/moments").text


def test_only_those_that_were_ticked_are_confirmed(
    ada: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    form = {"seen": [hers.public_id, other.public_id], "moments": other.public_id}
    answer = ada.post("/moments/confirm", data=form, headers=PART)
    assert list(json.loads(answer.headers["HX-Trigger"])) == ["moments-confirmed", "tracker:done"]
    assert (is_confirmed(engine, hers), is_confirmed(engine, other)) == (False, True)


def test_all_or_none_when_one_of_them_is_ones_own(
    alice: FlaskClient, engine: Engine, register: Register, storm: Initiative, hers: Moment
) -> None:
    other = register.moment(storm, days_ago(4), title="Another", confirmed=False)
    before = entries(engine)
    answer = alice.post("/moments/confirm", data={"moments": [other.public_id, hers.public_id]})
    assert (answer.status_code, entries(engine)) == (403, before)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"all": "yes"}, 422),
        ({"moments": "nothing"}, 404),
        ({"moments": "9223372036854775808"}, 404),
        ({"moments": "x" * 70_000}, 422),
        ({"moments": "\ud800"}, 404),
        ({"moments": [f"m{at}" for at in range(501)]}, 422),
    ],
)
def test_a_confirmation_of_nothing_or_of_what_is_not_there_is_refused(
    ada: FlaskClient, engine: Engine, hers: Moment, form: dict[str, object], status: int
) -> None:
    before = entries(engine)
    answer = ada.post("/moments/confirm", **as_sent(form))
    assert answer.status_code == status
    assert entries(engine) == before


# a moment's page


def test_the_page_tells_the_whole_of_a_near_miss(
    alice: FlaskClient, register: Register, storm: Initiative
) -> None:
    made = register.moment(
        storm, days_ago(5), "near_miss", "No cover at noon", lesson="One rota.", note="Told by Jo"
    )
    page = alice.get(f"/moments/{made.public_id}").text
    for words in (
        "No cover at noon", "Near miss of", "Claims", "Its lesson", "One rota.", "Told by Jo", "Used elsewhere",
        "Counts 1 point: its lesson is written", "Storm desk", "the register it came from",
    ):  # fmt: skip
        assert words in page


def test_the_fragment_of_a_page_is_one_element(alice: FlaskClient, hers: Moment) -> None:
    part = alice.get(f"/moments/{hers.public_id}", headers=PART).text
    assert part.lstrip().startswith('<div id="moments-show"')
    assert "<html" not in part


def test_a_reader_is_offered_nothing_to_press(charlie: FlaskClient, hers: Moment) -> None:
    main = charlie.get(f"/moments/{hers.public_id}").text.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<button" not in main
    assert "/edit" not in main


def test_its_team_releases_it_for_the_stage_and_takes_it_back(
    alice: FlaskClient, charlie: FlaskClient, engine: Engine, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}/show"
    assert alice.post(here, data={"ok_to_show": "yes"}).status_code == 303
    assert "may be told" in alice.get(f"/moments/{hers.public_id}").text
    assert alice.post(here, data={"ok_to_show": "no"}).status_code == 303
    assert "not released" in alice.get(f"/moments/{hers.public_id}").text
    before = entries(engine)
    assert charlie.post(here, data={"ok_to_show": "yes"}).status_code == 403
    assert entries(engine) == before


def test_an_edit_is_saved_and_its_history_says_it(alice: FlaskClient, hers: Moment) -> None:
    here = f"/moments/{hers.public_id}"
    assert "Refund in one call" in alice.get(f"{here}/edit").text
    assert alice.get(f"{here}/edit", headers=PART).text.lstrip().startswith('<section id="moments-edit"')
    assert alice.post(f"{here}/edit", data=an_edit(title="Refunds in one call")).status_code == 303
    assert "<del>Refund in one call</del> <ins>Refunds in one call</ins>" in alice.get(here).text


def test_a_stale_edit_shows_both_texts(
    alice: FlaskClient, ada: FlaskClient, engine: Engine, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}/edit"
    ada.post(here, data=an_edit(note="Ada wrote this."))
    before = entries(engine)
    answer = alice.post(here, data=an_edit(note="Alice wrote this."))
    assert answer.status_code == 409
    assert "Ada wrote this." in answer.text
    assert "Alice wrote this.</textarea>" in answer.text
    assert entries(engine) == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "The title is needed."),
        ("title", "x" * 301, "The title can have 300 characters"),
        ("title", "\0", "characters that cannot be kept"),
        ("note", "\ud800", "characters that cannot be kept"),
        ("on", "", "The day is needed."),
        ("on", "1899-12-31", "between the years 1900 and 2200"),
        ("on", "2200-12-31", "lies in the future"),
        ("kind", "moved", "Choose a quick win or a near miss."),
        ("kind", "", "Choose a quick win or a near miss."),
        ("kind", "x" * 70_000, "Choose a quick win or a near miss."),
        ("version", "", "The version of the record"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    alice: FlaskClient, engine: Engine, hers: Moment, field: str, value: str, message: str
) -> None:
    before = entries(engine)
    answer = alice.post(f"/moments/{hers.public_id}/edit", **as_sent(an_edit() | {field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert entries(engine) == before


def test_what_is_in_the_bin_is_gone_for_everybody_else_and_comes_back(
    alice: FlaskClient, charlie: FlaskClient, hers: Moment
) -> None:
    here = f"/moments/{hers.public_id}"
    assert alice.post(f"{here}/bin").status_code == 303
    assert charlie.get(here).status_code == 404
    assert "This moment is in the bin" in alice.get(here).text
    assert titles(alice.get("/moments").text) == []
    assert alice.post(f"{here}/restore").status_code == 303
    assert titles(charlie.get("/moments").text) == ["Refund in one call"]


@pytest.mark.parametrize("rest", ["edit", "show", "bin", "restore", "lesson"])
def test_a_viewer_may_look_and_touches_nothing(
    charlie: FlaskClient, engine: Engine, register: Register, storm: Initiative, rest: str
) -> None:
    made = register.moment(storm, days_ago(5), "near_miss")
    before = entries(engine)
    answer = charlie.post(f"/moments/{made.public_id}/{rest}", data=an_edit(tried="x"))
    assert answer.status_code == 403
    assert entries(engine) == before


@pytest.mark.parametrize("no_id", NO_IDS)
@pytest.mark.parametrize("rest", ["", "/edit", "/lesson", "/reuse"])
def test_an_id_that_is_none_is_not_found(alice: FlaskClient, hers: Moment, no_id: str, rest: str) -> None:
    assert alice.get(f"/moments/{no_id}{rest}").status_code in (400, 404)


@pytest.mark.parametrize("rest", ["confirm", "show", "bin", "restore"])
def test_what_writes_is_never_reached_by_a_link(alice: FlaskClient, hers: Moment, rest: str) -> None:
    assert alice.get(f"/moments/{hers.public_id}/{rest}").status_code == 405
    assert alice.post(f"/moments/nothing/{rest}").status_code == 404


@pytest.mark.parametrize("path", ["/moments", "/moments/ID", "/moments/ID/edit", "/moments/ID/lesson"])
def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, hers: Moment, path: str) -> None:
    assert app.test_client().get(path.replace("ID", hers.public_id)).status_code in (302, 303)


def test_the_stream_of_a_part_says_which_it_is_and_keeps_it(alice: FlaskClient, register: Register) -> None:
    theme, front = register.theme("Storm season"), register.division("Front")
    claims = register.department("Claims Desk", division_id=front.id)
    two = (claims, register.department("Legal Desk"))
    home = register.initiative("Storm desk", *two, theme_id=theme.id)
    register.moment(home, days_ago(5), title="Told")
    register.moment(register.initiative("Quotes", *two, kind="quick_win"), days_ago(5), title="Left out")
    for part in ({"theme": theme.public_id}, {"work": "pilot"}):
        assert titles(alice.get("/moments", query_string=part).text) == ["Told"]
    assert len(titles(alice.get("/moments", query_string={"division": front.public_id}).text)) == 2
    asked = {"theme": theme.public_id, "division": front.public_id, "work": "pilot"}
    page = alice.get("/moments", query_string=asked).text
    for name, value in asked.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert all(f"</span>{words}<" in page for words in ("Theme: Storm season", "In Front", "Pilots"))
    assert titles(alice.get("/moments", query_string={"theme": "nothing"}).text) == []


def test_moments_that_come_meanwhile_neither_repeat_nor_drop_others(
    alice: FlaskClient, register: Register
) -> None:
    made = register.initiative("Storm desk", *register.departments("Sales", "Care"), start=days_ago(90))
    for at in range(60):
        register.moment(made, days_ago(40 - at // 9), title=f"Win {at:02}")
    title = re.compile(r'<p class="t"><a href="/moments/[^"]+">(Win \d\d)</a>')
    first = alice.get("/moments").text
    assert "1–50 of 60 moments" in first
    for at in range(3):
        register.moment(made, days_ago(1), title=f"New {at}")
    link = re.search(r'href="([^"]+)" rel="next"', first)
    assert link
    rest = alice.get(link[1].replace("&amp;", "&")).text
    assert "54–63 of 63 moments" in rest
    seen = [*title.findall(first), *title.findall(rest)]
    assert len(set(seen)) == len(seen) == 60
    assert len(title.findall(alice.get("/moments?page=2").text)) == 13
