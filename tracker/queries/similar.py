"""Titles like one being typed, so that nobody runs the same near miss twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process, utils
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment

#: Shorter texts resemble everything.
SHORTEST = 3
#: Of 100, by the words that two titles share: below it, they have little more in common than a small word.
ALIKE = 64


@dataclass(frozen=True, slots=True)
class SimilarTitle:
    """An initiative or a moment with a title like the one typed; ``moment`` is empty for an initiative."""

    title: str
    kind: str
    on: date | None
    initiative: str
    moment: str
    score: float


def similar_titles(session: Session, title: str, limit: int = 5) -> tuple[SimilarTitle, ...]:
    """Return the records whose titles are most like this one, best first. 2 queries.

    An initiative is named once: by its own title or by that of its moment, whichever is more like it.
    """
    text = title.strip()[:300]
    if len(text) < SHORTEST:
        return ()
    initiatives = select(
        Initiative.title, Initiative.kind, Initiative.started_on, Initiative.public_id
    ).where(Initiative.binned_at.is_(None))
    moments = (
        select(Moment.title, Moment.kind, Moment.on_day, Initiative.public_id, Moment.public_id)
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(
            Moment.binned_at.is_(None),
            Initiative.binned_at.is_(None),
            Moment.title != "",
            Moment.title != Initiative.title,
        )
    )
    rows: list[tuple[str, str, date | None, str, str]] = [
        (title, kind, on, initiative, "") for title, kind, on, initiative in session.execute(initiatives)
    ]
    rows += [(title, kind, on, home, moment) for title, kind, on, home, moment in session.execute(moments)]
    found = process.extract(
        text,
        [row[0] for row in rows],
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=limit * 4,
    )
    best: dict[str, SimilarTitle] = {}
    for _, score, at in found:
        best.setdefault(rows[at][3], SimilarTitle(*rows[at], score=score))
    return tuple(best.values())[:limit]
