"""Home: the sentence in counts, who works with whom, what needs me, what happened lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries import dashboard
from tracker.queries.accounts import count_confirmers
from tracker.queries.initiatives import InitiativeRow, going_quiet, past_decide_by
from tracker.queries.moments import MomentRow, latest_moments, waiting_for_confirmation
from tracker.queries.pairs import PairPanel, pair_panel
from tracker.queries.places import places
from tracker.queries.triangle import triangle
from tracker.services.policies import may
from tracker.web.dates import asked_day
from tracker.web.drawing import line_of
from tracker.web.fragments import render
from tracker.web.sessions import current_actor
from tracker.web.steps import first_steps

blueprint = Blueprint("home", __name__)

#: Rows of each list on home; more stand one click away.
SHOWN = 6
LINE = (560, 120)


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for the reader: moments to confirm, initiatives to write a line on, decisions that are due."""

    waiting: tuple[MomentRow, ...]
    waiting_total: int
    confirmable: tuple[str, ...]
    alone: bool
    quiet: tuple[InitiativeRow, ...]
    late: tuple[InitiativeRow, ...]


@blueprint.get("/")
def index() -> Response:
    """Show the state of a day, today unless asked otherwise."""
    today = clock.today()
    on = asked_day(request.args.get("on"))
    where = places(db.session)
    following = dashboard.next_rows(db.session, on, where)
    days, levels = dashboard.pace_line(db.session, on)
    return render(
        "home/index.html",
        lead=dashboard.lead(db.session, on),
        triangle=triangle(db.session, on, where),
        panel=_panel(following, on),
        next_pairs=following,
        needs=_needs(today),
        latest=latest_moments(db.session, today, SHOWN),
        line=line_of(levels, *LINE),
        line_from=days[0],
        on=on,
        on_arg=on.isoformat() if on != today else None,
        first_steps=first_steps(current_actor()),
    )


def _panel(following: list[dashboard.NextRow], on: date) -> PairPanel | None:
    """Return the panel of the pair asked for (``?pair=a,b``), else of the next best."""
    asked = (request.args.get("pair") or "").split(",")
    if len(asked) == 2:
        return pair_panel(db.session, asked[0], asked[1], on)
    if following:
        return pair_panel(db.session, following[0].a.public_id, following[0].b.public_id, on)
    return None


def _needs(today: date) -> Needs:
    actor = current_actor()
    waiting = waiting_for_confirmation(db.session, today)
    mine = [
        row.public_id for row in waiting if row.recorded_by_id is None or row.recorded_by_id != actor.user_id
    ]
    return Needs(
        waiting=waiting[:SHOWN],
        waiting_total=len(waiting),
        confirmable=tuple(mine) if may(actor, "confirm") else (),
        alone=bool(waiting) and count_confirmers(db.session) < 2,
        quiet=going_quiet(db.session, today)[:SHOWN],
        late=past_decide_by(db.session, today)[:SHOWN],
    )
