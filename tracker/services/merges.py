"""Merge two records into one: see what would happen, do it, take it back; all of it or nothing.

A department may also go on as part of another from a day on; then its days before stay its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative
from tracker.models.merges import KINDS, WAYS, Merge
from tracker.queries.facts import current_portfolio
from tracker.queries.merges import MODELS
from tracker.queries.named import Named
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to
from tracker.services.checking import can_be_kept
from tracker.services.errors import InvalidInput, NotFound, ServiceError
from tracker.services.imports_effect import Effect, counted_since, figures
from tracker.services.merging import hand_over_department
from tracker.services.merging_departments import unite_departments
from tracker.services.merging_initiatives import merge_initiatives
from tracker.services.merging_parts import Moves
from tracker.services.merging_people import merge_people
from tracker.services.taking_back import newest_line, take_back, write_alone
from tracker.services.writing import open_write

#: What the audit calls a merge on the record that stays, and taking it back.
TOOK_IN, TAKEN_BACK = "took in", "took the merge back"
#: Initiatives that are named; the rest is counted.
MOST_NAMED = 100
MISSING = {
    "department": "There is no such department.",
    "person": "There is no such sponsor.",
    "initiative": "There is no such initiative.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A merge as a form brings it: what goes into what by public id, as the same or on a day.

    ``one_of_twins``: of two moments that say the same of one day, one goes to the bin.
    """

    kind: str
    gone: str
    into: str
    way: str = "twice"
    on: date | None = None
    one_of_twins: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge does: the two by name, what moves, the numbers of a day before and after."""

    gone: Named
    into: Named
    moves: Moves
    named: tuple[Named, ...]
    effect: Effect

    @property
    def seen(self) -> str:
        """Return a mark of all this: a merge that was shown otherwise is shown again."""
        said = json.dumps(self.document() | {"effect": figures_of(self.effect)}, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def document(self) -> dict[str, Any]:
        """Return what moves as the record of a merge keeps it."""
        return {
            "counts": {kind: count for kind, count in self.moves.counts.items() if count},
            "initiatives": [[each.public_id, each.name] for each in self.named],
            "filled": [[each.label, each.before, each.after] for each in self.moves.filled],
            "notes": self.moves.notes,
            "twins": [[each.title, each.kind, each.on.isoformat()] for each in self.moves.twins],
        }


class Otherwise(ServiceError):
    """The register has changed since the merge was shown; ``outcome`` is what it would do now."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__("The register has changed since you looked. Look again.")


def find_mergeable(session: Session, actor: Actor, kind: str, public_id: str) -> Any:
    """Return a record to be merged, to those who may merge. 1 query.

    Raises
    ------
    NotFound
        When there is no such record, or none that stands.
    """
    policies.require(actor, "merge")
    if kind not in KINDS:
        raise NotFound("Departments, sponsors and initiatives can be merged.")
    model: Any = MODELS[kind]
    found = session.scalar(select(model).where(model.public_id == public_id))
    record = known_to(actor, found, MISSING[kind])
    if record.binned_at is not None:
        raise NotFound("It is in the bin. Bring it back first.")
    return record


def preview_merge(session: Session, *, actor: Actor, wish: Wish, today: date) -> Outcome:
    """Return what a merge would do, by doing it inside a write transaction that the caller rolls back.

    Raises
    ------
    InvalidInput
        With a message for each field, when it cannot be done.
    """
    policies.require(actor, "merge")
    check_wish(wish)
    open_write(session, actor)
    return _do(session, actor, wish, today)


def merge(session: Session, *, actor: Actor, wish: Wish, today: date, seen: str) -> Merge:
    """Merge two records as it was shown, and keep what was done.

    Raises
    ------
    InvalidInput
        As `preview_merge`.
    Otherwise
        When it would do something else than was shown.
    """
    policies.require(actor, "merge")
    check_wish(wish)
    open_write(session, actor)
    write_alone(session)
    newest = newest_line(session)
    outcome = _do(session, actor, wish, today)
    if outcome.seen != seen:
        raise Otherwise(outcome)
    done = Merge(
        kind=wish.kind,
        way=wish.way,
        from_public_id=outcome.gone.public_id,
        into_public_id=outcome.into.public_id,
        from_name=outcome.gone.name,
        into_name=outcome.into.name,
        on_day=wish.on if wish.way == "day" else None,
        moved=outcome.document(),
        figures=figures_of(outcome.effect),
        first_line=newest + 1,
        last_line=newest_line(session),
        made_by_id=actor.user_id,
        made_by=actor.name,
    )
    session.add(done)
    session.flush()  # its ids are asked for
    _note(session, actor, done, TOOK_IN)
    return done


def find_merge(session: Session, actor: Actor, public_id: str) -> Merge:
    """Return a merge to those who may merge. 1 query.

    Raises
    ------
    NotFound
        When there was no such merge.
    """
    policies.require(actor, "merge")
    found = session.scalar(select(Merge).where(Merge.public_id == public_id))
    if found is None:
        raise NotFound("There is no such merge.")
    return found


