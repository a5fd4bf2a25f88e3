"""The bin: what lies in it is known to few, can be brought back, and after a month may go for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.models.base import utc_now
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.models.presentations import Presentation
from tracker.queries.bin import AUDIT_KINDS
from tracker.queries.merges import MODELS as MERGED
from tracker.queries.merges import merge_of
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.writing import open_write

KEPT_DAYS = 30
Binnable: TypeAlias = Initiative | Moment | Department | Person | Journey | Presentation
R = TypeVar("R", Initiative, Moment, Department, Person, Journey, Presentation)
KINDS: dict[str, type[Binnable]] = {
    "initiative": Initiative,
    "moment": Moment,
    "department": Department,
    "sponsor": Person,
    "journey": Journey,
    "presentation": Presentation,
}


def known_to(actor: Actor, found: R | None, missing: str) -> R:
    """Return what was found, unless it is in the bin and the actor may not open the bin.

    Raises
    ------
    NotFound
        With the words ``missing``.
    """
    if found is None or (found.binned_at is not None and not policies.may(actor, "bin")):
        raise NotFound(missing)
    return found


def set_binned(
    session: Session,
    *,
    actor: Actor,
    find: Callable[[Session, Actor, str], R],
    public_id: str,
    binned: bool,
    unless: Callable[[Session, R], None] | None = None,
) -> R:
    """Put a record into the bin or bring it back, unless what is asked first refuses; where it is already it stays."""
    policies.require(actor, "bin")
    open_write(session, actor)
    record = find(session, actor, public_id)
    if (record.binned_at is not None) != binned:
        if not binned:
            _refuse_merged(session, record)
        if unless is not None:
            unless(session, record)
        record.binned_at = utc_now() if binned else None
    return record


def _refuse_merged(session: Session, record: Binnable) -> None:
    """Refuse to bring back what went into another record: nothing of it is left to bring back."""
    kind = next((kind for kind, model in MERGED.items() if isinstance(record, model)), "")
    if kind and merge_of(session, kind, record.public_id):
        raise InvalidInput({"": "It was merged into another one. Undo that merge, and it is back whole."})


def refuse_referred(name: str, counts: Mapping[str, int | None], advice: str) -> None:
    """Refuse to bin a record that others refer to, so many of each kind; they would lead nowhere."""
    held = [f"{count:,} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count]
    if held:
        named = " and ".join(part for part in (", ".join(held[:-1]), held[-1]) if part)
        raise InvalidInput({"": f"{name} stays, for the sake of {named}. {advice}"})


def find_binned(session: Session, actor: Actor, kind: str, public_id: str) -> Binnable:
    """Return a record that is in the bin, for those who may open it; a merged one is not among them. 2 queries.

    Raises
    ------
    NotFound
        When there is none of that kind in the bin.
    """
    policies.require(actor, "bin")
    model = KINDS.get(kind)
    if model is None:
        raise NotFound("There is no such record in the bin.")
    found = session.scalar(select(model).where(model.public_id == public_id, model.binned_at.is_not(None)))
    if found is None or merge_of(session, AUDIT_KINDS.get(kind, kind), public_id):
        raise NotFound("There is no such record in the bin.")
    return cast("Binnable", found)


def may_go(binned_at: datetime | None, now: datetime) -> bool:
    """Say whether a record has been in the bin long enough to be removed for good."""
    return binned_at is not None and now - binned_at >= timedelta(days=KEPT_DAYS)


def remove_for_good(session: Session, *, actor: Actor, kind: str, public_id: str, now: datetime) -> None:
    """Remove a record from the bin with what belongs to it. Only its line in the audit remains."""
    policies.require(actor, "administer")
    open_write(session, actor)
    record = find_binned(session, actor, kind, public_id)
    if not may_go(record.binned_at, now):
        raise InvalidInput(
            {"": f"It can be brought back for {KEPT_DAYS} days; after that it may go for good."}
        )
    session.delete(record)
    try:
        session.flush()  # so that a record that others refer to is refused here
    except IntegrityError:
        raise InvalidInput({"": "Other records still refer to it, so it stays in the bin."}) from None
