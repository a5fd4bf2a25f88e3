"""The law of the stage over the scenes of random registers: nobody and no department is the subject of a lack."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.graph.portfolios import looks, portfolios
from tests.graph.test_captions_law import LACK, MAY_BE_SAID
from tests.services.importing import bring, start_over
from tracker.graph.changes import MOST_SENTENCES
from tracker.queries.scenes import Scene, scenes

#: How departments and people of the random registers are called; nothing else there has such a name.
NAMED = re.compile(r"\b(Silo[A-F]|Person[a-z]+)\b")
#: What scenes say by name besides what captions do: who brought it, who passes it on, who took part.
MAY_BE_SHOWN = re.compile(
    r"(By [^.]+\.|A lesson from [^.]+\.|Sponsored by [^.]+\."
    r"|\d+ departments? took part: [^.]+\.|\d+ sponsors? supported the work: [^.]+\.)"
)


def register_of(case: dict[str, Any], *, shown: bool) -> dict[str, Any]:
    """Return a random portfolio with names, lessons and consent."""
    return {
        "config": case["config"],
        "departments": [{**each, "name": f"Silo{each['id']}"} for each in case["departments"]],
        "people": [{"id": id_, "name": f"Person{id_}"} for id_ in ("priya", "tom", "lee")],
        "initiatives": [{**each, "title": f"Desk {each['id']}"} for each in case["initiatives"]],
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


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios, looks, st.integers(1, 200), st.booleans())
def test_no_scene_makes_a_department_or_a_person_the_subject_of_a_lack(
    session: Session, case: dict[str, Any], since: date, days: int, shown: bool
) -> None:
    start_over(session)
    bring(session, register_of(case, shown=shown), skip_refused=True)
    on = since + timedelta(days)
    found = scenes(session, since, on)
    session.rollback()
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


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
