"""The list of initiatives, an initiative's page, and the forms that open and edit one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.models.initiatives import KINDS, Initiative
from tracker.queries.carried import carried_by
from tracker.queries.history import history_of
from tracker.queries.initiative_pages import InitiativePage, initiative_page
from tracker.queries.merges import merges_into, other_names
from tracker.queries.named import initiative_named
from tracker.services import initiatives as services
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import TEXT_LIMIT, TITLE_LIMIT, is_safe_link
from tracker.services.errors import NotFound
from tracker.services.initiatives import Plan, editable, find_initiative, sponsors_on
from tracker.web.choices import department_options, person_options, theme_options
from tracker.web.dates import asked_day, begun_by
from tracker.web.forms import FormReader
from tracker.web.fragments import at_address, redirect_after, render
from tracker.web.initiative_life import life_of, spans_of
from tracker.web.initiative_list import read_list
from tracker.web.keeping import kept
from tracker.web.paging import url_with
from tracker.web.records import form_page, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor
from tracker.web.survivors import standing, way_on
from tracker.web.views import views_on

blueprint = Blueprint("initiatives", __name__, url_prefix="/initiatives")

SAVED = "initiative-saved"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with one initiative."""

    edit: bool = False
    decide: bool = False
    set_people: bool = False
    log: bool = False
    bin: bool = False


def rights_of(actor: Actor, initiative: Initiative, today: date) -> Rights:
    """Return what the actor may do with an initiative."""
    sponsors = sponsors_on(initiative, today)
    return Rights(
        edit=policies.may_edit(actor, initiative, sponsors),
        decide=policies.may_decide(actor, sponsors),
        set_people=policies.may(actor, "set people and state"),
        log=policies.may(actor, "log near miss"),
        bin=policies.may(actor, "bin"),
    )


@blueprint.get("")
def index() -> Response:
    """Show the list of today or of a past day (``?on=``): filters, sort and page stand in the address."""
    on, views = asked_day(request.args.get("on")), views_on(current_actor(), "initiatives")
    shown = kept("initiatives.index", on, views, read=lambda: read_list(on) | {"views": views})
    answer = render(
        "initiatives/index.html", fragment="initiatives/_table.html", part=shown.part, **shown.values
    )
    return at_address(answer, url_with())


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Start an initiative; the address may bring its departments, title and what it builds on."""
    actor = current_actor()
    policies.require(actor, "create")
    today = clock.today()
    form = FormReader(request.form) if request.method == "POST" else _prefilled(today)
    if request.method == "POST":
        plan = read_plan(form)
        departments = form.ids("departments", "Departments", required=True)
        builds_on = form.ids("builds_on", "Builds on")
        added = save(
            form,
            lambda: services.launch(
                db.session,
                actor=actor,
                plan=plan,
                departments=departments,
                today=today,
                leading=form.value("leading"),
                lead=form.value("lead"),
                co_sponsors=form.ids("co_sponsors", "Co-sponsors"),
                builds_on=builds_on,
            ),
        )
        if added is not None:
            url = url_for("initiatives.show", public_id=added.public_id)
            return redirect_after(url, message=f"“{added.title}” is in the register.", event=SAVED)
    departments_offered = department_options(today)
    return form_page(
        form,
        "initiatives/new.html",
        kinds=KINDS,
        departments=departments_offered,
        leading=[each[:2] for each in departments_offered],
        people=person_options(),
        themes=theme_options(),
        builds_on=[
            named for each in form.values("builds_on") if (named := initiative_named(db.session, each))
        ],
        limits={"title": TITLE_LIMIT, "text": TEXT_LIMIT},
    )


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show an initiative and the pairs it brings together as it stands today or stood on a past day (``?on=``)."""
    on, actor = asked_day(request.args.get("on")), current_actor()
    try:
        shown = kept("initiatives.show", on, actor, public_id, read=lambda: _record(actor, public_id, on))
    except NotFound as missing:
        return way_on("initiative", public_id, missing)
    return render("initiatives/show.html", fragment="initiatives/_show.html", part=shown.part, **shown.values)


