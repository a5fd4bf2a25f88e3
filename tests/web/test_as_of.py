"""Every page that shows a number takes a day (``?on=``), and shows what there was on that day and nothing later."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.signing import sign_in
from tests.web.house import rules
from tracker import clock
from tracker.models.initiatives import BuildsOn, Involvement, Sponsorship
from tracker.web.dates import DATED

THEN = 60
#: What came after that day, by name. No page of that day says any of it.
LATER = (
    "Later pilot",
    "Later win",
    "Later news",
    "Later use",
    "Later lesson",
    "Later journey",
    "Later desk",
    "Later Lead",
)
#: Every dated page: its address, what it says today of what came later, and what it says of that day.
PAGES = {
    "ahead.show": ("/momentum/ahead", (), ()),
    "backing.index": ("/second-sponsor", (), ()),
    "bridges.index": ("/next", (), ()),
    "chance.show": ("/beyond-chance", (), ()),
    "departments.index": ("/departments", ("Later desk",), ("Went since",)),
    "departments.show": ("/departments/{claims}", ("Later pilot", "Later win", "Later journey"), ("Storm desk",)),
    "experts.show": ("/expert-panel", ("Later desk",), ()),
    "home.index": ("/", ("Later win", "Later desk"), ("First win",)),
    "initiatives.index": ("/initiatives", ("Later pilot", "Later Lead"), ("Storm desk", "First Lead")),
    "initiatives.show": (
        "/initiatives/{storm}",
        ("Later win", "Later news", "Later use", "Later desk", "Later Lead", "Later pilot"),
        ("First win", "First Lead", "Left since"),
    ),
    "journeys.index": ("/journeys", ("Later journey",), ("Claiming",)),
    "journeys.show": ("/journeys/{claiming}", (), ("Claiming",)),
    "measures.show": ("/how-the-numbers-are-made", (), ()),
    "moments.index": ("/moments", ("Later win", "Later lesson"), ("First win",)),
    "moments.show": ("/moments/{lesson}", ("Later use",), ("First lesson",)),
    "momentum.show": ("/momentum", ("Later desk",), ()),
    "momentum.table": ("/momentum/table", ("Later desk",), ("Legal",)),
    "pairs.index": ("/pairs", ("Later pilot", "Later desk"), ("Storm desk",)),
    "pairs.show": ("/pairs/{claims}/{legal}", ("Later pilot",), ("Storm desk",)),
    "sponsors.index": ("/sponsors", ("Later pilot",), ("Storm desk",)),
    "sponsors.show": ("/sponsors/{first_lead}", ("Later pilot",), ("Storm desk",)),
    "themes.index": ("/themes", ("2 initiatives",), ("1 initiative",)),
    "themes.show": ("/themes/{theme}", ("Later pilot",), ("Storm desk",)),
    "what_if.show": ("/what-if", (), ("Storm desk",)),
    "why.show": ("/why", ("Later pilot",), ()),
}  # fmt: skip
#: What a page may name on any day: people to choose from, and what had not begun then as a draft to start.
OFFERED = {
    "initiatives.index": ("Later Lead",),
    "sponsors.index": ("Later Lead",),
    "what_if.show": ("Later pilot", "Later desk"),
}
#: Pages that show no number, or numbers of no day.
UNDATED = {
    **dict.fromkeys(("accounts.me", "accounts.sign_in", "accounts.use_link"), "one's own account"),
    **dict.fromkeys(
        ("administration.audit", "administration.index", "administration.organisation"), "what was done, and accounts"
    ),
    **dict.fromkeys(("access.edit", "access.invite"), "forms of accounts"),
    **dict.fromkeys(("api.series",), "a range, by ?from= and ?to="),
    **dict.fromkeys(("bin.index", "bin.remove"), "what lies in the bin now"),
    **dict.fromkeys(("rounds.show", "rounds.stuck"), "what is asked and answered today"),
    **dict.fromkeys(
        ("deck.show", "deck.download", "taking.svg", "taking.pixels", "taking.pages", "taking.film"),
        "a file of the day that its form or address names",
    ),
    **dict.fromkeys(("searching.show",), "whatever was ever written, each with its own day"),
    **dict.fromkeys(("divisions.index",), "names of divisions and departments, and their form"),
    **dict.fromkeys(
        ("importing.show", "importing.plan", "importing.done", "importing.remove_sample"),
        "a register on its way in",
    ),
    **dict.fromkeys(
        ("import_choices.columns", "import_choices.names", "import_choices.to_mend"),
        "how a file is read before it goes in",
    ),
    **dict.fromkeys(("imports.index", "imports.show"), "files as they were brought"),
    **dict.fromkeys(("merges.index", "merges.show"), "merges as they were made"),
    **dict.fromkeys(("exporting.index", "exporting.portfolio", "exporting.history"), "the whole register as files"),
    **dict.fromkeys(("making.show", "making.file"), "what somebody began to make, of the day they asked for"),
    **dict.fromkeys(("exporting.departments",), "a file of the day that its address names"),
    **dict.fromkeys(
        (
            *("snapshots.index", "snapshots.show", "snapshots.document", "snapshots.records", "receipts.show"),
            *(f"frozen.{name}" for name in ("stage", "notes", "data", "powerpoint", "download")),
        ),
        "a day that is frozen",
    ),
    **dict.fromkeys(
        ("downloads.as_csv", "downloads.as_workbook"), "a file of the day that the address of its list names"
    ),
    **dict.fromkeys(("downloads.template", "downloads.template_csv"), "an empty register to fill"),
    **dict.fromkeys(("views.edit", "views.index", "views.new"), "names for lists, which are of any day"),
    **dict.fromkeys(
        ("bulk_changes.index", "bulk_changes.new", "bulk_changes.show"), "what is changed is changed today"
    ),
    **dict.fromkeys(("feeds.due", "feeds.wins"), "what falls due from now on, and the newest wins"),
    **dict.fromkeys(("health.live", "watching.metrics", "static"), "the house itself"),
    **dict.fromkeys(("stage.data", "stage.notes", "stage.show"), "a film of all months; ?on= opens it at one of them"),
    **dict.fromkeys(("guests.data", "guests.embed", "guests.scenes", "guests.show", "guests.table"), "a day that is frozen, for whoever brings its link"),
    **dict.fromkeys(
        ("displays.index", "displays.open_", "share_links.index", "share_links.new", "sharing.edit"),
        "links and displays, and their forms",
    ),
    **dict.fromkeys(
        ("presentations.edit", "presentations.index", "presentations.new", "presentations.show"),
        "a period of its own",
    ),
    **dict.fromkeys(("frozen_scenes.show", "frozen_scenes.notes"), "a period that is frozen"),
    **dict.fromkeys(
        ("presenting.show", "presenting.notes", "presenting.film", "presenting.film_notes", "presenting.film_data"),
        "the period of the presentation",
    ),
    **dict.fromkeys(("scenes.show", "scenes.notes"), "a period told on the stage, by ?since= and ?on="),
    **dict.fromkeys(("set_up.begin", "set_up.show"), "the first start"),
    **dict.fromkeys(
        (
            "departments.edit", "departments.new", "divisions.edit", "initiatives.edit", "initiatives.new",
            "involvements.join", "involvements.leave", "involvements.sponsors", "journeys.edit", "journeys.new",
            "lessons.reuse", "lessons.write", "merges.new", "merging.close", "moments.edit", "moments.log", "moments.similar",
            "outcomes.end", "outcomes.extend", "outcomes.give_up", "outcomes.targets", "outcomes.update",
            "sponsors.edit", "sponsors.new", "themes.edit", "themes.new",
        ),
        "forms: what is done is done today",
    ),
}  # fmt: skip
#: The API answers for a day too; a program reads no links that have to keep it.
DATED_API = {"api.measures", "initiatives_api.initiatives"}


def days_ago(count: int) -> date:
    """Return the day so many days before today."""
    return clock.today() - timedelta(days=count)


@pytest.fixture
def ids(cast: Cast, register: Register) -> dict[str, str]:
    """A register that looked different sixty days ago: less work, other people, another house."""
    with register.at_once():
        return arranged(register)


def arranged(register: Register) -> dict[str, str]:
    """Arrange it; return the public ids by the names that addresses have."""
    claims, legal, left = register.departments("Claims", "Legal", "Left since")
    desk = register.department("Later desk", opened_on=days_ago(20))
    register.department("Went since", closed_on=days_ago(30))
    theme = register.theme("Storm season")
    first, later = register.person("First Lead"), register.person("Later Lead")
    storm = register.initiative(
        "Storm desk", claims, legal, start=days_ago(100), lead=first, theme_id=theme.id
    )
    storm.sponsorships[0].to_on = days_ago(30)
    register.save(storm)
    register.save(Sponsorship(initiative_id=storm.id, person_id=later.id, role="lead", from_on=days_ago(30)))
    for who, since, until in ((left, 100, 30), (desk, 10, None)):
        register.save(
            Involvement(
                initiative_id=storm.id,
                department_id=who.id,
                joined_on=days_ago(since),
                left_on=days_ago(until) if until else None,
            )
        )
    pilot = register.initiative(
        "Later pilot", claims, legal, desk, start=days_ago(10), lead=first, theme_id=theme.id
    )
    register.save(BuildsOn(initiative_id=pilot.id, earlier_id=storm.id))
    register.update(storm, days_ago(5), "Later news")
    register.moment(storm, days_ago(70), title="First win")
    register.moment(storm, days_ago(6), title="Later win")
    lesson = register.moment(storm, days_ago(80), "near_miss", "First lesson", lesson="Ask first.")
    register.reuse(lesson, pilot, days_ago(7), note="Later use")
    other = register.moment(pilot, days_ago(8), "near_miss", "Later lesson", lesson="Ask twice.")
    register.reuse(other, storm, days_ago(4), note="Later use")
    claiming = register.journey("Claiming", claims, legal, left)
    register.journey("Later journey", legal, claims, desk, valid_from=days_ago(15))
    made = {"claims": claims, "legal": legal, "storm": storm, "lesson": lesson, "pilot": pilot}
    made |= {"claiming": claiming, "first_lead": first, "theme": theme}
    return {name: record.public_id for name, record in made.items()}


@pytest.fixture
def alice(app: Flask, cast: Cast, engine: Engine) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    client = app.test_client()
    sign_in(client, engine, cast.alice.user_id)
    return client


def test_every_page_takes_a_day_or_says_here_why_not(app: Flask) -> None:
    pages = {rule.endpoint for rule in rules(app) if "GET" in (rule.methods or ())}
    assert pages - DATED - DATED_API - set(UNDATED) == set()
    assert (DATED | DATED_API | set(UNDATED)) - pages == set()
    assert DATED & set(UNDATED) == set()
    assert set(PAGES) == DATED


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_page_of_a_past_day_shows_what_there_was_and_nothing_later(
    alice: FlaskClient, ids: dict[str, str], endpoint: str
) -> None:
    address, today_only, there = PAGES[endpoint]
    address = address.format(**ids)
    today, then = alice.get(address), alice.get(f"{address}?on={days_ago(THEN)}")
    assert (today.status_code, then.status_code) == (200, 200)
    assert [each for each in today_only if each not in text_of(today.text)] == []
    said = text_of(then.text)
    offered = OFFERED.get(endpoint, ())
    assert [each for each in (*LATER, *today_only) if each in said and each not in offered] == []
    assert [each for each in there if each not in said] == []


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_page_of_a_past_day_says_so_leads_back_and_keeps_the_day_in_its_links(
    alice: FlaskClient, app: Flask, ids: dict[str, str], endpoint: str
) -> None:
    address, on = PAGES[endpoint][0].format(**ids), days_ago(THEN)
    page = alice.get(f"{address}?on={on}").text
    links = [html.unescape(each) for each in re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', page)]
    routes = app.url_map.bind("localhost")
    leading = [each for each in links if routes.match(each.partition("?")[0].partition("#")[0])[0] in DATED]
    losing = [each for each in leading if "on=" not in each and "to=" not in each]
    if endpoint in (
        "momentum.show",
        "why.show",
    ):  # a track of months, and a range of days: each has its own way back
        return
    assert "Back to today" in page
    assert set(losing) == {address}


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_form_that_narrows_a_page_names_the_day_once_in_its_fields_at_most(
    alice: FlaskClient, ids: dict[str, str], endpoint: str
) -> None:
    page = alice.get(f"{PAGES[endpoint][0].format(**ids)}?on={days_ago(THEN)}").text
    forms = re.findall(r'<form\b[^>]*method="get"[^>]*>', page)
    assert [each for each in forms if "on=2" in each] == []


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_what_is_no_day_is_refused_and_a_day_to_come_is_shown(
    alice: FlaskClient, ids: dict[str, str], endpoint: str
) -> None:
    address = PAGES[endpoint][0].format(**ids)
    wrong = alice.get(f"{address}?on=2026-02-30")
    assert wrong.status_code == 422
    assert "Write the day as 2026-06-30." in wrong.text
    assert "This cannot be shown" in wrong.text
    ahead = alice.get(f"{address}?on={days_ago(-40)}")
    assert ahead.status_code == 200


def test_a_day_to_come_is_called_what_it_is(alice: FlaskClient, ids: dict[str, str]) -> None:
    assert ids
    assert "if nothing more happens until then" in alice.get(f"/departments?on={days_ago(-40)}").text
    assert "with what is known today" in alice.get(f"/departments?on={days_ago(40)}").text


def test_a_moment_is_not_shown_on_a_day_before_it(alice: FlaskClient, ids: dict[str, str]) -> None:
    refused = alice.get(f"/moments/{ids['lesson']}?on={days_ago(90)}")
    assert refused.status_code == 422
    assert "choose that day or a later one" in refused.text


@pytest.mark.parametrize(
    "address", ["initiatives/{storm}", "departments/{claims}", "sponsors/{first_lead}", "journeys/{claiming}",
                "themes/{theme}", "moments/{lesson}"]
)  # fmt: skip
def test_a_record_of_a_past_day_is_looked_at_and_not_changed(
    alice: FlaskClient, ids: dict[str, str], address: str
) -> None:
    here = f"/{address.format(**ids)}"
    assert f"{here}/edit" in alice.get(here).text
    then = alice.get(f"{here}?on={days_ago(THEN)}").text
    assert f"{here}/edit" not in then
    assert 'method="post" action="/' not in then.partition("<main")[2]


def test_an_initiative_that_was_live_on_a_past_day_is_not_said_to_be_silent(
    alice: FlaskClient, register: Register
) -> None:
    pair = register.departments("Claims", "Legal")
    made = register.initiative(
        "One letter", *pair, start=days_ago(70), ended_on=days_ago(50), status="finished"
    )
    then = alice.get(f"/initiatives/{made.public_id}?on={days_ago(THEN)}").text
    assert ">Running<" in then
    assert "more than 90 days ago" not in then
    assert "Goes quiet on" not in then


def test_an_end_that_came_later_is_not_known_on_a_past_day(alice: FlaskClient, register: Register) -> None:
    ended = days_ago(20)
    made = register.initiative(
        "One letter", *register.departments("Claims", "Legal"), start=days_ago(100),
        ended_on=ended, outcome="routine", status="finished", routine_from=ended,
    )  # fmt: skip
    register.moment(made, days_ago(65))
    here = f"/initiatives/{made.public_id}"
    assert "Became routine" in alice.get(here).text
    then = alice.get(f"{here}?on={days_ago(THEN)}").text
    assert "Became routine" not in then
    assert ">Running<" in then


def test_a_list_in_part_keeps_the_day_it_was_asked_for(alice: FlaskClient, ids: dict[str, str]) -> None:
    assert ids
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for address in ("/moments", "/initiatives", "/sponsors", "/departments", "/journeys"):
        found = alice.get(f"{address}?on={days_ago(THEN)}", headers=part).text
        assert f'name="on" value="{days_ago(THEN)}"' in found, address


@pytest.mark.parametrize("endpoint", sorted(DATED - {"chance.show", "experts.show"}))
def test_a_past_day_asks_the_database_as_often_however_much_there_is(
    alice: FlaskClient, engine: Engine, ids: dict[str, str], register: Register, endpoint: str
) -> None:
    address = f"{PAGES[endpoint][0].format(**ids)}?on={days_ago(THEN)}"
    alice.get(address)
    alice.get(address)
    with counting(engine) as few:
        alice.get(address)
    departments = register.departments("Sales", "Field")
    for at in range(4):
        made = register.initiative(f"More {at}", *departments, start=days_ago(90))
        register.moment(made, days_ago(65 + at), title=f"More {at}")
    alice.get(address)
    alice.get(address)
    with counting(engine) as many:
        alice.get(address)
    assert len(many) == len(few)


def text_of(page: str) -> str:
    """Return what a page says, without its tags, and without the choices of its fields."""
    page = re.sub(r"<(script|style|head|select)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))
