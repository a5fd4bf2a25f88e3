"""The list of journeys, a journey drawn as a path, and the forms that shape one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.history import history_of
from tracker.queries.journeys import (
    SORTS,
    STATES,
    JourneyRow,
    count_journeys,
    journey_listing,
    journey_row,
    journeys_at,
)
from tracker.services import journeys as services
from tracker.services import policies
from tracker.services.errors import NotFound, Stale
from tracker.services.journeys import IMPORTANCES, MOST_STEPS, NAME_LIMIT, SOURCE_LIMIT, find_journey
from tracker.web.choices import department_options
from tracker.web.cursors import read_page
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import at_address, redirect_after, render
from tracker.web.journey_forms import beginning, changed, read_journey, rows_in, showing
from tracker.web.journey_templates import TEMPLATES
from tracker.web.paging import read_sort, url_with
from tracker.web.records import form_page
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("journeys", __name__, url_prefix="/journeys")

SAVED = "journey-saved"
IMPORTANCE_WORDS = {1: "Counts once", 2: "Counts twice", 3: "Counts three times"}


@blueprint.get("")
def index() -> Response:
    """Show the list: search, sort, page and day stand in the address."""
    current_actor()
    today = clock.today()
    on = asked_day(request.args.get("on"))
    reader = FormReader(request.args)
    q = reader.text("q", "Search", limit=200)
    state = reader.choice("state", "State", STATES) or "now"
    sort = read_sort(request.args, SORTS, "-importance")
    answer = render(
        "journeys/index.html",
        fragment="journeys/_list.html",
        page=read_page(
            journey_listing(db.session, q, state, on, sort),
            count_journeys(db.session, q, state, on),
            lambda edges: journeys_at(db.session, edges, on),
        ),
        q=q,
        state=state,
        sort=sort,
        on=on,
        on_arg=on.isoformat() if on != today else None,
        templates=TEMPLATES,
    )
    return at_address(answer, url_with())


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Draw a journey, from a template or from nothing."""
    actor = current_actor()
    policies.require(actor, "shape")
    if request.method == "GET":
        return _form("new", beginning(TEMPLATES.get(request.args.get("template", ""))))
    form = FormReader(request.form)
    redrawn = changed(form)
    if redrawn is not None:
        return _form("new", redrawn)
    plan = read_journey(form)
    added = save(form, lambda: services.add_journey(db.session, actor=actor, plan=plan))
    if added is None:
        return _form("new", form)
    url = url_for("journeys.show", public_id=added.public_id)
    return redirect_after(url, message=f"“{added.name}” is drawn. Its crossings count now.")


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a journey as it stood on a day, today unless asked otherwise."""
    actor = current_actor()
    today = clock.today()
    on = asked_day(request.args.get("on"))
    find_journey(db.session, actor, public_id)
    page = load_journey(public_id)
    return render(
        "journeys/show.html",
        fragment="journeys/_show.html",
        page=page,
        on=on,
        on_arg=on.isoformat() if on != today else None,
        importance=IMPORTANCE_WORDS[page.importance],
        history=history_of(db.session, "journey", page.id)
        if policies.may(actor, "shape") and on >= today
        else (),
    )


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit a journey whole; a stale save shows both."""
    actor = current_actor()
    record = find_journey(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    if request.method == "GET":
        form = showing(services.standing_journey(record), record.version)
        return _form("edit", form, public_id=public_id, name=name)
    form = FormReader(request.form)
    redrawn = changed(form)
    if redrawn is not None:
        return _form("edit", redrawn, public_id=public_id, name=name)
    plan, version = read_journey(form), form.version()
    try:
        saved = save(
            form,
            lambda: services.edit_journey(
                db.session, actor=actor, public_id=public_id, version=version, plan=plan
            ),
        )
    except Stale as stale:
        db.session.rollback()
        form.replace("version", stale.current["version"])
        standing = load_journey(public_id)
        return _form("edit", form, status=409, public_id=public_id, name=name, standing=standing)
    if saved is None:
        return _form("edit", form, public_id=public_id, name=name)
    return redirect_after(url_for("journeys.show", public_id=public_id), message="Saved.")


@blueprint.post("/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put it into the bin."""
    services.bin_journey(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("journeys.index"), message="It is in the bin; the bin gives it back.")


@blueprint.post("/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring it back from the bin."""
    services.restore_journey(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    message = "It is back, and its crossings count again."
    return redirect_after(url_for("journeys.show", public_id=public_id), message=message)


def load_journey(public_id: str) -> JourneyRow:
    """Return the journey of the day asked for, whose getter was asked before."""
    row = journey_row(db.session, public_id, asked_day(request.args.get("on")))
    if row is None:
        raise NotFound("There is no such journey.")
    return row


def _form(
    way: str,
    form: FormReader,
    *,
    status: int = 200,
    public_id: str = "",
    name: str = "",
    standing: JourneyRow | None = None,
) -> Response:
    """Render the form: 422 with messages, 409 beside what stands now, 200 while its rows change."""
    return form_page(
        form,
        f"journeys/{way}.html",
        status=status,
        rows=range(rows_in(form)),
        public_id=public_id,
        name=name,
        standing=standing,
        departments=[each[:2] for each in department_options(clock.today())],
        importances=[(number, str(number), IMPORTANCE_WORDS[number]) for number in IMPORTANCES],
        templates=TEMPLATES,
        limits={"name": NAME_LIMIT, "source": SOURCE_LIMIT, "steps": MOST_STEPS},
    )
