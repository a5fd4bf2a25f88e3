"""``GET /api/v1/measures``: coverage, momentum and the next best pairs of a day, and both over time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tracker import clock
from tracker.extensions import db
from tracker.graph.filtering import Filter
from tracker.models.base import FIRST_DAY
from tracker.queries.facts import current_version
from tracker.queries.measures import measures_on
from tracker.queries.series import series_document
from tracker.services.errors import InvalidInput
from tracker.version import VERSION
from tracker.web.dates import asked_day

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

#: Two years are told when no first day is asked for.
YEARS = 2


@blueprint.get("/measures")
def measures() -> Response:
    """Answer with the measures of ``?on=`` (today by default); 422 with the field's name for what is no day."""
    on = asked_day(request.args.get("on"))
    return _unless_known(on.isoformat(), lambda: measures_on(db.session, on))


@blueprint.get("/measures/series")
def series() -> Response:
    """Answer with month ends from ``?from=`` to ``?to=``, of a ``division``, ``theme``, ``sponsor`` or ``kind`` alone."""
    last = asked_day(request.args.get("to"), field="to")
    first = asked_day(begin, field="from") if (begin := request.args.get("from")) else _years_before(last)
    if first > last:
        raise InvalidInput({"from": "Choose a first day that is not after the last."})
    asked = {name: request.args.get(name, "") for name in ("division", "theme", "sponsor", "kind")}
    return _unless_known(
        f"{first}-{last}-{'-'.join(asked.values())}",
        lambda: series_document(db.session, first, last, Filter(**asked)),
    )


def _years_before(day: date) -> date:
    return max(FIRST_DAY, day.replace(year=day.year - YEARS, day=1))


def _unless_known(asked: str, document: Callable[[], dict[str, Any]]) -> Response:
    """Answer 304 to whoever has the answer of this version, this day and this question already."""

    def mark(version: int) -> str:
        state = f"{VERSION} {version} {clock.today()} {asked}"
        return hashlib.sha256(state.encode()).hexdigest()[:32]

    known = request.if_none_match
    if known and known.contains_weak(newest := mark(current_version(db.session))):
        response = Response(status=304)
        response.set_etag(newest, weak=True)
        return response
    found = document()
    response = jsonify(found)
    response.set_etag(mark(found["version"]), weak=True)
    return response
