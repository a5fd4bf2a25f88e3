"""The law of the stage over the scenes of random registers: nobody and no department is the subject of a lack."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.examples import examples
from tests.graph.portfolios import looks, portfolios
from tests.graph.test_captions_law import LACK, MAY_BE_SAID
from tests.services.importing import bring, start_over
from tracker.graph.changes import MOST_SENTENCES
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Theme
from tracker.queries.narrowing import Filters
from tracker.queries.scenes import Scene, scenes

#: What is said rests on the same records whichever database keeps them.
pytestmark = pytest.mark.only_database("sqlite")

#: How departments and people of the random registers are called; nothing else there has such a name.
NAMED = re.compile(r"\b(Silo[A-F]|Person[a-z]+)\b")
#: What scenes say by name besides what captions do: who brought it, who passes it on, who took part.
MAY_BE_SHOWN = re.compile(
    r"(By [^.]+\.|A lesson from [^.]+\.|Sponsored by [^.]+\."
    r"|\d+ departments?( of [^:]+)? took part( in [^:]+)?: [^.]+\.|\d+ sponsors? supported the work: [^.]+\.)"
)
#: A division, a theme and a kind, or none of them.
PARTS = [
    (False, False, ""),
    (True, False, ""),
    (False, True, ""),
    (False, False, "near_miss"),
    (True, True, "pilot"),
]
#: Where a part is told, the sentence says so.
PART = re.compile(
    r" in Front\b| by [a-z ]+( of the theme “Storm”)?|^Begin with two|^No crossing (inside Front )?is needed"
)


def register_of(case: dict[str, Any], *, shown: bool) -> dict[str, Any]:
    """Return a random portfolio with names, lessons and consent."""
    return {
        "config": case["config"],
        "divisions": [{"id": "front", "name": "Front"}],
        "themes": [{"id": "storm", "name": "Storm"}],
        "departments": [
            {**each, "name": f"Silo{each['id']}", "division": "front" if each["id"] in "ABC" else None}
            for each in case["departments"]
        ],
        "people": [{"id": id_, "name": f"Person{id_}"} for id_ in ("priya", "tom", "lee")],
        "initiatives": [
            {
                **each,
                "title": f"Desk {each['id']}",
                "theme": "storm" if each["id"] in ("i1", "i2", "i3") else None,
            }
            for each in case["initiatives"]
        ],
        "journeys": [{**each, "name": f"Path {each['id']}"} for each in case.get("journeys", [])],
        "events": [_event(each, shown=shown) for each in case["events"]],
    }


def _event(each: dict[str, Any], *, shown: bool) -> dict[str, Any]:
    if each["kind"] == "reuse":
        return each
    titled = {**each, "title": f"Shown {each['id']}", "ok_to_show": shown}
    if each["kind"] == "near_miss" and "lesson" not in each:
        titled["lesson"] = {"tried": "We tried.", "next_time": f"Test {each['id']} at peak."}
    if each["kind"] == "near_miss":
        titled["title"] = "Photos went missing"
    return titled


def said(scene: Scene) -> list[str]:
    """Return every sentence that stands on a scene, is spoken with it, or links from it."""
    figures = [each.words for each in scene.figures]
    return [scene.title, *scene.words, *scene.notes, *figures, *(each.words for each in scene.sources)]


def narrowed(session: Session, division: bool, theme: bool, kind: str) -> Filters:
    """Return filters by what the random registers have; a register without departments has no division to open."""
    ids = {
        model: session.scalar(select(model.public_id).where(model.name == name))
        for model, name in ((Division, "Front"), (Theme, "Storm"))
    }
    is_there = session.scalar(select(Department.id).where(Department.name == "SiloA")) is not None
    return Filters(
        (ids[Division] or "") if division and is_there else "", (ids[Theme] or "") if theme else "", kind
    )


@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios, looks, st.integers(1, 200), st.booleans(), st.sampled_from(PARTS))
def test_no_scene_makes_a_department_or_a_person_the_subject_of_a_lack(
    session: Session,
    case: dict[str, Any],
    since: date,
    days: int,
    shown: bool,
    part: tuple[bool, bool, str],
) -> None:
    start_over(session)
    bring(session, register_of(case, shown=shown), skip_refused=True)
    on, filters = since + timedelta(days), narrowed(session, *part)
    found = scenes(session, since, on, filters)
    session.rollback()
    if filters:
        assert all(PART.search(each.title) for each in found if each.kind in ("headline", "changed"))
    assert [each.kind for each in found if each.kind == "headline"] == ["headline"]
    assert shown or "near_miss" not in {each.kind for each in found}
    for scene in found:
        for words in said(scene):
            assert "missing" not in words, words
            assert "{" not in words
            if NAMED.search(words):
                assert MAY_BE_SAID.fullmatch(words) or MAY_BE_SHOWN.fullmatch(words), words
                assert not LACK.search(words), words
        assert scene.kind != "changed" or len(scene.words) <= MOST_SENTENCES
    wins = [each for each in found if each.kind == "win"]
    assert len(wins) <= 3
    assert len({each.sources[0].values for each in wins}) == len(wins)


@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios, looks, st.integers(1, 200))
def test_every_scene_has_a_title_notes_and_pages_behind_its_numbers(
    session: Session, case: dict[str, Any], since: date, days: int
) -> None:
    start_over(session)
    bring(session, register_of(case, shown=True), skip_refused=True)
    for scene in scenes(session, since, since + timedelta(days)):
        assert scene.title
        assert scene.notes[0] == scene.title
        assert len(set(scene.notes)) == len(scene.notes)
        assert {each.source for each in scene.figures} <= set(scene.sources)
        assert scene.sources or scene.title in (
            "Begin with two departments.",
            "No crossing is needed on this day.",
        )
    session.rollback()
