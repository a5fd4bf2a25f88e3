"""Rename divisions, and take them away: their departments stay, without one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models.departments import Division
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.errors import NotFound
from tracker.services.naming import add_named, rename
from tracker.services.writing import open_write


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
    return add_named(session, actor=actor, kind=Division, name=name)


def rename_division(session: Session, *, actor: Actor, public_id: str, version: int, name: str) -> Division:
    """Give a division another name, unless somebody did after the form was opened."""
    return rename(session, actor=actor, find=find_division, public_id=public_id, version=version, name=name)


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
