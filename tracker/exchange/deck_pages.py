"""Slides in a template's own layouts: which one suits, and how its title, text, picture, footer and notes are filled."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.placeholder import ChartPlaceholder
from pptx.util import Emu

from tracker.exchange.deck_text import Line, Link, fitting, inherited_size, readable, write
from tracker.exchange.deck_track import Box

TITLES = (KIND.TITLE, KIND.CENTER_TITLE)
#: Placeholders that take text or a chart, and those at the foot of a slide, which a new slide has to be given.
CONTENT = (KIND.OBJECT, KIND.BODY, KIND.CHART)
FOOT = ("ftr", "sldNum")
#: Where a layout says nothing: margins and where the text begins and ends, as shares of the slide.
MARGIN, BEGINS, ENDS, FOOT_HEIGHT = 0.045, 0.25, 0.88, 0.05
#: Of a text box without a placeholder: its usual size in points, that of a title, and that of a footer.
USUAL, USUAL_TITLE, SMALL = 24.0, 32.0, 10.0
#: Where one text placeholder has to share its box with a picture: the part of its width that stays text.
TEXT_SHARE, APART = 0.34, 0.03
#: A track is drawn into a layout's own place only if that is at least so much of the slide's width.
WIDE = 0.55
#: PowerPoint's own names of layouts, by how many contents a slide needs.
PREFERRED = {0: "titleOnly", 1: "obj", 2: "twoObj"}
#: A slide of the film stays so long, in milliseconds.
STAYS = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """A slide being filled: the box of its text, if it has text, and of its picture, if it has one."""

    slide: Any
    text: Any
    picture: Any
    text_box: Box
    picture_box: Box


class Pages:
    """The slides of a deck, one after the other, with the same line at the foot of each."""

    def __init__(self, deck: Deck, foot: str) -> None:
        self.deck, self.foot = deck, foot
        self.width, self.height = int(deck.slide_width or 0), int(deck.slide_height or 0)

    def add(self, title: Line, *, has_text: bool, has_picture: bool, is_drawn: bool = False) -> Page:
        """Add a slide in the layout that suits best, with its title and foot; its other contents wait to be filled.

        ``is_drawn``: the picture is a track, which needs more of the width than its text.
        """
        wanted = has_text + has_picture
        layout = self._layout(wanted if has_text else 0)
        slide = self.deck.slides.add_slide(layout)
        contents = sorted(
            (each for each in slide.placeholders if each.placeholder_format.type in CONTENT),
            key=lambda each: (int(each.left), int(each.top)),
        )
        whole = _around(contents) or self._free(layout)
        text = contents[0] if has_text and contents else None
        picture = contents[1] if has_text and has_picture and len(contents) > 1 else None
        kept = [each._element for each in (text, picture) if each is not None]  # noqa: SLF001 (as below)
        for each in list(slide.placeholders):
            if each.placeholder_format.type not in TITLES and each._element not in kept:  # noqa: SLF001 (an empty placeholder is taken out as XML)
                each._element.getparent().remove(each._element)  # noqa: SLF001 (as above)
        boxes = whole, whole
        if has_text and has_picture:
            boxes = self._boxes(whole, text, picture, is_drawn=is_drawn)
        self._title(slide, layout, title)
        self._foot(slide, layout)
        return Page(slide, text, picture, *boxes)

    def _layout(self, contents: int) -> Any:
        """Return the layout with a title and so many contents; failing that with more, or simply the first."""
        layouts = list(self.deck.slide_layouts)
        titled = [each for each in layouts if _title_of(each) is not None] or layouts
        for each in titled:
            if each._element.get("type") == PREFERRED[contents] and _contents(each) == contents:  # noqa: SLF001 (its kind is not in the library's reach)
                return each
        for fits in (contents, contents + 1, 1, 0):
            found = next((each for each in titled if _contents(each) == fits), None)
            if found is not None:
                return found
        return titled[0]

    def _boxes(self, whole: Box, text: Any, picture: Any, *, is_drawn: bool) -> tuple[Box, Box]:
        """Return the boxes of text and picture; where the layout has none that suit, they share what it has."""
        if text is not None and picture is not None:
            is_wide = int(picture.width) >= WIDE * self.width
            if is_wide or not is_drawn:
                return _box(text), _box(picture)
        across, between = round(whole.width * TEXT_SHARE), round(whole.width * APART)
        left = Box(whole.left, whole.top, across, whole.height)
        if text is not None:
            text.left, text.top, text.width, text.height = left.left, left.top, left.width, left.height
        begin = whole.left + across + between
        return left, Box(begin, whole.top, whole.width - across - between, whole.height)

    def _free(self, layout: Any) -> Box:
        """Return where a layout without contents leaves room: below its title, above its foot."""
        title, side = _title_of(layout), round(self.width * MARGIN)
        top = round(self.height * BEGINS)
        if title is not None and int(title.top) + int(title.height) < self.height * 0.5:
            top = int(title.top) + int(title.height) + round(self.height * 0.02)
            side = min(int(title.left), round(self.width * 0.2)) or side
        return Box(side, top, self.width - 2 * side, round(self.height * ENDS) - top)

    def _title(self, slide: Any, layout: Any, title: Line) -> None:
        """Fill the title; a layout without one gets a box, so that every slide has its sentence."""
        shape = slide.shapes.title
        if shape is None:
            side, top = round(self.width * MARGIN), round(self.height * MARGIN)
            shape = slide.shapes.add_textbox(
                Emu(side), Emu(top), Emu(self.width - 2 * side), Emu(round(self.height * 0.17))
            )
            shape.text_frame.word_wrap = True
            said, usual = 0.0, USUAL_TITLE
        else:
            said = usual = inherited_size(_title_of(layout), layout, "title")
        size = fitting((title,), int(shape.width), int(shape.height), usual)
        write(shape.text_frame, (title,), said, size)

    def _foot(self, slide: Any, layout: Any) -> None:
        """Give the slide the foot of its layout: the line of the deck, and its number."""
        found = {}
        for each in layout.placeholders:
            kind = each._element.ph.get("type")  # noqa: SLF001 (the library leaves the foot of a layout where it is)
            if kind in FOOT:
                found[kind] = element = copy.deepcopy(each._element)  # noqa: SLF001 (as above)
                slide.shapes._spTree.append(element)  # noqa: SLF001 (as above)
                element.find(f"{qn('p:nvSpPr')}/{qn('p:cNvPr')}").set("id", str(900 + len(found)))
        if "ftr" in found:
            shape = next(each for each in slide.placeholders if each._element is found["ftr"])  # noqa: SLF001 (as above)
            line, usual = (Line((Link(self.foot),)),), inherited_size(shape, layout, "ftr")
            shape.text_frame.clear()
            write(shape.text_frame, line, usual, fitting(line, int(shape.width), int(shape.height), usual))
        elif self.foot:
            side, high = round(self.width * MARGIN), round(self.height * FOOT_HEIGHT)
            box = slide.shapes.add_textbox(
                Emu(side), Emu(self.height - high - round(high / 2)), Emu(self.width - 2 * side), Emu(high)
            )
            write(box.text_frame, (Line((Link(self.foot),)),), 0.0, SMALL)


def fill_text(page: Page, lines: Sequence[Line], *, marks: bool) -> None:
    """Write the text of a slide into its placeholder, or into a box where the layout has none."""
    shape = page.text
    if shape is None:
        box = page.text_box
        shape = page.slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
        shape.text_frame.word_wrap = True
        said, usual = 0.0, USUAL
    else:
        layout = page.slide.slide_layout
        index = shape.placeholder_format.idx
        placeholder = next(each for each in layout.placeholders if each.placeholder_format.idx == index)
        said = usual = inherited_size(placeholder, layout, "body")
    size = fitting(lines, int(shape.width), int(shape.height), usual)
    write(shape.text_frame, lines, said, size, marks=marks)


def fill_chart(page: Page, kind: XL_CHART_TYPE, data: CategoryChartData) -> Any:
    """Put a chart into the picture's placeholder, or into its box where the layout has none; return it to be styled."""
    if page.picture is not None:
        holder = ChartPlaceholder(page.picture._element, page.picture._parent)  # noqa: SLF001 (the library gives charts to placeholders of charts alone)
        return holder.insert_chart(kind, data).chart
    box = page.picture_box
    placed = page.slide.shapes.add_chart(
        kind, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height), data
    )
    return placed.chart


