"""Beyond chance: nothing runs unasked, it tells how far it is, and what it means stands in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, days_ago, entries
from tracker.graph.chance import Table, Tally
from tracker.web import chance, shuffling
from tracker.web.shuffling import MOST_WAITING, Shuffling

NAMES = ("Claims", "Legal", "Sales", "Digital")
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Shuffling:
    """A process that nobody has asked for anything yet."""
    found = Shuffling()
    monkeypatch.setattr(chance, "shuffling", found)
    return found


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def work(register: Register) -> None:
    """Four departments, three pilots, all of them on pairs of their own but one."""
    claims, legal, sales, digital = register.departments(*NAMES)
    for at, pair in enumerate(((claims, legal), (claims, legal), (sales, digital))):
        register.initiative(f"Pilot {at}", *pair, start=days_ago(10))


@pytest.fixture
def dealt(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Tally]], None]:
    """Let the shuffles give what a test wants."""

    def deal(tallies: list[Tally]) -> None:
        monkeypatch.setattr(shuffling, "shuffles", lambda *_, **__: iter(tallies))

    return deal


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Let the shuffles stop at 120 until the test ends."""
    go_on = Event()

    def hold(_table: Table, count: int, **_more: Any) -> Iterator[Tally]:
        for at in range(count):
            if at == 120:
                go_on.wait(PATIENCE)
            yield Tally(1, 1, at)

    monkeypatch.setattr(shuffling, "shuffles", hold)
    yield go_on
    go_on.set()


def shuffled(client: FlaskClient, address: str = "/beyond-chance?shuffle=now") -> str:
    """Ask for the shuffles and look again until they are done; return the page."""
    end = time.monotonic() + PATIENCE
    while 'id="chance-progress"' in (page := client.get(address).text):
        assert time.monotonic() < end, "it never ended"
        time.sleep(0.01)
    return page


@pytest.mark.usefixtures("work")
def test_the_page_asks_first_and_works_nothing_out_unasked(alice: FlaskClient, own: Shuffling) -> None:
    page = alice.get("/beyond-chance").text
    assert "Is it more than chance?" in page
    assert "2 of 6</a> department pairs work together." in page
    assert "Shuffle now" in page
    assert 'id="chance-progress"' not in page
    assert not own._runs


@pytest.mark.usefixtures("work")
def test_the_result_is_said_in_one_sentence_and_kept_for_everybody(
    alice: FlaskClient, app: Flask, engine: Engine, cast: Cast
) -> None:
    page = shuffled(alice)
    assert "Chance alone would give 3 of 6; yours is less than in" in page
    assert "Yours among 200 shuffles" in page
    assert "Pairs that share live work" in page
    assert "Points of the coverage score" in page
    assert "Yours among 200 shuffles" in browser_of(app, engine, cast.charlie).get("/beyond-chance").text


@pytest.mark.usefixtures("work", "held")
def test_it_tells_how_far_it_is_and_looks_again_by_itself_or_by_a_link(alice: FlaskClient) -> None:
    end = time.monotonic() + PATIENCE
    while "120 of 200 shuffles" not in (page := alice.get("/beyond-chance?shuffle=now").text):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert '<progress value="120" max="200"' in page
    assert 'hx-get="/beyond-chance?shuffle=now&amp;seen=120" hx-trigger="every 1s"' in page
    assert (
        '<noscript><p class="acts"><a class="ghost" href="/beyond-chance?shuffle=now&amp;seen=120">' in page
    )
    part = alice.get("/beyond-chance?shuffle=now", headers=PART).text
    assert part.startswith('<div id="chance-run">')
    assert "120 of 200 shuffles" in part
    assert "What a shuffle is" not in part


@pytest.mark.usefixtures("work", "held")
@pytest.mark.parametrize(
    ("seen", "said"),
    [("7", "120"), ("150", "150"), ("9999", "200"), ("-5", "120"), ("x", "120"), ("²", "120")],
)
def test_it_never_goes_backwards_when_another_process_answers(
    alice: FlaskClient, own: Shuffling, seen: str, said: str
) -> None:
    alice.get("/beyond-chance?shuffle=now")
    end = time.monotonic() + PATIENCE
    while next(iter(own._runs.values())).done < 120:
        assert time.monotonic() < end
        time.sleep(0.01)
    page = alice.get("/beyond-chance", query_string={"shuffle": "now", "seen": seen}).text
    assert f"{said} of 200 shuffles" in page


