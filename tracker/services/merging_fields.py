"""What one of two records of an initiative says and the other does not: that goes over, and nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Theme
from tracker.services.initiatives import status_for
from tracker.services.merging_parts import Moves, fill
from tracker.services.outcomes import ENDINGS

#: Texts that are filled where they are empty.
TEXTS = (("description", "Description"), ("contact", "Contact"), ("link", "Link"))


def fill_initiative(
    session: Session, gone: Initiative, stays: Initiative, moves: Moves, *, today: date
) -> None:
    """Fill what the one that stays does not say; it begins with the earlier of the two, and ends as it did."""
    _fill_days(gone, stays, moves)
    for column, label in TEXTS:
        if not getattr(stays, column):
            fill(stays, column, getattr(gone, column), label, moves, str)
    if stays.theme_id is None and gone.theme_id is not None:
        name = session.scalar(select(Theme.name).where(Theme.id == gone.theme_id))
        fill(stays, "theme_id", gone.theme_id, "Theme", moves, lambda id_: "" if id_ is None else str(name))
    if stays.ended_on is not None and stays.outcome not in ENDINGS and gone.outcome in ENDINGS:
        fill(stays, "outcome", gone.outcome, "Outcome", moves, _words)
        for column in ("outcome_note", "scaled_into_id", "routine_from", "routine_until"):
            setattr(stays, column, getattr(gone, column))
    stays.status = status_for(stays.started_on, stays.ended_on, paused=stays.status == "paused", today=today)


def _fill_days(gone: Initiative, stays: Initiative, moves: Moves) -> None:
    starts = [each for each in (stays.started_on, gone.started_on) if each is not None]
    start = min(starts, default=None)
    if start is not None and (stays.ended_on is None or start <= stays.ended_on):
        fill(stays, "started_on", start, "Start", moves, _words)
    if stays.decide_by is None and stays.ended_on is None and gone.decide_by is not None:
        fill(stays, "decide_by", gone.decide_by, "Decide by", moves, _words)
    vouched = [each for each in (stays.declared_until, gone.declared_until) if each is not None]
    if vouched:
        until = max(vouched) if stays.ended_on is None else min(max(vouched), stays.ended_on)
        fill(stays, "declared_until", until, "Vouched for until", moves, _words)


def _words(value: Any) -> str:
    return "" if value is None else str(value)
