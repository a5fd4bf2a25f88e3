"""Home: the sentence in counts, who works with whom, what needs me, what happened lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.queries import dashboard
from tracker.queries.accounts import count_confirmers
from tracker.queries.asks import AskRow, asked_of
from tracker.queries.initiatives import Some, going_quiet, past_decide_by
from tracker.queries.keeping import keep
from tracker.queries.moments import MomentFilters, MomentRow, list_moments, waiting_for_confirmation
from tracker.queries.pairs import PairPanel, pair_panel
from tracker.queries.places import places
from tracker.queries.triangle import triangle
from tracker.services.actors import Actor
from tracker.services.policies import may
from tracker.services.rounds import count_waiting, state_of
from tracker.web.dates import asked_day
from tracker.web.drawing import line_of
from tracker.web.fragments import render
from tracker.web.keeping import kept
from tracker.web.sessions import current_actor
from tracker.web.since import note, since_looked
from tracker.web.steps import first_steps

blueprint = Blueprint("home", __name__)
blueprint.teardown_request(note)

#: Rows of each list on home; more stand one click away.
SHOWN = 6
#: Moments vouched for at once; a form holds no more fields.
MOST_CONFIRMED = 300
LINE = (560, 180)


@dataclass(frozen=True, slots=True)
class RoundCall:
    """The way into the Round: how many it asks after, and the place where the reader stopped, 0 before it begins."""

    total: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits for the reader: moments to confirm, initiatives to write a line on, decisions that are due.

    ``own`` counts the moments they logged that wait for somebody else; ``alone`` says that there is nobody.
    ``asked`` is what would help a stuck initiative and is asked of them; ``round`` calls to the Round.
    """

    waiting: tuple[MomentRow, ...]
    confirmable: tuple[str, ...]
    own: int
    alone: bool
    quiet: Some
    late: Some
    asked: tuple[AskRow, ...]
    round: RoundCall | None

    @property
    def nothing(self) -> bool:
        """Say whether nothing waits."""
        lists = (self.waiting, self.own, self.quiet.rows, self.late.rows, self.asked, self.round)
        return not any(lists)


@blueprint.get("/")
def index() -> Response:
    """Show the state of a day, today unless asked otherwise."""
    today, actor = clock.today(), current_actor()
    on = asked_day(request.args.get("on"))
    shown = kept("home.index", on, read=lambda: _shown(on))
    is_today = on == today
    return render(
        "home/index.html",
        fragment="home/_all.html",
        needs=keep(db.session, "needs", (today, actor), lambda: _needs(actor, today)) if is_today else None,
        since_looked=since_looked(today, shown.values["where"]) if is_today else None,
        part=shown.part,
        **shown.values,
    )


def _shown(on: date) -> dict[str, Any]:
    """Read what home shows of a day to everybody."""
    today = clock.today()
    where = places(db.session)
    following = dashboard.next_rows(db.session, on, where)
    panel = _panel(following, on)
    days, levels = dashboard.pace_line(db.session, on)
    return {
        "where": where,
        "lead": dashboard.lead(db.session, on),
        "triangle": triangle(db.session, on, where),
        "panel": panel,
        "open_pair": {panel.row.a.public_id, panel.row.b.public_id} if panel else set(),
        "next_pairs": following,
        "latest": list_moments(db.session, MomentFilters(until=on), on, limit=SHOWN),
        "line": line_of(levels, *LINE),
        "line_from": days[0],
        "on": on,
        "on_arg": on.isoformat() if on != today else None,
        "first_steps": first_steps(current_actor()),
    }


def _panel(following: list[dashboard.NextRow], on: date) -> PairPanel | None:
    """Return the panel of the pair asked for (``?pair=a,b``), else of the next best."""
    asked = (request.args.get("pair") or "").split(",")
    if len(asked) == 2:
        return pair_panel(db.session, asked[0], asked[1], on)
    if following:
        return pair_panel(db.session, following[0].a.public_id, following[0].b.public_id, on)
    return None


def _needs(actor: Actor, today: date) -> Needs:
    """Return what waits for this reader; the office sees everything, everybody else what is theirs."""
    all_waiting = waiting_for_confirmation(db.session, today, limit=MOST_CONFIRMED)
    others = [row for row in all_waiting if row.recorded_by_id is None or row.recorded_by_id != actor.user_id]
    mine = others if may(actor, "confirm") else []
    sees_all = may(actor, "edit any")
    own = None if sees_all else dashboard.own_initiatives(db.session, actor.user_id, actor.person_id)
    return Needs(
        waiting=tuple(mine[:SHOWN]),
        confirmable=tuple(row.public_id for row in mine),
        own=len(all_waiting) - len(others),
        alone=bool(all_waiting) and count_confirmers(db.session) < 2,
        quiet=going_quiet(db.session, today, among=own, limit=SHOWN),
        late=past_decide_by(db.session, today, among=own, limit=SHOWN),
        asked=asked_of(db.session, actor.person_id, today),
        round=_round_call(actor, today),
    )


def _round_call(actor: Actor, today: date) -> RoundCall | None:
    """Return the call to the Round that the reader stopped in, or to a new one; None where nothing waits."""
    if not may(actor, "round"):
        return None
    state = state_of(db.session, actor=actor, today=today)
    if state is not None and state.is_open:
        return RoundCall(state.total, state.place)
    total = count_waiting(db.session, actor=actor, today=today)
    return RoundCall(total) if total else None
