"""The list of departments, a department's page, and the forms that shape one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.departments import (
    DepartmentRecord,
    Running,
    department_record,
    initiative_ids,
    running_on,
)
from tracker.queries.divisions import division_choices
from tracker.queries.facts import current_portfolio
from tracker.queries.history import history_of
from tracker.queries.initiatives import InitiativeFilters, InitiativeRow, count_initiatives, rows_of
from tracker.queries.merges import merges_into
from tracker.queries.moments import MomentFilters, MomentRow, count_moments, list_moments
from tracker.queries.partners import partners_of
from tracker.services import departments as services
from tracker.services import policies
from tracker.services.departments import NAME_LIMIT, DepartmentPlan, find_department
from tracker.services.errors import NotFound
from tracker.web.choices import options_of
from tracker.web.dates import asked_day, begun_by
from tracker.web.department_list import read_list
from tracker.web.forms import FormReader
from tracker.web.fragments import at_address, redirect_after, render
from tracker.web.paging import url_with
from tracker.web.records import form_page, move, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor
from tracker.web.survivors import standing, way_on
from tracker.web.views import views_on

blueprint = Blueprint("departments", __name__, url_prefix="/departments")

SAVED = "department-saved"
MOMENTS_SHOWN = 6
ALIASES_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class Work:
    """What a department takes part in on a day: live, not heard from, and how many there are at any time."""

    live: tuple[InitiativeRow, ...]
    silent: tuple[InitiativeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Lately:
    """The newest moments of a department, and how many the window holds."""

    moments: tuple[MomentRow, ...]
    count: int
    since: date
    days: int


@blueprint.get("")
def index() -> Response:
    """Show the list: filters, columns, sort, page and day stand in the address."""
    answer = render(
        "departments/index.html",
        fragment="departments/_table.html",
        views=views_on(current_actor(), "departments"),
        **read_list(asked_day(request.args.get("on"))),
    )
    return at_address(answer, url_with())


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Add a department."""
    actor = current_actor()
    policies.require(actor, "shape")
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing(_prefilled())
    if request.method == "POST":
        plan = read_plan(form)
        added = save(form, lambda: services.add_department(db.session, actor=actor, plan=plan))
        if added is not None:
            url = url_for("departments.show", public_id=added.public_id)
            return redirect_after(url, message=f"{added.name} is in the register.", event=SAVED)
    return form_page(form, "departments/new.html", divisions=division_options(), limit=NAME_LIMIT)


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show a department as it stood on a day, today unless asked otherwise."""
    actor = current_actor()
    try:
        standing(find_department(db.session, actor, public_id), "department", public_id)
    except NotFound as missing:
        return way_on("department", public_id, missing)
    return _page(public_id)


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit a department; a stale save shows both texts."""
    actor = current_actor()
    record = find_department(db.session, actor, public_id)
    policies.require(actor, "shape")
    name = record.name
    back = url_for("departments.show", public_id=public_id)
    form = FormReader.showing(services.standing_department(record))
    if request.method == "POST":
        form = FormReader(request.form)
        plan, version = read_plan(form), form.version()
        done = save_edit(
            form,
            lambda: services.edit_department(
                db.session, actor=actor, public_id=public_id, version=version, plan=plan
            ),
            title=name,
            here=url_for("departments.edit", public_id=public_id),
            back=back,
            labels=_labels,
            event=SAVED,
        )
        if done is not None:
            return done
    return form_page(
        form,
        "departments/edit.html",
        public_id=public_id,
        name=name,
        divisions=division_options(),
        limit=NAME_LIMIT,
    )


