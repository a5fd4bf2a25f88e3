"""The lesson of a near miss: write it, and say where it was used."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.moments import moment_page
from tracker.queries.reusing import own_initiatives
from tracker.services import lessons as services
from tracker.services import policies
from tracker.services.checking import TEXT_LIMIT
from tracker.services.errors import Forbidden, NotFound
from tracker.services.initiatives import find_initiative, sponsors_on
from tracker.services.lessons import LessonText, find_moment, may_write_lesson, standing_lesson
from tracker.web.choices import options_of
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after
from tracker.web.records import form_page, save_edit
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor

blueprint = Blueprint("lessons", __name__, url_prefix="/moments")

QUESTIONS = {
    "tried": "What we tried",
    "nearly": "What nearly worked",
    "stopped": "What stopped it",
    "next_time": "What we would do next time",
}


@blueprint.route("/<public_id>/lesson", methods=["GET", "POST"])
def write(public_id: str) -> Response:
    """Write or rewrite the lesson; a stale save shows both texts."""
    actor = current_actor()
    today = clock.today()
    record = find_moment(db.session, actor, public_id)
    initiative = find_initiative(db.session, actor, record.initiative.public_id)
    if record.kind != "near_miss":
        raise NotFound("Only a near miss has a lesson.")
    if not may_write_lesson(actor, record, sponsors_on(initiative, today)):
        raise Forbidden("The lesson is written by its team: its sponsor, whoever recorded it, or the office.")
    title = record.title or initiative.title
    url = url_for("moments.show", public_id=public_id)
    if request.method == "POST":
        form = FormReader(request.form)
        version, lesson = form.version(), read_lesson(form)
        done = save_edit(
            form,
            lambda: services.write_lesson(
                db.session, actor=actor, public_id=public_id, version=version, lesson=lesson, today=today
            ),
            title=title,
            here=url_for("lessons.write", public_id=public_id),
            back=url,
            labels=lambda: {name: (words, "textarea", ()) for name, words in QUESTIONS.items()},
            event="moment-logged",
            message="The lesson is written.",
        )
        if done is not None:
            return done
    else:
        form = FormReader.showing(standing_lesson(record))
    return form_page(
        form,
        "moments/lesson.html",
        public_id=public_id,
        title=title,
        questions=QUESTIONS,
        limit=TEXT_LIMIT,
    )


@blueprint.route("/<public_id>/reuse", methods=["GET", "POST"])
def reuse(public_id: str) -> Response:
    """Say that an initiative of one's own used the lesson."""
    actor = current_actor()
    policies.require(actor, "reuse")
    today = clock.today()
    find_moment(db.session, actor, public_id)
    page = moment_page(db.session, public_id, today)
    if page is None or page.lesson is None:
        raise NotFound("Its lesson is not written yet.")
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing({"on": today})
    if request.method == "POST":
        initiative = form.value("initiative")
        on = form.day("on", "The day", required=True)
        note = form.long_text("note", "The note", limit=TEXT_LIMIT)
        if not initiative:
            form.refuse("initiative", "Choose the initiative that used it.")
        added = save(
            form,
            lambda: services.reuse(
                db.session,
                actor=actor,
                public_id=public_id,
                initiative=initiative,
                on=needed(on),
                today=today,
                note=note,
            ),
        )
        if added is not None:
            url = url_for("moments.show", public_id=public_id)
            return redirect_after(url, message="Noted: the lesson was used.", event="moment-logged")
    return form_page(
        form,
        "moments/reuse.html",
        page=page,
        initiatives=options_of(
            own_initiatives(
                db.session,
                every=policies.may(actor, "edit any"),
                user_id=actor.user_id,
                person_id=actor.person_id,
                without=page.initiative_id,
            )
        ),
        limit=TEXT_LIMIT,
    )


def read_lesson(form: FormReader) -> LessonText:
    """Read the four sentences of a lesson."""
    return LessonText(
        **{name: form.long_text(name, words, limit=TEXT_LIMIT) for name, words in QUESTIONS.items()}
    )
