"""How the numbers are made: every definition in plain words, with the constants of the code that uses them."""

from __future__ import annotations

from fractions import Fraction

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.graph import captions, fading, layout, momentum, quiet
from tracker.graph.examples import examples
from tracker.graph.facts import Settings
from tracker.graph.verdicts import POINTS
from tracker.queries import groups, stage, triangle
from tracker.queries.numbers import figures
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.services.initiatives import DECIDE_DAYS
from tracker.web.dates import asked_day
from tracker.web.fragments import render

blueprint = Blueprint("measures", __name__)

#: Fractions as people write them.
GLYPHS = {
    Fraction(1, 2): "½", Fraction(1, 3): "⅓", Fraction(2, 3): "⅔", Fraction(1, 4): "¼", Fraction(3, 4): "¾",
    Fraction(1, 5): "⅕", Fraction(1, 6): "⅙", Fraction(1, 8): "⅛",
}  # fmt: skip
#: What each event is called in the table of points, and what it takes to count.
EVENTS = (
    ("win", "A quick win", "on its day"),
    ("moved", "Its customer measure is shown to have moved", "on the day that was shown, once for a win"),
    ("measured_win", "A win whose measure had already moved on its day", "the two together"),
    ("near_miss", "A near miss", "once its lesson is written"),
    ("reuse", "Another initiative uses that lesson", "half to each side"),
)


@blueprint.get("/how-the-numbers-are-made")
def show() -> Response:
    """Explain every number, with the exact figures of a day, today unless asked otherwise."""
    on = asked_day(request.args.get("on"))
    found = figures(db.session, on)
    return render(
        "numbers/show.html",
        found=found,
        constants=constants_of(found.settings),
        examples=examples(found.settings),
        events=[(POINTS[kind], kind, words, when) for kind, words, when in EVENTS],
        bands=[(band, BAND_WORDS[band], BAND_MARKS[band], found.covered.pairs[band]) for band in BAND_WORDS],
        labels=captions.LABELS,
        fraction=fraction,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


def constants_of(settings: Settings) -> dict[str, str]:
    """Return every constant that the page names, as it is written there."""
    least, most = momentum.PATIENCE_DAYS
    return {
        "quiet_days": f"{settings.quiet_days}",
        "routine_days": f"{settings.routine_days}",
        "half_life_days": f"{settings.half_life_days}",
        "window_days": f"{settings.window_days}",
        "together": fraction(settings.together),
        "attention": f"{settings.attention}",
        "max_reuse": f"{settings.max_reuse}",
        **{f"points_{kind}": f"{points}" for kind, points in POINTS.items()},
        "decide_days": f"{DECIDE_DAYS}",
        "soon_days": f"{quiet.SOON}",
        "per_days": f"{fading.PER_DAYS}",
        "coast_days": f"{momentum.COAST_DAYS}",
        "patience_least": f"{least:g}",
        "patience_most": f"{most:g}",
        "same_pace": f"{100 * momentum.SAME_PACE:g}",
        "too_close": f"{momentum.TOO_CLOSE:g}",
        "band_z": f"{momentum.BAND_Z:g}",
        "few_events": f"{captions.FEW_EVENTS}",
        "most_departments": f"{triangle.MOST_DEPARTMENTS}",
        "most_nodes": f"{stage.MOST_NODES}",
        "most_named": f"{groups.MOST_NAMED}",
        "tie_least": f"{layout.TIE_LEAST:g}",
        "tie_more": f"{layout.TIE_MORE:g}",
        "tie_strongest": f"{layout.TIE_STRONGEST:g}",
        "tie_power": f"{layout.TIE_POWER:g}",
        "opacity_least": f"{100 * layout.OPACITY_LEAST:g}",
        "opacity_more": f"{100 * layout.OPACITY_MORE:g}",
        "opacity_full": f"{layout.OPACITY_FULL:g}",
        "quiet_width": f"{layout.QUIET_WIDTH:g}",
        "node_alone": f"{layout.NODE_ALONE:g}",
        "node_least": f"{layout.NODE_LEAST:g}",
        "node_more": f"{layout.NODE_MORE:g}",
    }


def fraction(value: Fraction) -> str:
    """Write a fraction as people do ("½", "1", "2/7")."""
    return GLYPHS.get(value, str(value))
