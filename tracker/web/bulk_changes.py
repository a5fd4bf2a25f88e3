"""Change many initiatives at once: choose what, see what would change, do it, and take it back."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.bulk_changes import account_name, count_bulk, edited_since, list_bulk
from tracker.services import bulk_changes as services
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bulk_changes import MOST, BulkPlan, Selection, Wanted, plan_bulk
from tracker.services.bulk_rules import ACTIONS
from tracker.services.bulk_undo import find_bulk, undo_bulk
from tracker.services.errors import InvalidInput, Stale
from tracker.web.choices import department_options, person_options, theme_options
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.initiative_list import read_arrangement, total_of
from tracker.web.paging import Page, page_request
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("bulk_changes", __name__, url_prefix="/bulk")

#: Which field of the form names the record of an action.
TARGETS = {"theme": "theme", "join": "department", "leave": "department", "co-sponsor": "person"}
#: What each action is called, who may be offered it: an action of the policies.
OFFERED = {
    "theme": ("Give them a theme", "create"),
    "join": ("Bring a department in", "set people and state"),
    "leave": ("Let a department leave", "set people and state"),
    "co-sponsor": ("Name a co-sponsor", "set people and state"),
    "pause": ("Pause them", "create"),
    "resume": ("Resume them", "create"),
    "bin": ("Move them to the bin", "bin"),
}
#: So many rows of a preview are shown one by one.
SHOWN = 200


@blueprint.get("")
def index() -> Response:
    """List the changes of many: all of them for the office, one's own for others."""
    actor = current_actor()
    policies.require(actor, "create")
    mine = None if policies.may(actor, "edit any") else actor.user_id
    asked = page_request(request.args)
    rows = list_bulk(db.session, mine, limit=asked.size, offset=asked.offset)
    page = Page(rows, asked.number, asked.size, count_bulk(db.session, mine))
    return render("bulk_changes/index.html", page=page)


@blueprint.get("/initiatives")
def new() -> Response:
    """Choose what to change, and see what it would change, row by row."""
    return _form(current_actor(), FormReader(request.args))


@blueprint.post("/initiatives")
def make() -> Response:
    """Change what the preview showed, or show it anew where somebody edited meanwhile."""
    actor, today = current_actor(), clock.today()
    policies.require(actor, "create")
    form = FormReader(request.args)
    digest = request.form.get("digest", "")
    selection, wanted = _selection(form), _wanted(form)
    try:
        change = save(
            form,
            lambda: services.apply_bulk(
                db.session, actor=actor, selection=selection, wanted=wanted, today=today, digest=digest
            ),
        )
    except Stale:
        db.session.rollback()
        return _form(actor, form, changed=True)
    if change is None:
        return _form(actor, form)
    count = len(change.rows)
    words = "One initiative is changed." if count == 1 else f"{count:,} initiatives are changed."
    return redirect_after(url_for("bulk_changes.show", public_id=change.public_id), message=words)


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a change of many: who, when, what stood there before, and the way to take it back."""
    return _page(current_actor(), public_id)


@blueprint.post("/<public_id>/undo")
def undo(public_id: str) -> Response:
    """Take it back where nobody edited since; the page says which stay."""
    actor = current_actor()
    form = FormReader()
    change = save(form, lambda: undo_bulk(db.session, actor=actor, public_id=public_id, today=clock.today()))
    if change is None:
        return _page(actor, public_id, refused=" ".join(form.errors.values()))
    stayed = sum(1 for row in change.rows if row.get("stays"))
    message = f"Taken back; {stayed:,} stay as they are." if stayed else "Taken back."
    return redirect_after(url_for("bulk_changes.show", public_id=public_id), message=message)


def _form(actor: Actor, form: FormReader, *, changed: bool = False) -> Response:
    policies.require(actor, "create")
    today = clock.today()
    selection, plan = _selection(form), None
    if form.value("action") in ACTIONS and not form.errors:
        plan = _plan(actor, form, selection)
    arranged = selection.arranged
    total = total_of(arranged.filters, today) if arranged else len(selection.public_ids)
    return render(
        "bulk_changes/new.html",
        fragment="bulk_changes/_new.html",
        status=409 if changed else 422 if form.errors else 200,
        form=form,
        plan=plan,
        changed=changed,
        total=total,
        most=MOST,
        shown=SHOWN,
        pairs=[(name, value) for name, value in request.args.items(multi=True) if name in _KEPT],
        offered=[(key, words) for key, (words, may) in OFFERED.items() if policies.may(actor, may)],
        themes=theme_options(),
        departments=[each[:2] for each in department_options(today)],
        people=person_options(),
    )


#: What of the address says which initiatives are meant.
_KEPT = ("id", "all", "q", "kind", "status", "department", "sponsor", "theme", "attention", "sort")


def _plan(actor: Actor, form: FormReader, selection: Selection) -> BulkPlan | None:
    try:
        return plan_bulk(
            db.session, actor=actor, selection=selection, wanted=_wanted(form), today=clock.today()
        )
    except InvalidInput as refused:
        fields = TARGETS.values()
        form.add({f"to_{name}" if name in fields else name: why for name, why in refused.errors.items()})
        return None


def _selection(form: FormReader) -> Selection:
    if form.flag("all"):
        return Selection(arranged=read_arrangement(clock.today()))
    return Selection(form.ids("id", "Initiatives"))


def _wanted(form: FormReader) -> Wanted:
    action = form.value("action")
    return Wanted(action, form.value(f"to_{TARGETS[action]}") if action in TARGETS else "")


def _page(actor: Actor, public_id: str, *, refused: str = "") -> Response:
    change = find_bulk(db.session, actor, public_id)
    edited = edited_since(db.session, change) if change.undone_at is None else frozenset()
    return render(
        "bulk_changes/show.html",
        status=422 if refused else 200,
        change=change,
        rows=change.rows[:SHOWN],
        more=max(0, len(change.rows) - SHOWN),
        edited=[row for row in change.rows if row["id"] in edited],
        stayed=[row for row in change.rows if row.get("stays")],
        made_by=account_name(db.session, change.made_by_id),
        undone_by=account_name(db.session, change.undone_by_id),
        refused=refused,
    )
