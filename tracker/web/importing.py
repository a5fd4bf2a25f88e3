"""Bring a register by page: choose a file, see what would happen, import it; and the sample organisation, in and out."""

from __future__ import annotations

from dataclasses import dataclass

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
from tracker.services.imports import ImportPlan, ImportRefused, PlannedRow
from tracker.web.filters import plural
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render, respond_invalid
from tracker.web.paging import Page, page_request
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor, current_actor_or_none

blueprint = Blueprint("importing", __name__)

MEGABYTES = LARGEST // 1024 // 1024
#: What the form may take beside the file.
AROUND = 64 * 1024
#: What becomes of a row, in the order of the list: those first that need somebody.
ACTIONS = ("refused", "create", "update", "unchanged")

#: The columns of the tidy header: what each holds, and what it looks like.
COLUMNS = (
    (
        "external_id",
        "The row’s own id, so that the next import updates it and copies nothing.",
        "storm-7",
    ),
    ("title", "What it is called. No row goes in without it.", "One handler per storm claim"),
    ("kind", "pilot, quick_win or near_miss. Other words become pilot, and are listed once.", "pilot"),
    ("status", "proposed, live, paused or finished. Other words follow from the dates.", "live"),
    ("started_on", "The first day. Without one the row is kept as proposed.", "2026-03-02"),
    ("ended_on", "The last day, empty while it runs.", ""),
    ("lead_department", "The department that leads.", "Claims"),
    (
        "departments",
        "All departments that take part, with ; between them. New ones are added.",
        "Claims;Legal",
    ),
    ("sponsor", "Who stands behind it. The first one leads; more with ; between them.", "Priya Raman"),
    ("owner", "Whom to ask about it.", "Sam Ochoa"),
    ("url", "A link to more.", "https://intranet/storm-7"),
    ("summary", "What it is about, in a sentence or two.", "One handler sees a claim through."),
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the page says of a plan: how many rows go in, what they are called, and those asked for."""

    plan: ImportPlan
    noun: str
    initiatives: int
    rows: Page[PlannedRow]
    show: str

    @property
    def going(self) -> int:
        """Return how many rows change something."""
        return self.plan.created + self.plan.updated

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return each action with its number of rows, in the order of the list."""
        plan = self.plan
        return tuple(zip(ACTIONS, (plan.refused, plan.created, plan.updated, plan.unchanged), strict=True))


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
        return _plan_page(draft, token, form, status=409)
    except ImportRefused as refused:
        db.session.rollback()
        rows = plural(refused.plan.refused, "row is", "rows are")
        form.refuse("skip_refused", f"{rows} refused. Tick this to leave them out, or mend the file.")
        return _plan_page(draft, token, form)
    db.session.commit()
    return redirect_after(url_for("importing.done"), message=_done_words(draft.name, done))


@blueprint.post("/import/<token>/drop")
def drop(token: str) -> Response:
    """Let go of a file that was not imported."""
    drafts.drop_draft(db.session, actor=current_actor(), token=token)
    db.session.commit()
    return redirect_after(url_for("importing.show"))


@blueprint.get("/import/done")
def done() -> Response:
    """Show what the register says now, and where to look."""
    policies.require(current_actor(), "import")
    return render("importing/done.html", lead=dashboard.lead(db.session, clock.today()))


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
        outlook=_outlook(found),
        has_changed=status == 409,
    )


def _outlook(plan: ImportPlan) -> Outlook:
    asked = request.args.get("show", "")
    show = asked if asked in ACTIONS else ""
    rows = sorted(
        (row for row in plan.rows if not show or row.action == show),
        key=lambda row: ACTIONS.index(row.action),
    )
    wanted = page_request(request.args)
    return Outlook(
        plan=plan,
        noun="row" if any(row.line for row in plan.rows) else "record",
        initiatives=sum(row.kind == "initiative" and row.action != "refused" for row in plan.rows),
        rows=Page(rows[wanted.offset :][: wanted.size], wanted.number, wanted.size, len(rows)),
        show=show,
    )


def _done_words(name: str, done: ImportPlan) -> str:
    """Say what an import has done."""
    parts = [
        f"{done.created:,} new" if done.created else "",
        f"{done.updated:,} changed" if done.updated else "",
    ]
    left = f"; {plural(done.refused, 'refused row')} left out" if done.refused else ""
    said = ", ".join(part for part in parts if part) or "nothing was new"
    return f"“{name}” is in the register: {said}{left}."
