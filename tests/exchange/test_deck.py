"""A deck: a slide a scene, the film, charts with their numbers, notes, links, the foot; the same bytes every time."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pptx.enum.chart import XL_CHART_TYPE
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.exchange.making_decks import ON, SINCE, address, arrange, flat, made, opened, texts
from tests.factories import Register
from tracker.queries.facts import current_portfolio
from tracker.queries.scenes import scenes
from tracker.queries.stage import stage
from tracker.services.errors import InvalidInput

TRANSITION = "{http://schemas.openxmlformats.org/presentationml/2006/main}transition"


@pytest.fixture
def arranged(register: Register) -> None:
    """The register of the decks."""
    arrange(register)


def slides(session: Session, **more: Any) -> list[Any]:
    return list(opened(made(session, **more)).slides)


def titles(session: Session, **more: Any) -> list[str]:
    return [each.shapes.title.text for each in slides(session, **more)]


@pytest.mark.usefixtures("arranged")
def test_every_scene_has_its_slide_and_the_film_follows_the_headline(session: Session) -> None:
    assert titles(session) == [
        "4 of 6 department pairs work together.",
        "January 2026: 1 of 6 department pairs works together.",
        "February 2026: 1 of 6 department pairs works together.",
        "March 2026: 1 of 6 department pairs works together.",
        "April 2026: 1 of 6 department pairs works together.",
        "May 2026: 4 of 6 department pairs work together.",
        "June 2026: 4 of 6 department pairs work together.",
        "What changed since 31 March",
        "One form for four",
        "Refund in one call",
        "Test uploads at peak",
        "Next: Legal and People.",
        "Thank you.",
    ]


@pytest.mark.usefixtures("arranged")
def test_slides_say_what_their_scenes_say(session: Session) -> None:
    told = scenes(session, SINCE, ON)
    found = slides(session)
    for scene in told:
        slide = next(each for each in found if each.shapes.title.text == scene.title)
        assert [words for words in scene.words if words not in texts(slide)] == []


@pytest.mark.usefixtures("arranged")
def test_every_slide_has_notes_from_the_captions_with_the_addresses_behind_it(session: Session) -> None:
    found = slides(session)
    assert [each.notes_slide.notes_text_frame.text for each in found if not each.has_notes_slide] == []
    by_title = {each.shapes.title.text: each.notes_slide.notes_text_frame.text for each in found}
    for scene in scenes(session, SINCE, ON):
        receipts = [f"{each.words}: {address(each)}" for each in scene.sources]
        assert by_title[scene.title].splitlines() == [*scene.notes, *receipts]
    may = by_title["May 2026: 4 of 6 department pairs work together."]
    assert may.splitlines()[0] == "May 2026: 4 of 6 department pairs work together."
    assert may.endswith("Momentum on 31 May 2026: https://tracker.example.org/momentum.show?on=2026-05-31")


@pytest.mark.usefixtures("arranged")
def test_a_note_is_spoken_and_never_shown(session: Session) -> None:
    note = "“At last”, said a customer."
    win = next(each for each in slides(session) if each.shapes.title.text == "Refund in one call")
    assert note in win.notes_slide.notes_text_frame.text
    assert note not in texts(win)


@pytest.mark.usefixtures("arranged")
def test_numbers_and_receipts_open_the_pages_behind_them(session: Session) -> None:
    found = slides(session)
    for scene in scenes(session, SINCE, ON):
        slide = next(each for each in found if each.shapes.title.text == scene.title)
        links = {
            run.hyperlink.address
            for shape in flat(slide.shapes)
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
            for run in paragraph.runs
            if run.hyperlink.address
        }
        assert links == {address(each) for each in scene.sources}
    number = next(
        run
        for shape in found[0].placeholders
        for p in shape.text_frame.paragraphs
        for run in p.runs
        if run.text == "4"
    )
    assert number.hyperlink.address.endswith("pairs.index?band=together&on=2026-06-30")
    assert number.font.size.pt > 60


@pytest.mark.usefixtures("arranged")
def test_the_charts_hold_the_numbers_of_the_months(session: Session) -> None:
    shown = stage(session, ON, ON)
    charts = {
        slide.shapes.title.text: shape.chart
        for slide in slides(session)
        for shape in slide.shapes
        if shape.has_chart
    }
    momentum, pairs = charts["What changed since 31 March"], charts["Next: Legal and People."]
    assert momentum.chart_type == XL_CHART_TYPE.AREA
    assert list(momentum.plots[0].series[0].values) == [round(each.momentum, 4) for each in shown.months]
    assert pairs.chart_type == XL_CHART_TYPE.COLUMN_STACKED
    assert {each.name: list(each.values) for each in pairs.plots[0].series} == {
        "Backed up": [each.covered.pairs["backed"] for each in shown.months],
        "Works together": [each.covered.pairs["single"] for each in shown.months],
        "Begun": [each.covered.pairs["begun"] for each in shown.months],
    }
    assert pairs.value_axis.maximum_scale == 6
    for chart in (momentum, pairs):
        book = zipfile.ZipFile(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        rows = book.read("xl/worksheets/sheet1.xml").decode()
        assert rows.count("<row ") == len(shown.months) + 1


@pytest.mark.usefixtures("arranged")
def test_charts_end_on_the_day_that_is_told(session: Session) -> None:
    found = slides(session, on=date(2026, 5, 12), since=date(2026, 2, 28))
    chart = next(shape.chart for slide in found for shape in slide.shapes if shape.has_chart)
    assert len(list(chart.plots[0].series[0].values)) == 6
    assert found[5].shapes.title.text == "April 2026: 1 of 6 department pairs works together."
    assert found[6].shapes.title.text == "12 May 2026: 4 of 6 department pairs work together."


@pytest.mark.usefixtures("arranged")
def test_the_film_fades_and_goes_on_by_itself_until_its_last_month(session: Session) -> None:
    found = slides(session)
    after = [each._element.find(TRANSITION) for each in found]
    assert [at for at, each in enumerate(after) if each is not None] == [1, 2, 3, 4, 5, 6]
    assert [each.get("advTm") for each in after[1:7]] == ["2000"] * 5 + [None]
    assert {each[0].tag.rpartition("}")[2] for each in after[1:7]} == {"fade"}


@pytest.mark.usefixtures("arranged")
def test_departments_stand_still_through_the_film(session: Session) -> None:
    places = [
        {each.name: (each.left, each.top) for each in flat(slide.shapes) if each.name.startswith("Name of ")}
        for slide in slides(session)[1:7]
    ]
    assert set(places[0]) == {f"Name of {name}" for name in ("Claims", "Legal", "Sales", "People")}
    assert all(each == places[0] for each in places)


@pytest.mark.usefixtures("arranged")
def test_the_track_is_drawn_in_shapes_that_are_named_for_what_they_show(session: Session) -> None:
    june = slides(session)[6]
    (track,) = [each for each in june.shapes if each.name == "Track"]
    names = [each.name for each in track.shapes]
    assert names.count("Lane line") == 4
    assert [name for name in names if name in ("One form for four", "Test uploads at peak")] == [
        "One form for four",
        "Test uploads at peak",
    ]
    assert "Claims and Legal" in names
    assert "Photos lost" not in names


@pytest.mark.usefixtures("arranged")
def test_on_the_slide_of_a_win_only_those_who_brought_it_stand_out(session: Session) -> None:
    win = next(each for each in slides(session) if each.shapes.title.text == "Refund in one call")
    faded = {
        shape.text_frame.text: "alpha" in str(shape._element.xml)
        for shape in flat(win.shapes)
        if shape.name.startswith("Name of ")
    }
    assert faded == {"Claims": False, "Legal": False, "Sales": True, "People": True}


@pytest.mark.usefixtures("arranged")
def test_every_slide_carries_the_classification_and_its_number(session: Session) -> None:
    for slide in slides(session, classification="Internal"):
        kinds = {each.element.ph.get("type"): each for each in slide.placeholders}
        assert kinds["ftr"].text_frame.text == "Internal · 30 June 2026"
        assert "sldNum" in kinds


@pytest.mark.usefixtures("arranged")
def test_slides_are_sixteen_to_nine(session: Session) -> None:
    deck = opened(made(session))
    assert round(deck.slide_width / deck.slide_height, 3) == 1.778


@pytest.mark.usefixtures("arranged")
def test_shapes_of_a_slide_have_ids_of_their_own_and_stay_on_it(session: Session) -> None:
    deck = opened(made(session))
    for slide in deck.slides:
        ids = Counter(each.get("id") for each in slide._element.iter("{*}cNvPr"))
        assert [id_ for id_, count in ids.items() if count > 1] == []
        for shape in slide.shapes:
            assert shape.left >= 0 <= shape.top
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


@pytest.mark.usefixtures("arranged")
def test_the_same_day_gives_the_same_bytes(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(session, classification="Internal")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert made(session, classification="Internal") == first


@pytest.mark.usefixtures("arranged")
def test_every_part_of_the_file_is_there_once_and_reads_as_xml(session: Session) -> None:
    from pptx.oxml import parse_xml

    with zipfile.ZipFile(BytesIO(made(session))) as file:
        assert file.testzip() is None
        names = file.namelist()
        assert len(set(names)) == len(names)
        assert [each for each in names if "printerSettings" in each or "thumbnail" in each] == []
        for name in names:
            if name.endswith((".xml", ".rels")):
                parse_xml(file.read(name))


def test_an_empty_register_makes_one_slide(session: Session) -> None:
    assert titles(session) == ["Begin with two departments."]


def test_words_that_no_slide_can_hold_are_left_out(session: Session, register: Register) -> None:
    one, other = register.departments("Claims & <Co> “x”", "Le\x0bgal\x1f")
    home = register.initiative("Sto\x01rm", one, other, start=date(2026, 5, 4))
    register.moment(home, date(2026, 6, 4), title="R&D <b> \ufffe wins")
    found = titles(session)
    assert "R&D <b>  wins" in found


def test_long_words_are_made_smaller_until_they_fit(session: Session, register: Register) -> None:
    two = register.departments("Claims", "Legal")
    home = register.initiative("Storm desk", *two, start=date(2026, 5, 4))
    register.moment(home, date(2026, 6, 4), title="A very long title " * 16)
    register.moment(home, date(2026, 6, 5), title="Short")
    sizes = {
        slide.shapes.title.text[:5]: slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size
        for slide in slides(session)
    }
    assert sizes["Short"] is None
    assert 14 <= sizes["A ver"].pt <= 20


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": date(2026, 7, 1)}, "on"),
        ({"since": ON}, "since"),
        ({"classification": "x" * 81}, "classification"),
    ],
)
def test_what_cannot_be_told_is_said(session: Session, more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        made(session, **more)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("count", [3, 24])
def test_a_deck_takes_the_same_queries_however_much_there_is(
    session: Session, register: Register, engine: Engine, count: int
) -> None:
    departments = register.departments(*(f"D{at:02}" for at in range(count)))
    register.journey("Claiming", *departments)
    for at in range(count - 1):
        home = register.initiative(
            f"Pilot {at}", departments[at], departments[at + 1], start=date(2025, 12, 1)
        )
        register.update(home, date(2026, 5, 1))
        register.moment(home, date(2026, 6, 4))
    current_portfolio(session)
    made(session)
    with counting(engine) as sent:
        made(session)
    assert len(sent) == 13
