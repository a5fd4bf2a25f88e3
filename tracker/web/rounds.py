"""The Round: every initiative untouched for 21 days, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.graph.untouched import UNTOUCHED_DAYS
from tracker.queries import rounds as queries
from tracker.queries.facts import current_portfolio
from tracker.queries.round_steps import asked_after
from tracker.services import rounds as services
from tracker.services.checking import TEXT_LIMIT
from tracker.services.initiatives import SILENT_UPDATES, editable
from tracker.services.policies import require
from tracker.web.choices import person_options
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.saving import save
from tracker.web.sessions import current_actor

#: Answers that the end lists, each with its way back.
MOST_LISTED = 100

blueprint = Blueprint("rounds", __name__, url_prefix="/round")


@blueprint.get("")
def show() -> Response:
    """Show the initiative that waits for an answer, the end of the Round, or how to begin one."""
    return render("rounds/show.html", **_context(FormReader.showing({})))


@blueprint.post("/begin")
def begin() -> Response:
    """Begin a Round with all that waits today."""
    actor, form = current_actor(), FormReader(request.form)
    made = save(form, lambda: services.begin(db.session, actor=actor, today=clock.today()))
    if made is None:
        return respond_invalid("rounds/show.html", **_context(form))
    return redirect_after(url_for("rounds.show"))


@blueprint.post("/<public_id>/moving")
def moving(public_id: str) -> Response:
    """Say that it is still moving."""
    actor, today, form = current_actor(), clock.today(), _form(public_id)
    text = form.long_text("text", "The sentence", limit=TEXT_LIMIT)
    return _answered(
        form,
        public_id,
        lambda: services.still_moving(db.session, actor=actor, public_id=public_id, text=text, today=today),
    )


@blueprint.route("/<public_id>/stuck", methods=["GET", "POST"])
def stuck(public_id: str) -> Response:
    """Ask what would help, and of whom."""
    actor, today, form = current_actor(), clock.today(), _form(public_id)
    record = editable(db.session, actor, public_id, today)
    if request.method == "POST":
        text = form.long_text("text", "What would help", required=True, limit=TEXT_LIMIT)
        asked_of = form.value("asked_of")
        made = save(
            form,
            lambda: services.stuck(
                db.session, actor=actor, public_id=public_id, text=text, asked_of=asked_of, today=today
            ),
        )
        if made is not None:
            return redirect_after(url_for("rounds.show"))
    asked = asked_after(db.session, record.id, today)
    if request.method == "GET" and asked.row.lead:
        form = FormReader.showing({"asked_of": asked.row.lead.public_id})
    answer = respond_invalid if form.errors else render
    people = person_options()
    return answer("rounds/stuck.html", form=form, asked=asked, people=people, limit=TEXT_LIMIT)


@blueprint.post("/<public_id>/skip")
def skip(public_id: str) -> Response:
    """Leave it for the next Round."""
    actor, form = current_actor(), _form(public_id)
    return _answered(
        form,
        public_id,
        lambda: services.skip(db.session, actor=actor, public_id=public_id, today=clock.today()),
    )


@blueprint.post("/<public_id>/take-back")
def take_back(public_id: str) -> Response:
    """Take back what was answered for it: it waits for an answer again."""
    actor, form = current_actor(), _form(public_id)
    version = form.version()
    return _answered(
        form,
        public_id,
        lambda: services.take_back(
            db.session, actor=actor, public_id=public_id, version=version, today=clock.today()
        ),
    )


def _form(public_id: str) -> FormReader:
    """Return the form of an answer, if this person is asked after this initiative at all."""
    actor = current_actor()
    require(actor, "round")
    editable(db.session, actor, public_id, clock.today())
    return FormReader(request.form)


def _answered(form: FormReader, public_id: str, answer: Callable[[], object]) -> Response:
    """Save an answer and go on; what was refused stands beside what waits now."""
    if save(form, answer) is not None:
        return redirect_after(url_for("rounds.show"))
    return respond_invalid("rounds/show.html", **_context(form, public_id))


def _context(form: FormReader, answered: str = "") -> dict[str, Any]:
    """Read where somebody stands; text typed for another initiative than the one that waits is not shown beside it."""
    actor, today = current_actor(), clock.today()
    require(actor, "round")
    state = services.state_of(db.session, actor=actor, today=today)
    current = state.current if state else None
    if answered and (current is None or current.public_id != answered):
        refused, form = form.errors, FormReader.showing({})
        form.add({"": " ".join(refused.values())})
    _, portfolio = current_portfolio(db.session)
    ended = state is not None and current is None
    return {
        "form": form,
        "state": state,
        "asked": asked_after(db.session, current.id, today) if current else None,
        "anew": "new" in request.args,  # home calls to a new one, though the last one's end can still be read
        "waiting": None if current else services.count_waiting(db.session, actor=actor, today=today),
        "now": queries.figures(db.session, today) if ended else None,
        "since": min(state.begun_on, today - timedelta(1)) if state else None,
        "answered": [each for each in state.steps if each.answer][-MOST_LISTED:] if state and ended else [],
        "counts_until": state.begun_on + timedelta(portfolio.settings.quiet_days) if state else None,
        "last": _last(state),
        "limit": TEXT_LIMIT,
        "silent_limit": SILENT_UPDATES,
        "days": UNTOUCHED_DAYS,
    }


def _last(state: queries.RoundState | None) -> queries.Step | None:
    """Return the step before the one that waits, if it can be taken back."""
    if state is None or not state.is_open:
        return None
    before = state.steps[: state.place - 1]
    return before[-1] if before and before[-1].is_undoable else None
