"""Bring a register by page: choose a file, see what would happen, import it; and the sample organisation, in and out."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from tracker import clock
from tracker.exchange.column_names import TARGET_WORDS
from tracker.exchange.reading import ENDINGS
from tracker.extensions import db
from tracker.graph.beginning import begins_on
from tracker.models.import_drafts import ImportDraft
from tracker.models.recording import RecordingSession
from tracker.queries import dashboard
from tracker.queries.facts import current_portfolio
from tracker.queries.imports import count_imports, imported_before, imported_by
from tracker.queries.named import people_named
from tracker.queries.sample import removal, sample_state
from tracker.sample.organisation import SAMPLE_TITLE
from tracker.services import import_drafts as drafts
from tracker.services import policies
from tracker.services import sample as samples
from tracker.services.actors import Actor
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.import_drafts import LARGEST, RegisterChanged
from tracker.services.imports import ImportPlan, ImportRefused
from tracker.services.imports_batches import find_import
from tracker.services.progress import Progress
from tracker.services.sessions import hash_of
from tracker.web.dates import asked_day
from tracker.web.filters import plural
from tracker.web.forms import FormReader
from tracker.web.fragments import go_to, redirect_after, render, respond_invalid
from tracker.web.import_outlook import COLUMNS, done_words, last_day, outlook_of, seen_of
from tracker.web.import_reading import (
    early_words,
    forget_runs,
    known_plan,
    read_in_background,
    reading_key,
    with_session,
    writing_key,
)
from tracker.web.runs import Run, runs
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor, current_actor_or_none

blueprint = Blueprint("importing", __name__)

MEGABYTES = LARGEST // 1024 // 1024
#: What the form may take beside the file.
AROUND = 64 * 1024
#: So many rows are written while whoever asked waits; more go in while a page says how far it is.
WRITTEN_AT_ONCE = 500


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
        endings=",".join(ENDINGS),
        megabytes=MEGABYTES,
        imports=count_imports(db.session),
        sample=sample_state(db.session),
    )


@blueprint.get("/import/<token>")
def plan(token: str) -> Response:
    """Show the dry run of a file: what would happen, row by row. Nothing is changed.

    A large file is read in the background, and written so; then the page says how far that is. Reading changes no
    record, so an address may ask for it.
    """
    actor = current_actor()
    policies.require(actor, "import")
    writing = runs.find(writing_key(token))
    if writing is not None and not writing.is_over:
        return _progress(token, writing, is_writing=True)
    db.session.rollback()  # what was read before that look may be older than what the work has saved
    batch = imported_by(db.session, hash_of(token))
    if batch is not None and batch.made_by_id == actor.user_id:
        forget_runs(token)
        on = last_day(batch.as_of, is_table=batch.kind == "table")
        return go_to(url_for("importing.done", on=on, **{"import": batch.public_id}), status=204)
    draft = drafts.find_draft(db.session, actor=actor, token=token)
    form = FormReader()
    if writing is not None and writing.error:
        runs.forget(writing_key(token))
        if writing.failed_by(RegisterChanged):
            return _plan_page(draft, token, form, status=409)
        return redirect_after(url_for("importing.plan", token=token), message=early_words(writing))
    return _plan_page(draft, token, form)


@blueprint.post("/import/<token>")
def commit(token: str) -> Response:
    """Import the file in one transaction, as it was shown; what has changed meanwhile is shown first."""
    actor = current_actor()
    draft = drafts.find_draft(db.session, actor=actor, token=token)
    form = FormReader(request.form)
    version, skip = form.version(), form.flag("skip_refused")
    held = _held_back(draft, token, form)
    if held is not None:
        return held
    _, shown = known_plan(draft, token)
    if shown is not None and shown.created + shown.updated > WRITTEN_AT_ONCE:
        _write_in_background(actor, token, version, skip_refused=skip)
        return redirect_after(url_for("importing.plan", token=token))
    try:
        done = drafts.import_draft(
            db.session, actor=actor, token=token, version=version, skip_refused=skip, today=clock.today()
        )
    except RegisterChanged:
        db.session.rollback()
        draft = drafts.find_draft(db.session, actor=actor, token=token)  # another window may have been faster
        return _plan_page(draft, token, form, status=409)
    except ImportRefused as refused:
        db.session.rollback()
        return _refused(draft, token, form, refused.plan.refused)
    except InvalidInput as wrong:
        db.session.rollback()
        form.add({"": next(iter(wrong.errors.values()), str(wrong))})
        return _plan_page(draft, token, form)
    db.session.commit()
    forget_runs(token)
    return redirect_after(
        url_for("importing.done", on=_day_of(done), **{"import": done.batch or None}),
        message=done_words(done),
    )


@blueprint.post("/import/<token>/stop")
def stop(token: str) -> Response:
    """Stop reading or writing a file; nothing of it stays."""
    actor = current_actor()
    drafts.find_draft(db.session, actor=actor, token=token)
    for key in (writing_key(token), reading_key(token)):
        runs.stop(key)
    return redirect_after(url_for("importing.plan", token=token))


@blueprint.post("/import/<token>/drop")
def drop(token: str) -> Response:
    """Let go of a file that was not imported."""
    runs.stop(reading_key(token))
    drafts.drop_draft(db.session, actor=current_actor(), token=token)
    db.session.commit()
    forget_runs(token)
    return redirect_after(url_for("importing.show"))


@blueprint.get("/import/done")
def done() -> Response:
    """Show what the register says on the last day that the file vouches for, and where to look."""
    actor = current_actor()
    policies.require(actor, "import")
    on = asked_day(request.args.get("on"))
    asked = request.args.get("import", "")
    batch = find_import(db.session, actor, asked) if asked else None
    return render(
        "importing/done.html",
        lead=dashboard.lead(db.session, on),
        begins=begins_on(current_portfolio(db.session)[1]),
        batch=batch,
        on=on,
        today=clock.today(),
    )


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
    version, found = known_plan(draft, token)
    if found is None:
        return _progress(token, read_in_background(current_actor(), token), is_writing=False)
    if found.how is not None and not found.how.has_title and len(found.rows) == found.refused:
        return go_to(url_for("import_choices.columns", token=token))
    form.replace("version", str(version))
    return render(
        "importing/plan.html",
        fragment="importing/_plan.html",
        status=422 if form.errors and status == 200 else status,
        form=form,
        token=token,
        draft=draft,
        outlook=outlook_of(found, draft.choices),
        before=imported_before(db.session, draft.sha256),
        target_words=TARGET_WORDS,
        people=people_named(db.session) if found.summary.wins else (),
        has_changed=status == 409 and not form.errors,
    )


def _held_back(draft: ImportDraft, token: str, form: FormReader) -> Response | None:
    """Return the dry run where the form cannot be followed: unread, of other choices, with refused rows in it."""
    if form.errors:
        return _plan_page(draft, token, form)
    if form.has("seen") and form.value("seen") != seen_of(draft.choices):
        return _plan_page(draft, token, form, status=409)
    _, shown = known_plan(draft, token)
    if shown is not None and shown.refused and not form.flag("skip_refused"):
        return _refused(draft, token, form, shown.refused)
    return None


def _refused(draft: ImportDraft, token: str, form: FormReader, count: int) -> Response:
    rows = plural(count, "row is", "rows are")
    form.refuse("skip_refused", f"{rows} refused. Tick this to leave them out, or mend the file.")
    return _plan_page(draft, token, form)


def _day_of(done: ImportPlan) -> str | None:
    return last_day(done.as_of, is_table=any(row.line for row in done.rows))


def _write_in_background(actor: Actor, token: str, version: int, *, skip_refused: bool) -> None:
    today = clock.today()

    def work(session: RecordingSession, tell: Progress, _made: Path) -> None:
        drafts.import_draft(
            session,
            actor=actor,
            token=token,
            version=version,
            skip_refused=skip_refused,
            today=today,
            progress=tell,
        )
        tell("Saving", 0, 0)
        session.commit()

    runs.start(writing_key(token), with_session(work))


def _progress(token: str, run: Run, *, is_writing: bool) -> Response:
    return render(
        "importing/progress.html",
        fragment="importing/_progress.html",
        token=token,
        run=run,
        is_writing=is_writing,
        error=early_words(run),
    )