@pytest.mark.usefixtures("work", "held")
def test_other_pages_answer_meanwhile_and_so_does_another_day(alice: FlaskClient) -> None:
    alice.get("/beyond-chance?shuffle=now")
    assert alice.get("/").status_code == 200
    assert "There is nothing to shuffle yet." in alice.get(f"/beyond-chance?on={days_ago(50)}").text


@pytest.mark.usefixtures("held")
def test_who_asks_for_one_day_too_many_may_try_again(
    alice: FlaskClient, own: Shuffling, register: Register
) -> None:
    claims, legal, sales, digital = register.departments(*NAMES)
    register.initiative("First", claims, legal, start=days_ago(50))
    for at in range(MOST_WAITING + 2):
        register.initiative(f"Step {at}", sales, digital, start=days_ago(40 - at))
    pages = [
        alice.get(f"/beyond-chance?shuffle=now&on={days_ago(40 - at)}").text for at in range(MOST_WAITING + 2)
    ]
    assert "of 200 shuffles" in pages[0]
    assert "Waits until the shuffles of another day are done" in pages[-2]
    assert "Other days are being shuffled. Try again in a minute." in pages[-1]
    assert "Shuffle now" in pages[-1]
    assert len(own._waiting) == MOST_WAITING


@pytest.mark.usefixtures("work")
def test_a_failure_is_said_and_can_be_tried_again(
    alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(shuffling, "shuffles", lambda *_, **__: 1 / 0)
        page = shuffled(alice)
    assert "The shuffles stopped before the end." in page
    assert 'name="shuffle" value="again"' in page
    assert "stopped before the end" in alice.get("/beyond-chance?shuffle=now").text, (
        "looking alone begins nothing"
    )
    assert "Yours among 200 shuffles" in shuffled(alice, "/beyond-chance?shuffle=again")


@pytest.mark.usefixtures("work")
def test_another_process_of_the_server_gives_the_same_answer(
    alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shuffled(alice).partition("<main")[2]
    monkeypatch.setattr(chance, "shuffling", Shuffling())
    assert "Shuffle now" in alice.get("/beyond-chance").text
    assert shuffled(alice).partition("<main")[2] == here


@pytest.mark.usefixtures("work")
def test_a_change_of_who_works_where_asks_for_new_shuffles_and_any_other_does_not(
    alice: FlaskClient, register: Register
) -> None:
    shuffled(alice)
    claims = register.department("Finance", opened_on=days_ago(-9))
    assert "Yours among 200 shuffles" in alice.get("/beyond-chance").text
    people = register.department("People")
    register.initiative("One more", people, claims, start=days_ago(3))
    assert "Yours among 200 shuffles" not in alice.get("/beyond-chance").text


@pytest.mark.usefixtures("work")
def test_the_picture_and_the_table_say_the_same(
    alice: FlaskClient, dealt: Callable[[list[Tally]], None]
) -> None:
    dealt([Tally(1, 2, 0)] * 150 + [Tally(3, 3, 9)] * 50)
    page = shuffled(alice)
    assert page.count('<rect class="bar"') == 2
    assert "<title>1: 150 shuffles</title>" in page
    assert '<tr><th scope="row">1</th><td class="num">150</td><td></td></tr>' in page
    assert '<tr><th scope="row">2</th><td class="num">0</td><td>yours: 2</td></tr>' in page
    assert '<tr><th scope="row">3</th><td class="num">50</td><td></td></tr>' in page


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("less", "same", "sentence", "meaning"),
    [
        (
            198,
            2,
            "Chance alone would give 1 of 6; yours is more than in 198 of 200 shuffles.",
            "That is no accident: the work is spread wider than chance would spread it.",
        ),
        (
            200,
            0,
            "Chance alone would give 1 of 6; yours is more than in all 200 shuffles.",
            "That is no accident",
        ),
        (0, 200, "Chance alone would give 2 of 6, and so does every shuffle.", "Too close to call"),
        (
            100,
            50,
            "Chance alone would give 2 of 6; yours is more than in 100 of 200 shuffles.",
            "Too close to call",
        ),
        (
            0,
            5,
            "Chance alone would give 4 of 6; yours is less than in 195 of 200 shuffles.",
            "The same work, spread wider, would give more.",
        ),
    ],
)
def test_what_it_means_is_said_in_plain_words(
    alice: FlaskClient,
    dealt: Callable[[list[Tally]], None],
    less: int,
    same: int,
    sentence: str,
    meaning: str,
) -> None:
    dealt([Tally(1, 1, 0)] * less + [Tally(2, 2, 0)] * same + [Tally(4, 4, 0)] * (200 - less - same))
    page = shuffled(alice)
    assert f"<h1>{sentence}</h1>" in page
    assert meaning in page
    assert ("Next to bring together" in page) is meaning.startswith("The same work")


@pytest.mark.usefixtures("work")
def test_with_a_journey_its_crossings_are_what_counts(alice: FlaskClient, register: Register) -> None:
    sales, claims = register.departments("Quote", "Renew")
    register.journey("Buy", sales, claims)
    register.initiative("Crossing", sales, claims, start=days_ago(5))
    page = shuffled(alice)
    assert "1 of 1</a> crossing our customers depend on works together." in page
    assert "Chance alone would give 0 of 1" in page


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("view", "words", "lead"),
    [
        ("sharing", "Pairs that share live work", "2 of 6 pairs share live work."),
        ("score", "Points of the coverage score", "The coverage score is 2.0 of 6 possible points."),
    ],
)
def test_other_measures_are_compared_as_well(alice: FlaskClient, view: str, words: str, lead: str) -> None:
    page = shuffled(alice, f"/beyond-chance?shuffle=now&as={view}")
    assert lead in page
    assert f"{words}: how often chance gives" in page
    assert ("of 6 points; yours" in page) is (view == "score")
    assert "Pairs that work together: how often" in alice.get("/beyond-chance?as=nothing").text


