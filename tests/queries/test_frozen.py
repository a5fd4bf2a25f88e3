"""What a snapshot keeps is what was shown: its film, its captions and its scenes come back from its bytes alone."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, R, Register
from tests.queries.test_film import FIRST, TODAY, house
from tracker.graph.figures import value_of
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson
from tracker.models.recording import open_write
from tracker.models.snapshots import Snapshot
from tracker.queries.frozen import NoStory, has_story, story_of
from tracker.queries.narrowing import Filters
from tracker.queries.receipts import known_now, receipt_of
from tracker.queries.scenes import Scene
from tracker.queries.snapshots import document_of, records_of, said_in, said_of_day, said_of_months
from tracker.queries.stage import Month, Stage
from tracker.queries.stories import Story, story_now
from tracker.services import snapshots
from tracker.services.decks import usual_since
from tracker.services.errors import InvalidInput
from tracker.services.showings import present


def frozen(session: Session, cast: Cast, on: date, today: date = TODAY, **more: Any) -> Snapshot:
    """Freeze a day as Alice, and read it anew."""
    made, _ = snapshots.freeze(session, actor=cast.alice, on=on, today=today, **more)
    session.commit()
    return snapshots.find_snapshot(session, cast.alice, made.public_id)


def told(session: Session, register: Register, seed: int) -> None:
    """Arrange a random year with everything that scenes tell: sponsors, a measure, lessons, journeys on some."""
    with register.at_once():
        _told(register, seed)


def _told(register: Register, seed: int) -> None:
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


PARTS = ("theme", "kind", "division", "all")


def part_of(register: Register, name: str) -> Filters:
    """Give the initiatives of the register a theme in turn and its departments a division, and return a part of it."""
    division, theme = register.division("Service"), register.theme("Storm season")
    open_write(register.session, actor_id=None, actor_name="The arranger", via="test")
    for at, each in enumerate(register.session.scalars(select(Department).order_by(Department.id))):
        each.division_id = division.id if at < 4 else None
    for at, each in enumerate(register.session.scalars(select(Initiative).order_by(Initiative.id))):
        each.theme_id = theme.id if at % 2 else None
    register.session.commit()
    parts = {
        "theme": Filters(theme=theme.public_id),
        "kind": Filters(kind="pilot"),
        "division": Filters(division=division.public_id),
        "all": Filters(division.public_id, theme.public_id, "pilot"),
    }
    return parts[name]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_frozen_as_it_is_told_and_every_number_counts_that_part(
    session: Session, register: Register, cast: Cast, part: str
) -> None:
    told(session, register, 2)
    filters = part_of(register, part)
    snapshot = frozen(session, cast, TODAY, filters=filters)
    story = story_of(snapshot)
    live = story_now(session, since=usual_since(TODAY), on=TODAY, today=TODAY, filters=filters)
    assert_tells_the_same(story, live)
    records, document = records_of(snapshot), document_of(snapshot)
    said = said_in(document, records)
    assert all(said[each.receipt].value == each.value for scene in story.scenes for each in scene.figures)
    for each in said.values():
        if each.figure.name != "supporting":
            assert value_of(records.portfolio, each.figure) == each.value, each
    together = next(each for each in said_of_day(document) if each.figure.name == "together")
    assert together.value == live.film.months[live.at].together
    months = list(said_of_months(document))
    now = known_now(session, said_of_day(document), months)
    assert {each.receipt: each.value for month in months for each in month}.items() <= now.items()
    for each in (*said_of_day(document), *months[-1]):
        assert receipt_of(session, snapshot.public_id, each, records).is_true


def test_each_part_makes_a_snapshot_of_its_own(session: Session, register: Register, cast: Cast) -> None:
    told(session, register, 2)
    parts = [Filters(), part_of(register, "theme"), Filters(kind="pilot")]
    made = [frozen(session, cast, TODAY, filters=each).public_id for each in parts]
    assert len(set(made)) == len(made)
    assert [frozen(session, cast, TODAY, filters=each).public_id for each in parts] == made
    with pytest.raises(InvalidInput, match="is not there"):
        frozen(session, cast, TODAY, filters=Filters(theme="nothing"))


def test_what_was_shown_before_is_frozen_with_its_receipt(
    session: Session, register: Register, cast: Cast
) -> None:
    told(session, register, 2)
    earlier = frozen(session, cast, TODAY - timedelta(50)).public_id
    present(session, actor=cast.alice, snapshot=earlier, today=TODAY - timedelta(40))
    session.commit()
    snapshot = frozen(session, cast, TODAY)
    kept = story_of(snapshot)
    assert_tells_the_same(kept, story_now(session, since=usual_since(TODAY), on=TODAY, today=TODAY))
    compared = kept.film.compared_at(kept.at)
    assert compared is not None
    assert compared.receipt.startswith(earlier)
    headline = kept.scenes[0]
    assert compared.receipt in {each.receipt for each in headline.sources}
    assert all(each.receipt for each in headline.sources)


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


class Batch(Register):
    """A register that is arranged in one transaction; records have their ids once they are flushed."""

    def save(self, record: R) -> R:
        self.session.add(record)
        return record


@pytest.mark.only_database("sqlite")
def test_sixty_months_of_eighteen_departments_are_under_sixty_kilobytes(
    session: Session, register: Register, cast: Cast
) -> None:
    draw, batch = Random(18), Batch(register.session)
    open_write(batch.session, actor_id=None, actor_name="The arranger", via="test")
    departments = [batch.department(f"Department {at}") for at in range(18)]
    batch.session.flush()
    homes = {}
    for at in range(240):
        start = TODAY - timedelta(1800 - 15 * (at // 2))
        ended = min(start + timedelta(draw.randrange(60, 400)), TODAY)
        among = draw.sample(departments, draw.randint(2, 4))
        homes[start, at] = batch.initiative(f"Pilot number {at}", *among, start=start, ended_on=ended)
    batch.session.flush()
    for (start, at), home in homes.items():
        for title in ("The first customer is back", "Forms in one call"):
            batch.moment(home, min(start + timedelta(draw.randrange(28)), TODAY), title=f"{title} {at}")
    batch.session.commit()
    snapshot = frozen(session, cast, TODAY)
    assert len(story_of(snapshot).film.strands) == 153
    assert len(story_of(snapshot).film.months) >= 60
    assert len(gzip.compress(snapshot.document)) < 60 * 1024
