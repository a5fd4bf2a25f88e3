"""The momentum page: the running track of a day, month by month, and the same as a table."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries.ahead import pace_ahead
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.stage import Stage, stage
from tracker.queries.telling import Told
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.sessions import current_actor
from tracker.web.staging import chart_of, track_of
from tracker.web.steps import first_steps

blueprint = Blueprint("momentum", __name__)


@blueprint.get("/momentum")
def show() -> Response:
    """Show the stage of a day; months by key, slider and drag."""
    today = clock.today()
    found = stage(db.session, _day(today), today)
    return render(
        "momentum/show.html",
        fragment="momentum/_stage.html",
        stage=found,
        track=track_of(found),
        chart=chart_of(found),
        named=named_of(found.told),
        sentence=_without_number(found),
        pace=pace_ahead(db.session, found.on),
        first_steps=first_steps(current_actor()),
    )


@blueprint.get("/momentum/table")
def table() -> Response:
    """Show the same months, pairs and moments as tables."""
    today = clock.today()
    found = stage(db.session, _day(today), today, ahead=True)
    names = {node.id: node.name for node in found.nodes}
    return render(
        "momentum/table.html",
        stage=found,
        pace=pace_ahead(db.session, found.on),
        names=names,
        words=BAND_WORDS,
        ties=sorted(found.ties, key=lambda tie: (-tie.strength, tie.band, names[tie.a], names[tie.b])),
    )


def named_of(told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Return the two moments that stand beside the track: a win and a near miss where there are both."""
    wins = [each for each in told if not each.is_near_miss]
    misses = [each for each in told if each.is_near_miss]
    return (wins[0], misses[0]) if wins and misses else told[:2]


def _without_number(found: Stage) -> str:
    """Return the sentence after its number, which stands large above it."""
    return found.sentence.removeprefix(f"{found.covered.together:,} ")


def _day(today: date) -> date:
    """Return the day asked for; the stage ends today."""
    return min(asked_day(request.args.get("on")), today)
