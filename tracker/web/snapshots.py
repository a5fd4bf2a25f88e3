"""Snapshots: the list, one of them, its two files, and the button that freezes a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from flask import Blueprint, make_response, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.graph.figures import Figure, Name, Value
from tracker.graph.ties import Band
from tracker.models.snapshots import Snapshot
from tracker.queries.frozen import has_story, story_of
from tracker.queries.pairs import BAND_WORDS
from tracker.queries.receipts import known_now
from tracker.queries.showings import shown_on
from tracker.queries.snapshots import (
    count_snapshots,
    document_of,
    frozen_by,
    list_snapshots,
    said_of_day,
    said_of_months,
)
from tracker.services import policies
from tracker.services import snapshots as services
from tracker.services.decks import CLASSIFICATION_LIMIT
from tracker.services.errors import InvalidInput
from tracker.services.policies import may
from tracker.services.progress import Progress
from tracker.web.filters import day, halves, number
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.making import do_in_background, is_large
from tracker.web.narrowing import choices, read_filters
from tracker.web.paging import Page, page_request
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("snapshots", __name__, url_prefix="/snapshots")

#: What each figure is called.
FIGURES: dict[Name, str] = {
    "together": "Pairs that work together",
    "required": "Pairs that are counted",
    "backed": "Backed up: two lead sponsors or more",
    "single": "Work together, one lead sponsor",
    "begun": "Begun",
    "quiet": "Not heard from",
    "open": "No shared work",
    "score": "Coverage score, of all possible points",
    "strength": "Shares of attention",
    "wins": "Wins",
    "lessons": "Near misses with a lesson",
    "moments": "Moments that counted",
    "momentum": "Momentum, points per 30 days",
    "change": "Pairs that came to work together, less those that no longer do",
    "moved": "Customer measures that moved",
    "reused": "Lessons used again",
    "changed": "What happened",
    "lost": "What took pairs away",
    "crossed": "Crossings that work together",
    "crossings": "Crossings that are counted",
    "linking": "Departments that work with both",
    "taking_part": "Departments that took part",
    "members": "Departments in the initiative",
    "moment": "Points",
    "supporting": "Sponsors that supported the work",
}
FROZEN = "Frozen. Nothing changes it any more."
#: How a file of a snapshot is sent: what is in it never changes.
JSON = "application/json"


@blueprint.get("")
def index() -> Response:
    """List the snapshots, the newest first, with the form that freezes a day."""
    return _index(FormReader.showing({"on": clock.today().isoformat()}))


@blueprint.post("")
def freeze() -> Response:
    """Freeze a day, today where none is asked for."""
    actor, today = current_actor(), clock.today()
    policies.require(actor, "freeze")
    form = FormReader(request.form)
    on = form.day("on", "Day") or today
    since = form.day("since", "The day before")
    title = form.text("title", "The title", limit=services.TITLE_LIMIT)
    classification = form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT)
    do = partial(
        services.freeze,
        actor=actor,
        on=on,
        today=today,
        since=since,
        title=title,
        classification=classification,
        filters=read_filters(request.form),
    )
    if is_large() and not form.errors:
        try:
            services.refuse_freezing(
                on=on, since=since, today=today, title=title, classification=classification
            )
        except InvalidInput as refused:
            form.add(refused.errors)
            return _index(form)
        return freeze_in_background(do, "This day is frozen already, as it is known now.")
    made = save(form, lambda: do(db.session))
    if made is None:
        return _index(form)
    snapshot, is_new = made
    message = FROZEN if is_new else "This day is frozen already, as it is known now."
    return redirect_after(url_for("snapshots.show", public_id=snapshot.public_id), message=message)


def freeze_in_background(do: Callable[..., tuple[Snapshot, bool]], known: str) -> Response:
    """Freeze a large register while a page says how far it is; ``known`` is said of what is frozen already."""

    def work(tell: Progress) -> tuple[str, str]:
        snapshot, is_new = do(db.session, progress=tell)
        public_id = snapshot.public_id
        db.session.commit()
        return url_for("snapshots.show", public_id=public_id), FROZEN if is_new else known

    return do_in_background("Freezing a day", work, repr(sorted(request.form.items())), needs="freeze")


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show what a snapshot says, and beside each figure what is known now."""
    actor = current_actor()
    snapshot = services.find_snapshot(db.session, actor, public_id)
    document = document_of(snapshot)
    figures, months = said_of_day(document), list(said_of_months(document))
    return render(
        "snapshots/show.html",
        snapshot=snapshot,
        document=document,
        figures=figures,
        months=list(reversed(months)),
        story=story_of(snapshot) if has_story(document) else None,
        ties=list(ties_of(document)),
        bands=BAND_WORDS,
        now=known_now(db.session, figures, months),
        check=services.check(snapshot),
        who=frozen_by(db.session, snapshot),
        presented=shown_on(db.session, [public_id]).get(public_id, ()),
        may_export=may(actor, "export"),
        words=FIGURES,
        period=period,
        shown=shown,
    )


