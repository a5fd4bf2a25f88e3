"""The initiatives in which somebody may say that a lesson was used."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Sponsorship
from tracker.queries.named import Named


def own_initiatives(
    session: Session,
    *,
    every: bool,
    user_id: int | None,
    person_id: int | None,
    without: int,
    limit: int = 500,
) -> tuple[Named, ...]:
    """Return the initiatives of an account: those it recorded or sponsors, or all of them. 1 query.

    ``without`` is the initiative the lesson comes from. The newest ``limit`` are offered, by title.
    """
    query = select(Initiative.public_id, Initiative.title).where(
        Initiative.binned_at.is_(None), Initiative.id != without, Initiative.started_on.is_not(None)
    )
    if not every:
        sponsors = exists().where(
            Sponsorship.initiative_id == Initiative.id, Sponsorship.person_id == person_id
        )
        query = query.where(or_(Initiative.created_by_id == user_id, sponsors))
    rows = session.execute(query.order_by(Initiative.started_on.desc(), Initiative.id.desc()).limit(limit))
    return tuple(sorted((Named(*row) for row in rows), key=lambda each: each.name.casefold()))