def undo_merge(session: Session, *, actor: Actor, public_id: str) -> Merge:
    """Take a merge back, all of it or nothing: both records are as they were.

    Raises
    ------
    NotFound
        When there was no such merge.
    InvalidInput
        When it was taken back before, or a name it gives back was given away.
    StillNeeded
        When later work leans on it.
    """
    policies.require(actor, "merge")
    open_write(session, actor)
    write_alone(session)
    found = find_merge(session, actor, public_id)
    if found.undone_at is not None:
        raise InvalidInput({"": "This merge was taken back already."})
    _refuse_taken(session, found)
    try:
        take_back(session, actor, found)
    except IntegrityError:
        raise InvalidInput(
            {"": "Later work says the same of one of the two, so this merge stays. Change that first."}
        ) from None
    _note(session, actor, found, TAKEN_BACK)
    return found


def check_wish(wish: Wish) -> None:
    """Refuse what no merge can be, with a message for each field."""
    errors = {}
    if not wish.into or not can_be_kept(wish.into):
        errors["into"] = "Choose the one that stays."
    elif wish.into == wish.gone:
        errors["into"] = "Choose another one: nothing is merged into itself."
    if wish.way not in WAYS or (wish.way == "day" and wish.kind != "department"):
        errors["way"] = "Choose what happens."
    elif wish.way == "day" and wish.on is None:
        errors["on"] = "The day is needed."
    if errors:
        raise InvalidInput(errors)


def figures_of(effect: Effect) -> dict[str, Any]:
    """Return the numbers before and after as the record of a merge keeps them."""
    return {
        "on": effect.on.isoformat(),
        "since": effect.since.isoformat(),
        "before": asdict(effect.before),
        "after": asdict(effect.after),
    }


def _do(session: Session, actor: Actor, wish: Wish, today: date) -> Outcome:
    on = max(today, wish.on or today) if wish.way == "day" else today
    before = figures(current_portfolio(session)[1], on)
    gone = find_mergeable(session, actor, wish.kind, wish.gone)
    stays = _other(session, actor, wish)
    went, into = (Named(each.public_id, _name(each)) for each in (gone, stays))
    try:
        moves = _WAYS[wish.kind, wish.way](session, gone, stays, wish, today)
    except IntegrityError:
        raise InvalidInput(
            {
                "into": "The two say the same of one thing in a way that cannot be joined. Mend one of them first."
            }
        ) from None
    _, portfolio = current_portfolio(session)
    effect = Effect(on, counted_since(portfolio, on), before, figures(portfolio, on))
    return Outcome(went, into, moves, _named(session, moves), effect)


def _other(session: Session, actor: Actor, wish: Wish) -> Any:
    try:
        return find_mergeable(session, actor, wish.kind, wish.into)
    except NotFound as missing:
        raise InvalidInput({"into": f"{missing} Choose another one."}) from missing


def _name(record: Any) -> str:
    return str(record.title if isinstance(record, Initiative) else record.name)


def _named(session: Session, moves: Moves) -> tuple[Named, ...]:
    """Return the initiatives that are touched by name, as many as are named. 1 query."""
    query = (
        select(Initiative.public_id, Initiative.title)
        .where(Initiative.id.in_(sorted(moves.initiatives)[:5_000]), Initiative.binned_at.is_(None))
        .order_by(func.lower(Initiative.title), Initiative.id)
        .limit(MOST_NAMED)
    )
    return tuple(Named(*row) for row in session.execute(query))


def _people(session: Session, gone: Any, stays: Any, _wish: Wish, _today: date) -> Moves:
    return merge_people(session, gone, stays)


def _same_department(session: Session, gone: Any, stays: Any, _wish: Wish, _today: date) -> Moves:
    return unite_departments(session, gone, stays)


def _department_on_a_day(session: Session, gone: Any, stays: Any, wish: Wish, today: date) -> Moves:
    return hand_over_department(session, gone, stays, wish.on or today)


def _initiatives(session: Session, gone: Any, stays: Any, wish: Wish, today: date) -> Moves:
    return merge_initiatives(session, gone, stays, one_of_twins=wish.one_of_twins, today=today)


_WAYS: Mapping[tuple[str, str], Callable[[Session, Any, Any, Wish, date], Moves]] = {
    ("person", "twice"): _people,
    ("department", "twice"): _same_department,
    ("department", "day"): _department_on_a_day,
    ("initiative", "twice"): _initiatives,
}


def _refuse_taken(session: Session, found: Merge) -> None:
    """Refuse to give a department back under a name that another one has by now."""
    model: Any = MODELS[found.kind]
    if found.kind != "department" or found.way != "twice":
        return
    taken = session.scalar(
        select(model.id).where(func.lower(model.name) == found.from_name.lower(), model.binned_at.is_(None))
    )
    if taken is not None:
        raise InvalidInput(
            {"": f"There is a department “{found.from_name}” by now. Give it another name first."}
        )


def _note(session: Session, actor: Actor, done: Merge, action: str) -> None:
    """Write the merge into the history of the record that stays; after its own lines, so that undoing leaves it."""
    model: Any = MODELS[done.kind]
    id_ = session.scalar(select(model.id).where(model.public_id == done.into_public_id))
    session.add(
        AuditEntry(
            actor_id=actor.user_id,
            actor_name=actor.name,
            via=actor.via,
            action=action,
            kind="merge",
            record_id=done.id,
            subject_kind=done.kind,
            subject_id=id_,
            label=done.from_name,
            changes={},
        )
    )
