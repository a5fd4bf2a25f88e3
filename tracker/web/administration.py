"""Administration: who may sign in, the organisation's name, and the audit log."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.queries.accounts import AccountFilters, count_accounts, list_accounts
from tracker.queries.audit import AuditFilters, audit_people, count_audit, list_audit
from tracker.queries.organisation import frame
from tracker.services import policies
from tracker.services.accounts import rename_organisation
from tracker.services.errors import Stale
from tracker.services.persons import NAME_LIMIT
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.paging import Page, page_request
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("administration", __name__, url_prefix="/administration")

#: The subjects an audit line can be about, in the order in which they are offered.
SUBJECTS = (
    "initiative",
    "moment",
    "department",
    "division",
    "person",
    "journey",
    "theme",
    "account",
    "organisation",
    "settings",
    "snapshot",
    "share link",
    "sharing",
    "display",
    "sample",
)


@blueprint.get("")
def index() -> Response:
    """Show the accounts and the organisation."""
    policies.require(current_actor(), "administer")
    filters = AccountFilters(q=request.args.get("q", "")[:200], role=request.args.get("role", ""))
    asked = page_request(request.args)
    accounts = Page(
        list_accounts(db.session, filters, limit=asked.size, offset=asked.offset),
        asked.number,
        asked.size,
        count_accounts(db.session, filters),
    )
    return render(
        "administration/index.html",
        fragment="administration/_accounts.html",
        page=accounts,
        filters=filters,
        everybody=count_accounts(db.session),
    )


@blueprint.route("/organisation", methods=["GET", "POST"])
def organisation() -> Response:
    """Give the organisation another name."""
    policies.require(current_actor(), "administer")
    name = frame(db.session).name
    form = (
        FormReader(request.form)
        if request.method == "POST"
        else FormReader.showing({"name": name, "was": name})
    )
    status = 422
    if request.method == "POST":
        try:
            if _rename(form):
                return redirect_after(url_for("administration.index"), message="The name is changed.")
        except Stale as stale:
            db.session.rollback()
            now = stale.current["name"]
            form.refuse("name", f"Somebody named it “{now}” meanwhile. Save again to take your name.")
            form.replace("was", now)
            status = 409
    context = {"form": form, "limits": {"name": NAME_LIMIT}}
    if form.errors:
        return respond_invalid("administration/organisation.html", status=status, **context)
    return render("administration/organisation.html", **context)


@blueprint.get("/audit")
def audit() -> Response:
    """Show who changed what and when, with what stood before and after."""
    policies.require(current_actor(), "read audit")
    filters = AuditFilters(
        who=request.args.get("who", "")[:200],
        subject=request.args.get("kind", "") if request.args.get("kind") in SUBJECTS else "",
    )
    asked = page_request(request.args)
    entries = Page(
        list_audit(db.session, filters, limit=asked.size, offset=asked.offset),
        asked.number,
        asked.size,
        count_audit(db.session, filters),
    )
    return render(
        "administration/audit.html",
        fragment="administration/_audit.html",
        page=entries,
        filters=filters,
        subjects=SUBJECTS,
        people=audit_people(db.session),
    )


def _rename(form: FormReader) -> bool:
    name = form.text("name", "The name", required=True, limit=NAME_LIMIT)

    def rename() -> bool:
        rename_organisation(db.session, actor=current_actor(), name=name, was=form.value("was"))
        return True

    return bool(save(form, rename))