def leave_room(page: Page) -> Box:
    """Return the box of a picture that is drawn in shapes; a placeholder there gives way to it."""
    if page.picture is not None:
        page.picture._element.getparent().remove(page.picture._element)  # noqa: SLF001 (an empty placeholder is taken out as XML)
    return page.picture_box


def add_line(page: Page, line: Line, box: Box, size: float) -> None:
    """Write a line into a box of its own, where a slide has a picture and no text."""
    shape = page.slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
    shape.text_frame.word_wrap = True
    write(shape.text_frame, (line,), 0.0, fitting((line,), box.width, box.height, size))


def add_notes(page: Page, notes: Sequence[str]) -> None:
    """Write what the speaker reads."""
    page.slide.notes_slide.notes_text_frame.text = readable("\n".join(notes))


def fade_in(page: Page, *, goes_on: bool) -> None:
    """Let a slide of the film fade in; it goes on by itself, the last one waits for the speaker."""
    after = f' advTm="{STAYS}"' if goes_on else ""
    transition = parse_xml(f'<p:transition {nsdecls("p")} spd="med"{after}><p:fade/></p:transition>')
    root = page.slide._element  # noqa: SLF001 (transitions are not in the library's reach)
    before = root.find(qn("p:clrMapOvr"))
    (before if before is not None else root.find(qn("p:cSld"))).addnext(transition)


def _title_of(layout: Any) -> Any:
    return next((each for each in layout.placeholders if each.placeholder_format.type in TITLES), None)


def _contents(layout: Any) -> int:
    return sum(each.placeholder_format.type in CONTENT for each in layout.placeholders)


def _box(shape: Any) -> Box:
    return Box(int(shape.left), int(shape.top), int(shape.width), int(shape.height))


def _around(shapes: Sequence[Any]) -> Box | None:
    """Return the box that holds all of them, None for none."""
    if not shapes:
        return None
    boxes = [_box(each) for each in shapes]
    left, top = min(each.left for each in boxes), min(each.top for each in boxes)
    right = max(each.left + each.width for each in boxes)
    bottom = max(each.top + each.height for each in boxes)
    return Box(left, top, right - left, bottom - top)