def test_work_that_can_stand_in_one_way_only_says_what_is_needed(
    alice: FlaskClient, app: Flask, engine: Engine, cast: Cast, register: Register
) -> None:
    register.initiative("Pilot", *register.departments("Claims", "Legal"), start=days_ago(10))
    page = alice.get("/beyond-chance?shuffle=now").text
    assert "There is nothing to shuffle yet." in page
    assert "Shuffle now" not in page
    assert "Start an initiative" in page
    assert "Start an initiative" not in browser_of(app, engine, cast.charlie).get("/beyond-chance").text


def test_an_empty_register_says_where_to_begin(alice: FlaskClient) -> None:
    page = alice.get("/beyond-chance").text
    assert "Begin with two departments." in page
    assert "There is nothing to shuffle yet." in page


@pytest.mark.usefixtures("work")
def test_a_past_day_has_its_own_work(alice: FlaskClient) -> None:
    page = alice.get(f"/beyond-chance?on={days_ago(20)}").text
    assert "There is nothing to shuffle yet." in page
    assert "Back to today" in page
    assert f'href="/pairs?band=together&amp;on={days_ago(20)}"' in page
    page = shuffled(alice, f"/beyond-chance?shuffle=now&on={days_ago(2)}")
    assert "Yours among 200 shuffles" in page


@pytest.mark.parametrize("on", ["yesterday", "2026-13-01", "1850-01-01"])
def test_what_is_no_day_is_refused(alice: FlaskClient, on: str) -> None:
    assert alice.get(f"/beyond-chance?on={on}").status_code == 422


@pytest.mark.usefixtures("work")
def test_nobody_signed_in_sees_it_or_starts_anything(app: Flask, own: Shuffling) -> None:
    assert app.test_client().get("/beyond-chance?shuffle=now").status_code in (302, 303)
    assert not own._runs


@pytest.mark.usefixtures("work")
def test_it_writes_nothing_and_takes_no_post(alice: FlaskClient, engine: Engine) -> None:
    before = entries(engine)
    shuffled(alice)
    assert entries(engine) == before
    assert alice.post("/beyond-chance").status_code == 405


def test_pairs_and_the_page_on_the_numbers_lead_here(alice: FlaskClient) -> None:
    day = date(2026, 1, 5)
    assert f'href="/beyond-chance?on={day}"' in alice.get(f"/pairs?on={day}").text
    assert f'href="/beyond-chance?on={day}"' in alice.get(f"/how-the-numbers-are-made?on={day}").text


def test_it_takes_the_same_queries_with_twice_the_rows(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def fill(round_: int) -> list[int]:
        a, b, c = register.departments(f"Claims {round_}", f"Legal {round_}", f"Sales {round_}")
        register.initiative(f"One {round_}", a, b, start=days_ago(8))
        register.initiative(f"Two {round_}", b, c, start=days_ago(8))
        shuffled(alice)
        found = []
        for address in ("/beyond-chance", "/beyond-chance?shuffle=now&as=score"):
            with counting(engine) as sent:
                alice.get(address)
            found.append(len(sent))
        return found

    assert fill(1) == fill(2)
