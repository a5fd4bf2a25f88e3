"""Where the pace goes from here: with nothing added, kept up, and on the way to a target. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.graph.captions_ahead import reach_sentence, wins_words
from tracker.graph.layout import monotone_path
from tracker.graph.verdicts import POINTS
from tracker.queries.ahead import Outlook, outlook
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render, respond_invalid

blueprint = Blueprint("ahead", __name__)

#: How far ahead a target may lie, in days, and the largest one.
MOST_DAYS, MOST_MOMENTUM = 5 * 366, 100_000
#: The chart's box, where its lines stand in it, and how much of it the days before take at least.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 1120, 300, 8, 1040, 28, 252
#: A curve is drawn through so many points.
POINTS_DRAWN = 48


@dataclass(frozen=True, slots=True)
class Chart:
    """The months before, the line with nothing added, and the way to the target or of a kept pace, as paths."""

    width: int
    height: int
    base: int
    line: str
    area: str
    coast: str
    way: str
    now: tuple[float, float]
    half: tuple[float, float] | None
    end: tuple[float, float]
    coast_end: tuple[float, float]
    years: tuple[tuple[float, int], ...]


@blueprint.get("/momentum/ahead")
def show() -> Response:
    """Show what keeps the pace of a day and when it halves; ``?target=&by=`` what leads to a target by then."""
    today = clock.today()
    on = min(asked_day(request.args.get("on")), today)
    form = FormReader(request.args)
    wanted = _wanted(form, on)
    found = outlook(db.session, on, wanted)
    answer = respond_invalid if form.errors else render
    target = found.target
    return answer(
        "ahead/show.html",
        found=found,
        form=form,
        chart=chart_of(found) if found.pace.momentum or target else None,
        reach=reach_sentence(target.wins, form.value("target").strip(), target.by, on) if target else "",
        points=POINTS,
        wins=wins_words(target.wins) if target and target.wins > 0 else "",
        earliest=on + timedelta(1),
        latest=on + timedelta(MOST_DAYS),
        on=on,
        today=today,
        on_arg=on.isoformat() if on != today else None,
    )


def chart_of(found: Outlook) -> Chart:
    """Draw the months before and what is ahead on one scale of days."""
    first, span = found.days[0], (found.until - found.days[0]).days
    ahead_days = (found.until - found.on).days
    most = max(*found.levels, found.way(ahead_days), found.target.momentum if found.target else 0.0)

    def place(days: float, level: float) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * ((found.on - first).days + days) / span
        return round(x, 1), round(BASE - (BASE - TOP) * level / most if most else BASE, 1)

    before = [
        place((day - found.on).days, level) for day, level in zip(found.days, found.levels, strict=True)
    ]
    line = monotone_path(before)
    half_days = (found.halves_on - found.on).days
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        base=BASE,
        line=line,
        area=f"{line}L{before[-1][0]:.1f} {BASE}L{before[0][0]:.1f} {BASE}Z",
        coast=_curve(found.nothing, ahead_days, place),
        way=_curve(found.way, ahead_days, place),
        now=before[-1],
        half=place(half_days, found.nothing(half_days)) if half_days <= ahead_days else None,
        end=place(ahead_days, found.way(ahead_days)),
        coast_end=place(ahead_days, found.nothing(ahead_days)),
        years=tuple(
            (place((date(year, 1, 1) - found.on).days, 0)[0], year)
            for year in range(first.year + 1, found.until.year + 1)
        ),
    )


def _curve(
    level: Callable[[float], float], days: int, place: Callable[[float, float], tuple[float, float]]
) -> str:
    """Draw a closed form through many of its points."""
    steps = (days * at / POINTS_DRAWN for at in range(POINTS_DRAWN + 1))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(step, level(step)) for step in steps))


def _wanted(form: FormReader, on: date) -> tuple[float, date] | None:
    """Read the target and its day; both or neither."""
    if not form.value("target").strip() and not form.value("by").strip():
        return None
    level = _number(form)
    by = form.day("by", "The day", required=True)
    if by and not on < by <= on + timedelta(MOST_DAYS):
        form.refuse("by", "Choose a day after this one and within five years.")
    return None if form.errors or level is None or by is None else (level, by)


def _number(form: FormReader) -> float | None:
    """Read the momentum to reach: figures with a comma or a point, as people write them."""
    text = form.text("target", "The momentum", required=True, limit=12).replace(",", ".")
    digits = text.replace(".", "", 1)
    if text and not (digits.isascii() and digits.isdigit() and float(text) <= MOST_MOMENTUM):
        form.refuse("target", f"Write a number up to {MOST_MOMENTUM:,}, such as 20.")
    return None if form.errors else float(text)
