"""``GET /api/v1/initiatives``: the list of initiatives for programs, page by page."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.models.initiatives import KINDS, STATUSES
from tracker.queries.initiatives import (
    ATTENTION,
    InitiativeFilters,
    InitiativeRow,
    count_initiatives,
    initiatives_after,
    not_there,
)
from tracker.queries.keeping import keep, state_of
from tracker.queries.named import Named
from tracker.services.errors import InvalidInput
from tracker.version import VERSION
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader

blueprint = Blueprint("initiatives_api", __name__, url_prefix="/api/v1")

PAGE, LARGEST_PAGE = 100, 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: which initiatives, of which day, how many of them, and after which one."""

    filters: InitiativeFilters
    on: date
    limit: int
    cursor: str


@blueprint.get("/initiatives")
def initiatives() -> Response:
    """Answer with initiatives as they stand on `?on=`: `?limit=` at once, filtered as on their page; `next` goes on."""
    today, asked = clock.today(), _asked()
    state = f"{VERSION} {state_of(db.session)} {today} {asked}"
    mark = hashlib.sha256(state.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(mark):
        response = Response(status=304)
    else:
        text = keep(db.session, "json of initiatives", (today, asked), lambda: _text(asked))
        response = Response(text, mimetype="application/json")
    response.set_etag(mark, weak=True)
    return response


def _asked() -> Asked:
    """Read the address; what cannot be read is refused with the name of its field."""
    on, reader = asked_day(request.args.get("on")), FormReader(request.args)
    filters = InitiativeFilters(
        q=reader.text("q", "Search", limit=200),
        kind=reader.choice("kind", "Kind", KINDS),
        status=reader.choice("status", "Status", STATUSES),
        department="".join(reader.ids("department", "Department", limit=1)),
        sponsor="".join(reader.ids("sponsor", "Sponsor", limit=1)),
        theme="".join(reader.ids("theme", "Theme", limit=1)),
        attention=reader.choice("attention", "Attention", ATTENTION),
        begun_by=on if on < clock.today() else None,
    )
    limit = reader.whole("limit", "The limit", low=1, high=LARGEST_PAGE)
    cursor = "".join(reader.ids("cursor", "The cursor", limit=1))
    if reader.errors:
        raise InvalidInput(reader.errors)
    return Asked(filters, on, limit or PAGE, cursor)


def _text(asked: Asked) -> str:
    if unknown := not_there(db.session, asked.filters, asked.cursor):
        raise InvalidInput({name: _missing(name) for name in unknown})
    rows = initiatives_after(db.session, asked.filters, asked.on, after=asked.cursor, limit=asked.limit + 1)
    shown = rows[: asked.limit]
    document = {
        "version": state_of(db.session).version,
        "on": asked.on.isoformat(),
        "total": count_initiatives(db.session, asked.filters, asked.on),
        "initiatives": [_document(each) for each in shown],
        "next": _next(asked, shown[-1].public_id) if len(rows) > asked.limit else None,
    }
    text: str = current_app.json.dumps(document, separators=(",", ":"))
    return text + "\n"


def _missing(name: str) -> str:
    if name == "cursor":
        return "The list does not go on from here any more. Begin again without a cursor."
    return f"There is no such {name}."


def _next(asked: Asked, last: str) -> str:
    """Return the address of the page that follows the one that ends with an initiative."""
    wanted = {name: value for name, value in asdict(asked.filters).items() if name != "begun_by"}
    wanted |= {
        "on": asked.on.isoformat() if asked.on != clock.today() else "",
        "limit": asked.limit if asked.limit != PAGE else "",
        "cursor": last,
    }
    return url_for(".initiatives", **{name: value for name, value in wanted.items() if value})


def _document(row: InitiativeRow) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "title": row.title,
        "kind": row.kind,
        "status": row.status,
        "outcome": row.outcome,
        "started_on": _day(row.started_on),
        "ended_on": _day(row.ended_on),
        "decide_by": _day(row.decide_by),
        "quiet_on": _day(row.quiet_on),
        "departments": [_named(each) for each in row.departments],
        "lead_sponsor": _named(row.lead),
        "theme": _named(row.theme),
        "wins": row.wins,
        "near_misses": row.near_misses,
        "url": url_for("initiatives.show", public_id=row.public_id),
    }


def _named(each: Named | None) -> dict[str, str] | None:
    return {"id": each.public_id, "name": each.name} if each else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
