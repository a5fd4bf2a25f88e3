"""Rename divisions, and take them away: their departments stay, without one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.departments import Division
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.departments import NAME_LIMIT
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.writing import check_version, open_write


def find_division(session: Session, actor: Actor, public_id: str) -> Division:
    """Return the division with its departments, if this person may know of it. 2 queries."""
    policies.require(actor, "read")
    found = session.scalar(
        select(Division).options(selectinload(Division.departments)).where(Division.public_id == public_id)
    )
    if found is None:
        raise NotFound("There is no such division.")
    return found


def add_division(session: Session, *, actor: Actor, name: str) -> Division:
    """Open a division; departments join it on their own pages."""
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    _refuse_taken(session, checked, None)
    division = Division(name=checked)
    session.add(division)
    session.flush()  # the caller needs its public id
    return division


def rename_division(session: Session, *, actor: Actor, public_id: str, version: int, name: str) -> Division:
    """Give a division another name, unless somebody did after the form was opened."""
    policies.require(actor, "shape")
    checked = _check_name(name)
    open_write(session, actor)
    division = find_division(session, actor, public_id)
    check_version(division, version, {"name": division.name, "version": str(division.version)})
    _refuse_taken(session, checked, division.id)
    division.name = checked
    session.flush()  # so that a conflict is found here, under the write lock
    return division


def remove_division(session: Session, *, actor: Actor, public_id: str) -> int:
    """Take a division away; return how many departments stand without one now."""
    policies.require(actor, "shape")
    open_write(session, actor)
    division = find_division(session, actor, public_id)
    departments = list(division.departments)
    for each in departments:
        each.division_id = None
    session.flush()  # the departments let go before the division goes, so that each has its line in the audit
    session.expire(division, ["departments"])
    session.delete(division)
    return len(departments)


def _check_name(name: str) -> str:
    checks = Checks()
    checked = checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)
    checks.done()
    return checked


def _refuse_taken(session: Session, name: str, own_id: int | None) -> None:
    taken = session.scalar(
        select(Division.id)
        .where(func.lower(Division.name) == name.lower(), Division.id != (own_id or 0))
        .limit(1)
    )
    if taken is not None:
        raise InvalidInput({"name": f"There is a division “{name}” already."})
