"""The list of sponsors, a sponsor's page, and the forms that add and edit one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.backing import Part, carried_by_sponsor
from tracker.queries.history import history_of
from tracker.queries.merges import merges_into, other_names
from tracker.queries.moments import MomentFilters, MomentRow, count_moments, list_moments
from tracker.queries.sponsors import (
    Account,
    Resting,
    SponsorRecord,
    account_of,
    rests_on,
    sponsor_record,
    stands_behind,
)
from tracker.services import policies
from tracker.services import sponsors as services
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.sponsors import NAME_LIMIT, SponsorPlan, find_sponsor
from tracker.web.choices import department_options
from tracker.web.dates import asked_day, begun_by
from tracker.web.forms import FormReader
from tracker.web.fragments import at_address, redirect_after, render
from tracker.web.paging import url_with
from tracker.web.records import form_page, move, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor
from tracker.web.sponsor_list import read_list
from tracker.web.survivors import standing, way_on
from tracker.web.views import views_on

blueprint = Blueprint("sponsors", __name__, url_prefix="/sponsors")

SAVED = "sponsor-saved"
MOMENTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Private:
    """What only some may see: what rests on the sponsor (the office and the sponsor), the account (administrators)."""

    resting: tuple[Resting, ...] | None
    carries: Part | None
    account: Account | None


@blueprint.get("")
def index() -> Response:
    """Show the list: search, columns, sort, page and day stand in the address."""
    answer = render(
        "sponsors/index.html",
        fragment="sponsors/_table.html",
        views=views_on(current_actor(), "sponsors"),
        **read_list(asked_day(request.args.get("on"))),
    )
    return at_address(answer, url_with())


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Add a sponsor."""
    actor = current_actor()
    policies.require(actor, "shape")
    form = (
        FormReader(request.form)
        if request.method == "POST"
        else FormReader.showing({"department": request.args.get("department", "")})
    )
    if request.method == "POST":
        plan = read_plan(form)
        added = save(form, lambda: services.add_sponsor(db.session, actor=actor, plan=plan))
        if added is not None:
            url = url_for("sponsors.show", public_id=added.public_id)
            return redirect_after(url, message=f"{added.name} is in the register.", event=SAVED)
    return form_page(form, "sponsors/new.html", departments=_departments(), limit=NAME_LIMIT)


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a sponsor: what they stand behind on a day, today unless asked otherwise."""
    try:
        standing(find_sponsor(db.session, current_actor(), public_id), "person", public_id)
    except NotFound as missing:
        return way_on("person", public_id, missing)
    return _page(public_id)


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit a sponsor; a stale save shows both texts."""
    actor = current_actor()
    record = find_sponsor(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    back = url_for("sponsors.show", public_id=public_id)
    form = FormReader.showing(services.standing_sponsor(record))
    if request.method == "POST":
        form = FormReader(request.form)
        plan, version = read_plan(form), form.version()
        done = save_edit(
            form,
            lambda: services.edit_sponsor(
                db.session, actor=actor, public_id=public_id, version=version, plan=plan
            ),
            title=name,
            here=url_for("sponsors.edit", public_id=public_id),
            back=back,
            labels=_labels,
            event=SAVED,
        )
        if done is not None:
            return done
    return form_page(
        form,
        "sponsors/edit.html",
        public_id=public_id,
        name=name,
        departments=_departments(),
        limit=NAME_LIMIT,
    )


@blueprint.post("/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put the sponsor into the bin, unless records carry the name."""
    return move(
        lambda: services.bin_sponsor(db.session, actor=current_actor(), public_id=public_id),
        to=url_for("sponsors.index"),
        message="The sponsor is in the bin; the bin gives them back.",
        refused=lambda why: _page(public_id, refused=why),
    )


@blueprint.post("/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring the sponsor back from the bin."""
    services.restore_sponsor(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("sponsors.show", public_id=public_id), message="The sponsor is back.")


def read_plan(form: FormReader) -> SponsorPlan:
    """Read a sponsor; what cannot be read has its message in the form."""
    return SponsorPlan(
        name=form.text("name", "The name", required=True, limit=NAME_LIMIT),
        title=form.text("title", "The title", limit=NAME_LIMIT),
        department="".join(form.ids("department", "Department")[:1]),
    )


def _page(public_id: str, refused: str = "") -> Response:
    """Render a sponsor's page; with ``refused``, why what was asked for could not be done (422)."""
    actor = current_actor()
    today = clock.today()
    on = asked_day(request.args.get("on"))
    record = sponsor_record(db.session, public_id)
    if record is None:
        raise NotFound("There is no such sponsor.")
    moments, total = _moments(record, on)
    may_shape = policies.may(actor, "shape")
    return render(
        "sponsors/show.html",
        fragment="sponsors/_show.html",
        status=422 if refused else 200,
        refused=refused,
        page=record,
        stands=stands_behind(db.session, record.id, on, begun_by=begun_by(on)),
        private=_private(actor, record, on),
        moments=moments,
        moments_total=total,
        also=other_names(db.session, "person", record.id),
        merges=merges_into(db.session, "person", public_id) if policies.may(actor, "merge") else (),
        on=on,
        on_arg=on.isoformat() if on != today else None,
        history=history_of(db.session, "person", record.id) if may_shape and on >= today else (),
    )


def _private(actor: Actor, record: SponsorRecord, on: date) -> Private:
    own = actor.person_id is not None and actor.person_id == record.id
    sees = actor.is_office or own
    return Private(
        resting=rests_on(db.session, record.external_id, on) if sees else None,
        carries=carried_by_sponsor(db.session, record.external_id, on) if sees else None,
        account=account_of(db.session, record.id) if policies.may(actor, "administer") else None,
    )


def _moments(record: SponsorRecord, on: date) -> tuple[tuple[MomentRow, ...], int]:
    """Return the newest moments of the work that the sponsor led on their days, and how many there are."""
    filters = MomentFilters(sponsor=record.public_id, until=on)
    rows = list_moments(db.session, filters, on, limit=MOMENTS_SHOWN)
    return rows, count_moments(db.session, filters)


def _departments() -> list[tuple[str, str]]:
    return [each[:2] for each in department_options(clock.today())]


def _labels() -> dict[str, tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return the words, the control and the choices of each field, for the page that shows both texts."""
    return {
        "name": ("Name", "text", ()),
        "title": ("Title", "text", ()),
        "department": ("Home department", "select", (("", "None"), *_departments())),
    }
