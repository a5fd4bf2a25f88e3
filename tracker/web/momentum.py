"""The momentum page: the running track of a day, month by month, and the same as a table."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.moments import MomentFilters, count_moments, list_moments
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.stage import Stage, stage
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.staging import chart_of, track_of

blueprint = Blueprint("momentum", __name__)

#: Moments named beside the track; the rest are counted.
NAMED = 2


@blueprint.get("/momentum")
def show() -> Response:
    """Show the stage of a day; months by key, slider and drag."""
    today = clock.today()
    found = stage(db.session, _day(today), today)
    during = MomentFilters(since=found.month_start, until=found.on)
    moments = list_moments(db.session, during, today, limit=NAMED)
    return render(
        "momentum/show.html",
        fragment="momentum/_stage.html",
        stage=found,
        track=track_of(found),
        chart=chart_of(found),
        moments=moments,
        more_moments=count_moments(db.session, during) - len(moments),
        sentence=_without_number(found),
    )


@blueprint.get("/momentum/table")
def table() -> Response:
    """Show the same months and pairs as tables."""
    today = clock.today()
    found = stage(db.session, _day(today), today)
    names = {node.id: node.name for node in found.nodes}
    return render("momentum/table.html", stage=found, names=names, words=BAND_WORDS)


def _without_number(found: Stage) -> str:
    """Return the sentence after its number, which stands large above it."""
    return found.sentence.removeprefix(f"{found.covered.together:,} ")


def _day(today: date) -> date:
    """Return the day asked for; the stage ends today."""
    return min(asked_day(request.args.get("on")), today)
