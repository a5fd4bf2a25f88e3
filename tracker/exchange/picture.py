"""The picture of a day, to stand alone on a slide, in a text or on a wall: one number, one sentence, one track."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from tracker.exchange.chart_picture import draw_momentum
from tracker.exchange.deck import day_long
from tracker.exchange.flagging import DrawnFlag, flags_of
from tracker.exchange.lettering import NUMBER, STRONG, TEXT, broken, cut_short, size_that_fits, width_of
from tracker.exchange.looks import Theme
from tracker.exchange.staging import Chart, chart_of
from tracker.exchange.svg import Box, Drawing
from tracker.exchange.track_picture import draw_track
from tracker.graph.layout import QUIET_WIDTH
from tracker.graph.wording import counted, listed
from tracker.queries.scenes import Source
from tracker.queries.stage import Stage
from tracker.queries.stories import Story
from tracker.queries.telling import Told, named_of

Paper = Literal["screen", "a4", "a3"]
#: The picture on a screen in pixels; margins on the left, right and below, and the width of the column of words.
WIDTH, HEIGHT, SIDE, COLUMN = 1920.0, 1080.0, 40.0, 528.0
#: Paper is the picture in the middle of a sheet, as wide as it with a margin, and as high as A4 and A3 are.
MARGIN, SHEET = 60.0, 2**0.5
SIZES: dict[Paper, tuple[str, str]] = {
    "screen": ("1920", "1080"),
    "a4": ("297mm", "210mm"),
    "a3": ("420mm", "297mm"),
}
#: Sizes of type: the number, the sentence, the line below it, names in the head, moments, what is smallest.
BIG, SENTENCE, CAPTION, HEAD, MOMENT, SMALL = 240.0, 44.0, 28.0, 26.0, 24.0, 20.0
#: Lines that the sentence and the line below it may have, and how high a moment is.
SENTENCE_LINES, CAPTION_LINES, MOMENT_HIGH = 4, 4, 74.0
#: The room of the line below the moments that says how many there were.
REST = 30.0
#: From the lower edge of the picture up: the foot's letters, its line, the chart; and the room above the chart.
FOOT, FOOT_LINE, CHART, ABOVE_CHART = 34.0, 74.0, 384.0, 22.0
#: At most so many departments are named below a moment.
MOST_NAMES = 3
#: The key at the foot: the room of a mark, and between two.
KEY_MARK, KEY_GAP = 54.0, 36.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """How high what is drawn on a sheet is, and where it stands on it."""

    height: float
    box: Box


def picture(
    story: Story,
    address: Callable[[Source], str],
    *,
    theme: Theme = "light",
    paper: Paper = "screen",
    has_font: bool = True,
) -> bytes:
    """Return the picture of a story's day as SVG; on paper it is light and without a ground.

    ``address`` gives the full address of a page. ``has_font``: the letters it needs are inside.
    """
    stage, sheet = still(story), _sheet(paper)
    words = f"{_day(story)}: {stage.sentence}"
    on_paper = paper != "screen"
    drawing = Drawing(
        sheet.box, "light" if on_paper else theme, words, _described(story, stage), size=SIZES[paper], on_paper=on_paper
    )  # fmt: skip
    if not on_paper:
        drawing.add(None, "rect", width=WIDTH, height=HEIGHT, fill="bg")
    lowest, above = _words(drawing, story, stage), sheet.height - CHART - ABOVE_CHART
    _moments(drawing, stage, lowest, above)
    if stage.has_departments:
        left = SIDE + COLUMN + 32
        draw_track(drawing, stage, Box(left, 30, WIDTH - SIDE - left, above - 42))
        draw_momentum(drawing, *chart_with_flags(story), (SIDE, sheet.height - CHART))
    _foot(drawing, story, address, sheet.height)
    return drawing.data(has_font=has_font)


def still(story: Story) -> Stage:
    """Return the stage of a story's day."""
    return story.film.still(story.at, story.captions[story.at])


def chart_with_flags(story: Story) -> tuple[Chart, tuple[DrawnFlag, ...]]:
    """Return the chart of momentum until the end of a story's film, and its flags."""
    chart = chart_of(still(story))
    return chart, flags_of(story.film.flags, chart)


def behind(story: Story) -> Source:
    """Return the page that shows what a story is made from: its snapshot, or the momentum of its day."""
    if story.snapshot:
        return Source("The snapshot", "snapshots.show", (("public_id", story.snapshot),))
    filters = story.film.narrowing.filters
    page = "stage.show" if filters else "momentum.show"
    return Source("Momentum on this day", page, (("on", story.on.isoformat()), *filters.asked.items()))


def _sheet(paper: Paper) -> Sheet:
    if paper == "screen":
        return Sheet(HEIGHT, Box(0, 0, WIDTH, HEIGHT))
    wide = WIDTH + 2 * MARGIN
    high = round(wide / SHEET)
    return Sheet(high - 2 * MARGIN, Box(-MARGIN, -MARGIN, wide, high))


def _day(story: Story) -> str:
    return day_long(story.on)


def _described(story: Story, stage: Stage) -> str:
    """Say what is seen, for those who do not see it."""
    place = f"{counted(len(stage.nodes), 'place', 'places')} on a running track"
    told = f" {stage.caption}" if stage.caption else ""
    whose = f"{story.organisation}. " if story.organisation else ""
    return f"{whose}{place}; lines join those that share work.{told}"


