"""The momentum page: the running track of a day, month by month, and the same as a table."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, request

from tracker import clock
from tracker.exchange.staging import chart_of, track_of
from tracker.extensions import db
from tracker.queries.ahead import pace_ahead
from tracker.queries.film import caption_at, film
from tracker.queries.imports import recorded_until
from tracker.queries.narrowing import Filters
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.stage import Stage, stage
from tracker.queries.telling import named_of
from tracker.web.comparing import compared_parts
from tracker.web.dates import asked_day
from tracker.web.fragments import render
from tracker.web.narrowing import asked_filters
from tracker.web.sessions import current_actor
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
        compared=compared_parts(found.compared) if found.compared else [],
        sentence=_without_number(found),
        pace=pace_ahead(db.session, found.on),
        recorded=recorded_until(db.session),
        first_steps=first_steps(current_actor()),
    )


@blueprint.get("/momentum/table")
def table() -> Response:
    """Show the same months, pairs and moments as tables."""
    today, filters = clock.today(), asked_filters()
    found = _part(today, filters) if filters else stage(db.session, _day(today), today, ahead=True)
    names = {node.id: node.name for node in found.nodes}
    return render(
        "momentum/table.html",
        stage=found,
        asked=filters.asked,
        compared=compared_parts(found.compared, filters) if found.compared else [],
        pace="" if filters else pace_ahead(db.session, found.on),
        recorded=recorded_until(db.session),
        names=names,
        words=BAND_WORDS,
        ties=sorted(found.ties, key=lambda tie: (-tie.strength, tie.band, names[tie.a], names[tie.b])),
    )


def _part(today: date, filters: Filters) -> Stage:
    """Return a day of the film that is narrowed, as the stage shows it; 404 where there is none."""
    on = _day(today)
    found = film(db.session, on, today, filters)
    if found is None:
        abort(404)
    at = found.place_of(on)
    return found.still(at, caption_at(db.session, found, at))


def _without_number(found: Stage) -> str:
    """Return the sentence after its number, which stands large above it."""
    return found.sentence.removeprefix(f"{found.covered.together:,} ")


def _day(today: date) -> date:
    """Return the day asked for; the stage ends today."""
    return min(asked_day(request.args.get("on")), today)
