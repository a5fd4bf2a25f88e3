"""Administration of one account: invite, change, let in again, disable."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.models.accounts import ROLES, User
from tracker.queries.history import history_of
from tracker.services import accounts as services
from tracker.services import policies
from tracker.services.accounts import AccountPlan
from tracker.services.errors import InvalidInput, Stale
from tracker.services.links import LIFETIMES
from tracker.services.persons import EMAIL_LIMIT, NAME_LIMIT
from tracker.web.choices import department_options, person_options
from tracker.web.conflicts import conflict
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.saving import save
from tracker.web.sessions import current_actor, current_token, living_sessions

blueprint = Blueprint("access", __name__, url_prefix="/administration/accounts")

#: The roles in words, with what each may do.
ROLE_CHOICES = (
    ("viewer", "Viewer", "Looks at everything, and can report a near miss."),
    (
        "member",
        "Member",
        "Also starts initiatives, logs wins, edits what they recorded, and confirms moments.",
    ),
    ("sponsor", "Sponsor", "Also decides about the initiatives they stand behind."),
    ("office", "Transformation office", "Also edits every record, departments and journeys, and imports."),
    ("admin", "Administrator", "Also decides who may sign in."),
)


@blueprint.route("/invite", methods=["GET", "POST"])
def invite() -> Response:
    """Open an account for somebody, and show the link to pass on."""
    actor = current_actor()
    policies.require(actor, "administer")
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing({"role": "member"})
    if request.method == "POST":
        plan = _plan(form)
        made = save(form, lambda: services.invite(db.session, actor=actor, plan=plan))
        if made is not None:
            return _show_link(*made)
    answer = respond_invalid if form.errors else render
    return answer("administration/invite.html", form=form, **_choices())


@blueprint.route("/<public_id>", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Show an account and change it; a stale save shows both texts."""
    actor = current_actor()
    user = services.find_account(db.session, actor, public_id)
    if request.method == "GET":
        return _account(user, FormReader.showing(services.standing_account(user)))
    form = FormReader(request.form)
    name = user.name
    plan, version = _plan(form), form.version()
    try:
        saved = save(
            form,
            lambda: services.change_account(
                db.session, actor=actor, public_id=public_id, version=version, plan=plan
            ),
        )
    except Stale as stale:
        db.session.rollback()
        return _both(form, stale, public_id, name)
    if saved is not None:
        return redirect_after(url_for("access.edit", public_id=public_id), message="Saved.")
    return _account(services.find_account(db.session, actor, public_id), form)


@blueprint.post("/<public_id>/link")
def link(public_id: str) -> Response:
    """Make a link that lets somebody in, and show it once."""
    actor = current_actor()
    try:
        made = services.let_in(db.session, actor=actor, public_id=public_id)
    except InvalidInput as refused:
        db.session.rollback()
        return _refused(public_id, refused)
    db.session.commit()
    return _show_link(*made)


@blueprint.post("/<public_id>/disable")
def disable(public_id: str) -> Response:
    """Close an account; it is signed out at once."""
    user = services.disable(db.session, actor=current_actor(), public_id=public_id)
    return _done(user, f"{user.name} cannot sign in any more. What they recorded stays.")


@blueprint.post("/<public_id>/enable")
def enable(public_id: str) -> Response:
    """Open a disabled account again."""
    user = services.enable(db.session, actor=current_actor(), public_id=public_id)
    return _done(user, f"{user.name} can sign in again.")


@blueprint.post("/<public_id>/end-sessions")
def end_sessions(public_id: str) -> Response:
    """Sign an account out of every browser but the one that asks."""
    user = services.end_all_sessions(
        db.session, actor=current_actor(), public_id=public_id, but=current_token()
    )
    return _done(user, f"{user.name} is signed out everywhere else.")


def _done(user: User, message: str) -> Response:
    public_id = user.public_id
    db.session.commit()
    return redirect_after(url_for("access.edit", public_id=public_id), message=message)


def _show_link(user: User, token: str) -> Response:
    """Show a link; nobody can read it again, because the database keeps its hash alone."""
    invited = user.password_hash is None
    return render(
        "administration/link.html",
        name=user.name,
        email=user.email,
        public_id=user.public_id,
        invited=invited,
        days=LIFETIMES[services.INVITATION if invited else services.RESET].days,
        link=url_for("accounts.use_link", token=token, _external=True),
    )


def _account(user: User, form: FormReader) -> Response:
    answer = respond_invalid if form.errors else render
    return answer(
        "administration/account.html",
        account=user,
        form=form,
        is_own=user.id == current_actor().user_id,
        sessions=living_sessions(user.id),
        history=history_of(db.session, "account", user.id),
        **_choices(),
    )


def _refused(public_id: str, refused: InvalidInput) -> Response:
    user = services.find_account(db.session, current_actor(), public_id)
    form = FormReader.showing(services.standing_account(user))
    form.add(refused.errors)
    return _account(user, form)


def _both(form: FormReader, stale: Stale, public_id: str, name: str) -> Response:
    here = url_for("access.edit", public_id=public_id)
    choices = _choices()
    nobody, nowhere = ("", "Nobody"), ("", "None")
    return conflict(
        form,
        stale,
        title=name,
        action=here,
        back=here,
        labels={
            "name": ("Name", "text", ()),
            "email": ("E-mail address", "text", ()),
            "role": ("Role", "select", [each[:2] for each in ROLE_CHOICES]),
            "person": ("Sponsor", "select", [nobody, *choices["people"]]),
            "department": ("Department", "select", [nowhere, *choices["departments"]]),
        },
    )


def _plan(form: FormReader) -> AccountPlan:
    return AccountPlan(
        name=form.text("name", "The name", limit=NAME_LIMIT),
        email=form.text("email", "The e-mail address", required=True, limit=EMAIL_LIMIT),
        role=form.choice("role", "Role", ROLES, required=True),
        person="".join(form.ids("person", "Sponsor")[:1]),
        department="".join(form.ids("department", "Department")[:1]),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "roles": list(ROLE_CHOICES),
        "people": person_options(),
        "departments": [each[:2] for each in department_options(clock.today())],
    }
