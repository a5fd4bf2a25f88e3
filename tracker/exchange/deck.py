"""A PowerPoint out of scenes: a slide a scene, the last months as a film, charts with their numbers, notes and links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from tracker.exchange import deck_charts as charts
from tracker.exchange.deck_packing import settled
from tracker.exchange.deck_pages import (
    Page,
    Pages,
    add_line,
    add_notes,
    fade_in,
    fill_chart,
    fill_text,
    leave_room,
)
from tracker.exchange.deck_templates import open_template, plain_deck
from tracker.exchange.deck_text import Line, Link, readable
from tracker.exchange.deck_track import Box, draw_track
from tracker.exchange.focus import focus_on
from tracker.graph.captions import PAIRS
from tracker.graph.wording import MONTHS
from tracker.queries.scenes import Scene, Source
from tracker.queries.stage import Month, Stage

#: The film shows so many months.
FILM_MONTHS = 6
#: The number of the headline beside the text around it, and the links below it.
LARGE, SMALL_LINKS = 3.4, 0.62
#: A number of more figures than this is written smaller.
FIGURES = 3
#: The line under a track: its part of the slide's free height, and its size in points.
LINE_SHARE, LINE_SIZE = 0.14, 16.0
RECEIPTS = "Receipts: "


@dataclass(frozen=True, slots=True)
class Telling:
    """What a deck tells: its scenes, the stage of its day, the film that ends there, and whose it is.

    ``crossings``: journeys say which pairs are needed. ``address`` gives the full address of the page behind a number.
    """

    scenes: Sequence[Scene]
    film: Sequence[Stage]
    organisation: str
    classification: str
    crossings: bool
    on: date
    address: Callable[[Source], str]

    @property
    def stage(self) -> Stage:
        """The stage of the day, with which the film ends."""
        return self.film[-1]

    @property
    def months(self) -> tuple[Month, ...]:
        """The months up to the day that charts show."""
        stage = self.stage
        return stage.months[: stage.at + 1][-charts.MOST_MONTHS :]


def make_deck(telling: Telling, template: bytes | None = None) -> bytes:
    """Return the deck as a .pptx file, the same bytes for the same telling and template.

    Raises
    ------
    UnusableTemplate
        When the template cannot be filled.
    """
    deck = open_template(template) if template is not None else plain_deck()
    foot = (telling.classification, telling.organisation, day_long(telling.on))
    pages = Pages(deck, " · ".join(each for each in foot if each))
    for scene in telling.scenes:
        _SCENES.get(scene.kind, _sentences)(pages, telling, scene)
        if scene.kind == "headline" and len(telling.film) > 1:
            _film(pages, telling)
    said = deck.core_properties
    said.title = readable(telling.scenes[0].title)[:255]
    said.author = said.last_modified_by = readable(telling.organisation)[:255]
    said.subject, said.keywords = readable(telling.classification)[:255], ""
    said.comments, said.revision = "", 1
    made = BytesIO()
    deck.save(made)
    return settled(made.getvalue(), f"{telling.on.isoformat()}T00:00:00Z")


def day_long(day: date) -> str:
    """Return a day with its year.

    >>> day_long(date(2026, 6, 30))
    '30 June 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _headline(pages: Pages, telling: Telling, scene: Scene) -> None:
    """Show one number, one sentence, one picture."""
    page = pages.add(_title(scene), has_text=True, has_picture=telling.stage.has_departments, is_drawn=True)
    lines = []
    for figure in scene.figures[:1]:
        large = LARGE if len(f"{figure.value:,}") <= FIGURES else LARGE / 2
        link = Link(f"{figure.value:,}", telling.address(figure.source))
        lines.append(Line((link,), large, is_strong=True))
    fill_text(page, [*lines, *_lines(scene), *_receipts(telling, scene)], marks=False)
    if telling.stage.has_departments:
        draw_track(page.slide.shapes, telling.stage, leave_room(page))
    _notes(page, telling, scene)


