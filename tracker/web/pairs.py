"""Pairs of departments: the records behind every count of pairs, and the panel of one pair."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.narrowing import Narrowing
from tracker.queries.pairs import VIEWS, PairList, pair_list, pair_panel
from tracker.services.errors import NotFound
from tracker.web.dates import asked_day
from tracker.web.filters import plural
from tracker.web.fragments import render
from tracker.web.narrowing import asked_narrowing, chips_of
from tracker.web.paging import Page, page_request, url_with

blueprint = Blueprint("pairs", __name__)

WORDS = {
    "": "All pairs",
    "together": "Work together",
    "begun": "Begun",
    "quiet": "Not heard from",
    "open": "No shared work",
    "short": "Room to grow",
}
EXPLANATIONS = {
    "": "Every pair that is counted, the most important first.",
    "together": "They share live work, enough of it: one initiative of up to three departments, or several larger ones.",
    "begun": "They share live work, and one smaller initiative more would bring them together.",
    "quiet": "An initiative that is still running holds them together. One line on it wakes it up.",
    "open": "Nothing is shared here yet: a small pilot of the two opens the way.",
    "short": "One more pilot of the two would add to each of these.",
}


@blueprint.get("/pairs")
def index() -> Response:
    """List the counted pairs of a day by how they work."""
    on = asked_day(request.args.get("on"))
    view = request.args.get("band", "")
    view = view if view in VIEWS else ""
    narrowing = asked_narrowing()
    found = pair_list(db.session, on, view, _between(request.args.get("between")), narrowing)
    asked = page_request(request.args)
    shown = found.rows[asked.offset : asked.offset + asked.size]
    return render(
        "pairs/index.html",
        fragment="pairs/_table.html",
        page=Page(shown, asked.number, asked.size, len(found.rows)),
        heading=_heading(found, view, narrowing.words),
        explanation=_explanation(view, narrowing),
        chips=chips_of(narrowing),
        views=[
            (f"{words} {found.counts[name]:,}", url_with(band=name or None, page=None), name == view)
            for name, words in WORDS.items()
        ],
        has_crossings=found.has_crossings,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


@blueprint.get("/pairs/<a>/<b>")
def show(a: str, b: str) -> Response:
    """Show the panel of two departments on a day."""
    on = asked_day(request.args.get("on"))
    panel = pair_panel(db.session, a, b, on)
    if panel is None:
        raise NotFound("There is no such pair of departments.")
    on_arg = on.isoformat() if on != clock.today() else None
    return render("pairs/show.html", fragment="pairs/_panel.html", panel=panel, on=on, on_arg=on_arg)


def _between(text: str | None) -> tuple[str, str] | None:
    """Read the two groups that a square stands for (``?between=7f3a,9c1d``; an empty side is the others)."""
    sides = (text or "").split(",")
    return (sides[0], sides[1]) if len(sides) == 2 else None


def _explanation(view: str, narrowing: Narrowing) -> str:
    """Say what a view holds; where only some of the work is looked at, that other work may tie the pairs too."""
    if narrowing.filters.theme or narrowing.filters.kind:
        return "Only this work is looked at here; other work may bring them together too."
    return EXPLANATIONS[view]


def _heading(found: PairList, view: str, part: str = "") -> str:
    count = plural(len(found.rows), "pair")
    if found.between is None:
        where = f" {part}" if part else ""
        return f"{WORDS[view]}{where}: {count}" if view else f"{count} counted{where}"
    a, b = found.between
    where = f"Within {a}" if a == b else f"{a} and {b}"
    return f"{where}: {count}"
