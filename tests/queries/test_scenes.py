"""Scenes: what a room is told of a day and a period, word for word, with the pages behind every number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.base import utc_now
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Sponsorship
from tracker.models.moments import Lesson
from tracker.queries.facts import current_portfolio
from tracker.queries.moments import MomentFilters, count_moments
from tracker.queries.scenes import Scene, scenes
from tracker.queries.telling import LONGEST_LESSON
from tracker.services.actors import command_actor
from tracker.services.sample import load_sample

SINCE, ON = date(2026, 3, 31), date(2026, 6, 30)
JUNE = date(2026, 6, 4)
PEAK = "Test uploads at peak. Then again."


def told(session: Session, since: date = SINCE, on: date = ON) -> dict[str, list[Scene]]:
    """Return the scenes by their kind."""
    found: dict[str, list[Scene]] = {}
    for each in scenes(session, since, on):
        found.setdefault(each.kind, []).append(each)
    return found


def only(session: Session, kind: str) -> Scene:
    """Return the one scene of a kind."""
    (scene,) = told(session)[kind]
    return scene


def pilot(
    register: Register, *departments: Department, title: str = "Storm desk", **values: object
) -> Initiative:
    start = values.pop("start", date(2026, 5, 4))
    return register.initiative(title, *departments, start=start, **values)  # type: ignore[arg-type]  # dates and people by name


def learned(
    register: Register, home: Initiative, on: date = JUNE, text: str = PEAK, **values: object
) -> None:
    """Arrange a near miss with its lesson, which its team lets be shown."""
    miss = register.moment(home, on, "near_miss", "Photos lost", **{"ok_to_show": True, **values})
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time=text))


def test_an_empty_register_is_told_to_begin(session: Session) -> None:
    (scene,) = scenes(session, SINCE, ON)
    assert (scene.kind, scene.title, scene.words, scene.figures, scene.sources) == (
        "headline",
        "Begin with two departments.",
        (),
        (),
        (),
    )


def test_scenes_stand_in_the_order_of_the_story(session: Session, register: Register) -> None:
    home = pilot(register, *register.departments("Claims", "Legal", "Sales"))
    register.moment(home, JUNE)
    learned(register, home)
    assert [each.kind for each in scenes(session, SINCE, ON)] == [
        "headline",
        "changed",
        "win",
        "near_miss",
        "next",
        "thanks",
    ]


def test_the_headline_compares_and_counts_the_period(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    pilot(register, legal, sales, start=date(2026, 3, 2))
    home = pilot(register, claims, legal)
    for on in (date(2026, 3, 20), JUNE, date(2026, 6, 30), date(2026, 7, 1)):
        register.moment(home, on)
    learned(register, home)
    headline = only(session, "headline")
    assert headline.title == "1 of 3 department pairs works together."
    assert headline.words == ("1 on 31 March.", "2 quick wins and 1 lesson since 31 March.")
    assert [(each.value, each.words) for each in headline.figures] == [
        (1, "of 3 department pairs"),
        (1, "on 31 March"),
        (2, "quick wins"),
        (1, "lesson"),
    ]
    assert [(each.source.page, dict(each.source.values)) for each in headline.figures] == [
        ("pairs.index", {"band": "together", "on": "2026-06-30"}),
        ("pairs.index", {"band": "together", "on": "2026-03-31"}),
        (
            "moments.index",
            {
                "since": "2026-04-01",
                "until": "2026-06-30",
                "on": "2026-06-30",
                "kind": "win",
                "counted": "yes",
            },
        ),
        (
            "moments.index",
            {
                "since": "2026-04-01",
                "until": "2026-06-30",
                "on": "2026-06-30",
                "kind": "near_miss",
                "counted": "yes",
            },
        ),
    ]
    assert headline.notes[3:] == (
        "2 wins and 1 lesson in 90 days; 0 and 0 in the 90 before.",
        "To keep this pace: about 1 win every 3 months.",
    )


def test_what_changed_is_the_story_of_the_period(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.moment(pilot(register, claims, legal, start=date(2026, 3, 2)), JUNE)
    pilot(register, claims, sales)
    changed = only(session, "changed")
    assert changed.title == "What changed since 31 March"
    assert changed.words == ("First joint win: Claims and Legal.", "Claims and Sales now work together.")
    assert changed.notes[-1] == "1 → 2 of 3 department pairs work together."
    assert [(each.page, dict(each.values)) for each in changed.sources] == [
        ("why.show", {"from": "2026-03-31", "to": "2026-06-30"})
    ]


def test_a_fall_is_told_by_its_causes(session: Session, register: Register) -> None:
    pilot(
        register, *register.departments("Claims", "Legal"), start=date(2026, 3, 2), ended_on=date(2026, 4, 20)
    )
    assert only(session, "changed").words == ("1 → 0: one pilot ended.",)


def test_a_quiet_period_says_that_it_stands_as_before(session: Session, register: Register) -> None:
    register.departments("Claims", "Legal")
    assert only(session, "changed").words == ("0 of 1 department pair works together, as before.",)


def test_a_win_says_who_brought_it_where_when_and_who_sponsored_it(
    session: Session, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    home = pilot(register, legal, claims, lead=register.person("Priya Raman"))
    win = register.moment(
        home,
        JUNE,
        "measured_win",
        note="“At last”, said a customer.",
        measure_name="Calls per claim",
        measure_before=3.2,
        measure_after=1.4,
    )
    scene = only(session, "win")
    assert scene.title == "Refund in one call"
    assert scene.words == (
        "Calls per claim: 3.2 → 1.4.",
        "By Claims and Legal.",
        "In “Storm desk”, on 4 June.",
        "Sponsored by Priya Raman.",
    )
    assert scene.notes == (scene.title, *scene.words, "“At last”, said a customer.")
    assert [(each.words, each.page, dict(each.values)) for each in scene.sources] == [
        ("The win", "moments.show", {"public_id": win.public_id, "on": "2026-06-30"}),
        ("“Storm desk”", "initiatives.show", {"public_id": home.public_id, "on": "2026-06-30"}),
    ]
    assert set(scene.departments) == {"Claims", "Legal"}


def test_a_win_without_a_title_is_told_by_its_initiative(session: Session, register: Register) -> None:
    register.moment(pilot(register, *register.departments("Claims", "Legal")), JUNE, title="")
    assert only(session, "win").title == "Storm desk"


def test_a_win_names_the_sponsor_who_led_on_its_day(session: Session, register: Register) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"), start=date(2026, 1, 5))
    for name, since, until in (
        ("Before", None, date(2026, 5, 1)),
        ("On the day", date(2026, 5, 1), date(2026, 6, 5)),
        ("After", date(2026, 6, 5), None),
    ):
        person = register.person(name)
        register.save(
            Sponsorship(initiative_id=home.id, person_id=person.id, role="lead", from_on=since, to_on=until)
        )
    register.moment(home, JUNE)
    assert only(session, "win").words[-1] == "Sponsored by On the day."


def test_three_wins_are_told_and_each_brings_others_to_the_stage(
    session: Session, register: Register
) -> None:
    claims, legal, sales, people = register.departments("Claims", "Legal", "Sales", "People")
    loud, calm, small = (
        pilot(register, claims, legal, sales, title="Loud"),
        pilot(register, claims, legal, title="Calm"),
        pilot(register, sales, people, title="Small"),
    )
    register.moment(loud, JUNE, title="Loudest")
    register.moment(loud, JUNE + timedelta(1), title="Loud again")
    register.moment(calm, JUNE + timedelta(9), title="Newer")
    register.moment(small, date(2026, 5, 10), title="Smallest")
    assert [each.title for each in told(session)["win"]] == ["Loudest", "Smallest", "Newer"]


def test_only_what_counts_in_the_period_is_a_win_to_tell(session: Session, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    home = pilot(register, claims, legal, start=date(2026, 1, 5))
    register.moment(home, SINCE, title="Before")
    register.moment(home, date(2026, 7, 1), title="After")
    register.moment(home, JUNE, title="Waiting", confirmed=False)
    register.moment(pilot(register, claims, title="Alone"), JUNE, title="One department")
    register.moment(home, JUNE, title="Binned", binned_at=utc_now())
    assert "win" not in told(session)


def test_a_near_miss_is_told_by_its_lesson(session: Session, register: Register) -> None:
    learned(register, pilot(register, *register.departments("Claims", "Legal")))
    scene = only(session, "near_miss")
    assert scene.title == "Test uploads at peak"
    assert scene.words == ("A lesson from Claims and Legal.", "In “Storm desk”, on 4 June.")
    assert scene.notes[-1] == PEAK
    assert "Photos lost" not in " ".join((scene.title, *scene.words, *scene.notes))
    assert [each.page for each in scene.sources] == ["moments.show", "initiatives.show"]


@pytest.mark.parametrize(
    "values",
    [
        {"ok_to_show": False},
        {"confirmed": False},
        {"text": ""},
        {"text": "x" * (LONGEST_LESSON + 1)},
        {"on": SINCE},
        {"binned_at": utc_now()},
    ],
    ids=["no consent", "waiting", "no lesson", "too long a lesson", "before", "in the bin"],
)
def test_no_other_near_miss_is_told(session: Session, register: Register, values: dict[str, object]) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"), start=date(2026, 1, 5))
    learned(register, home, **values)  # type: ignore[arg-type]  # one of its arguments each
    assert "near_miss" not in told(session)


def test_the_newest_near_miss_is_the_one_that_is_told(session: Session, register: Register) -> None:
    home = pilot(register, *register.departments("Claims", "Legal"))
    learned(register, home, date(2026, 5, 20), "Older.")
    learned(register, home, date(2026, 6, 20), "Newer.")
    assert only(session, "near_miss").title == "Newer"


def test_next_names_two_departments_and_who_already_works_with_both(
    session: Session, register: Register
) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    pilot(register, claims, legal)
    pilot(register, claims, sales)
    scene = only(session, "next")
    assert scene.title == "Next: Legal and Sales."
    assert scene.words == (
        "One department already works with both.",
        "A pilot of the two adds 1 department pair.",
    )
    assert [(each.page, dict(each.values)) for each in scene.sources] == [
        ("pairs.show", {"a": legal.public_id, "b": sales.public_id, "on": "2026-06-30"}),
        ("bridges.index", {"on": "2026-06-30"}),
    ]


def test_crossings_are_told_by_journey_the_most_important_first(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    register.journey("Buying", sales, legal)
    register.journey("Claiming", claims, legal, sales, importance=3)
    register.journey("Later", claims, sales, valid_from=date(2026, 7, 1))
    pilot(register, claims, legal)
    scene = only(session, "next")
    assert scene.title == "Next: Legal and Sales."
    assert scene.words == (
        "A pilot of the two adds 1 crossing.",
        "“Claiming”: 1 of 2 crossings works together.",
        "“Buying”: 0 of 1 crossing works together.",
    )
    assert [(each.value, each.words, each.source.page) for each in scene.figures] == [
        (1, "of 2 in “Claiming”", "journeys.show"),
        (0, "of 1 in “Buying”", "journeys.show"),
    ]


def test_where_nothing_is_left_to_bring_together_that_is_said(session: Session, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    pilot(register, *two)
    pilot(register, *two, title="Second desk")
    scene = only(session, "next")
    assert (scene.title, scene.words) == ("The department pair works together.", ())
    assert [each.page for each in scene.sources] == ["pairs.index"]


def test_thanks_go_to_those_who_took_part_by_name(session: Session, register: Register) -> None:
    claims, legal, sales, people = register.departments("Claims", "Legal", "Sales", "People")
    home = pilot(register, legal, claims, lead=register.person("Tom Lee"))
    register.save(Sponsorship(initiative_id=home.id, person_id=register.person("Priya Raman").id, role="co"))
    pilot(register, sales, title="Alone", lead=register.person("Somebody else"))
    pilot(register, sales, people, title="Long ago", start=date(2025, 1, 6), ended_on=date(2025, 6, 1))
    thanks = only(session, "thanks")
    assert thanks.title == "Thank you."
    assert thanks.words == (
        "2 departments took part: Claims and Legal.",
        "2 sponsors supported the work: Priya Raman and Tom Lee.",
    )
    assert [each.page for each in thanks.sources] == ["departments.index", "sponsors.index"]


def test_many_are_thanked_by_their_number_and_by_name_in_the_notes(
    session: Session, register: Register
) -> None:
    names = [f"Desk {at:02}" for at in range(19)]
    pilot(register, *register.departments(*names))
    thanks = only(session, "thanks")
    assert thanks.words == ("19 departments took part.",)
    assert thanks.notes[-1].startswith("19 departments took part: Desk 00, Desk 01, ")


def test_the_figures_are_those_of_the_pages_behind_them(session: Session, register: Register) -> None:
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    home = pilot(register, claims, legal)
    other = pilot(register, claims, sales, title="Second desk")
    register.moment(home, JUNE)
    register.moment(other, JUNE, "measured_win")
    register.moment(other, JUNE, confirmed=False)
    learned(register, home)
    figures = {each.words: each for each in only(session, "headline").figures}
    for words, expected in (("quick wins", 2), ("lesson", 1)):
        values = dict(figures[words].source.values)
        filters = MomentFilters(
            kind=values["kind"],
            counted=True,
            since=date.fromisoformat(values["since"]),
            until=date.fromisoformat(values["until"]),
        )
        assert figures[words].value == count_moments(session, filters) == expected


def test_the_sample_tells_its_story(session: Session) -> None:
    today = date(2026, 11, 24)
    load_sample(session, actor=command_actor(), today=today)
    session.commit()
    found = scenes(session, date(2026, 8, 31), today)
    assert [(each.kind, each.title) for each in found] == [
        ("headline", "13 of 20 crossings our customers depend on work together."),
        ("changed", "What changed since 31 August"),
        ("win", "Both prices on the first screen"),
        ("win", "Five departments ready for a storm in 41 minutes"),
        ("win", "The reason comes first in every refusal"),
        ("near_miss", "Book one appointment with two people in it, never two appointments"),
        ("next", "Next: Complaints and Legal."),
        ("thanks", "Thank you."),
    ]
    assert found[0].words == ("12 on 31 August.", "15 quick wins and 1 lesson since 31 August.")
    assert found[1].words == (
        "Seven first joint wins, among them Broker Sales and Policy Services.",
        "Marketing and Pricing now work together.",
        "Three customer measures moved.",
        "Two lessons were used again.",
        "One pilot ended.",
    )
    assert found[5].words == (
        "A lesson from Assessors, Claims, Contact Centre and Supplier Network.",
        "In “One visit for assessor and repairer”, on 9 October.",
    )


@pytest.mark.parametrize("count", [3, 12])
def test_scenes_take_ten_queries_however_much_there_is(
    session: Session, register: Register, engine: Engine, count: int
) -> None:
    departments = register.departments(*(f"D{at:02}" for at in range(count)))
    register.journey("Claiming", *departments)
    for at in range(count - 1):
        lead = register.person(f"Person {at}")
        home = pilot(register, departments[at], departments[at + 1], title=f"Pilot {at}", lead=lead)
        register.moment(home, JUNE)
        learned(register, home)
    current_portfolio(session)
    with counting(engine) as sent:
        assert len(told(session)["win"]) == min(3, count - 1)
    assert len(sent) == 10
