"""The story of a day as PDF: a page a scene, the filmstrip, the table, notes; what machines and readers find in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.exchange.making_decks import address, arrange
from tests.exchange.reading_pdf import headings, links, page_count, unpacked
from tests.exchange.test_pictures import story
from tests.factories import Register
from tracker.exchange.story_pages import story_pdf
from tracker.queries.stories import Story


@pytest.fixture
def arranged(session: Session, register: Register) -> Story:
    """The story of a register in which seven months of work are arranged."""
    arrange(register)
    return story(session, classification="Internal")


def test_it_has_a_page_a_scene_the_film_and_the_table(arranged: Story) -> None:
    text = unpacked(story_pdf(arranged, address))
    headline, *others = [each.title for each in arranged.scenes]
    *pages, title = headings(text)
    assert pages == [headline, "The last months, one after the other", *others, "Month by month"]
    assert title == headline
    assert page_count(text) == len(pages)


def test_notes_follow_only_where_they_are_wanted(arranged: Story) -> None:
    plain, noted = (unpacked(story_pdf(arranged, address, has_notes=each)) for each in (False, True))
    assert "What the speaker says" not in headings(plain)
    assert "What the speaker says" in headings(noted)
    assert page_count(noted) > page_count(plain)


def test_it_says_its_title_its_language_whose_it_is_and_how_it_may_be_passed_on(arranged: Story) -> None:
    text = unpacked(story_pdf(replace(arranged, organisation="Harbour Mutual"), address))
    assert b"/Lang(en)" in text
    assert b"<rdf:li>Harbour Mutual</rdf:li>" in text
    assert re.search(rb"<pdf:Keywords>Internal</pdf:Keywords>", text)
    assert b"/MarkInfo" in text
    for tag in (b"/H1", b"/Figure", b"/Table", b"/TH", b"/Link"):
        assert re.search(rb"/S\s*" + tag + rb"\b", text), tag


def test_its_letters_are_inside_and_can_be_read_out_and_searched(arranged: Story) -> None:
    text = unpacked(story_pdf(arranged, address))
    fonts = re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", text)
    assert {b"Archivo-Regular", b"Archivo-640"} <= set(fonts)
    assert text.count(b"/FontFile") == text.count(b"/ToUnicode") > 0
    assert text.count(b"/Subtype/Image") == 0


def test_its_numbers_and_receipts_lead_to_the_records(arranged: Story) -> None:
    found = links(unpacked(story_pdf(arranged, address)))
    assert {address(each) for scene in arranged.scenes for each in scene.sources} <= found
    assert "https://tracker.example.org/momentum.show?on=2026-01-31" in found


def test_the_same_story_gives_the_same_bytes(arranged: Story) -> None:
    assert story_pdf(arranged, address) == story_pdf(arranged, address)


def test_words_of_any_length_and_script_are_set(session: Session, register: Register) -> None:
    names = [
        "#Claims $x$ *a* @b",
        "Legal 🎉",
        "Юристы",
        "Řízení",
        *(f"Department {at} " + "x" * 60 for at in range(30)),
    ]
    departments = register.departments(*names)
    home = register.initiative("[Storm] " * 20, *departments, start=story(session).since)
    register.update(home, story(session).on)
    register.moment(home, story(session).on, title="Ünïcödé \\ “quotes” " * 6, note="note " * 300)
    told = story(session)
    text = unpacked(story_pdf(told, address, has_notes=True))
    assert page_count(text) >= len(told.scenes) + 2


def test_an_empty_register_says_where_to_begin(session: Session) -> None:
    text = unpacked(story_pdf(story(session), address))
    assert headings(text)[0] == "Begin with two departments."
