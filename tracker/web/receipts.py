"""A receipt: one number of a snapshot, the records behind it, and the answer to "is this still true?"."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.graph.captions_since import answer_sentence, moment_since_words, since_words
from tracker.graph.figures import EVERYTHING, Figure
from tracker.queries.freezing_scenes import HAPPENED
from tracker.queries.frozen import narrowing_in
from tracker.queries.narrowing import Filters
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.receipts import receipt_of
from tracker.queries.snapshots import Records, document_of, records_of, said_in
from tracker.services import snapshots as services
from tracker.services.errors import NotFound
from tracker.web.fragments import render
from tracker.web.paging import Page, page_request
from tracker.web.sessions import current_actor
from tracker.web.snapshots import FIGURES, period, shown

blueprint = Blueprint("receipts", __name__)

#: The views of the pairs that list what a figure counts.
VIEWS = {"together": "together", "begun": "begun", "quiet": "quiet", "open": "open", "required": None}
KINDS = {"wins": "win", "lessons": "near_miss", "moments": None}


@blueprint.get("/receipt/<receipt>")
def show(receipt: str) -> Response:
    """Show a number as it was said, what is behind it, and what is known of it now."""
    public_id = receipt.rpartition("-")[0]
    snapshot = services.find_snapshot(db.session, current_actor(), public_id)
    document, records = document_of(snapshot), records_of(snapshot)
    said = said_in(document, records).get(receipt)
    if said is None:
        raise NotFound(receipt)
    narrowing = narrowing_in(document)
    asked = page_request(request.args)
    found = receipt_of(db.session, public_id, said, records, limit=asked.size, offset=asked.offset)
    behind = found.pairs or found.moments or found.work or found.names
    return render(
        "receipts/show.html",
        snapshot=snapshot,
        receipt=found,
        figure=said.figure,
        title=title_of(said.figure, records),
        page=Page(behind, asked.number, asked.size, found.total),
        check=services.check(snapshot),
        answer=answer_sentence(is_true=found.is_true, is_same=found.is_same),
        listed=list_of(said.figure, narrowing.filters),
        part=narrowing.words if said.figure.within != EVERYTHING else "",
        words=FIGURES,
        bands=BAND_WORDS,
        period=period,
        shown=shown,
        since_words=since_words,
        moment_words=moment_since_words,
    )


def title_of(figure: Figure, records: Records) -> str:
    """Say what a number counts, with the names of what it is of as they were frozen."""
    words = FIGURES[figure.name]
    if figure.name in ("changed", "lost"):
        return next(words for kind, words in HAPPENED.items() if kind == figure.of)
    if figure.pair:
        a, b = (records.names["departments"][id_].name for id_ in figure.pair)
        return f"{a} and {b}, {words[:1].lower()}{words[1:]}"
    if figure.of:
        kind = {"moment": "moments", "members": "initiatives"}.get(figure.name, "journeys")
        name = records.names[kind][figure.of].name
        return f"{words}, “{name}”" if name else words
    return words


def list_of(figure: Figure, filters: Filters) -> str:
    """Return the address of the list of that day, as it is known now; "" where there is none of just these."""
    on, part = figure.on.isoformat(), filters.asked
    if figure.pair is None and figure.name in VIEWS:
        return url_for("pairs.index", band=VIEWS[figure.name], on=on, **part)
    if figure.since and figure.name in KINDS:
        since, part["work"] = figure.since.isoformat(), part.pop("kind", "")
        work = {name: id_ for name, id_ in part.items() if id_}
        return url_for("moments.index", kind=KINDS[figure.name], since=since, until=on, counted="yes", **work)
    return ""
