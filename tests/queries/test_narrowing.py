"""A story that is narrowed: a division opens, a theme and a kind take only those initiatives, and every sentence says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.moments import Lesson
from tracker.queries.facts import current_portfolio
from tracker.queries.film import Film, captions_of, film
from tracker.queries.moments import MomentFilters, count_moments
from tracker.queries.narrowing import Filters, filters_called, narrowing_of
from tracker.queries.pair_lists import PairArrangement, pair_list
from tracker.queries.scenes import Figure, Scene, scenes
from tracker.queries.stories import story_now

SINCE, ON = date(2026, 3, 31), date(2026, 6, 30)
JUNE = date(2026, 6, 4)


@dataclass(frozen=True)
class House:
    """Service has Claims and Legal, Sales stands outside; a pilot of the theme Storm, one without, a quick win across."""

    division: str
    theme: str


@pytest.fixture
def house(register: Register) -> House:
    service, storm = register.division("Service"), register.theme("Storm")
    claims, legal = (register.department(name, division_id=service.id) for name in ("Claims", "Legal"))
    sales = register.department("Sales")
    start = date(2026, 5, 4)
    desk = register.initiative("Storm desk", claims, legal, start=start, theme_id=storm.id)
    other = register.initiative(
        "Second desk", claims, legal, start=date(2026, 3, 2), declared_until=ON + timedelta(1)
    )
    across = register.initiative(
        "Quotes", legal, sales, start=start, kind="quick_win", lead=register.person("Tom Lee")
    )
    register.moment(desk, JUNE, title="Inside")
    register.moment(other, JUNE - timedelta(1), title="Besides")
    register.moment(across, JUNE + timedelta(1), title="Across")
    miss = register.moment(desk, JUNE, "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test at peak."))
    return House(service.public_id, storm.public_id)


def told(session: Session, **asked: str) -> dict[str, list[Scene]]:
    """Return the scenes of a part by their kind."""
    found: dict[str, list[Scene]] = {}
    for each in scenes(session, SINCE, ON, Filters(**asked)):
        found.setdefault(each.kind, []).append(each)
    return found


def film_of(session: Session, **asked: str) -> Film:
    found = film(session, ON, ON, Filters(**asked))
    assert found is not None
    return found


def test_a_division_tells_its_own_pairs_wins_and_departments(session: Session, house: House) -> None:
    found = told(session, division=house.division)
    (headline,), (changed,), (thanks,) = found["headline"], found["changed"], found["thanks"]
    assert headline.title == "1 of 1 department pair works together in Service."
    assert headline.words == ("1 on 31 March.", "3 quick wins and 1 lesson in Service since 31 March.")
    assert changed.title == "What changed since 31 March in Service"
    assert changed.words == ("First joint win: Claims and Legal.",)
    assert changed.notes[-1] == "1 of 1 department pair works together in Service, as before."
    assert {each.title for each in found["win"]} == {"Inside", "Besides", "Across"}
    assert [each.title for each in found["near_miss"]] == ["Test at peak"]
    assert thanks.words[0] == "2 departments of Service took part: Claims and Legal."


def test_the_next_bridge_of_a_division_lies_inside_it(
    session: Session, register: Register, house: House
) -> None:
    assert [each.title for each in told(session)["next"]] == ["Next: Claims and Sales."]
    (whole,) = told(session, division=house.division)["next"]
    assert whole.title == "The department pair works together in Service."
    assert dict(whole.sources[0].values)["division"] == house.division
    front = register.division("Front")
    for name in ("Desk", "Phone"):
        register.department(name, division_id=front.id)
    session.rollback()
    (ahead,) = told(session, division=front.public_id)["next"]
    assert ahead.title == "Next: Desk and Phone."
    last = captions_of(session, film_of(session, division=front.public_id))[-1]
    assert last[1] == ("Next: Desk and Phone.",)


def test_a_theme_takes_only_its_initiatives_while_all_pairs_are_counted(
    session: Session, house: House
) -> None:
    found = told(session, theme=house.theme)
    (headline,) = found["headline"]
    assert headline.title == "1 of 3 department pairs works together by initiatives of the theme “Storm”."
    assert headline.words == (
        "0 on 31 March.",
        "1 quick win and 1 lesson by initiatives of the theme “Storm” since 31 March.",
    )
    assert [each.title for each in found["win"]] == ["Inside"]
    assert found["thanks"][0].words == (
        "2 departments took part in initiatives of the theme “Storm”: Claims and Legal.",
    )


def test_what_is_new_for_a_part_alone_is_not_told_as_new(session: Session, house: House) -> None:
    (changed,) = told(session, theme=house.theme)["changed"]
    # Claims and Legal have worked together since March by other work, and had their first win by it a day before.
    assert "now work together" not in " ".join(changed.words)
    assert (
        changed.notes[-1] == "0 → 1 of 3 department pairs works together by initiatives of the theme “Storm”."
    )


def test_a_kind_takes_only_initiatives_of_that_kind(session: Session, house: House) -> None:
    found = told(session, kind="quick_win")
    assert found["headline"][0].title == "1 of 3 department pairs works together by quick wins."
    assert [each.title for each in found["win"]] == ["Across"]
    assert "near_miss" not in found
    assert found["thanks"][0].words == (
        "2 departments took part in quick wins: Legal and Sales.",
        "1 sponsor supported the work: Tom Lee.",
    )


def test_the_next_pair_is_that_of_the_whole_whatever_work_is_told(session: Session, house: House) -> None:
    assert told(session, kind="quick_win")["next"][0].title == told(session)["next"][0].title


@pytest.mark.parametrize("part", ["division", "theme", "kind", "all"])
def test_every_figure_of_a_part_is_that_of_the_page_behind_it(
    session: Session, house: House, part: str
) -> None:
    asked = {"division": house.division, "theme": house.theme, "kind": "pilot"}
    asked = asked if part == "all" else {part: asked[part]}
    (headline,) = told(session, **asked)["headline"]
    assert len(headline.figures) >= 2
    for figure in headline.figures:
        assert figure.value == _on_its_page(session, figure), figure


def _on_its_page(session: Session, figure: Figure) -> int:
    """Count the rows of the list that a figure links to."""
    values = dict(figure.source.values)
    if figure.source.page == "pairs.index":
        narrowing = narrowing_of(session, Filters.read(values))
        assert narrowing is not None
        arranged = PairArrangement(values["band"], narrowing=narrowing)
        return len(pair_list(session, arranged, date.fromisoformat(values["on"])).ordered.rows)
    days = {name: date.fromisoformat(values[name]) for name in ("since", "until")}
    part = {name: values[name] for name in ("division", "theme", "work") if name in values}
    return count_moments(session, MomentFilters(kind=values["kind"], counted=True, **days, **part))


def test_the_film_of_a_part_shows_its_pairs_moments_and_momentum(session: Session, house: House) -> None:
    whole, theme = film_of(session), film_of(session, theme=house.theme)
    assert theme.sentence(-1) == "1 of 3 department pairs works together by initiatives of the theme “Storm”."
    assert {each.title for here in theme.told for each in here} == {"Inside", "Test at peak"}
    assert sum(theme.counted) == 2
    assert theme.months[-1].momentum < whole.months[-1].momentum
    assert [each.on for each in theme.months] == [each.on for each in whole.months]
    assert theme.grouping == whole.grouping, "nodes stand where they always do"
    assert {(each.band[-1]) for each in theme.strands} == {"single", "open"}


def test_a_division_and_a_kind_are_told_together(session: Session, house: House) -> None:
    found = film_of(session, division=house.division, kind="quick_win")
    assert found.sentence(-1) == "0 of 1 department pair works together in Service by quick wins."
    assert sum(found.counted) == 1, "a quick win of Legal with somebody outside"


def test_a_fall_of_a_part_names_its_causes(session: Session, register: Register) -> None:
    storm = register.theme("Storm")
    two = register.departments("Claims", "Legal")
    register.initiative("Desk", *two, start=date(2026, 2, 2), ended_on=date(2026, 4, 20), theme_id=storm.id)
    register.initiative("Other", *two, start=date(2026, 2, 2), declared_until=ON + timedelta(1))
    said = [caption for caption, _ in captions_of(session, film_of(session, theme=storm.public_id))]
    assert "1 → 0: one pilot ended." in said
    assert not any("→" in caption for caption, _ in captions_of(session, film_of(session)))


@pytest.mark.parametrize("asked", [{"division": "nothing"}, {"theme": "nothing"}, {"kind": "nothing"}])
def test_what_is_not_there_has_no_story(session: Session, house: House, asked: dict[str, str]) -> None:
    filters = Filters(**asked)
    assert narrowing_of(session, filters) is None
    assert film(session, ON, ON, filters) is None
    with pytest.raises(LookupError):
        scenes(session, SINCE, ON, filters)
    with pytest.raises(LookupError):
        story_now(session, since=SINCE, on=ON, today=ON, filters=filters)


def test_the_story_is_of_one_part_throughout(session: Session, house: House) -> None:
    story = story_now(session, since=SINCE, on=ON, today=ON, filters=Filters(kind="pilot"))
    assert story.film.sentence(story.at) == story.scenes[0].title
    assert story.scenes[0].title.endswith("by pilots.")


def test_filters_are_read_from_addresses_and_from_snapshots() -> None:
    assert Filters.read({}) == Filters()
    assert Filters.read({"division": "7f3a", "kind": "pilot", "on": "2026-06-30"}) == Filters(
        "7f3a", "", "pilot"
    )
    assert Filters.read({"theme": {"id": "9c1d", "name": "Storm"}}) == Filters(theme="9c1d")
    assert Filters.read(Filters("7f3a", "", "pilot").asked) == Filters("7f3a", "", "pilot")


def test_filters_are_called_by_name_and_what_is_unknown_is_said(session: Session, house: House) -> None:
    assert filters_called(session, "service", "STORM", "pilot") == (
        Filters(house.division, house.theme, "pilot"),
        {},
    )
    assert filters_called(session, house.division, "", "")[0] == Filters(house.division)
    assert filters_called(session, "Sales", "", "")[1] == {
        "division": "There is no division “Sales”. There are: Service."
    }


def test_of_two_with_one_name_the_id_decides(session: Session, register: Register) -> None:
    ids = sorted(register.division("Service", external_id=id_).public_id for id_ in "ab")
    _, wrong = filters_called(session, "Service", "", "")
    assert wrong["division"] == f"Several are called “Service”. Name one by its id: {', '.join(ids)}."


def test_a_part_takes_as_many_queries_however_much_there_is(
    session: Session, engine: Engine, register: Register, house: House
) -> None:
    counts = []
    for round_ in range(2):
        more = register.departments(*(f"Desk {round_} {at}" for at in range(4)))
        for at in range(3):
            home = register.initiative(f"Pilot {round_} {at}", *more, start=date(2026, 5, 4))
            register.moment(home, JUNE)
        session.rollback()
        current_portfolio(session)
        with counting(engine) as sent:
            scenes(session, SINCE, ON, Filters(house.division, house.theme, "pilot"))
            film_of(session, division=house.division, theme=house.theme, kind="pilot")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 22
