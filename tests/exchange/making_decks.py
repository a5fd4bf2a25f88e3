"""Decks of a small register, and templates to put them into."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from pptx import Presentation
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.moments import Lesson
from tracker.queries.scenes import Source
from tracker.services.decks import powerpoint, story_to_give

SINCE, ON = date(2026, 3, 31), date(2026, 6, 30)
MAIN = b"presentationml.presentation.main+xml"


def arrange(register: Register) -> None:
    """Arrange seven months of work of four departments, with wins and a lesson."""
    claims, legal, sales, people = register.departments("Claims", "Legal", "Sales", "People")
    storm = register.initiative(
        "Storm desk", claims, legal, start=date(2025, 12, 1), lead=register.person("Priya Raman")
    )
    desk = register.initiative("Joint desk", sales, people, claims, start=date(2026, 5, 4))
    register.update(storm, date(2026, 3, 1))
    register.update(storm, date(2026, 5, 20))
    for on in (date(2026, 1, 9), date(2026, 5, 12)):
        register.moment(storm, on, note="“At last”, said a customer.")
    register.moment(desk, date(2026, 6, 10), title="One form for four")
    miss = register.moment(desk, date(2026, 6, 4), "near_miss", "Photos lost", ok_to_show=True)
    register.save(Lesson(moment_id=miss.id, tried="We tried.", next_time="Test uploads at peak."))


def address(source: Source) -> str:
    """Return the address of a page in the tests."""
    asked = "&".join(f"{name}={value}" for name, value in source.values)
    return f"https://tracker.example.org/{source.page}?{asked}"


def made(session: Session, **more: Any) -> bytes:
    """Return the deck of the register."""
    asked = {"on": ON, "since": SINCE, "today": ON, **more}
    template = asked.pop("template", None)
    return powerpoint(story_to_give(session, **asked), address=address, template=template)


def opened(data: bytes) -> Any:
    """Open a deck as PowerPoint would."""
    return Presentation(BytesIO(data))


def texts(slide: Any) -> list[str]:
    """Return the paragraphs of a slide that say something, in the order of its shapes."""
    frames = [each.text_frame for each in flat(slide.shapes) if each.has_text_frame]
    return [each.text for frame in frames for each in frame.paragraphs if each.text]


def flat(shapes: Sequence[Any]) -> Iterator[Any]:
    """Yield shapes, and those inside groups."""
    for each in shapes:
        if hasattr(each, "shapes"):
            yield from flat(each.shapes)
        else:
            yield each


def saved(deck: Any) -> bytes:
    """Return a presentation as a file."""
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


def company_template() -> bytes:
    """Return a company's template: its own layouts and size, with two slides of its own in it."""
    deck = Presentation()
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "A cover of the company"
    deck.slides.add_slide(deck.slide_layouts[1]).notes_slide.notes_text_frame.text = "Its notes"
    for layout in deck.slide_layouts:
        layout.name = f"Company {layout.name}"
    return saved(deck)


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a package with other words in one of its parts."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as found, zipfile.ZipFile(file, "w") as written:
        for each in found.infolist():
            part = found.read(each)
            written.writestr(each.filename, part.replace(old, new) if each.filename == name else part)
    return file.getvalue()


def as_potx(data: bytes) -> bytes:
    """Return a presentation as a template (.potx)."""
    return changed(data, "[Content_Types].xml", MAIN, b"presentationml.template.main+xml")


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a package with one part more."""
    file = BytesIO(data)
    with zipfile.ZipFile(file, "a") as written:
        written.writestr(name, content)
    return file.getvalue()
