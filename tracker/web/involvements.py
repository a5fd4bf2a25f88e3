"""The departments and sponsors of an initiative: who joins, leaves, leads and stands beside, on a date."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.services import involvements as services
from tracker.services import policies, sponsorships
from tracker.services.errors import Stale
from tracker.services.initiatives import find_initiative
from tracker.web.choices import department_options, options_of, person_options
from tracker.web.conflicts import keep_stale
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.initiatives import SAVED, load_page
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor

blueprint = Blueprint("involvements", __name__, url_prefix="/initiatives")

CHANGES: dict[str, tuple[str, Callable[..., object]]] = {
    "lead": ("leads it now", sponsorships.change_lead),
    "co": ("stands behind it", sponsorships.add_co_sponsor),
    "leave": ("has stepped back", sponsorships.end_sponsorship),
}


@blueprint.route("/<public_id>/departments/join", methods=["GET", "POST"])
def join(public_id: str) -> Response:
    """Let a department join on a day."""
    actor = current_actor()
    today = clock.today()
    find_initiative(db.session, actor, public_id)
    policies.require(actor, "set people and state")
    form = _form(
        {"joined_on": today, "role": "contributing", "department": request.args.get("department", "")}
    )
    if request.method == "POST":
        on = form.day("joined_on", "The day", required=True)
        role = form.choice("role", "Role", services.ROLES, required=True)
        added = save(
            form,
            lambda: services.involve(
                db.session,
                actor=actor,
                public_id=public_id,
                department=form.value("department"),
                on=needed(on),
                role=role,
            ),
        )
        if added is not None:
            return _done(public_id, "The department takes part.")
    return _answer("join", form, public_id, choices=[each[:2] for each in department_options(today)])


@blueprint.route("/<public_id>/departments/leave", methods=["GET", "POST"])
def leave(public_id: str) -> Response:
    """Let a department leave on a day."""
    actor = current_actor()
    today = clock.today()
    find_initiative(db.session, actor, public_id)
    policies.require(actor, "set people and state")
    form = _form({"left_on": today, "department": request.args.get("department", "")})
    if request.method == "POST":
        on = form.day("left_on", "The day", required=True)
        left = save(
            form,
            lambda: services.withdraw(
                db.session,
                actor=actor,
                public_id=public_id,
                department=form.value("department"),
                on=needed(on),
            ),
        )
        if left is not None:
            return _done(public_id, "The department has left; its days here stay.")
    page = load_page(public_id, today)
    present = {each.department for each in page.involvements if each.left_on is None or each.left_on > today}
    return _answer("leave", form, public_id, choices=options_of(sorted(present, key=lambda each: each.name)))


@blueprint.route("/<public_id>/sponsors", methods=["GET", "POST"])
def sponsors(public_id: str) -> Response:
    """Change the lead sponsor or the co-sponsors on a day."""
    actor = current_actor()
    today = clock.today()
    record = find_initiative(db.session, actor, public_id)
    policies.require(actor, "set people and state")
    shown: dict[str, object] = {
        "on": today,
        "change": request.args.get("change", "lead"),
        "version": record.version,
        "person": request.args.get("person", ""),
    }
    form = _form(shown)
    status = 200
    if request.method == "POST":
        on, version = form.day("on", "The day", required=True), form.version()
        change = form.choice("change", "What changes", CHANGES, required=True)
        try:
            saved = save(
                form,
                lambda: CHANGES[change][1](
                    db.session,
                    actor=actor,
                    public_id=public_id,
                    version=version,
                    person=form.value("person"),
                    on=needed(on),
                ),
            )
        except Stale as stale:
            saved, status = None, 409
            keep_stale(form, stale)
        if saved is not None:
            return _done(public_id, f"Saved: the sponsor {CHANGES[change][0]}.")
    return _answer("sponsors", form, public_id, status=status, people=person_options(), changes=CHANGES)


def _form(shown: dict[str, object]) -> FormReader:
    return FormReader(request.form) if request.method == "POST" else FormReader.showing(shown)


def _done(public_id: str, message: str) -> Response:
    return redirect_after(url_for("initiatives.show", public_id=public_id), message=message, event=SAVED)


def _answer(name: str, form: FormReader, public_id: str, *, status: int = 200, **context: object) -> Response:
    page = load_page(public_id, clock.today())
    template = f"initiatives/_{name}.html"
    if form.errors and status == 200:
        status = 422
    answer = respond_invalid if status == 422 else render
    return answer(
        "initiatives/form.html",
        fragment=template,
        form_template=template,
        status=status,
        form=form,
        page=page,
        **context,
    )
