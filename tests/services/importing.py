"""Short ways to import in a test, and to begin again with an empty register."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEntry
from tracker.models.base import Base
from tracker.models.changelog import ChangeCounter
from tracker.models.recording import open_write
from tracker.queries import facts
from tracker.services.actors import Actor
from tracker.services.exports import portfolio_document
from tracker.services.imports import ImportPlan, apply_import, plan_import

TODAY = date(2027, 6, 1)
OFFICE = Actor(name="Alice Office", role="office")
HEADER = (
    "external_id,title,kind,status,started_on,ended_on,lead_department,departments,sponsor,owner,url,summary"
)
DEPARTMENTS = [{"id": "CLM", "name": "Claims"}, {"id": "CC", "name": "Contact Centre"}]
WORK = {
    "id": "i1",
    "title": "Storm desk",
    "start": "2025-01-10",
    "sponsor": "raman",
    "members": [{"department": "CLM", "role": "lead"}, {"department": "CC"}],
}
WIN = {"id": "e1", "initiative": "i1", "kind": "win", "date": "2025-03-02"}
NEAR_MISS = {"id": "e2", "initiative": "i1", "kind": "near_miss", "date": "2025-04-02"}

#: Which tables hold anything: most are empty, and to ask once is quicker than to empty each.
FILLED = union_all(
    *(select(literal(table.name)).where(exists().select_from(table)) for table in Base.metadata.sorted_tables)
)


def bring(session: Session, document: dict[str, Any], **more: Any) -> ImportPlan:
    """Import a portfolio and commit."""
    return _apply(session, "a.json", json.dumps(document).encode(), **more)


def bring_rows(session: Session, as_of: date, *rows: str, **more: Any) -> ImportPlan:
    """Import rows of a tidy CSV with that date and commit."""
    return _apply(session, "a.csv", "\n".join((HEADER, *rows)).encode(), as_of=as_of, **more)


def look(session: Session, document: dict[str, Any], **more: Any) -> ImportPlan:
    """Plan the import of a portfolio."""
    call = {"as_of": TODAY, "today": TODAY, **more}
    plan = plan_import(session, name="a.json", data=json.dumps(document).encode(), **call)
    session.rollback()
    return plan


def look_at_rows(session: Session, as_of: date, *rows: str) -> ImportPlan:
    """Plan the import of rows of a tidy CSV."""
    data = "\n".join((HEADER, *rows)).encode()
    plan = plan_import(session, name="a.csv", data=data, as_of=as_of, today=TODAY)
    session.rollback()
    return plan


def traces(session: Session) -> tuple[int, int]:
    """Return the newest version and the number of audit lines: what a change would move."""
    found = facts.current_version(session), session.scalar(select(func.count(AuditEntry.id))) or 0
    session.rollback()
    return found


def start_over(session: Session) -> None:
    """Empty the register."""
    open_write(session, actor_id=None, actor_name="The arranger", via="test")
    filled = set(session.scalars(FILLED))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in filled:
            session.execute(delete(table))
    session.execute(insert(ChangeCounter).values(id=1, version=0))
    session.commit()
    facts.forget()


def _apply(session: Session, name: str, data: bytes, **more: Any) -> ImportPlan:
    call = {"actor": OFFICE, "as_of": TODAY, "today": TODAY, **more}
    try:
        plan = apply_import(session, name=name, data=data, **call)
        session.commit()
    finally:
        session.rollback()
        session.expunge_all()
    return plan


def portfolio(**more: Any) -> dict[str, Any]:
    """Return a small portfolio, with more sections or others."""
    return {"departments": DEPARTMENTS, "people": [{"id": "raman"}], "initiatives": [WORK], **more}


def refused(session: Session, document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what of a portfolio is refused: the place and the reason."""
    return [(row.column, row.reason) for row in look(session, document).rows if row.action == "refused"]


def exported(session: Session, section: str, id_: str) -> dict[str, Any]:
    """Return an object of the export."""
    found = next(each for each in portfolio_document(session)[section] if each["id"] == id_)
    session.rollback()
    return found
