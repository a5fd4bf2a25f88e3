"""How an initiative goes on and how it ends: updates, pauses, extensions, outcomes, routines and their checks."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.models.initiatives import Initiative
from tracker.queries.similar import similar_titles
from tracker.services import initiatives, outcomes
from tracker.services.actors import Actor
from tracker.services.checking import TEXT_LIMIT, TITLE_LIMIT
from tracker.services.errors import Stale
from tracker.services.initiatives import DECIDE_DAYS, decidable, editable
from tracker.web.choices import person_options
from tracker.web.conflicts import keep_stale
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.initiative_forms import ask, decided, form_of
from tracker.web.initiatives import load_page
from tracker.web.lessons import QUESTIONS, read_lesson
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor

blueprint = Blueprint("outcomes", __name__, url_prefix="/initiatives")

ENDINGS = {
    "routine": "It became routine",
    "scaled": "It was scaled into another",
    "stopped": "It stopped, and here is its lesson",
}


@blueprint.route("/<public_id>/updates", methods=["GET", "POST"])
def update(public_id: str) -> Response:
    """Post an update, or say that it is still moving."""
    actor = current_actor()
    today = clock.today()
    editable(db.session, actor, public_id, today)
    form = form_of({"on": today})
    if request.method == "POST":
        text = form.long_text("text", "The update", limit=TEXT_LIMIT)
        on = form.day("on", "The day", required=True)
        saved = save(
            form,
            lambda: initiatives.post_update(
                db.session, actor=actor, public_id=public_id, text=text, on=needed(on), today=today
            ),
        )
        if saved is not None:
            return decided(public_id, "Noted.")
    return ask("update", form, public_id)


@blueprint.post("/<public_id>/pause")
def pause(public_id: str) -> Response:
    """Pause it."""
    version = _version()
    initiatives.pause(
        db.session, actor=current_actor(), public_id=public_id, version=version, today=clock.today()
    )
    db.session.commit()
    return decided(public_id, "Paused. It still goes quiet like any other.")


@blueprint.post("/<public_id>/resume")
def resume(public_id: str) -> Response:
    """Let it run on."""
    version = _version()
    initiatives.resume(
        db.session, actor=current_actor(), public_id=public_id, version=version, today=clock.today()
    )
    db.session.commit()
    return decided(public_id, "It runs on.")


@blueprint.route("/<public_id>/extend", methods=["GET", "POST"])
def extend(public_id: str) -> Response:
    """Give it a later decide-by date, with the reason."""
    actor = current_actor()
    today = clock.today()
    record = decidable(db.session, actor, public_id, today)
    later = max(today, record.decide_by or today) + timedelta(days=DECIDE_DAYS)
    form = form_of({"decide_by": later, "version": record.version})
    status = 200
    if request.method == "POST":
        decide_by = form.day("decide_by", "The new decide-by date", required=True)
        because = form.long_text("because", "The reason", required=True, limit=TEXT_LIMIT)
        version = form.version()
        try:
            saved = save(
                form,
                lambda: outcomes.extend(
                    db.session,
                    actor=actor,
                    public_id=public_id,
                    version=version,
                    decide_by=needed(decide_by),
                    because=because,
                    today=today,
                ),
            )
        except Stale as stale:
            saved, status = None, 409
            keep_stale(form, stale)
        if saved is not None:
            return decided(public_id, "Extended.")
    return ask("extend", form, public_id, status=status)


@blueprint.route("/<public_id>/end", methods=["GET", "POST"])
def end(public_id: str) -> Response:
    """End it with an outcome: routine, scaled into another, or stopped with its lesson."""
    actor = current_actor()
    today = clock.today()
    record = decidable(db.session, actor, public_id, today)
    outcome = request.args.get("outcome", "")
    form = form_of(
        {
            "ended_on": today,
            "outcome": outcome if outcome in ENDINGS else "routine",
            "version": record.version,
            "q": request.args.get("q", ""),
        }
    )
    status = 200
    if request.method == "POST":
        try:
            saved = _end(actor, public_id, form, today)
        except Stale as stale:
            saved, status = None, 409
            keep_stale(form, stale)
        if saved is not None and request.args.get("back") == "round":
            return redirect_after(url_for("rounds.show"), message="It has ended; its history stays.")
        if saved is not None:
            return decided(public_id, "It has ended; its history stays.")
    alike = similar_titles(db.session, form.value("q") or record.title, limit=9)
    return ask(
        "end",
        form,
        public_id,
        status=status,
        endings=ENDINGS,
        questions=QUESTIONS,
        people=person_options(),
        back="round" if request.args.get("back") == "round" else None,
        targets=[each for each in alike if not each.moment and each.initiative != public_id],
        title_limit=TITLE_LIMIT,
    )


@blueprint.get("/<public_id>/end/targets")
def targets(public_id: str) -> Response:
    """Show the initiatives it may have been scaled into, by a few letters of the title."""
    decidable(db.session, current_actor(), public_id, clock.today())
    form = FormReader(request.args)
    alike = similar_titles(db.session, form.text("q", "Search", limit=TITLE_LIMIT), limit=9)
    return render(
        "initiatives/targets.html",
        fragment="initiatives/_targets.html",
        form=form,
        targets=[each for each in alike if not each.moment and each.initiative != public_id],
    )


@blueprint.post("/<public_id>/take-back-end")
def take_back_end(public_id: str) -> Response:
    """Let it run on as if it had not ended."""
    version = _version()
    outcomes.take_back_end(
        db.session, actor=current_actor(), public_id=public_id, version=version, today=clock.today()
    )
    db.session.commit()
    return decided(public_id, "It runs on; its history keeps that it had ended.")


@blueprint.post("/<public_id>/check")
def check(public_id: str) -> Response:
    """Say that the routine still stands."""
    today = clock.today()
    outcomes.check_routine(db.session, actor=current_actor(), public_id=public_id, on=today, today=today)
    db.session.commit()
    return decided(public_id, "Still standing: good for 180 days.")


@blueprint.route("/<public_id>/give-up", methods=["GET", "POST"])
def give_up(public_id: str) -> Response:
    """Say that the routine stands no longer."""
    actor = current_actor()
    today = clock.today()
    record = decidable(db.session, actor, public_id, today)
    form = form_of({"on": today, "version": record.version})
    status = 200
    if request.method == "POST":
        on, version = form.day("on", "The day", required=True), form.version()
        because = form.long_text("because", "The reason", limit=TEXT_LIMIT)
        try:
            saved = save(
                form,
                lambda: outcomes.give_up_routine(
                    db.session,
                    actor=actor,
                    public_id=public_id,
                    version=version,
                    on=needed(on),
                    today=today,
                    because=because,
                ),
            )
        except Stale as stale:
            saved, status = None, 409
            keep_stale(form, stale)
        if saved is not None:
            return decided(public_id, "The routine stands no longer; its history stays.")
    return ask("give-up", form, public_id, status=status)


def _end(actor: Actor, public_id: str, form: FormReader, today: date) -> Initiative | None:
    """Read the form of an outcome and end the initiative; the fields of other outcomes are left unread."""
    outcome = form.choice("outcome", "The outcome", ENDINGS, required=True)
    on = form.day("ended_on", "The day it ended", required=True)
    note = form.long_text("note", "The note", limit=TEXT_LIMIT)
    version = form.version()
    if outcome == "stopped":
        lesson = read_lesson(form)
        title = form.text("title", "The title", limit=TITLE_LIMIT)
        return save(
            form,
            lambda: outcomes.end_as_stopped(
                db.session,
                actor=actor,
                public_id=public_id,
                version=version,
                on=needed(on),
                lesson=lesson,
                today=today,
                title=title,
                note=note,
            ),
        )
    if outcome == "scaled":
        return save(
            form,
            lambda: outcomes.end_as_scaled(
                db.session,
                actor=actor,
                public_id=public_id,
                version=version,
                on=needed(on),
                into=form.value("into"),
                today=today,
                note=note,
            ),
        )
    owners = {
        each.department.public_id: form.value(f"owner-{each.department.public_id}")
        for each in load_page(public_id, today).involvements
    }
    return save(
        form,
        lambda: outcomes.end_as_routine(
            db.session,
            actor=actor,
            public_id=public_id,
            version=version,
            on=needed(on),
            owners=owners,
            today=today,
            note=note,
        ),
    )


def _version() -> int:
    """Return the version a button was drawn at; without one the button is refused as stale."""
    return FormReader(request.form).version()
