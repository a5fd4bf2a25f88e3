"""The picture of a day as SVG and PNG: what is on it, that it needs nothing from elsewhere, and its exact size."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests.exchange.making_decks import ON, SINCE, address, arrange
from tests.factories import Register
from tracker.exchange.lettering import (
    FONTS,
    NAME,
    NUMBER,
    STRONG,
    TEXT,
    broken,
    cut_short,
    size_that_fits,
    width_of,
)
from tracker.exchange.looks import Theme, colours
from tracker.exchange.picture import HEIGHT, WIDTH, Paper, picture
from tracker.exchange.typesetting import png
from tracker.queries.stories import Story, ended
from tracker.services.decks import story_to_give

SVG = "{http://www.w3.org/2000/svg}"


def story(session: Session, **more: object) -> Story:
    asked = {"on": ON, "since": SINCE, "today": ON, **more}
    return ended(story_to_give(session, **asked))


@pytest.fixture
def arranged(session: Session, register: Register) -> Story:
    """The story of a register in which seven months of work are arranged."""
    arrange(register)
    return story(session, classification="Internal")


def words(svg: bytes) -> list[str]:
    """Return the lines of a picture."""
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def boxes(svg: bytes) -> list[tuple[float, float]]:
    """Return from where to where every line outside of the track stands."""
    cuts = {(each.weight, each.stretch): each for each in (TEXT, STRONG, NAME, NUMBER)}
    found = []
    for each in ET.fromstring(svg).findall(f"{SVG}text"):
        cut = cuts[int(each.get("font-weight", "400")), each.get("font-stretch", "normal")]
        wide = width_of(each.text or "", cut, float(each.get("font-size", "0")))
        begin = float(each.get("x", "0")) - (wide if each.get("text-anchor") == "end" else 0)
        found.append((begin, begin + wide))
    return found


def test_a_picture_tells_the_day_by_number_sentence_names_and_months(arranged: Story) -> None:
    said = words(picture(arranged, address))
    assert {"4", "30 June 2026", "Claims", "Legal", "Momentum", "Quick wins", "Internal"} <= set(said)
    assert "of 6 department pairs work together." in " ".join(said)
    assert "tracker.example.org/momentum.show?on=2026-06-30" in said
    assert said.count("Jun 2026") == 1


def test_a_picture_names_the_snapshot_it_came_from(arranged: Story) -> None:
    said = " ".join(words(picture(replace(arranged, snapshot="7f3a"), address)))
    assert "Receipts: tracker.example.org/snapshots.show?public_id=7f3a" in said


@pytest.mark.parametrize("paper", ["screen", "a4"])
def test_a_picture_needs_nothing_from_elsewhere_and_runs_nothing(arranged: Story, paper: Paper) -> None:
    svg = picture(arranged, address, paper=paper).decode()
    root = ET.fromstring(svg)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "title", "desc", "style", "g", "path", "circle", "rect", "line", "text", "a",
    }  # fmt: skip
    assert [each.get("href") for each in root.iter() if each.get("href")] == [
        "https://tracker.example.org/momentum.show?on=2026-06-30"
    ]
    style = root.findtext(f"{SVG}style") or ""
    assert set(re.findall(r"url\((.{5})", svg)) == {"data:"}
    assert re.findall(r"\{ font-family: \"Archivo\"", re.sub(r"\s+", " ", style))
    assert not any(
        name in ("class", "style") or name.startswith("on") for each in root.iter() for name in each.attrib
    )


@pytest.mark.parametrize(("name", "files"), [("Claims", 1), ("Řízení škod", 2)])
def test_a_picture_brings_the_letters_it_needs_and_no_others(
    session: Session, register: Register, name: str, files: int
) -> None:
    register.departments(name, "Legal")
    svg = picture(story(session), address)
    assert name in words(svg)
    assert svg.count(b"data:font/woff2") == files


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_wears_the_colours_of_the_pages(arranged: Story, theme: Theme) -> None:
    svg = picture(arranged, address, theme=theme).decode()
    assert f'fill="{colours(theme)["bg"]}"' in svg
    assert set(re.findall(r'"(#[0-9a-f]{6})"', svg)) <= set(colours(theme).values())


@pytest.mark.parametrize(("paper", "size"), [("a4", ("297mm", "210mm")), ("a3", ("420mm", "297mm"))])
def test_for_printing_it_is_as_large_as_the_paper_and_has_no_ground(
    arranged: Story, paper: Paper, size: tuple[str, str]
) -> None:
    root = ET.fromstring(picture(arranged, address, theme="dark", paper=paper))
    assert (root.get("width"), root.get("height")) == size
    _, _, wide, high = map(float, (root.get("viewBox") or "").split())
    assert wide / high == pytest.approx(297 / 210, abs=0.002)
    assert root.find(f"{SVG}rect") is None
    assert colours("dark")["ink"] not in {each.get("fill") for each in root.iter()}


@pytest.mark.parametrize("scale", [1, 2])
def test_pixels_are_exact_and_show_the_picture(arranged: Story, scale: int) -> None:
    image = Image.open(BytesIO(png(picture(arranged, address, has_font=False), scale)))
    assert image.size == (1920 * scale, 1080 * scale)
    ground = tuple(bytes.fromhex(colours("light")["bg"][1:]))
    seen = image.convert("RGB")
    assert seen.getpixel((4, 4)) == ground
    places = {
        "number": (40, 96, 240, 270),
        "sentence": (40, 300, 560, 400),
        "track": (900, 80, 1700, 620),
        "chart": (170, 740, 1820, 900),
        "foot": (40, 1020, 900, 1060),
    }
    drawn = {}
    for name, box in places.items():
        part = seen.crop(tuple(scale * edge for edge in box))
        drawn[name] = len(part.getcolors(part.width * part.height) or [])
    assert min(drawn.values()) > 20, drawn


def test_the_sentence_is_as_bold_in_pixels_as_it_is_drawn(arranged: Story) -> None:
    """A weight that the renderer does not know is drawn as plain text, without a word."""
    svg = picture(arranged, address, has_font=False)
    thin = re.sub(rb'font-weight="[5-9]\d\d"', b'font-weight="400"', svg)
    ink = [
        sum(
            255 - value
            for value in Image.open(BytesIO(png(each))).convert("L").crop((40, 300, 560, 400)).tobytes()
        )
        for each in (svg, thin)
    ]
    assert ink[0] > 1.15 * ink[1]


def test_long_names_many_places_and_large_numbers_stay_on_the_picture(
    session: Session, register: Register
) -> None:
    names = [f"Department of Regulatory Affairs and Compliance {at}" for at in range(60)]
    departments = register.departments(*names)
    home = register.initiative("Everybody " * 8, *departments, start=SINCE)
    register.update(home, ON)
    register.moment(home, ON, title="A title that never ends, since nobody ever stopped it " * 3)
    svg = picture(story(session, classification="Strictly internal to the whole of the house " * 1), address)
    assert "of 1,770 department pairs" in words(svg)
    assert [each for each in boxes(svg) if each[0] < 0 or each[1] > WIDTH] == []


def test_a_register_without_departments_has_a_picture_that_says_so(session: Session) -> None:
    svg = picture(story(session), address)
    assert len(words(svg)) > 1
    assert Image.open(BytesIO(png(svg))).size == (WIDTH, HEIGHT)


def test_words_that_no_xml_can_hold_are_left_out(session: Session, register: Register) -> None:
    register.departments("Storm\x0b desk <b>&amp;", "Legal 🎉", "Юристы")
    svg = picture(story(session), address, has_font=False)
    assert {"Storm desk <b>&amp;", "Legal 🎉", "Юристы"} <= set(words(svg))
    assert Image.open(BytesIO(png(svg))).size == (WIDTH, HEIGHT)


def test_lines_break_between_words_and_the_last_says_that_more_was_left() -> None:
    lines = broken("One two three four five six seven eight nine ten", TEXT, 20, 120, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(width_of(each, TEXT, 20) <= 120 for each in lines)
    assert width_of("12,345", NUMBER, size_that_fits("12,345", NUMBER, 240, 528)) <= 528.01
    assert cut_short("Donaudampfschifffahrtsgesellschaft", TEXT, 20, 100).startswith("Donau")


def test_every_cut_is_there_with_the_licence_and_how_it_was_made() -> None:
    files = {each.name for each in FONTS.iterdir()}
    assert files == {"OFL.txt", "README.md", *(each.file for each in (TEXT, STRONG, NAME, NUMBER))}
    readme = (FONTS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{each.file}`" in readme for each in (TEXT, STRONG, NAME, NUMBER))
