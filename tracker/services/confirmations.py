"""Vouch for moments: a second person, one moment or many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker.models.moments import Confirmation, Moment
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import Forbidden, InvalidInput
from tracker.services.lessons import find_moment
from tracker.services.writing import open_write

MOST_AT_ONCE = 500


def confirm(session: Session, *, actor: Actor, public_id: str) -> Moment:
    """Vouch for a moment; for one that was vouched for already it changes nothing.

    Raises
    ------
    Forbidden
        For one's own moment, and for people who may only look.
    """
    return confirm_many(session, actor=actor, public_ids=[public_id])[0]


def confirm_many(session: Session, *, actor: Actor, public_ids: Sequence[str]) -> list[Moment]:
    """Vouch for several moments, all of them or none; returns those that were named."""
    policies.require(actor, "confirm")
    if actor.user_id is None and actor.person_id is None:
        raise Forbidden("Only a person with an account or in the register can vouch for a moment.")
    chosen = list(dict.fromkeys(public_ids))
    if not chosen:
        raise InvalidInput({"moments": "Choose the moments you vouch for."})
    if len(chosen) > MOST_AT_ONCE:
        raise InvalidInput({"moments": f"Vouch for at most {MOST_AT_ONCE} at once."})
    open_write(session, actor)
    moments = [find_moment(session, actor, each) for each in chosen]
    for moment in moments:
        if not policies.may_confirm(actor, moment):
            raise Forbidden("You recorded this yourself: a second person vouches for it.")
        if moment.binned_at is not None or moment.initiative.binned_at is not None:
            raise InvalidInput({"moments": "This moment is in the bin."})
    for moment in moments:
        if not moment.is_confirmed:
            moment.is_confirmed = True
            moment.confirmations.append(Confirmation(user_id=actor.user_id, person_id=actor.person_id))
    return moments
