"""Themes as the list shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Theme


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme and how many initiatives carry it."""

    id: int
    public_id: str
    version: int
    name: str
    initiatives: int


def theme_rows(session: Session, begun_by: date | None = None) -> list[ThemeRow]:
    """Return the themes by name, with what carries them; of a past day what had ``begun_by`` then. 1 query."""
    begun = (Initiative.started_on <= begun_by,) if begun_by else ()
    query = (
        select(Theme.id, Theme.public_id, Theme.version, Theme.name, func.count(Initiative.id))
        .outerjoin(Initiative, and_(Initiative.theme_id == Theme.id, Initiative.binned_at.is_(None), *begun))
        .group_by(Theme.id)
    )
    return sorted((ThemeRow(*row) for row in session.execute(query)), key=lambda row: row.name.casefold())
