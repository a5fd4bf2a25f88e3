"""The story of a day as PDF: a page a scene, the last months as a filmstrip, and all of them as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from tracker.exchange.chart_picture import HEIGHT, WIDTH, draw_momentum, draw_pairs
from tracker.exchange.deck import FILM_MONTHS, Telling, day_long, foot_of
from tracker.exchange.deck_charts import MOST_MONTHS
from tracker.exchange.focus import Focus, focus_on
from tracker.exchange.looks import colours
from tracker.exchange.picture import behind, chart_with_flags, still
from tracker.exchange.svg import Box, Drawing
from tracker.exchange.track_picture import draw_track
from tracker.exchange.typesetting import pdf
from tracker.graph.captions import PAIRS
from tracker.graph.wording import MONTHS, capital
from tracker.queries.scenes import Scene, Source
from tracker.queries.stage import Month, Stage
from tracker.queries.stories import Story

#: The boxes of pictures on a page, in their own units: beside words, a month of the filmstrip, the pairs.
TRACK, FRAME, PAIRS_BOX = Box(0, 0, 1120, 700), Box(0, 0, 560, 304), Box(0, 0, 1120, 640)
KEY_SIZE = 28.0
ON_TRACK = "Departments on a running track. Lines join those that share work; thicker means more."
#: The colours of a page, by the names of their tokens.
COLOURS = ("ink", "ink-2", "ink-3", "rule", "rule-strong", "win", "near-mark")

Address = Callable[[Source], str]


def story_pdf(story: Story, address: Address, *, has_notes: bool = False) -> bytes:
    """Return a story as a PDF with its letters inside, its text to select and its links to the records.

    ``has_notes``: what the speaker says follows at the end.
    """
    stage, source = still(story), behind(story)
    data = {
        "title": story.title or story.scenes[0].title,
        "organisation": story.organisation,
        "classification": story.classification,
        "foot": foot_of(story),
        "receipt": {"words": source.words, "address": address(source)},
        "colours": {name.replace("-", "_"): colours("light")[name] for name in COLOURS},
        "pages": list(_pages(story, stage, address)),
        "months": [_row(story, at, address) for at in range(story.at + 1)],
        "notes": [{"title": each.title, "said": list(each.notes)} for each in story.scenes]
        if has_notes
        else [],
    }
    return pdf("story.typ", data, story.on)


def _pages(story: Story, stage: Stage, address: Address) -> Iterator[dict[str, Any]]:
    for scene in story.scenes:
        page = {
            "kind": scene.kind,
            "title": scene.title,
            "words": list(scene.words),
            "receipts": [
                {"words": each.words, "address": each.address}
                for each in Telling(story, address).behind(scene)
            ],
        }
        yield page | _pictured(story, stage, scene, address)
        if scene.kind == "headline" and story.at:
            yield {"kind": "film", "title": "The last months, one after the other", "frames": _frames(story)}


def _pictured(story: Story, stage: Stage, scene: Scene, address: Address) -> dict[str, Any]:
    """Return the picture of a scene, and the number that stands large beside it."""
    if not stage.has_departments:
        return {}
    if scene.kind == "headline":
        numbers = [
            {"words": f"{each.value:,}", "address": address(each.source)} for each in scene.figures[:1]
        ]
        title = scene.title.removeprefix(f"{numbers[0]['words']} ") if numbers else scene.title
        return {"picture": _track(stage, TRACK), "alt": ON_TRACK, "number": numbers, "title": title}
    if scene.kind in ("win", "near_miss"):
        focus = focus_on(stage, scene.departments, scene.title, is_near_miss=scene.kind == "near_miss")
        return {"picture": _track(stage, TRACK, focus=focus), "alt": ON_TRACK}
    if scene.kind == "changed":
        return {"chart": _momentum(story), "alt": "Momentum month by month, with quick wins and near misses."}
    if scene.kind == "next":
        noun = PAIRS[story.film.crossings][1]
        months = stage.months[-MOST_MONTHS:]
        heading = f"{capital(noun)} that work together, by month"
        return {"picture": _pairs(months), "heading": heading, "alt": _counted(months[-1], noun)}
    return {}


def _counted(month: Month, noun: str) -> str:
    return f"{month.together:,} of {month.required:,} {noun} work together on {day_long(month.on)}."


def _spoken(scene: Scene) -> dict[str, Any]:
    """Return what the speaker says after the title of a scene."""
    return {"title": scene.title, "said": [each for each in scene.notes if each != scene.title]}


def _frames(story: Story) -> list[dict[str, str]]:
    """Return the last months as small tracks, each with its number."""
    found = []
    for at in range(max(0, story.at + 1 - FILM_MONTHS), story.at + 1):
        stage = story.film.still(at)
        month = stage.month
        found.append(
            {
                "month": month_words(month.on),
                "count": f"{month.together:,} of {month.required:,}" if month.required else "",
                "picture": _track(stage, FRAME, has_names=False),
                "alt": f"{month_words(month.on)}: {stage.sentence}",
            }
        )
    return found


def _row(story: Story, at: int, address: Address) -> dict[str, Any]:
    """Return a month of the film as a row: what the picture and its line say."""
    month = story.film.months[at]
    values = (("on", month.on.isoformat()), *story.film.narrowing.filters.asked.items())
    source = Source("", "momentum.table", values, story.receipts.of_month(at))
    return {
        "month": month_words(month.on),
        "address": address(source),
        "numbers": [f"{each:,}" for each in (month.together, month.required, month.wins, month.lessons)],
        "momentum": f"{month.momentum:.1f}",
        "said": story.captions[at][0],
    }


def month_words(on: date) -> str:
    """Return a month by its name, a day that ends none in full.

    >>> month_words(date(2026, 6, 30)), month_words(date(2026, 6, 12))
    ('June 2026', '12 June 2026')
    """
    return f"{MONTHS[on.month - 1]} {on.year}" if (on + timedelta(1)).day == 1 else day_long(on)


def _track(stage: Stage, box: Box, *, has_names: bool = True, focus: Focus | None = None) -> str:
    drawing = _drawing(box)
    draw_track(drawing, stage, box, has_names=has_names, focus=focus)
    return drawing.data(has_font=False).decode()


def _momentum(story: Story) -> str:
    drawing = _drawing(Box(0, 0, WIDTH, HEIGHT))
    draw_momentum(drawing, *chart_with_flags(story), (0, 0))
    return drawing.data(has_font=False).decode()


def _pairs(months: tuple[Month, ...]) -> str:
    drawing = _drawing(PAIRS_BOX)
    draw_pairs(drawing, months, PAIRS_BOX, KEY_SIZE)
    return drawing.data(has_font=False).decode()


def _drawing(box: Box) -> Drawing:
    return Drawing(box, "light", "", "", size=(f"{box.width:g}", f"{box.height:g}"), on_paper=True)
