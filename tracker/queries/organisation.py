"""The organisation as every page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.settings import Organisation
from tracker.queries.keeping import keep


@dataclass(frozen=True, slots=True)
class Frame:
    """The organisation's name, empty before the set-up, and whether the sample is loaded."""

    name: str
    has_sample: bool


def frame(session: Session) -> Frame:
    """Return what surrounds every page. 2 queries, none when the state is known, and 1 when it is new."""
    return keep(session, "frame", None, lambda: _frame(session))


def _frame(session: Session) -> Frame:
    sample = or_(exists().where(Department.is_sample), exists().where(Initiative.is_sample))
    name = select(Organisation.name).where(Organisation.id == 1).scalar_subquery()
    row = session.execute(select(name, sample)).one()
    return Frame(name=row[0] or "", has_sample=bool(row[1]))