def _changed(pages: Pages, telling: Telling, scene: Scene) -> None:
    """Tell what changed, beside the momentum of the months."""
    page = pages.add(_title(scene), has_text=True, has_picture=True)
    fill_text(page, [*_lines(scene), *_receipts(telling, scene)], marks=True)
    charts.draw_momentum(fill_chart(page, charts.AREA, charts.momentum_data(telling.months)))
    _notes(page, telling, scene)


def _next(pages: Pages, telling: Telling, scene: Scene) -> None:
    """Name the next bridge, beside the pairs that work together month by month."""
    page = pages.add(_title(scene), has_text=True, has_picture=True)
    fill_text(page, [*_lines(scene), *_receipts(telling, scene)], marks=True)
    chart = fill_chart(page, charts.COLUMNS, charts.pairs_data(telling.months))
    charts.draw_pairs(chart, telling.months, PAIRS[telling.crossings][1])
    _notes(page, telling, scene)


def _moment(pages: Pages, telling: Telling, scene: Scene) -> None:
    """Tell a win or a lesson beside the track, on which only those that brought it stand out."""
    page = pages.add(_title(scene), has_text=True, has_picture=True, is_drawn=True)
    fill_text(page, [*_lines(scene), *_receipts(telling, scene)], marks=False)
    stage, is_near_miss = telling.stage, scene.kind == "near_miss"
    focus = focus_on(stage, scene.departments, scene.title, is_near_miss=is_near_miss)
    draw_track(page.slide.shapes, stage, leave_room(page), focus)
    _notes(page, telling, scene)


def _sentences(pages: Pages, telling: Telling, scene: Scene) -> None:
    """Write a title and its sentences."""
    page = pages.add(_title(scene), has_text=True, has_picture=False)
    fill_text(page, [*_lines(scene), *_receipts(telling, scene)], marks=False)
    _notes(page, telling, scene)


_SCENES: dict[str, Callable[[Pages, Telling, Scene], None]] = {
    "headline": _headline,
    "changed": _changed,
    "win": _moment,
    "near_miss": _moment,
    "next": _next,
}


def _film(pages: Pages, telling: Telling) -> None:
    """Draw the months one after the other, each a track that fades into the next; no network, no film to play."""
    for stage in telling.film:
        is_end = (stage.on + timedelta(1)).day == 1
        month = f"{MONTHS[stage.on.month - 1]} {stage.on.year}" if is_end else day_long(stage.on)
        page = pages.add(Line((Link(f"{month}: {stage.sentence}"),)), has_text=False, has_picture=True)
        whole = leave_room(page)
        high = round(whole.height * LINE_SHARE)
        draw_track(page.slide.shapes, stage, Box(whole.left, whole.top, whole.width, whole.height - high))
        source = Source(f"Momentum on {day_long(stage.on)}", "momentum.show", (("on", stage.on.isoformat()),))
        link = Link(source.words, telling.address(source))
        line = Line((Link(f"{stage.caption} "), link) if stage.caption else (link,))
        add_line(page, line, Box(whole.left, whole.top + whole.height - high, whole.width, high), LINE_SIZE)
        add_notes(page, [f"{month}: {stage.sentence}", *stage.story, f"{source.words}: {link.address}"])
        fade_in(page, goes_on=stage is not telling.film[-1])


def _title(scene: Scene) -> Line:
    return Line((Link(scene.title),))


def _lines(scene: Scene) -> list[Line]:
    return [Line((Link(words),)) for words in scene.words]


def _receipts(telling: Telling, scene: Scene) -> list[Line]:
    """Return one small line of links to the pages behind the slide; none where there are none."""
    parts = [Link(RECEIPTS)]
    for at, source in enumerate(scene.sources):
        parts += [Link(", ")] * bool(at) + [Link(source.words, telling.address(source))]
    return [Line(tuple(parts), SMALL_LINKS)] if len(parts) > 1 else []


def _notes(page: Page, telling: Telling, scene: Scene) -> None:
    """Write the speaker's sentences, and the address of every page behind them."""
    receipts: list[Any] = [f"{each.words}: {telling.address(each)}" for each in scene.sources]
    add_notes(page, [*scene.notes, *receipts])
