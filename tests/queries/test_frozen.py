"""What a snapshot keeps is what was shown: its film, its captions and its scenes come back from its bytes alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tests.queries.test_film import FIRST, TODAY, house
from tracker.graph.figures import value_of
from tracker.models.moments import Lesson
from tracker.models.snapshots import Snapshot
from tracker.queries.frozen import NoStory, has_story, story_of
from tracker.queries.scenes import Scene
from tracker.queries.snapshots import document_of, records_of, said_in
from tracker.queries.stage import Month, Stage
from tracker.queries.stories import Story, story_now
from tracker.services import snapshots
from tracker.services.decks import usual_since


def frozen(session: Session, cast: Cast, on: date, today: date = TODAY, **more: Any) -> Snapshot:
    """Freeze a day as Alice, and read it anew."""
    made, _ = snapshots.freeze(session, actor=cast.alice, on=on, today=today, **more)
    session.commit()
    return snapshots.find_snapshot(session, cast.alice, made.public_id)


def told(session: Session, register: Register, seed: int) -> None:
    """Arrange a random year with everything that scenes tell: sponsors, a measure, lessons, journeys on some."""
    departments = house(register, seed)
    priya, tom = register.person("Priya Raman"), register.person("Tom Kerr")
    home = register.initiative("Storm desk", *departments[:3], start=FIRST + timedelta(40), lead=priya)
    other = register.initiative("Joint form", *departments[2:5], start=TODAY - timedelta(60), lead=tom)
    register.moment(home, TODAY - timedelta(20), title="Refund in one call")
    register.moment(
        other, TODAY - timedelta(31), title="One form for three", note="“At last”, said a customer."
    )
    miss = register.moment(home, TODAY - timedelta(9), "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))
    if seed % 2:
        register.journey("Making a claim", *departments[:4])


def rounded(month: Month) -> Month:
    covered = month.covered
    share = None if covered.coverage is None else round(covered.coverage, 6)
    return replace(
        month,
        momentum=round(month.momentum, 6),
        covered=replace(covered, coverage=share, pairs=dict(covered.pairs)),
    )


def seen(still: Stage) -> Stage:
    """Return a picture with its numbers to the sixth decimal, which is as much as a snapshot keeps of them."""
    return replace(
        still,
        months=tuple(map(rounded, still.months)),
        covered=rounded(still.month).covered,
        ties=tuple(replace(each, strength=round(each.strength, 6)) for each in still.ties),
    )


def without_receipts(scene: Scene) -> Scene:
    return replace(
        scene,
        receipts=(),
        figures=tuple(
            replace(each, receipt="", whole="", source=replace(each.source, receipt=""))
            for each in scene.figures
        ),
        sources=tuple(replace(each, receipt="") for each in scene.sources),
    )


def assert_tells_the_same(kept: Story, live: Story) -> None:
    assert (kept.organisation, kept.since, kept.on, kept.known_on, kept.at) == (
        live.organisation,
        live.since,
        live.on,
        live.known_on,
        live.at,
    )
    assert kept.captions == live.captions
    assert tuple(map(without_receipts, kept.scenes)) == live.scenes
    for at, caption in enumerate(live.captions):
        assert seen(kept.film.still(at, caption)) == seen(live.film.still(at, caption))
    assert replace(kept.film, months=(), strands=()) == replace(live.film, months=(), strands=())
    assert [(each.a, each.b, each.band) for each in kept.film.strands] == [
        (each.a, each.b, each.band) for each in live.film.strands
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_frozen_story_is_the_one_that_was_told_that_moment(
    session: Session, register: Register, cast: Cast, seed: int
) -> None:
    told(session, register, seed)
    on = TODAY - timedelta(Random(seed).choice((0, 20, 75, 200)))
    snapshot = frozen(session, cast, on)
    kept, live = story_of(snapshot), story_now(session, since=usual_since(on), on=on, today=TODAY)
    assert_tells_the_same(kept, live)
    assert kept.snapshot == snapshot.public_id


def test_divisions_on_the_track_come_back_too(session: Session, register: Register, cast: Cast) -> None:
    house(register, 1, 20, [register.division(f"Division {at}").id for at in range(4)])
    snapshot = frozen(session, cast, TODAY)
    assert story_of(snapshot).film.grouping.kind == "divisions"
    assert_tells_the_same(
        story_of(snapshot), story_now(session, since=usual_since(TODAY), on=TODAY, today=TODAY)
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_number_of_every_scene_has_a_receipt_that_counts_the_same(
    session: Session, register: Register, cast: Cast, seed: int
) -> None:
    told(session, register, seed)
    snapshot = frozen(session, cast, TODAY)
    records = records_of(snapshot)
    said = said_in(document_of(snapshot), records)
    story = story_of(snapshot)
    numbers = [each for scene in story.scenes for each in scene.figures]
    assert len(numbers) > 3
    for each in numbers:
        assert said[each.receipt].value == each.value
    wholes = [each for each in numbers if each.whole]
    assert all(f"of {said[each.whole].value:,} " in each.words for each in wholes)
    assert [each for each in numbers if each.words.startswith("of ") and not each.whole] == []
    for each in said.values():
        if each.figure.name != "supporting":
            assert value_of(records.portfolio, each.figure) == each.value, each
    given = [each.receipt for scene in story.scenes for each in scene.figures]
    assert len({*given, *(each.whole for each in wholes)}) == len(given) + len(wholes)


def test_what_happens_afterwards_changes_nothing_in_it(
    session: Session, register: Register, cast: Cast
) -> None:
    told(session, register, 1)
    snapshot = frozen(session, cast, TODAY, title="All hands", classification="Internal")
    before = story_of(snapshot)
    register.moment(register.initiative("Late", *register.departments("New", "Newer"), start=TODAY), TODAY)
    session.rollback()
    again = story_of(snapshots.find_snapshot(session, cast.alice, snapshot.public_id))
    assert again == before
    assert (again.title, again.classification) == ("All hands", "Internal")


def test_a_silent_near_miss_is_nowhere_in_it(session: Session, register: Register, cast: Cast) -> None:
    home = register.initiative("Storm desk", *register.departments("Claims", "Legal"), start=FIRST)
    register.moment(home, TODAY, "near_miss", "Silent miss", lesson="We tried in silence.")
    snapshot = frozen(session, cast, TODAY)
    for data in (snapshot.document, snapshot.records):
        assert b"ilent" not in data


def test_a_snapshot_from_before_scenes_keeps_no_story(
    session: Session, register: Register, cast: Cast
) -> None:
    house(register, 1)
    snapshot = frozen(session, cast, TODAY)
    document = document_of(snapshot) | {"format": "tracker-snapshot-1"}
    session.expunge(snapshot)
    snapshot.document = json.dumps(document).encode()
    assert not has_story(document)
    with pytest.raises(NoStory):
        story_of(snapshot)