@blueprint.post("/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put it into the bin, unless records refer to it."""
    return move(
        lambda: services.bin_department(db.session, actor=current_actor(), public_id=public_id),
        to=url_for("departments.index"),
        message="It is in the bin; the bin gives it back.",
        refused=lambda why: _page(public_id, refused=why),
    )


@blueprint.post("/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring it back from the bin."""
    return move(
        lambda: services.restore_department(db.session, actor=current_actor(), public_id=public_id),
        to=url_for("departments.show", public_id=public_id),
        message="It is back.",
        refused=lambda why: _page(public_id, refused=why),
    )


def load_record(public_id: str, on: date) -> DepartmentRecord:
    """Return the record of a department of a day, whose getter was asked before."""
    record = department_record(db.session, public_id, begun_by(on))
    if record is None:
        raise NotFound("There is no such department.")
    return record


def division_options() -> list[tuple[str, str]]:
    """Return the divisions by name. 1 query."""
    return options_of(division_choices(db.session))


def read_plan(form: FormReader) -> DepartmentPlan:
    """Read a department; what cannot be read has its message in the form."""
    aliases = form.long_text("aliases", "Other names", limit=ALIASES_LIMIT)
    return DepartmentPlan(
        name=form.text("name", "The name", required=True, limit=NAME_LIMIT),
        aliases=tuple(line.strip() for line in aliases.split("\n") if line.strip()),
        division="".join(form.ids("division", "Division")[:1]),
        new_division=form.text("new_division", "The new division", limit=NAME_LIMIT),
        opened_on=form.day("opened_on", "The day it opened"),
        closed_on=form.day("closed_on", "The day it closed"),
        headcount=form.whole("headcount", "The headcount", high=services.MOST_PEOPLE),
    )


def _page(public_id: str, refused: str = "") -> Response:
    """Render a department's page; with ``refused``, why what was asked for could not be done (422)."""
    actor = current_actor()
    today = clock.today()
    on = asked_day(request.args.get("on"))
    record = load_record(public_id, on)
    may_shape = policies.may(actor, "shape")
    return render(
        "departments/show.html",
        fragment="departments/_show.html",
        status=422 if refused else 200,
        refused=refused,
        page=record,
        partners=partners_of(db.session, record.external_id, on),
        work=_work(record, on),
        lately=_lately(record, on),
        merges=merges_into(db.session, "department", public_id) if policies.may(actor, "merge") else (),
        on=on,
        on_arg=on.isoformat() if on != today else None,
        history=history_of(db.session, "department", record.id) if may_shape and on >= today else (),
    )


def _work(record: DepartmentRecord, on: date) -> Work:
    _, portfolio = current_portfolio(db.session)
    running = running_on(portfolio, on).get(record.external_id, Running())
    ids = initiative_ids(db.session, {*running.live, *running.silent})
    rows = dict(zip(ids, rows_of(db.session, list(ids.values()), on), strict=True))
    return Work(
        live=tuple(row for external_id, row in rows.items() if external_id in running.live),
        silent=tuple(row for external_id, row in rows.items() if external_id not in running.live),
        total=count_initiatives(
            db.session, InitiativeFilters(department=record.public_id, begun_by=begun_by(on)), on
        ),
    )


def _lately(record: DepartmentRecord, on: date) -> Lately:
    _, portfolio = current_portfolio(db.session)
    days = portfolio.settings.window_days
    since = on - timedelta(days - 1)
    mine = MomentFilters(department=record.public_id, until=on)
    recent = MomentFilters(department=record.public_id, since=since, until=on)
    return Lately(
        moments=list_moments(db.session, mine, on, limit=MOMENTS_SHOWN),
        count=count_moments(db.session, recent),
        since=since,
        days=days,
    )


def _prefilled() -> dict[str, object]:
    return {"name": request.args.get("name", "")[:NAME_LIMIT], "division": request.args.get("division", "")}


def _labels() -> dict[str, tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return the words, the control and the choices of each field, for the page that shows both texts."""
    return {
        "name": ("Name", "text", ()),
        "aliases": ("Other names", "textarea", ()),
        "division": ("Division", "select", (("", "None"), *division_options())),
        "new_division": ("A new division", "text", ()),
        "opened_on": ("Opened", "date", ()),
        "closed_on": ("Closed", "date", ()),
        "headcount": ("Headcount", "text", ()),
    }
