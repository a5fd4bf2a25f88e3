"""Undo a change of many initiatives: each that nobody edited since is as it was before, and the others are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from tracker.models.base import utc_now
from tracker.models.bulk_changes import BulkChange
from tracker.models.initiatives import Initiative, Involvement
from tracker.queries.bulk_changes import UNDO_WAY, edited_since
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bulk_rules import may_change
from tracker.services.errors import Forbidden, InvalidInput, NotFound
from tracker.services.writing import open_write


def find_bulk(session: Session, actor: Actor, public_id: str) -> BulkChange:
    """Return a change of many, for whoever made it and for the office. 1 query."""
    policies.require(actor, "create")
    query = select(BulkChange).options(undefer(BulkChange.rows)).where(BulkChange.public_id == public_id)
    found = session.scalar(query)
    own = found is not None and actor.user_id is not None and found.made_by_id == actor.user_id
    if found is None or not (own or policies.may(actor, "edit any")):
        raise NotFound("There is no such change.")
    return found


def undo_bulk(session: Session, *, actor: Actor, public_id: str, today: date) -> BulkChange:
    """Take a change of many back where nobody edited since; rows that stay say so in ``rows``.

    Raises
    ------
    InvalidInput
        When it was taken back before, or somebody has edited every one of them.
    """
    policies.require(actor, "create")
    open_write(session, replace(actor, via=f"{UNDO_WAY}{public_id}"))
    change = find_bulk(session, actor, public_id)
    if change.undone_at is not None:
        raise InvalidInput({"": "It was taken back already."})
    edited = edited_since(session, change)
    records = _records(session, [row["id"] for row in change.rows if row["id"] not in edited])
    rows = [dict(row) for row in change.rows]
    done = 0
    for row in rows:
        record = records.get(row["id"])
        if record is None:
            row["stays"] = "edited since" if row["id"] in edited else "gone"
            continue
        if not may_change(actor, change.action, record, today):
            raise Forbidden("Your role leaves this to others. Ask the transformation office.")
        _UNDO[change.action](record, row["was"])
        done += 1
    if not done:
        raise InvalidInput({"": "Somebody has edited every one of them since, so they stay as they are."})
    change.rows = rows
    change.undone_at = utc_now()
    change.undone_by_id = actor.user_id
    return change


def _records(session: Session, ids: list[int]) -> dict[int, Initiative]:
    found: dict[int, Initiative] = {}
    for first in range(0, len(ids), 500):
        query = (
            select(Initiative)
            .options(selectinload(Initiative.involvements), selectinload(Initiative.sponsorships))
            .where(Initiative.id.in_(ids[first : first + 500]))
        )
        found.update({each.id: each for each in session.scalars(query)})
    return found


def _theme(record: Initiative, was: Mapping[str, Any]) -> None:
    record.theme_id = was["theme"]


def _join(record: Initiative, was: Mapping[str, Any]) -> None:
    for each in list(record.involvements):
        if each.department_id == was["department"] and each.joined_on == _day(was["joined"]):
            record.involvements.remove(each)


def _leave(record: Initiative, was: Mapping[str, Any]) -> None:
    kept = {each.id: each for each in record.involvements}
    for each in was["involvements"]:
        if each["id"] in kept:
            kept[each["id"]].left_on = _day(each["left"])
        else:
            record.involvements.append(
                Involvement(
                    department_id=was["department"],
                    role=each["role"],
                    joined_on=_day(each["joined"]),
                    left_on=_day(each["left"]),
                )
            )


def _co_sponsor(record: Initiative, was: Mapping[str, Any]) -> None:
    for each in list(record.sponsorships):
        if each.person_id == was["person"] and each.role == "co" and each.from_on == _day(was["from"]):
            record.sponsorships.remove(each)
    record.version += 1  # a form opened before knows other sponsors


def _status(record: Initiative, was: Mapping[str, Any]) -> None:
    record.status = was["status"]


def _unbin(record: Initiative, _was: Mapping[str, Any]) -> None:
    record.binned_at = None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_UNDO: dict[str, Callable[[Initiative, Mapping[str, Any]], None]] = {
    "theme": _theme,
    "join": _join,
    "leave": _leave,
    "co-sponsor": _co_sponsor,
    "pause": _status,
    "resume": _status,
    "bin": _unbin,
}
