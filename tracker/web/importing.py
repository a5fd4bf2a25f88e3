"""Bring a register by page: choose a file, see what would happen, import it; and the sample organisation, in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.models.import_drafts import ImportDraft
from tracker.queries import dashboard
from tracker.queries.sample import removal, sample_state
from tracker.sample.organisation import SAMPLE_TITLE
from tracker.services import import_drafts as drafts
from tracker.services import policies
from tracker.services import sample as samples
from tracker.services.errors import NotFound
from tracker.services.import_drafts import LARGEST, RegisterChanged
from tracker.services.imports import ImportRefused
from tracker.web.dates import asked_day
from tracker.web.filters import plural
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.import_outlook import COLUMNS, done_words, last_day, outlook_of
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor, current_actor_or_none

blueprint = Blueprint("importing", __name__)

MEGABYTES = LARGEST // 1024 // 1024
#: What the form may take beside the file.
AROUND = 64 * 1024


@blueprint.url_value_preprocessor
def take_larger_files(endpoint: str | None, _values: object) -> None:
    """Raise the limit of a request for those who may import, before anything reads the body."""
    if endpoint != "importing.show" or request.method != "POST":
        return
    actor = current_actor_or_none()
    if actor is None or not policies.may(actor, "import"):
        return
    request.max_content_length = LARGEST + AROUND
    if (request.content_length or 0) > LARGEST + AROUND:
        raise RequestEntityTooLarge(
            f"A file can have {MEGABYTES} MB. Split it by years and bring one part after the other: a row that "
            "came before is brought up to date, never copied."
        )


@blueprint.route("/import", methods=["GET", "POST"])
def show() -> Response:
    """Choose a file and its date; a file that can be read is kept, and its dry run shown."""
    actor = current_actor()
    policies.require(actor, "import")
    today = clock.today()
    form = FormReader(request.form) if request.method == "POST" else FormReader.showing({"as_of": today})
    if request.method == "POST":
        as_of = form.day("as_of", "The file's date", required=True)
        brought = request.files.get("file")
        token = save(
            form,
            lambda: drafts.keep_draft(
                db.session,
                actor=actor,
                name=(brought.filename or "") if brought else "",
                data=brought.read() if brought else b"",
                as_of=needed(as_of),
                today=today,
            ),
        )
        if token is not None:
            return redirect_after(url_for("importing.plan", token=token))
    answer = respond_invalid if form.errors else render
    return answer(
        "importing/show.html",
        fragment="importing/_choose.html",
        form=form,
        columns=COLUMNS,
        megabytes=MEGABYTES,
        sample=sample_state(db.session),
    )


@blueprint.get("/import/template.csv")
def template() -> Response:
    """Send an empty spreadsheet with the header."""
    policies.require(current_actor(), "import")
    response = make_response(",".join(name for name, _, _ in COLUMNS) + "\r\n")
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="register.csv"'
    return response


@blueprint.get("/import/<token>")
def plan(token: str) -> Response:
    """Show the dry run of a file: what would happen, row by row. Nothing is changed."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    return _plan_page(draft, token, FormReader())


@blueprint.post("/import/<token>")
def commit(token: str) -> Response:
    """Import the file in one transaction, as it was shown; what has changed meanwhile is shown first."""
    actor = current_actor()
    draft = drafts.find_draft(db.session, actor=actor, token=token)
    form = FormReader(request.form)
    version = form.version()
    if form.errors:
        return _plan_page(draft, token, form)
    try:
        done = drafts.import_draft(
            db.session,
            actor=actor,
            token=token,
            version=version,
            skip_refused=form.flag("skip_refused"),
            today=clock.today(),
        )
    except RegisterChanged:
        db.session.rollback()
        draft = drafts.find_draft(db.session, actor=actor, token=token)  # another window may have been faster
        return _plan_page(draft, token, form, status=409)
    except ImportRefused as refused:
        db.session.rollback()
        rows = plural(refused.plan.refused, "row is", "rows are")
        form.refuse("skip_refused", f"{rows} refused. Tick this to leave them out, or mend the file.")
        return _plan_page(draft, token, form)
    db.session.commit()
    return redirect_after(url_for("importing.done", on=last_day(done)), message=done_words(done))


@blueprint.post("/import/<token>/drop")
def drop(token: str) -> Response:
    """Let go of a file that was not imported."""
    drafts.drop_draft(db.session, actor=current_actor(), token=token)
    db.session.commit()
    return redirect_after(url_for("importing.show"))


@blueprint.get("/import/done")
def done() -> Response:
    """Show what the register says on the last day that the file vouches for, and where to look."""
    policies.require(current_actor(), "import")
    on = asked_day(request.args.get("on"))
    return render("importing/done.html", lead=dashboard.lead(db.session, on), on=on, today=clock.today())


@blueprint.post("/sample")
def sample() -> Response:
    """Fill the sample organisation into an empty register."""
    samples.load_sample(db.session, actor=current_actor(), today=clock.today())
    db.session.commit()
    return redirect_after(url_for("home.index"), message="The sample organisation is here. Look around.")


@blueprint.route("/sample/remove", methods=["GET", "POST"])
def remove_sample() -> Response:
    """Say what removing the sample takes and what stays; do it."""
    actor = current_actor()
    policies.require(actor, "remove sample")
    if request.method == "POST":
        samples.remove_sample(db.session, actor=actor)
        db.session.commit()
        return redirect_after(url_for("home.index"), message="The sample organisation is gone.")
    if not sample_state(db.session).is_here:
        raise NotFound("The sample organisation is not here, so there is nothing to remove.")
    return render(
        "importing/remove-sample.html", removal=removal(db.session, actor.user_id), title=SAMPLE_TITLE
    )


def _plan_page(draft: ImportDraft, token: str, form: FormReader, *, status: int = 200) -> Response:
    version, found = drafts.plan_draft(db.session, draft, clock.today())
    form.replace("version", str(version))
    return render(
        "importing/plan.html",
        fragment="importing/_plan.html",
        status=422 if form.errors else status,
        form=form,
        token=token,
        draft=draft,
        outlook=outlook_of(found),
        has_changed=status == 409,
    )
