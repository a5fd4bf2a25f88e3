"""Templates: a company's own layouts are filled, its slides left out; what is no template is told what to do."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches
from sqlalchemy.orm import Session

from tests.exchange.making_decks import (
    arrange,
    as_potx,
    changed,
    company_template,
    made,
    opened,
    saved,
    texts,
    with_part,
)
from tests.factories import Register
from tracker.exchange import deck_templates
from tracker.services.errors import InvalidInput

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(autouse=True)
def arranged(register: Register) -> None:
    """The register of the decks."""
    arrange(register)


def refusal(session: Session, template: bytes) -> str:
    """Return what is said of a file that cannot be a template."""
    with pytest.raises(InvalidInput) as refused:
        made(session, template=template)
    assert set(refused.value.errors) == {"template"}
    return refused.value.errors["template"]


@pytest.mark.parametrize("kind", ["pptx", "potx"])
def test_a_company_s_layouts_and_placeholders_are_filled(session: Session, kind: str) -> None:
    template = company_template()
    deck = opened(made(session, template=as_potx(template) if kind == "potx" else template))
    used = {each.shapes.title.text: each.slide_layout.name for each in deck.slides}
    assert used["What changed since 31 March"] == "Company Two Content"
    assert used["June 2026: 4 of 6 department pairs work together."] == "Company Title Only"
    assert used["Thank you."] == "Company Title and Content"
    changed_slide = next(each for each in deck.slides if each.shapes.title.text.startswith("What changed"))
    filled = {each.placeholder_format.idx: each for each in changed_slide.placeholders}
    assert filled[1].text_frame.paragraphs[0].text == "First joint win: Claims, People and Sales."
    assert filled[2].has_chart


def test_no_placeholder_is_left_empty(session: Session) -> None:
    deck = opened(made(session, template=company_template(), classification="Internal"))
    empty = [
        (slide.shapes.title.text, each.name)
        for slide in deck.slides
        for each in slide.placeholders
        if each.has_text_frame and not each.text_frame.text
    ]
    assert empty == []


def test_a_template_s_own_slides_are_left_out_of_the_file(session: Session) -> None:
    data = made(session, template=company_template())
    said = [words for slide in opened(data).slides for words in texts(slide)]
    assert "A cover of the company" not in said
    with zipfile.ZipFile(BytesIO(data)) as file:
        slides = [name for name in file.namelist() if name.startswith("ppt/slides/slide")]
        assert len(slides) == len(opened(data).slides)
        assert not any(b"A cover of the company" in file.read(name) for name in file.namelist())
        assert len(set(file.namelist())) == len(file.namelist())


def test_sections_that_name_slides_which_are_gone_go_too(session: Session) -> None:
    sections = (
        b'<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst '
        b'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"><p14:section name="Old" '
        b'id="{11111111-1111-1111-1111-111111111111}"><p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst>'
        b"</p14:section></p14:sectionLst></p:ext></p:extLst></p:presentation>"
    )
    template = changed(company_template(), "ppt/presentation.xml", b"</p:presentation>", sections)
    with zipfile.ZipFile(BytesIO(made(session, template=template))) as file:
        assert b"sectionLst" not in file.read("ppt/presentation.xml")


def test_the_template_keeps_its_size_and_its_theme(session: Session) -> None:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(10), Inches(5.625)
    template = changed(saved(deck), "ppt/theme/theme1.xml", b"4F81BD", b"123456")
    data = made(session, template=template)
    assert (opened(data).slide_width, opened(data).slide_height) == (Inches(10), Inches(5.625))
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert b"123456" in file.read("ppt/theme/theme1.xml")


def test_a_template_with_one_layout_and_no_title_still_shows_everything(session: Session) -> None:
    deck = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name != "Blank":
            deck.slide_layouts.remove(layout)
    blank = deck.slide_layouts[0]
    for each in list(blank.placeholders):
        each._element.getparent().remove(each._element)
    found = opened(made(session, template=saved(deck), classification="Internal")).slides
    assert [each for each in found if "Internal · 30 June 2026" not in texts(each)] == []
    assert "4 of 6 department pairs work together." in texts(found[0])
    assert sum(shape.has_chart for slide in found for shape in slide.shapes) == 2


def test_a_file_that_is_no_presentation_is_told_apart(session: Session) -> None:
    word = changed(
        company_template(),
        "[Content_Types].xml",
        b"presentationml.presentation.main",
        b"wordprocessingml.document.main",
    )
    empty = BytesIO()
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("readme.txt", "nothing")
    for data in (b"", b"%PDF-1.7", b"PK\x03\x04 broken", word, empty.getvalue()):
        assert refusal(session, data) == "This is no PowerPoint file. Bring a .pptx or a .potx."


def test_a_file_with_macros_is_refused(session: Session) -> None:
    template = company_template()
    typed = changed(
        template,
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    )
    for data in (
        typed,
        with_part(template, "ppt/vbaProject.bin", b"x"),
        with_part(template, "ppt/activeX/a.xml", b"x"),
    ):
        assert refusal(session, data).startswith("This file has macros in it.")


def test_a_file_with_a_password_or_of_an_old_powerpoint_is_refused(session: Session) -> None:
    locked = COMPOUND + "EncryptedPackage".encode("utf-16-le")
    assert refusal(session, locked) == "This file has a password. Save it without one, and bring it again."
    assert refusal(session, COMPOUND + b"PowerPoint").startswith(
        "This is a file of an old PowerPoint (.ppt)."
    )


def test_a_file_that_is_too_large_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    template = company_template()
    monkeypatch.setattr(deck_templates, "LARGEST_UNPACKED", 100_000)
    assert refusal(session, template) == "This file is too large inside. Take pictures and films out of it."
    monkeypatch.setattr(deck_templates, "LARGEST", 1_000)
    assert "Take pictures and films out of it, and bring it again." in refusal(session, template)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ppt/presentation.xml", b"<p:sldMasterIdLst>", b"<broken"),
        ("_rels/.rels", b"officeDocument", b"somethingElse"),
        ("ppt/slideLayouts/slideLayout2.xml", b"<p:cSld", b"<p:cSl"),
        ("ppt/_rels/presentation.xml.rels", b"slideMasters/slideMaster1.xml", b"slideMasters/nothing.xml"),
    ],
)
def test_a_damaged_file_is_told_what_to_do(session: Session, name: str, old: bytes, new: bytes) -> None:
    said = refusal(session, changed(company_template(), name, old, new))
    assert said.startswith(
        "PowerPoint's own parts of this file cannot be read. Open it in PowerPoint, save it"
    )


def test_an_entity_in_a_template_is_never_looked_up(session: Session, tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("never shown")
    template = changed(
        company_template(),
        "ppt/slideLayouts/slideLayout2.xml",
        b"?>",
        f'?><!DOCTYPE x [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'.encode(),
    )
    try:
        data = made(session, template=template)
    except InvalidInput:
        return
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert not any(b"never shown" in file.read(name) for name in file.namelist())
