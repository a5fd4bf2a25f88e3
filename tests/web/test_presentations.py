"""The pages of presentations: the list, the composer with its preview, one of them, and its stage."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import NO_IDS, PART, browser_of, days_ago, entries
from tracker.models.initiatives import Initiative
from tracker.models.presentations import Presentation


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


@pytest.fixture
def charlie(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Charlie's browser: he may only look."""
    return browser_of(app, engine, cast.charlie)


@pytest.fixture
def desk(register: Register) -> Initiative:
    """Claims and Legal won something together; Sales is there too."""
    claims, legal, _ = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=days_ago(40))
    register.moment(desk, days_ago(10), title="Refund in one call")
    return desk


def form(*kinds: str, **more: str) -> dict[str, str]:
    """Return the composer's form with these scenes as they are proposed."""
    sent = {"title": "All-hands", "period": "months", "months": "3", "version": "1"}
    for at, kind in enumerate(kinds or ("headline", "win", "thanks")):
        sent |= {f"scene-{at}-kind": kind, f"scene-{at}-shown": "yes"}
    return {**sent, **more}


def kinds(page: str) -> list[str]:
    """Return the scenes of a preview in their order; the film is the author's least."""
    return [each for each in re.findall(r'class="scene is-([\w-]+)', page) if each != "film"]


def rows(page: str) -> list[str]:
    """Return the scenes of the composer's form in their order."""
    return re.findall(r'name="scene-\d+-kind" value="(\w+)"', page)


def made(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Presentation.id))) or 0


@pytest.mark.usefixtures("desk")
def test_a_new_one_begins_with_what_is_proposed_and_its_preview(alice: FlaskClient) -> None:
    page = alice.get("/presentations/new").text
    assert rows(page) == kinds(page) == ["headline", "changed", "win", "next", "thanks"]
    assert "Refund in one call" in page


@pytest.mark.usefixtures("desk")
def test_it_is_saved_shown_and_listed(alice: FlaskClient, charlie: FlaskClient) -> None:
    answer = alice.post("/presentations/new", data=form("thanks", "headline", classification="Internal"))
    assert answer.status_code == 303
    page = charlie.get(answer.location).text
    assert kinds(page) == ["thanks", "headline"]
    assert "The last 3 months until today. Internal" in page
    assert "/edit" not in page, "he may look, and not touch"
    assert f'href="{answer.location}">All-hands</a>' in charlie.get("/presentations").text


@pytest.mark.usefixtures("desk")
def test_an_order_changes_without_scripts_and_saves_nothing(alice: FlaskClient, session: Session) -> None:
    page = alice.post("/presentations/new", data=form(change="down-0")).text
    assert rows(page) == kinds(page) == ["win", "headline", "thanks"]
    assert rows(alice.post("/presentations/new", data=form(change="up-2")).text)[1] == "thanks"
    assert rows(alice.post("/presentations/new", data=form(change="remove-1")).text) == ["headline", "thanks"]
    added = alice.post("/presentations/new", data=form(change="add-changed")).text
    assert rows(added) == ["headline", "changed", "win", "thanks"]
    assert rows(alice.post("/presentations/new", data=form(change="preview")).text) == [
        "headline",
        "win",
        "thanks",
    ]
    assert made(session) == 0


@pytest.mark.usefixtures("desk")
def test_the_preview_draws_what_is_typed_and_writes_nothing(alice: FlaskClient, engine: Engine) -> None:
    before = entries(engine)
    typed = form("win", "headline", **{"scene-0-title": "Paid at <once>", "title": "", "months": "none"})
    part = alice.post("/presentations/preview", data=typed, headers=PART)
    assert part.status_code == 200
    assert part.text.strip().startswith('<section id="presentations-preview"')
    assert kinds(part.text) == ["win", "headline"]
    assert "Paid at &lt;once&gt;" in part.text
    assert "<a " not in part.text
    assert entries(engine) == before


@pytest.mark.usefixtures("desk")
def test_a_number_cannot_be_typed_over(alice: FlaskClient) -> None:
    own = {"scene-0-title": "Ninety pairs work together", "scene-0-words": "All of them."}
    page = alice.post("/presentations/preview", data=form("headline", **own), headers=PART).text
    assert re.search(r'<p class="number">\s*1\s*</p>', page)
    assert "of 3 department pairs" in page
    assert "<b>1</b> quick win" in " ".join(page.split())


@pytest.mark.usefixtures("desk")
def test_a_wrong_form_comes_back_with_what_was_typed(alice: FlaskClient, session: Session) -> None:
    wrong = form(
        "thanks", title="", **{"scene-0-words": "Well done", "flag-0-words": "A flag of twenty-five let"}
    )
    answer = alice.post("/presentations/new", data=wrong)
    assert answer.status_code == 422
    assert "Well done" in answer.text
    assert "A flag of twenty-five let" in answer.text
    assert 'href="#flag-0-words"' in answer.text
    assert made(session) == 0


