"""Open, rename and take away themes: threads that run through several initiatives."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Theme
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 120


def find_theme(session: Session, actor: Actor, public_id: str) -> Theme:
    """Return the theme, if this person may know of it. 1 query."""
    policies.require(actor, "read")
    found = session.scalar(select(Theme).where(Theme.public_id == public_id))
    if found is None:
        raise NotFound("There is no such theme.")
    return found


def add_theme(session: Session, *, actor: Actor, name: str) -> Theme:
    """Open a theme; initiatives join it on their own pages."""
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    _refuse_taken(session, checked, None)
    theme = Theme(name=checked)
    session.add(theme)
    session.flush()  # the caller needs its public id
    return theme


def rename_theme(session: Session, *, actor: Actor, public_id: str, version: int, name: str) -> Theme:
    """Give a theme another name, unless somebody did after the form was opened."""
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    theme = find_theme(session, actor, public_id)
    check_version(theme, version, {"name": theme.name, "version": str(theme.version)})
    _refuse_taken(session, checked, theme.id)
    theme.name = checked
    session.flush()  # so that a conflict is found here, under the write lock
    return theme


def remove_theme(session: Session, *, actor: Actor, public_id: str) -> None:
    """Take away a theme that no initiative carries, in the bin or not."""
    policies.require(actor, "shape")
    open_write(session, actor)
    theme = find_theme(session, actor, public_id)
    carried = session.scalar(select(func.count(Initiative.id)).where(Initiative.theme_id == theme.id)) or 0
    if carried:
        noun = "initiative carries" if carried == 1 else "initiatives carry"
        raise InvalidInput(
            {"": f"“{theme.name}” stays: {carried:,} {noun} it. Choose another theme for them first."}
        )
    session.delete(theme)


def _check_name(name: str) -> str:
    checks = Checks()
    checked = checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)
    checks.done()
    return checked


def _refuse_taken(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalar(
        select(Theme.id).where(func.lower(Theme.name) == name.lower(), Theme.id != (own_id or 0)).limit(1)
    )
    if taken is not None:
        raise InvalidInput({"name": f"There is a theme “{name}” already."})
