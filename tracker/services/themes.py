"""Open, rename and take away themes: threads that run through several initiatives."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Theme
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.naming import add_named, rename
from tracker.services.writing import open_write


def find_theme(session: Session, actor: Actor, public_id: str) -> Theme:
    """Return the theme, if this person may know of it. 1 query."""
    policies.require(actor, "read")
    found = session.scalar(select(Theme).where(Theme.public_id == public_id))
    if found is None:
        raise NotFound("There is no such theme.")
    return found


def add_theme(session: Session, *, actor: Actor, name: str) -> Theme:
    """Open a theme; initiatives join it on their own pages."""
    return add_named(session, actor=actor, kind=Theme, name=name)


def rename_theme(session: Session, *, actor: Actor, public_id: str, version: int, name: str) -> Theme:
    """Give a theme another name, unless somebody did after the form was opened."""
    return rename(session, actor=actor, find=find_theme, public_id=public_id, version=version, name=name)


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
