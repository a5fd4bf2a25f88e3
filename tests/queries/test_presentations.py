"""Presentations: their period, and the story they tell in their order and words, whose numbers nobody types over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.initiatives import Initiative
from tracker.models.moments import Lesson, Moment
from tracker.models.recording import open_write
from tracker.queries.presentations import Choice, ChosenFlag, ChosenScene, compose, proposed_scenes, story_of

TODAY = date(2026, 6, 30)
USUAL = Choice("All-hands", months=3)


@pytest.fixture
def desk(register: Register) -> Initiative:
    """Claims and Legal work together since May; Sales is there too."""
    claims, legal, _ = register.departments("Claims", "Legal", "Sales")
    return register.initiative("Storm desk", claims, legal, start=date(2026, 5, 4))


def learned(register: Register, desk: Initiative, *, ok_to_show: bool = True) -> Moment:
    miss = register.moment(desk, date(2026, 6, 5), "near_miss", "Photos lost", ok_to_show=ok_to_show)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))
    return miss


def titles(session: Session, *scenes: ChosenScene, choice: Choice = USUAL) -> list[str]:
    """Return the titles that these scenes tell."""
    return [each.title for each in story_of(session, replace(choice, scenes=scenes), TODAY).scenes]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("", months=1), (date(2026, 5, 31), TODAY)),
        (Choice("", months=18), (date(2024, 12, 31), TODAY)),
        (Choice("", since=date(2026, 3, 31), on=date(2026, 5, 31)), (date(2026, 3, 31), date(2026, 5, 31))),
        (Choice("", since=date(2026, 7, 31), on=date(2026, 8, 31)), (date(2026, 6, 29), TODAY)),
    ],
)
def test_a_period_is_the_last_months_or_days_that_stay_and_never_to_come(
    choice: Choice, expected: tuple[date, date]
) -> None:
    assert choice.period(TODAY) == expected


def test_scenes_stand_in_the_order_of_the_author_and_those_left_out_are_not_told(
    session: Session, register: Register, desk: Initiative
) -> None:
    register.moment(desk, date(2026, 6, 4), title="Refund in one call")
    told = titles(
        session,
        ChosenScene("thanks"),
        ChosenScene("changed", shown=False),
        ChosenScene("win"),
        ChosenScene("headline"),
    )
    assert told == ["Thank you.", "Refund in one call", "1 of 3 department pairs works together."]


def test_any_win_that_counts_can_be_told_and_the_others_follow_as_proposed(
    session: Session, register: Register, desk: Initiative
) -> None:
    for day in range(1, 6):
        register.moment(desk, date(2026, 6, day), title=f"Win {day}")
    first = compose(session, USUAL, TODAY).wins[-1]
    assert first.title == "Win 1"
    told = titles(session, ChosenScene("win"), ChosenScene("win", moment=first.public_id), ChosenScene("win"))
    assert told[1] == "Win 1"
    assert len({*told}) == 3


@pytest.mark.usefixtures("desk")
def test_a_scene_that_the_period_has_nothing_for_is_left_out(session: Session) -> None:
    assert titles(session, ChosenScene("win"), ChosenScene("near_miss"), ChosenScene("thanks")) == [
        "Thank you."
    ]


def test_a_win_out_of_the_period_and_one_that_does_not_count_are_left_out(
    session: Session, register: Register, desk: Initiative
) -> None:
    early = register.moment(desk, date(2026, 5, 20), title="Early")
    waits = register.moment(desk, date(2026, 6, 20), title="Waits", confirmed=False)
    june = replace(USUAL, months=1)
    chosen = [ChosenScene("win", moment=each.public_id) for each in (early, waits)]
    assert titles(session, *chosen, choice=june) == []
    assert titles(session, *chosen) == ["Early"]


def test_a_near_miss_whose_team_takes_its_word_back_is_told_no_longer(
    session: Session, register: Register, desk: Initiative
) -> None:
    miss = learned(register, desk)
    chosen = ChosenScene("near_miss", moment=miss.public_id)
    assert titles(session, chosen) == ["Test uploads at peak"]
    open_write(register.session, actor_id=None, actor_name="The team", via="test")
    miss.ok_to_show = False
    register.session.commit()
    session.rollback()
    assert titles(session, chosen, ChosenScene("near_miss")) == []
    assert compose(session, USUAL, TODAY).near_misses == ()


def test_own_words_replace_those_proposed_and_no_figure(
    session: Session, register: Register, desk: Initiative
) -> None:
    register.moment(desk, date(2026, 6, 4))
    own = ChosenScene("headline", title="Ninety pairs!", words="We began.\n\nWe go on.", notes="Smile.")
    (scene,) = story_of(session, replace(USUAL, scenes=(own,)), TODAY).scenes
    (usual,) = story_of(session, replace(USUAL, scenes=(ChosenScene("headline"),)), TODAY).scenes
    assert (scene.title, scene.words) == ("Ninety pairs!", ("We began.", "We go on."))
    assert scene.notes == ("Ninety pairs!", "We began.", "We go on.", "Smile.")
    assert (scene.figures, scene.sources) == (usual.figures, usual.sources)
    assert scene.figures[0].value == 1


def test_flags_stand_over_their_months_and_days(
    session: Session, register: Register, desk: Initiative
) -> None:
    miss = learned(register, desk)
    flags = (ChosenFlag("Uploads", moment=miss.public_id), ChosenFlag("It began", month="2026-05-31"))
    film = story_of(session, replace(USUAL, flags=flags), TODAY).film
    assert [(film.months[each.at].on, each.told.title, each.told.is_near_miss) for each in film.flags] == [
        (date(2026, 5, 31), "It began", False),
        (TODAY, "Uploads", True),
    ]


def test_what_is_proposed_leaves_all_as_it_is(session: Session, register: Register, desk: Initiative) -> None:
    register.moment(desk, date(2026, 6, 4))
    proposed = proposed_scenes(session, USUAL, TODAY)
    assert {each.title + each.words + each.moment for each in proposed} == {""}
    assert [each.kind for each in proposed] == ["headline", "changed", "win", "next", "thanks"]


def test_queries_do_not_grow_with_the_moments(
    session: Session, engine: Engine, register: Register, desk: Initiative
) -> None:
    def sent() -> int:
        moments = [register.moment(desk, date(2026, 6, day)) for day in (3, 4, 5)]
        choice = replace(USUAL, scenes=tuple(ChosenScene("win", moment=each.public_id) for each in moments))
        session.rollback()
        with counting(engine) as statements:
            compose(session, choice, TODAY)
        return len(statements)

    sent()
    assert sent() == sent()


def test_only_a_part_of_the_work_is_told_where_one_is_chosen(
    session: Session, register: Register, desk: Initiative
) -> None:
    theme = register.theme("Storm")
    own = register.initiative("Storm drill", *register.departments("Digital", "Care"), theme_id=theme.id)
    register.moment(own, date(2026, 6, 10), title="Ready in 41 minutes")
    register.moment(desk, date(2026, 6, 12), title="Refund in one call")
    part = replace(USUAL, theme=theme.public_id)
    found = compose(session, replace(part, scenes=(ChosenScene("headline"), ChosenScene("win"))), TODAY)
    assert [each.title for each in found.wins] == ["Ready in 41 minutes"]
    assert [each.title for each in found.story.scenes][1:] == ["Ready in 41 minutes"]
    assert "“Storm”" in found.story.scenes[0].title
    gone = replace(USUAL, theme="nothing", scenes=(ChosenScene("headline"),))
    assert "“Storm”" not in story_of(session, gone, TODAY).scenes[0].title, "what is gone narrows nothing"
