"""How initiatives stand on a day: their dates decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Register
from tracker.models.base import utc_now
from tracker.models.initiatives import Initiative
from tracker.queries.standing import standing_on, status_on

DAY = date(2026, 6, 30)
NEXT = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "values", "status"),
    [
        (DAY, {}, "live"),
        (NEXT, {}, "proposed"),
        (None, {}, "proposed"),
        (None, {"status": "finished"}, "finished"),
        (DAY, {"status": "proposed"}, "live"),
        (DAY, {"status": "paused"}, "paused"),
        (NEXT, {"status": "paused"}, "proposed"),
        (DAY, {"ended_on": NEXT, "status": "finished"}, "live"),
        (DAY, {"ended_on": DAY}, "finished"),
        (DAY, {"ended_on": DAY, "status": "paused"}, "finished"),
        (DAY, {"status": "finished"}, "finished"),
    ],
)
def test_the_dates_decide_how_an_initiative_stands(
    session: Session, register: Register, start: date | None, values: dict[str, Any], status: str
) -> None:
    made = register.initiative("Storm desk", start=start, **values)
    assert session.scalar(select(status_on(DAY)).where(Initiative.id == made.id)) == status


def test_what_is_live_quiet_soon_and_late_is_counted(session: Session, register: Register) -> None:
    pair = register.departments("Claims", "Legal")
    register.initiative("Late", *pair, start=DAY - timedelta(days=50), decide_by=DAY - timedelta(days=1))
    register.initiative("Quiet soon", *pair, start=DAY - timedelta(days=80), decide_by=NEXT)
    register.initiative("Due today", *pair, start=DAY, decide_by=DAY)
    register.initiative(
        "Ended", *pair, start=DAY - timedelta(days=50), ended_on=DAY, decide_by=DAY - timedelta(days=9)
    )
    register.initiative("Binned", *pair, start=DAY, binned_at=utc_now())
    found = standing_on(session, DAY)
    assert (found.live, found.going_quiet, found.past_decide_by) == (3, 1, 1)
    assert standing_on(session, DAY, DAY - timedelta(days=60)).live == 1