def _words(drawing: Drawing, story: Story, stage: Stage) -> float:
    """Write whose day it is, the number, the sentence and the line below it; return where they end."""
    day = _day(story)
    right = SIDE + COLUMN
    free = COLUMN - width_of(day, STRONG, HEAD) - 24
    if story.organisation:
        whose = cut_short(story.organisation, TEXT, HEAD, free)
        drawing.write(None, whose, SIDE, 62, HEAD, TEXT, fill="ink-3")
    drawing.write(None, day, right, 62, HEAD, STRONG, fill="ink", text_anchor="end")
    y, sentence = 150.0, stage.sentence
    if stage.covered.required:
        number = f"{stage.covered.together:,}"
        size = size_that_fits(number, NUMBER, BIG, COLUMN)
        drawing.write(
            None, number, SIDE - 0.05 * size, 264, size, NUMBER, fill="ink", letter_spacing=f"{-0.02 * size:.1f}"
        )  # fmt: skip
        y, sentence = 342.0, sentence.removeprefix(f"{number} ")
    lines = broken(sentence, STRONG, SENTENCE, COLUMN, SENTENCE_LINES)
    y = drawing.write_lines(lines, SIDE, y, SENTENCE, STRONG, 1.1 * SENTENCE, "ink")
    compared = f"{stage.compared.sentence} " if stage.compared else ""
    lines = broken(f"{compared}{stage.caption}", TEXT, CAPTION, COLUMN, CAPTION_LINES)
    return drawing.write_lines(lines, SIDE, y + 2, CAPTION, TEXT, 1.25 * CAPTION, "ink-2") - CAPTION


def _moments(drawing: Drawing, stage: Stage, lowest: float, bottom: float) -> None:
    """Name a win and a near miss of the month, as far as there is room, and say how many there were."""
    named = named_of(stage.told)
    rest = counted(stage.counted, "moment", "moments") + " this month"
    fits = int((bottom - REST - lowest) // MOMENT_HIGH)
    named = named[: max(0, fits)]
    y = bottom - (REST if stage.counted > len(named) else 0) - MOMENT_HIGH * len(named)
    for each in named:
        _moment(drawing, each, y)
        y += MOMENT_HIGH
    if stage.counted > len(named) and y > lowest:
        drawing.write(None, rest, SIDE + 42, y + 27, 22, TEXT, fill="ink-3")


def _moment(drawing: Drawing, told: Told, y: float) -> None:
    drawing.mark(None, SIDE + 12, y + 24, 9.6, is_near_miss=told.is_near_miss)
    left, wide = SIDE + 42, COLUMN - 42
    title = cut_short(told.title, STRONG, MOMENT, wide)
    drawing.write(None, title, left, y + 32, MOMENT, STRONG, fill="ink")
    names = [each.name for each in told.departments]
    who = listed(names[:MOST_NAMES]) if len(names) <= MOST_NAMES + 1 else ""
    who = who or f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    drawing.write(None, cut_short(who, TEXT, MOMENT, wide), left, y + 61, MOMENT, TEXT, fill="ink-2")
    edge = round(y + MOMENT_HIGH, 1)
    drawing.add(None, "line", x1=SIDE, x2=SIDE + COLUMN, y1=edge, y2=edge, stroke="rule", stroke_width=1)


def _foot(drawing: Drawing, story: Story, address: Callable[[Source], str], height: float) -> None:
    """Explain the marks, and say how secret it is and where it can be looked up."""
    y = height - FOOT_LINE
    drawing.add(None, "line", x1=SIDE, x2=WIDTH - SIDE, y1=y, y2=y, stroke="rule", stroke_width=1)
    left, y = _key(drawing, height - FOOT), height - FOOT
    where = address(behind(story))
    shown = urlsplit(where)
    words = shown.netloc + shown.path + (f"?{shown.query}" if shown.query else "")
    label = "Receipts: " if story.snapshot else ""
    free = WIDTH - SIDE - left - KEY_GAP
    if story.classification:
        classified = cut_short(story.classification, STRONG, SMALL, free / 2)
        drawing.write(None, classified, WIDTH - SIDE, y, SMALL, STRONG, fill="ink", text_anchor="end")
        free -= width_of(classified, STRONG, SMALL) + KEY_GAP
    right = left + KEY_GAP + free
    size = max(15.0, size_that_fits(label + words, TEXT, SMALL, free))
    link = drawing.add(None, "a", href=where)
    drawing.write(
        link, cut_short(label + words, TEXT, size, free), right, y, size, TEXT, fill="ink-2", text_anchor="end"
    )  # fmt: skip


def _key(drawing: Drawing, y: float) -> float:
    """Say what the lines and marks mean; return where that ends."""
    x, middle = SIDE, y - 7
    for kind, words in (
        ("tie", "works together"),
        ("quiet", "not heard from"),
        ("win", "quick win"),
        ("near_miss", "near miss"),
    ):
        if kind == "tie":
            drawing.add(
                None, "line", x1=x, x2=x + 42, y1=middle, y2=middle, stroke="tie", stroke_width=6, stroke_linecap="round"
            )  # fmt: skip
        elif kind == "quiet":
            drawing.add(
                None, "line", x1=x, x2=x + 42, y1=middle, y2=middle, stroke="tie", stroke_width=QUIET_WIDTH, stroke_dasharray="6 5"
            )  # fmt: skip
        else:
            drawing.mark(None, x + 30, middle, 8, is_near_miss=kind == "near_miss")
        drawing.write(None, words, x + KEY_MARK, y, SMALL, TEXT, fill="ink-2")
        x += KEY_MARK + width_of(words, TEXT, SMALL) + KEY_GAP
    return x - KEY_GAP