@pytest.mark.usefixtures("desk")
def test_a_stale_edit_shows_both_and_loses_neither(alice: FlaskClient, register: Register) -> None:
    url = f"/presentations/{register.presentation('All-hands', 'headline').public_id}/edit"
    assert alice.post(url, data=form("headline", title="First")).status_code == 303
    answer = alice.post(url, data=form("thanks", title="Second", **{"scene-0-words": "Mine"}))
    assert answer.status_code == 409
    for words in ("First", "Second", "Mine", "Nothing is lost."):
        assert words in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert alice.post(url, data=form("thanks", title="Second", version=version[1])).status_code == 303


@pytest.mark.usefixtures("desk")
def test_a_copy_opens_to_be_changed_and_the_bin_takes_one_away(
    alice: FlaskClient, register: Register
) -> None:
    one = f"/presentations/{register.presentation('All-hands').public_id}"
    copy = alice.post(f"{one}/copy")
    assert copy.location.endswith("/edit")
    assert "Copy of All-hands" in alice.get(copy.location).text
    alice.post(f"{one}/bin")
    assert f'href="{one}"' not in alice.get("/presentations").text
    assert "All-hands" in alice.get("/bin").text
    alice.post(f"{one}/restore")
    assert f'href="{one}"' in alice.get("/presentations").text


@pytest.mark.usefixtures("desk")
def test_it_plays_as_screens_of_the_stage_in_its_own_words(alice: FlaskClient, register: Register) -> None:
    scenes = [
        {"kind": "thanks", "shown": True, "title": "Well run.", "notes": "Bow."},
        {"kind": "win", "shown": True},
    ]
    one = register.presentation("All-hands", scenes=scenes, classification="Internal")
    stage = f"/presentations/{one.public_id}/stage"
    page = alice.get(f"{stage}?scene=2").text
    assert "Well run." in page
    assert 'class="classified">Internal<' in page
    assert f"{stage}?scene=3" in page
    assert "Bow." in alice.get(f"{stage}/notes?scene=2").text
    assert alice.get(f"{stage}?kiosk").text.count('class="station ') == 3


@pytest.mark.usefixtures("desk")
def test_it_is_frozen_in_its_order_words_and_flags_with_receipts(
    alice: FlaskClient, register: Register
) -> None:
    scenes = [{"kind": "headline", "shown": True, "title": "We run."}, {"kind": "win", "shown": True}]
    flags = [{"words": "It began", "month": days_ago(0).isoformat()}]
    one = register.presentation("All-hands", scenes=scenes, flags=flags, classification="Internal")
    frozen = alice.post(f"/presentations/{one.public_id}/freeze").location
    assert alice.post(f"/presentations/{one.public_id}/freeze").location == frozen, (
        "nothing was recorded since"
    )
    alice.post(f"/presentations/{one.public_id}/edit", data=form("thanks", title="Other"))
    page = alice.get(f"{frozen}/scenes").text
    receipt = re.search(r'<p class="number"><a href="(/receipt/[^"]+)">1</a>', page)
    assert receipt is not None
    assert alice.get(receipt[1]).status_code == 200
    assert "We run." in page
    assert 'class="classified">Internal<' in page
    assert "1 of 3" in page
    assert "Refund in one call" in alice.get(f"{frozen}/scenes/notes?scene=3").text
    assert "It began" in alice.get(f"{frozen}/stage").text


@pytest.mark.usefixtures("desk")
def test_its_film_plays_with_its_own_flags(alice: FlaskClient, register: Register) -> None:
    flags = [{"words": "It began", "month": days_ago(0).isoformat()}]
    film = f"/presentations/{register.presentation('All-hands', flags=flags).public_id}/stage/film"
    page = alice.get(film).text
    assert "It began" in page
    assert f'data-film="{film}/data?on={days_ago(0)}"' in page
    answer = alice.get(f"{film}/data")
    assert answer.json is not None
    assert alice.get(f"{film}/data", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert alice.get(f"{film}/notes").status_code == 200


@pytest.mark.parametrize("part", ["", "/edit", "/stage", "/stage/notes"])
def test_what_is_not_there_is_not_found(alice: FlaskClient, part: str) -> None:
    for public_id in NO_IDS[:4]:
        assert alice.get(f"/presentations/{public_id}{part}").status_code in (400, 404), public_id[:30]


def test_one_whose_scenes_have_nothing_to_tell_still_plays(alice: FlaskClient, register: Register) -> None:
    one = register.presentation("All-hands", "win")
    for address in (f"/presentations/{one.public_id}", f"/presentations/{one.public_id}/stage"):
        for query in ("", "?kiosk"):
            assert "These days have nothing to tell yet." in alice.get(address + query).text


def test_an_empty_list_teaches(alice: FlaskClient, charlie: FlaskClient) -> None:
    assert "Begin with what is proposed today." in alice.get("/presentations").text
    assert "/presentations/new" not in charlie.get("/presentations").text


def test_the_list_sends_as_many_queries_for_two_as_for_one(
    alice: FlaskClient, engine: Engine, register: Register
) -> None:
    def visit() -> int:
        register.presentation("All-hands")
        alice.get("/presentations")
        with counting(engine) as statements:
            alice.get("/presentations")
        return len(statements)

    assert visit() == visit()