@blueprint.get("/<public_id>/snapshot.json")
def document(public_id: str) -> Response:
    """Send the canonical JSON of a snapshot, byte for byte as it was hashed."""
    snapshot = services.find_snapshot(db.session, current_actor(), public_id)
    return _file(snapshot.document, f"snapshot-{snapshot.on_day}-{public_id}.json")


@blueprint.get("/<public_id>/records.json")
def records(public_id: str) -> Response:
    """Send the facts behind a snapshot, byte for byte, to those who may take the register along."""
    actor = current_actor()
    snapshot = services.find_snapshot(db.session, actor, public_id)
    policies.require(actor, "export")
    return _file(snapshot.records, f"snapshot-{snapshot.on_day}-{public_id}-records.json")


@dataclass(frozen=True, slots=True)
class Tie:
    """A pair of the picture by its names; with its strength and the receipt of it where it has any."""

    names: tuple[str, str]
    band: Band
    value: Value
    receipt: str


def ties_of(document: dict[str, Any]) -> Iterator[Tie]:
    """Yield what joined the places of the track, by name."""
    names = {each["id"]: each["name"] for each in document["track"]["nodes"]}
    found = [
        Tie((names[each["a"]], names[each["b"]]), each["band"], each.get("value"), each.get("receipt", ""))
        for each in document["track"]["ties"]
    ]
    yield from sorted(found, key=lambda tie: tuple(map(str.casefold, tie.names)))


def period(figure: Figure) -> str:
    """Write the day of a figure, or the days that it counts."""
    return f"{day(figure.since)} to {day(figure.on)}" if figure.since else day(figure.on)


def shown(name: Name, value: Value) -> str:
    """Write a value as people read it: shares as decimals with the exact fraction behind, "–" for none."""
    if value is None or isinstance(value, int):
        return number(value)
    if name == "momentum":
        return number(Fraction(value), 2)
    if name == "moment":
        return halves(Fraction(value))
    exact = Fraction(value)
    return f"{number(exact, 3)} ({value})" if exact.denominator > 1 else number(exact)


def _index(form: FormReader) -> Response:
    asked = page_request(request.args)
    rows = list_snapshots(db.session, limit=asked.size, offset=asked.offset)
    return render(
        "snapshots/index.html",
        status=422 if form.errors else 200,
        page=Page(rows, asked.number, asked.size, count_snapshots(db.session)),
        presented=shown_on(db.session, [each.public_id for each in rows]),
        form=form,
        choices=choices(),
        title_limit=services.TITLE_LIMIT,
        classification_limit=CLASSIFICATION_LIMIT,
        latest=clock.today().isoformat(),
    )


def _file(data: bytes, name: str) -> Response:
    response = make_response(data)
    response.mimetype = JSON
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
