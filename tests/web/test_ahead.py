"""Where the pace goes: what keeps it, when it halves, what leads to a target; as a picture and as an equal table."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import browser_of, days_ago
from tracker import clock


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def wins(register: Register) -> None:
    """Twelve wins today: momentum is 36 * 0.230161612, which is 8.285818."""
    for at in range(12):
        home = register.initiative(
            f"Desk {at}", *register.departments(f"Claims {at}", f"Legal {at}"), start=days_ago(9)
        )
        register.moment(home, clock.today())


def words(day: date) -> str:
    """Return a day as the sentences say it, without its year."""
    return f"{day.day} {day:%B}"


def cells(page: str) -> list[list[str]]:
    """Return the rows of the table of the days ahead."""
    part = page[page.index('aria-label="Momentum ahead"') :]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", part)
    return [[day, *re.findall(r'<td class="num" data-label="[^"]+">(.*?)</td>', rest)] for day, rest in rows]


@pytest.mark.usefixtures("wins")
def test_what_keeps_the_pace_and_by_when_it_halves(alice: FlaskClient) -> None:
    sentence = (
        "To keep this pace: about 3 wins a month; doing nothing it halves by "
        f"{words(clock.today() + timedelta(90))}."
    )
    assert sentence in alice.get("/momentum/ahead").text
    stage = alice.get("/momentum").text
    assert sentence in stage
    assert 'href="/momentum/ahead"' in stage
    assert sentence in alice.get("/momentum/table").text


@pytest.mark.usefixtures("wins")
def test_a_target_is_answered_in_wins_a_month(alice: FlaskClient) -> None:
    """In 90 days to 12: 2 * 12 - 8.285818 = 15.714182 points per 30 days, 5.238 wins a month."""
    by = clock.today() + timedelta(90)
    page = alice.get("/momentum/ahead", query_string={"target": "12", "by": by.isoformat()}).text
    assert f"To reach 12 by {words(by)}" in page
    assert "about 5 wins a month." in page
    assert "15.7 points per 30 days" in page
    assert 'value="12"' in page
    assert f'value="{by.isoformat()}"' in page
    assert cells(page)[0][1:] == ["8.3", "8.3", "8.3"]
    assert cells(page)[-1][1:] == ["4.1", "8.3", "12.0"]


@pytest.mark.usefixtures("wins")
def test_the_picture_draws_the_way_beside_the_line_with_nothing_added(alice: FlaskClient) -> None:
    page = alice.get(f"/momentum/ahead?target=12&by={clock.today() + timedelta(90)}").text
    way, coast = (re.search(rf'class="{name}" d="(M[^"]+)"', page) for name in ("way", "coast"))
    assert way
    assert coast
    start_way, start_coast = (each.group(1).split("L")[0] for each in (way, coast))
    end_way, end_coast = (
        [float(part) for part in each.group(1).split("L")[-1].split()] for each in (way, coast)
    )
    assert start_way == start_coast, "both begin where the line stands"
    assert end_way[0] == end_coast[0]
    assert end_way[1] < end_coast[1], "the way leads higher"
    assert f"Half by {words(clock.today() + timedelta(90))}" in page


@pytest.mark.usefixtures("wins")
def test_a_target_below_what_is_left_needs_nothing(alice: FlaskClient) -> None:
    by = clock.today() + timedelta(30)
    page = alice.get(f"/momentum/ahead?target=2,5&by={by}").text
    assert f"Above 2,5 on {words(by)}" in page
    assert "even with nothing added." in page


def test_a_target_can_be_set_before_the_first_win(alice: FlaskClient) -> None:
    page = alice.get("/momentum/ahead").text
    assert "The pace begins with the first confirmed win." in page
    assert "Nothing has counted yet." in page
    by = clock.today() + timedelta(90)
    assert "about 4 wins a month." in alice.get(f"/momentum/ahead?target=6&by={by}").text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("target=12", "The day"),
        ("by=2199-01-01&target=12", "Choose a day after this one and within five years."),
        ("by=2001-01-01&target=12", "Choose a day after this one and within five years."),
        ("by=tomorrow&target=12", "The day"),
        ("target=many&by=2199-01-01", "Write a number up to 100,000, such as 20."),
        ("target=-3&by=2199-01-01", "Write a number up to 100,000, such as 20."),
        ("target=1e5&by=2199-01-01", "Write a number up to 100,000, such as 20."),
        ("target=9999999&by=2199-01-01", "Write a number up to 100,000, such as 20."),
        ("target=.&by=2199-01-01", "Write a number up to 100,000, such as 20."),
        ("target=²&by=2199-01-01", "Write a number up to 100,000, such as 20."),
    ],
)
def test_what_is_no_target_comes_back_with_its_text(alice: FlaskClient, query: str, message: str) -> None:
    answer = alice.get(f"/momentum/ahead?{query}")
    assert answer.status_code == 422
    assert message in answer.text
    typed = dict(part.split("=") for part in query.split("&"))["target"]
    assert f'name="target" value="{typed}"' in answer.text


@pytest.mark.usefixtures("wins")
def test_a_past_day_looks_ahead_from_itself(alice: FlaskClient) -> None:
    page = alice.get(f"/momentum/ahead?on={days_ago(20)}").text
    assert "The pace begins with the first confirmed win." in page
    assert "Back to today" in page
    assert alice.get("/momentum/ahead?on=yesterday").status_code == 422


def test_everybody_who_is_signed_in_may_look_and_nobody_else(
    app: Flask, engine: Engine, cast: Cast, alice: FlaskClient
) -> None:
    assert browser_of(app, engine, cast.charlie).get("/momentum/ahead").status_code == 200
    assert app.test_client().get("/momentum/ahead").status_code in (302, 303)
    assert alice.post("/momentum/ahead").status_code == 405


def test_it_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> int:
        two = register.departments(f"Claims {round_}", f"Legal {round_}")
        register.moment(register.initiative("Desk", *two, start=days_ago(9)), days_ago(1))
        alice.get("/momentum/ahead")
        with counting(engine) as sent:
            alice.get("/momentum/ahead")
        return len(sent)

    assert fill(1) == fill(2)
