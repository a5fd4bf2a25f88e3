"""Saved views: the page that lists them, and the forms that save, change and remove one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.models.views import LISTS, SavedView
from tracker.queries.keeping import keep
from tracker.queries.views import ViewRow, state_in, state_of, views_for
from tracker.services import policies
from tracker.services import views as services
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.views import NAME_LIMIT, editable_view
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.records import form_page, save_edit
from tracker.web.saving import save
from tracker.web.sessions import current_actor

blueprint = Blueprint("views", __name__, url_prefix="/views")


@blueprint.get("")
def index() -> Response:
    """List the views that the reader sees, by list."""
    actor = current_actor()
    rows = views_for(db.session, actor.user_id)
    return render(
        "views/index.html",
        lists=[(name, [each for each in rows if each.list_name == name]) for name in LISTS],
        address_of=address_of,
        may_edit=lambda row: row.is_own or policies.may(actor, "edit any"),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Save what a list shows under a name."""
    actor = current_actor()
    form = FormReader(request.form if request.method == "POST" else request.args)
    list_name = form.value("list") or "initiatives"
    if list_name not in LISTS:
        raise NotFound("There is no such list.")
    if request.method == "POST":
        name = form.text("name", "The name", required=True, limit=NAME_LIMIT)
        added = save(
            form,
            lambda: services.save_view(
                db.session,
                actor=actor,
                list_name=list_name,
                name=name,
                query=form.value("query"),
                shared=form.flag("shared"),
            ),
        )
        if added is not None:
            return redirect_after(address_of(list_name, added.query), message=f"“{added.name}” is saved.")
    return form_page(form, "views/new.html", list_name=list_name, limit=NAME_LIMIT, back=_list(list_name))


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Change a view's name and who sees it; with ``?query=`` in the address, what it shows too."""
    actor = current_actor()
    view = editable_view(db.session, actor, public_id)
    title, list_name, back = view.name, view.list_name, address_of(view.list_name, view.query)
    now = request.args.get("query")
    if request.method == "POST":
        form = FormReader(request.form)
        query = form.value("query") if form.flag("replace") else None
        done = save_edit(
            form,
            lambda: services.edit_view(
                db.session,
                actor=actor,
                public_id=public_id,
                version=form.version(),
                name=form.value("name"),
                shared=form.flag("shared"),
                query=query,
            ),
            title=title,
            here=url_for("views.edit", public_id=public_id),
            back=back if query is None else address_of(list_name, state_in(list_name, query)),
            labels=lambda: {"name": ("Name", "text", ()), "shared": ("Shared", "text", ())},
            event="",
        )
        if done is not None:
            return done
    else:
        form = FormReader.showing(_standing(view) | ({"query": now} if now is not None else {}))
    return form_page(
        form,
        "views/edit.html",
        public_id=public_id,
        name=title,
        list_name=list_name,
        limit=NAME_LIMIT,
        back=back,
    )


@blueprint.post("/<public_id>/remove")
def remove(public_id: str) -> Response:
    """Take a view away."""
    view = services.remove_view(db.session, actor=current_actor(), public_id=public_id)
    name, list_name = view.name, view.list_name
    db.session.commit()
    return redirect_after(_list(list_name), message=f"The view “{name}” is gone.")


def views_on(actor: Actor, list_name: str) -> tuple[ViewRow, ...]:
    """Return the views that somebody sees on a list, read once per state of the register."""
    return keep(
        db.session,
        "views",
        (actor.user_id, list_name),
        lambda: views_for(db.session, actor.user_id, list_name),
    )


def address_of(list_name: str, query: str) -> str:
    """Return the address of a view: its list, set up as it was saved."""
    return f"{_list(list_name)}?{query}" if query else _list(list_name)


def state_here(list_name: str) -> str:
    """Return what a view of the list would keep of the address that is open."""
    return state_of(list_name, request.args.items())


def _list(list_name: str) -> str:
    return url_for(f"{list_name}.index", on=None)


def _standing(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "shared": view.is_shared, "version": view.version}
