"""A PowerPoint out of a story: a slide a scene, the last months as a film, charts with their numbers, notes and links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO

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
from tracker.queries.stories import Story

#: The film shows so many months.
FILM_MONTHS = 6
#: The number of the headline beside the text around it, and the links below it.
LARGE, SMALL_LINKS = 3.4, 0.62
#: A number of more figures than this is written smaller.
FIGURES = 3
#: The line under a track: its part of the slide's free height, and its size in points.
LINE_SHARE, LINE_SIZE = 0.14, 16.0
RECEIPTS = "Receipts: "


@dataclass(frozen=True)
class Telling:
    """What a deck tells: its story, and the full address of what stands behind a number.

    Out of the register that is the page of the number, out of a snapshot its receipt.
    """

    story: Story
    address: Callable[[Source], str]

    @cached_property
    def film(self) -> tuple[Stage, ...]:
        """The stages of the last months, which end with that of the day."""
        film, captions, at = self.story.film, self.story.captions, self.story.at
        return tuple(
            film.still(place, captions[place]) for place in range(max(0, at + 1 - FILM_MONTHS), at + 1)
        )

    @property
    def stage(self) -> Stage:
        """The stage of the day."""
        return self.film[-1]

    @property
    def months(self) -> tuple[Month, ...]:
        """The months up to the day that charts show."""
        return self.story.film.months[: self.story.at + 1][-charts.MOST_MONTHS :]

    def behind(self, scene: Scene) -> Iterator[Link]:
        """Yield a link to each page behind a scene; out of a snapshot to each receipt, with its id as text."""
        sources = list(scene.sources)
        if self.story.snapshot:
            sources += [Source(each.words, "", (), each.whole) for each in scene.figures if each.whole]
            sources += [Source(words, "", (), receipt) for words, receipt in scene.receipts]
        return self.links(sources)

    def links(self, sources: Iterable[Source]) -> Iterator[Link]:
        """Yield a link to each page; out of a snapshot to each receipt, and none to pages that have none."""
        for each in sources:
            if not self.story.snapshot:
                yield Link(each.words, self.address(each))
            elif each.receipt:
                yield Link(f"{each.words} ({each.receipt})", self.address(each))


def make_deck(telling: Telling, template: bytes | None = None) -> bytes:
    """Return the deck as a .pptx file, the same bytes for the same telling and template.

    Raises
    ------
    UnusableTemplate
        When the template cannot be filled.
    """
    deck = open_template(template) if template is not None else plain_deck()
    story = telling.story
    pages = Pages(deck, foot_of(story))
    for scene in story.scenes:
        _SCENES.get(scene.kind, _sentences)(pages, telling, scene)
        if scene.kind == "headline" and len(telling.film) > 1:
            _film(pages, telling)
    said = deck.core_properties
    said.title = readable(story.title or story.scenes[0].title)[:255]
    said.author = said.last_modified_by = readable(story.organisation)[:255]
    said.subject, said.keywords = readable(story.classification)[:255], ""
    said.comments, said.revision = "", 1
    made = BytesIO()
    deck.save(made)
    return settled(made.getvalue(), f"{story.on.isoformat()}T00:00:00Z")


def foot_of(story: Story) -> str:
    """Return what stands at the foot of every slide: how it may be passed on, what it is, whose, and of which day."""
    snapshot = f"Snapshot {story.snapshot}" if story.snapshot else ""
    foot = (story.classification, story.title, story.organisation, day_long(story.on), snapshot)
    return " · ".join(each for each in foot if each)


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
    charts.draw_pairs(chart, telling.months, PAIRS[telling.story.film.crossings][1])
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
        filters, receipt = telling.story.film.narrowing.filters, telling.story.receipts.of_month(stage.at)
        page_of = "stage.show" if filters else "momentum.show"
        values = (("on", stage.on.isoformat()), *filters.asked.items())
        source = Source(f"Momentum on {day_long(stage.on)}", page_of, values, receipt)
        links = list(telling.links([source]))
        line = Line((*([Link(f"{stage.caption} ")] * bool(stage.caption)), *links))
        add_line(page, line, Box(whole.left, whole.top + whole.height - high, whole.width, high), LINE_SIZE)
        notes = [f"{link.words}: {link.address}" for link in links]
        add_notes(page, [f"{month}: {stage.sentence}", *stage.story, *notes])
        fade_in(page, goes_on=stage is not telling.film[-1])


def _title(scene: Scene) -> Line:
    return Line((Link(scene.title),))


def _lines(scene: Scene) -> list[Line]:
    return [Line((Link(words),)) for words in scene.words]


def _receipts(telling: Telling, scene: Scene) -> list[Line]:
    """Return one small line of links to the pages behind the slide; none where there are none."""
    parts = [Link(RECEIPTS)]
    for at, link in enumerate(telling.behind(scene)):
        parts += [Link(", ")] * bool(at) + [link]
    return [Line(tuple(parts), SMALL_LINKS)] if len(parts) > 1 else []


def _notes(page: Page, telling: Telling, scene: Scene) -> None:
    """Write the speaker's sentences, and the address of every page behind them."""
    receipts = [f"{link.words}: {link.address}" for link in telling.behind(scene)]
    add_notes(page, [*scene.notes, *receipts])