def _record(actor: Actor, public_id: str, on: date) -> dict[str, Any]:
    """Read an initiative for somebody who may open it, with what they may do with it."""
    today = clock.today()
    found = standing(find_initiative(db.session, actor, public_id), "initiative", public_id)
    rights = rights_of(actor, found, today)
    if on < today:
        rights = Rights()  # a past day is looked at; what is done is done today
    page = load_page(public_id, on)
    return {
        "page": page,
        "rights": rights,
        "confirmable": {
            each.public_id
            for each in page.moments
            if not each.is_confirmed and _may_confirm(actor, each.recorded_by_id)
        },
        "carried": carried_by(db.session, page.external_id, on),
        "on": on,
        "on_arg": on.isoformat() if on != today else None,
        "life": life_of(page, on),
        "spans": spans_of(page, on),
        "also": other_names(db.session, "initiative", page.id),
        "merges": merges_into(db.session, "initiative", public_id) if policies.may(actor, "merge") else (),
        "link_is_safe": is_safe_link(page.link),
        "history": history_of(db.session, "initiative", page.id) if rights.edit else (),
    }


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit the texts and dates; a stale save shows both texts."""
    actor = current_actor()
    today = clock.today()
    record = editable(db.session, actor, public_id, today)
    page = load_page(public_id, today)
    if request.method == "POST":
        form = FormReader(request.form)
        plan, version = read_plan(form), form.version()
        done = save_edit(
            form,
            lambda: services.edit(
                db.session, actor=actor, public_id=public_id, version=version, plan=plan, today=today
            ),
            title=page.title,
            here=url_for("initiatives.edit", public_id=public_id),
            back=url_for("initiatives.show", public_id=public_id),
            labels=_labels,
            event=SAVED,
        )
        if done is not None:
            return done
    else:
        theme = page.theme.public_id if page.theme else ""
        form = FormReader.showing(services.standing(record, theme))
    return form_page(
        form,
        "initiatives/edit.html",
        page=page,
        kinds=KINDS,
        themes=theme_options(),
        limits={"title": TITLE_LIMIT, "text": TEXT_LIMIT},
    )


@blueprint.post("/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put it into the bin."""
    services.bin_initiative(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("initiatives.index"), message="It is in the bin; the bin gives it back.")


@blueprint.post("/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring it back from the bin."""
    services.restore_initiative(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(
        url_for("initiatives.show", public_id=public_id), message="It is back, and so is what it counts."
    )


def load_page(public_id: str, on: date) -> InitiativePage:
    """Return the page of an initiative of a day, whose getter was asked before."""
    page = initiative_page(db.session, public_id, on, begun_by(on))
    if page is None:
        raise NotFound("There is no such initiative.")
    return page


def read_plan(form: FormReader) -> Plan:
    """Read the texts and dates of an initiative; what cannot be read has its message in the form."""
    return Plan(
        title=form.text("title", "The title", required=True, limit=TITLE_LIMIT),
        kind=form.choice("kind", "Kind", KINDS) or "pilot",
        started_on=form.day("started_on", "The start"),
        decide_by=form.day("decide_by", "The decide-by date"),
        ended_on=form.day("ended_on", "The end"),
        theme="".join(form.ids("theme", "Theme")[:1]),
        description=form.long_text("description", "The description", limit=TEXT_LIMIT),
        contact=form.text("contact", "The contact", limit=TEXT_LIMIT),
        link=form.text("link", "The link", limit=2_000),
    )


def _may_confirm(actor: Actor, recorded_by_id: int | None) -> bool:
    own = actor.user_id is not None and recorded_by_id == actor.user_id
    return policies.may(actor, "confirm") and not own


def _prefilled(today: date) -> FormReader:
    """Return the form as a link fills it: ``?departments=a,b&title=…&lead=…&theme=…&builds_on=…``."""
    listed = [each for value in request.args.getlist("departments") for each in value.split(",")]
    return FormReader.showing(
        {
            "title": request.args.get("title", "")[:TITLE_LIMIT],
            "departments": listed,
            "lead": request.args.get("lead", ""),
            "theme": request.args.get("theme", ""),
            "builds_on": request.args.getlist("builds_on")[:10],
            "kind": "pilot",
            "started_on": today,
        }
    )


def _labels() -> dict[str, tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return the words, the control and the choices of each field, for the page that shows both texts."""
    kinds = tuple((kind, kind.replace("_", " ").capitalize()) for kind in KINDS)
    themes = tuple(theme_options())
    return {
        "title": ("Title", "text", ()),
        "kind": ("Kind", "select", kinds),
        "started_on": ("Start", "date", ()),
        "ended_on": ("End", "date", ()),
        "decide_by": ("Decide by", "date", ()),
        "theme": ("Theme", "select", (("", "None"), *themes)),
        "description": ("Description", "textarea", ()),
        "contact": ("Contact", "text", ()),
        "link": ("Link", "text", ()),
    }
