"""The PowerPoint of a day by page: who may take it along, which days, which templates; and nothing is written."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.counting import counting
from tests.exchange.making_decks import company_template, opened, texts
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago, entries
from tracker import clock
from tracker.services.decks import CLASSIFICATION_LIMIT, MEGABYTES
from tracker.web.deck import MIMETYPE

PAGE, FILE = "/momentum/take-along", "/momentum/story.pptx"


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def fill(register: Register, count: int = 3) -> None:
    """Arrange departments in a chain of pilots, each with a win."""
    departments = [register.department(f"D{at:02}", track_position=at) for at in range(count)]
    for at in range(count - 1):
        home = register.initiative(
            f"Pilot {at}",
            departments[at],
            departments[at + 1],
            start=days_ago(60),
            declared_until=clock.today(),
        )
        register.moment(home, days_ago(30), title=f"Win {at}")


def form(**more: Any) -> dict[str, Any]:
    """Return the form as a browser sends it."""
    return {
        "data": {
            "on": clock.today().isoformat(),
            "since": days_ago(90).isoformat(),
            "classification": "",
            **more,
        },
        "content_type": "multipart/form-data",
    }


def send(browser: FlaskClient, template: bytes) -> TestResponse:
    """Send the form with a large template."""
    answer = browser.post(PAGE, **form(template=(BytesIO(template), "a.pptx")))
    answer.request.environ["wsgi.input"].close()  # the test client keeps a large body in a file
    return answer


def test_the_momentum_page_leads_to_it_for_the_day_that_is_shown(
    alice: FlaskClient, register: Register
) -> None:
    fill(register)
    on = days_ago(20)
    for path in ("/momentum", "/momentum/table"):
        assert f'href="{PAGE}?on={on}"' in alice.get(f"{path}?on={on}").text
    page = alice.get(f"{PAGE}?on={on}").text
    assert f'name="on" value="{on}"' in page
    assert f'href="/momentum?on={on}"' in page


def test_the_form_gives_the_file(alice: FlaskClient, register: Register, engine: Engine) -> None:
    fill(register)
    before = entries(engine)
    answer = alice.post(PAGE, **form(classification="Internal"))
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    name = f'attachment; filename="momentum-{clock.today()}.pptx"'
    assert answer.headers["Content-Disposition"] == name
    slides = opened(answer.data).slides
    assert slides[0].shapes.title.text == "2 of 3 department pairs work together."
    assert any(words.startswith("Internal · ") for words in texts(slides[0]))
    notes = slides[0].notes_slide.notes_text_frame.text
    assert f"http://localhost/pairs?band=together&on={clock.today()}" in notes
    assert entries(engine) == before


def test_an_address_gives_the_file_too(alice: FlaskClient, register: Register) -> None:
    fill(register)
    on = days_ago(20)
    answer = alice.get(FILE, query_string={"on": on, "since": days_ago(50), "classification": "Internal"})
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    said = [words for slide in opened(answer.data).slides for words in texts(slide)]
    assert "What changed since" in " ".join(said)
    assert any(words.startswith("Internal · ") for words in said)
    assert alice.get(FILE).status_code == 200


def test_every_link_of_a_deck_opens(alice: FlaskClient, register: Register) -> None:
    fill(register)
    register.journey("Claiming", *[register.department(name) for name in ("Claims", "Legal")])
    deck = opened(alice.get(FILE).data)
    found = {
        address
        for slide in deck.slides
        for address in re.findall(r"http://localhost(/\S+)", slide.notes_slide.notes_text_frame.text)
    }
    assert len(found) > 8
    assert {each: alice.get(each).status_code for each in found} == dict.fromkeys(found, 200)


def test_a_part_is_chosen_in_the_form_and_told_on_every_slide(alice: FlaskClient, register: Register) -> None:
    fill(register)
    storm = register.theme("Storm")
    two = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", *two, start=days_ago(60), theme_id=storm.id)
    register.moment(home, days_ago(30), title="Told")
    page = alice.get(PAGE, query_string={"theme": storm.public_id}).text
    assert f'<option value="{storm.public_id}" selected>Storm</option>' in page
    answer = alice.post(PAGE, **form(theme=storm.public_id, kind="pilot"))
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    slides = opened(answer.data).slides
    titles = [each.shapes.title.text for each in slides]
    part = "by pilots of the theme “Storm”"
    assert titles[0] == f"1 of 10 department pairs works together {part}."
    assert [each for each in titles if "Win 0" in each or "Win 1" in each] == []
    assert any(each.endswith(f"{part}.") for each in titles[1:3]), "the film too"
    assert f"/stage?on={clock.today()}&theme={storm.public_id}&kind=pilot" in "".join(
        each.notes_slide.notes_text_frame.text for each in slides
    )


@pytest.mark.parametrize("part", [{"theme": "nothing"}, {"division": "\0"}, {"kind": "plot"}])
def test_a_part_that_is_not_there_is_said_in_the_form(
    alice: FlaskClient, register: Register, part: dict[str, str]
) -> None:
    fill(register)
    answer = alice.post(PAGE, **form(classification="Internal", **part))
    assert answer.status_code == 422
    assert "Choose again what to show." in answer.text
    assert 'value="Internal"' in answer.text
    assert alice.get(FILE, query_string=part).status_code in (400, 404)


def test_a_template_is_filled_and_not_kept(alice: FlaskClient, register: Register, engine: Engine) -> None:
    fill(register)
    template = company_template()
    before = entries(engine)
    answer = alice.post(PAGE, **form(template=(BytesIO(template), "company.potx")))
    assert opened(answer.data).slides[0].slide_layout.name == "Company Two Content"
    assert entries(engine) == before


def test_a_file_that_is_no_template_comes_back_with_what_was_typed(alice: FlaskClient) -> None:
    answer = alice.post(PAGE, **form(classification="Internal", template=(BytesIO(b"nothing"), "a.pptx")))
    assert answer.status_code == 422
    assert "This is no PowerPoint file. Bring a .pptx or a .potx." in answer.text
    assert 'value="Internal"' in answer.text


def test_a_template_that_is_too_large_is_told_what_to_do(alice: FlaskClient) -> None:
    large = b"x" * (MEGABYTES * 1024 * 1024)
    assert send(alice, large + b"x").status_code == 422
    answer = send(alice, large + b"x" * 100_000)
    assert answer.status_code == 413
    assert f"A template can have {MEGABYTES} MB." in answer.text


def test_whoever_is_not_signed_in_may_not_send_a_large_file(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=True)  # the form's token is looked for in the body, before any view
    assert send(app.test_client(), b"x" * 3_000_000).status_code == 413


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("on", "", "The day is needed."),
        ("on", "yesterday", "must be a day written as year-month-day"),
        ("on", "2199-01-01", "Choose today or a day before it"),
        ("since", "2199-01-01", "Choose a day before the day that is told."),
        ("since", "2026-02-30", "must be a day written as year-month-day"),
        ("classification", "x" * (CLASSIFICATION_LIMIT + 1), f"can have {CLASSIFICATION_LIMIT} characters"),
    ],
)
def test_what_cannot_be_told_comes_back_with_its_reason(
    alice: FlaskClient, field: str, value: str, words: str
) -> None:
    answer = alice.post(PAGE, **form(**{field: value}))
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    "query", ["on=yesterday", "on=2199-01-01", "on=1899-12-31", "since=never", f"classification={'x' * 81}"]
)
def test_a_bad_address_of_the_file_is_refused(alice: FlaskClient, query: str) -> None:
    assert alice.get(f"{FILE}?{query}").status_code == 422


def test_a_bad_day_of_the_page_is_refused_and_one_to_come_is_today(alice: FlaskClient) -> None:
    assert alice.get(f"{PAGE}?on=yesterday").status_code == 422
    page = alice.get(f"{PAGE}?on={clock.today() + timedelta(9)}").text
    assert f'name="on" value="{clock.today()}"' in page


def test_an_empty_register_gives_a_file_that_says_to_begin(alice: FlaskClient) -> None:
    assert [each.shapes.title.text for each in opened(alice.get(FILE).data).slides] == [
        "Begin with two departments."
    ]


def test_everybody_who_is_signed_in_may_take_it_along(app: Flask, engine: Engine, cast: Cast) -> None:
    for actor in (cast.charlie, cast.dora, cast.bob, cast.ada):
        browser = browser_of(app, engine, actor)
        assert browser.get(PAGE).status_code == 200
        assert browser.get(FILE).status_code == 200
        assert browser.post(PAGE, **form()).status_code == 200
    stranger = app.test_client()
    assert {stranger.get(each).status_code for each in (PAGE, FILE)} <= {302, 303}
    assert stranger.post(PAGE, **form()).status_code == 401


def test_a_near_miss_without_consent_is_nowhere_in_the_file(alice: FlaskClient, register: Register) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=days_ago(40))
    register.moment(home, days_ago(9), "near_miss", "Silent miss", lesson="We tried.")
    slides = opened(alice.get(FILE).data).slides
    said = [*(words for each in slides for words in texts(each))]
    said += [each.notes_slide.notes_text_frame.text for each in slides]
    assert "Silent miss" not in " ".join(said)


@pytest.mark.parametrize("count", [3, 12])
def test_the_page_and_the_file_take_the_same_queries_however_much_there_is(
    alice: FlaskClient, register: Register, engine: Engine, count: int
) -> None:
    fill(register, count)
    sent = {}
    for path in (PAGE, FILE):
        alice.get(path)
        with counting(engine) as sent[path]:
            alice.get(path)
    assert (len(sent[PAGE]), len(sent[FILE])) == (5, 13)
