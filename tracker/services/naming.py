"""What is nothing but a name that few share: themes and divisions are opened and renamed alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models.departments import Division
from tracker.models.initiatives import Theme
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 120
N = TypeVar("N", Theme, Division)


def add_named(session: Session, *, actor: Actor, kind: type[N], name: str) -> N:
    """Open a theme or a division under a name that no other has.

    Raises
    ------
    InvalidInput
        When the name cannot be kept or is taken.
    """
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    _refuse_taken(session, kind, checked, None)
    added = kind(name=checked)
    session.add(added)
    session.flush()  # the caller needs its public id
    return added


def rename(
    session: Session,
    *,
    actor: Actor,
    find: Callable[[Session, Actor, str], N],
    public_id: str,
    version: int,
    name: str,
) -> N:
    """Give a theme or a division another name, unless somebody did after the form was opened."""
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    record = find(session, actor, public_id)
    check_version(record, version, {"name": record.name, "version": str(record.version)})
    _refuse_taken(session, type(record), checked, record.id)
    record.name = checked
    session.flush()  # so that a conflict is found here, under the write lock
    return record


def _check_name(name: str) -> str:
    checks = Checks()
    checked = checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)
    checks.done()
    return checked


def _refuse_taken(session: Session, kind: type[Theme | Division], name: str, own_id: int | None) -> None:
    taken = session.scalar(
        select(kind.id).where(func.lower(kind.name) == name.lower(), kind.id != (own_id or 0)).limit(1)
    )
    if taken is not None:
        noun = kind.__name__.lower()
        raise InvalidInput({"name": f"There is a {noun} “{name}” already."})
