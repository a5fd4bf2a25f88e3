"""Save the state of a list as a view, for oneself or for everybody; the transformation office looks after shared ones."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.views import LISTS, SavedView
from tracker.queries.views import LONGEST_QUERY, state_in
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 80
MOST_VIEWS = 200


def find_view(session: Session, actor: Actor, public_id: str) -> SavedView:
    """Return a view, if this person may know of it: one's own, or a shared one. 1 query."""
    policies.require(actor, "read")
    found = session.scalar(select(SavedView).where(SavedView.public_id == public_id))
    if found is None or not (found.is_shared or _is_own(actor, found)):
        raise NotFound("There is no such view.")
    return found


def editable_view(session: Session, actor: Actor, public_id: str) -> SavedView:
    """Return a view that the actor may change: one's own, and for the office every shared one."""
    found = find_view(session, actor, public_id)
    if not (_is_own(actor, found) or policies.may(actor, "edit any")):
        raise Forbidden("Whoever saved a view and the transformation office change it.")
    return found


def save_view(
    session: Session, *, actor: Actor, list_name: str, name: str, query: str, shared: bool = False
) -> SavedView:
    """Save what stands behind the question mark of a list's address under a name.

    Raises
    ------
    InvalidInput
        When the name is missing or taken, or there is no such list.
    """
    policies.require(actor, "read")
    if actor.user_id is None:
        raise Forbidden("A view belongs to an account: sign in.")
    if list_name not in LISTS:
        raise InvalidInput({"list": "There is no such list."})
    words = _checked(actor, name, query, shared=shared)
    open_write(session, actor)
    owned = session.scalars(select(SavedView).where(SavedView.owner_id == actor.user_id)).all()
    if len(owned) >= MOST_VIEWS:
        raise InvalidInput({"name": f"You have {MOST_VIEWS} views. Remove one first."})
    _refuse_taken(owned, list_name, words)
    view = SavedView(
        list_name=list_name,
        name=words,
        query=state_in(list_name, query),
        owner_id=actor.user_id,
        is_shared=shared,
    )
    session.add(view)
    session.flush()  # the audit line names it, and the caller its public id
    return view


def edit_view(
    session: Session,
    *,
    actor: Actor,
    public_id: str,
    version: int,
    name: str,
    shared: bool,
    query: str | None = None,
) -> SavedView:
    """Change the name of a view and who sees it, and with ``query`` what it shows."""
    open_write(session, actor)
    view = editable_view(session, actor, public_id)
    words = _checked(actor, name, query or "", shared=shared and not view.is_shared)
    check_version(view, version, {"name": view.name, "shared": "yes" if view.is_shared else ""})
    others = session.scalars(
        select(SavedView).where(SavedView.owner_id == view.owner_id, SavedView.id != view.id)
    ).all()
    _refuse_taken(others, view.list_name, words)
    view.name = words
    view.is_shared = shared
    if query is not None:
        view.query = state_in(view.list_name, query)
    session.flush()  # so that a conflict is found here, under the write lock
    return view


def remove_view(session: Session, *, actor: Actor, public_id: str) -> SavedView:
    """Take a view away; what it showed stays as it is."""
    open_write(session, actor)
    view = editable_view(session, actor, public_id)
    session.delete(view)
    return view


def _is_own(actor: Actor, view: SavedView) -> bool:
    return actor.user_id is not None and view.owner_id == actor.user_id


def _checked(actor: Actor, name: str, query: str, *, shared: bool) -> str:
    """Return the name without outer blanks, or refuse what cannot be saved."""
    checks = Checks()
    words = checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)
    checks.text("query", "What the list shows", query, limit=LONGEST_QUERY)
    if shared and not policies.may(actor, "create"):
        checks.refuse(
            "shared", "Your role saves views for itself. Ask the transformation office to share one."
        )
    checks.done()
    return words


def _refuse_taken(views: Iterable[SavedView], list_name: str, name: str) -> None:
    taken = {each.name.casefold() for each in views if each.list_name == list_name}
    if name.casefold() in taken:
        raise InvalidInput({"name": "There is a view of this list with that name. Choose another."})
