"""Merge two records: choose, see what would happen, do it; the merges that were made, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.models.merges import Merge
from tracker.queries.leaning import Leaning, what_leans
from tracker.queries.merges import count_merges, list_merges, offered
from tracker.services import merges as services
from tracker.services import policies
from tracker.services.errors import InvalidInput
from tracker.services.merges import Otherwise, Outcome, Wish, find_merge, find_mergeable
from tracker.services.taking_back import StillNeeded
from tracker.web.filters import day
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.imports import OPENS
from tracker.web.paging import Page, page_request
from tracker.web.sessions import current_actor
from tracker.web.survivors import PAGES

blueprint = Blueprint("merges", __name__, url_prefix="/merges")

#: What addresses call the kinds.
KINDS = {"departments": "department", "sponsors": "person", "initiatives": "initiative"}
WAYS = ("twice", "day")


@dataclass(frozen=True, slots=True)
class Moved:
    """What a merge moves and does to the numbers, as its record keeps it, with days as days."""

    counts: Mapping[str, int]
    initiatives: Sequence[Sequence[str]]
    filled: Sequence[Sequence[str]]
    notes: Sequence[str]
    twins: Sequence[tuple[str, str, date]]
    on: date
    since: date
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@blueprint.get("")
def index() -> Response:
    """List the merges, the newest first."""
    policies.require(current_actor(), "merge")
    asked = page_request(request.args)
    rows = list_merges(db.session, limit=asked.size, offset=asked.offset)
    return render(
        "merges/index.html",
        page=Page(rows, asked.number, asked.size, count_merges(db.session)),
    )


@blueprint.route("/<any(departments, sponsors, initiatives):feature>/<public_id>", methods=["GET", "POST"])
def new(feature: str, public_id: str) -> Response:
    """Choose what a record goes into, see what that would do, and do it as it was shown."""
    actor, kind = current_actor(), KINDS[feature]
    record = find_mergeable(db.session, actor, kind, public_id)
    name = record.title if kind == "initiative" else record.name
    if request.method == "GET":
        shown = {"into": request.args.get("into", ""), "way": request.args.get("way", "twice")}
        return _form(
            FormReader.showing({**shown, "on": clock.today()}), feature, public_id, name, request.args
        )
    form = FormReader(request.form)
    wish = _wish(form, kind, public_id)
    if form.value("do") == "find" or form.errors:
        return _form(form, feature, public_id, name, request.form, status=422 if form.errors else 200)
    status = 200
    try:
        if form.value("do") == "merge":
            done = services.merge(
                db.session, actor=actor, wish=wish, today=clock.today(), seen=form.value("seen")
            )
            db.session.commit()
            return redirect_after(
                url_for("merges.show", public_id=done.public_id),
                message=f"“{done.from_name}” is part of “{done.into_name}” now.",
            )
        outcome = services.preview_merge(db.session, actor=actor, wish=wish, today=clock.today())
    except Otherwise as otherwise:
        outcome, status = otherwise.outcome, 409
    except InvalidInput as refused:
        form.add(refused.errors)
        outcome, status = None, 422
    db.session.rollback()  # what was done to look at it is undone
    return _form(form, feature, public_id, name, request.form, outcome=outcome, status=status)


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a merge: who, when, what moved, the numbers before and after, and the way back."""
    found = find_merge(db.session, current_actor(), public_id)
    return _page(found, what_leans(db.session, found) if found.undone_at is None else ())


@blueprint.post("/<public_id>/undo")
def undo(public_id: str) -> Response:
    """Take a merge back, or say what stands in the way."""
    actor = current_actor()
    find_merge(db.session, actor, public_id)
    try:
        found = services.undo_merge(db.session, actor=actor, public_id=public_id)
    except StillNeeded as needed:
        db.session.rollback()
        return _page(find_merge(db.session, actor, public_id), needed.leaning, status=409)
    except InvalidInput as refused:
        db.session.rollback()
        return _page(find_merge(db.session, actor, public_id), (), status=422, refused=str(refused))
    db.session.commit()
    return redirect_after(
        url_for("merges.show", public_id=public_id),
        message=f"“{found.from_name}” and “{found.into_name}” are two again.",
    )


def _wish(form: FormReader, kind: str, public_id: str) -> Wish:
    way = form.choice("way", "What happens", WAYS) or "twice"
    on = form.day("on", "The day") if way == "day" else None
    return Wish(
        kind=kind,
        gone=public_id,
        into="".join(form.ids("into", "The one that stays")[:1]),
        way=way,
        on=on,
        one_of_twins=form.flag("one_of_twins"),
    )


def _form(
    form: FormReader,
    feature: str,
    public_id: str,
    name: str,
    given: Any,
    *,
    outcome: Outcome | None = None,
    status: int = 200,
) -> Response:
    """Render the form with what it would do where that was asked for."""
    if outcome is not None:
        form.replace("seen", outcome.seen)
    q = str(given.get("q", ""))[:200]
    return render(
        "merges/new.html",
        status=status,
        form=form,
        feature=feature,
        kind=KINDS[feature],
        public_id=public_id,
        name=name,
        q=q,
        offered=offered(db.session, KINDS[feature], public_id, name, q=q, chosen=form.value("into")),
        outcome=outcome,
        moved=_moved(outcome.document(), services.figures_of(outcome.effect)) if outcome else None,
        has_changed=status == 409,
        opens=PAGES,
    )


def _moved(moved: Mapping[str, Any], figures: Mapping[str, Any]) -> Moved:
    return Moved(
        counts=moved["counts"],
        initiatives=moved["initiatives"],
        filled=[(label, *map(_day_words, values)) for label, *values in moved["filled"]],
        notes=moved["notes"],
        twins=[(title, kind, date.fromisoformat(on)) for title, kind, on in moved["twins"]],
        on=date.fromisoformat(figures["on"]),
        since=date.fromisoformat(figures["since"]),
        before=figures["before"],
        after=figures["after"],
    )


def _day_words(text: str) -> str:
    """Write an ISO day as people read it, any other text as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _page(found: Merge, leaning: tuple[Leaning, ...], *, status: int = 200, refused: str = "") -> Response:
    return render(
        "merges/show.html",
        status=status,
        merge=found,
        moved=_moved(found.moved, found.figures),
        leaning=leaning,
        refused=refused,
        opens={**OPENS, **PAGES},
    )
