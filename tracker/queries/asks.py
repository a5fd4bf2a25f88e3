"""What somebody is asked for: a stuck initiative says what would help, and whom it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.accounts import User
from tracker.models.initiatives import Initiative, Update


@dataclass(frozen=True, slots=True)
class AskRow:
    """What would help an initiative, since when, and who wrote it down."""

    public_id: str
    title: str
    text: str
    on: date
    author: str


def asked_of(session: Session, person_id: int | None, today: date) -> tuple[AskRow, ...]:
    """Return what waits for this person, the longest waiting first. 1 query, none for nobody.

    An ask waits until the next update of its initiative says how it goes on, or the initiative has ended.
    """
    if person_id is None:
        return ()
    later = aliased(Update)
    answered = exists().where(
        later.initiative_id == Update.initiative_id,
        or_(later.on_day > Update.on_day, and_(later.on_day == Update.on_day, later.id > Update.id)),
    )
    query = (
        select(Initiative.public_id, Initiative.title, Update.text, Update.on_day, User.name)
        .join(Initiative, Initiative.id == Update.initiative_id)
        .outerjoin(User, User.id == Update.author_id)
        .where(
            Update.asked_of_id == person_id,
            Initiative.binned_at.is_(None),
            or_(Initiative.ended_on.is_(None), Initiative.ended_on > today),
            ~answered,
        )
        .order_by(Update.on_day, Update.id)
    )
    return tuple(AskRow(*row[:4], row[4] or "") for row in session.execute(query))
