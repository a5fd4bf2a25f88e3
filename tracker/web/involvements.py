"""The departments and sponsors of an initiative: who joins, leaves, leads and stands beside, on a date."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.services import involvements as services
from tracker.services import policies, sponsorships
from tracker.services.errors import Stale
from tracker.services.initiatives import find_initiative
from tracker.web.choices import department_options, options_of, person_options
from tracker.web.conflicts import keep_stale
from tracker.web.initiative_forms import ask, decided, form_of
from tracker.web.initiatives import load_page
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
    form = form_of(
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
            return decided(public_id, "The department takes part.")
    return ask("join", form, public_id, choices=[each[:2] for each in department_options(today)])


@blueprint.route("/<public_id>/departments/leave", methods=["GET", "POST"])
def leave(public_id: str) -> Response:
    """Let a department leave on a day."""
    actor = current_actor()
    today = clock.today()
    find_initiative(db.session, actor, public_id)
    policies.require(actor, "set people and state")
    form = form_of({"left_on": today, "department": request.args.get("department", "")})
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
            return decided(public_id, "The department has left; its days here stay.")
    page = load_page(public_id, today)
    present = {each.department for each in page.involvements if each.left_on is None or each.left_on > today}
    return ask("leave", form, public_id, choices=options_of(sorted(present, key=lambda each: each.name)))


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
    form = form_of(shown)
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
            return decided(public_id, f"Saved: the sponsor {CHANGES[change][0]}.")
    return ask("sponsors", form, public_id, status=status, people=person_options(), changes=CHANGES)
