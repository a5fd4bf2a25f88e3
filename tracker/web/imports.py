"""Imports that were made: the list, one of them with all it brought, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker.exchange.column_names import TARGET_WORDS
from tracker.exchange.decoding import ENCODINGS
from tracker.exchange.tables import DELIMITERS
from tracker.extensions import db
from tracker.models.imports import ImportBatch
from tracker.models.recording import RecordingSession
from tracker.queries.imports import count_imports, list_imports
from tracker.queries.leaning import Leaning, count_touched, touched, what_leans
from tracker.services import import_mappings as mappings
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.imports_batches import find_import
from tracker.services.imports_undoing import undo_import
from tracker.services.progress import Progress
from tracker.services.taking_back import StillNeeded
from tracker.web.fragments import redirect_after, render
from tracker.web.import_outlook import last_day
from tracker.web.import_reading import early_words, with_session
from tracker.web.paging import Page, page_request
from tracker.web.runs import Run, runs
from tracker.web.sessions import current_actor

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

#: An import that wrote so many lines is taken back while whoever asked waits: some thousand rows.
LINES_AT_ONCE = 6_000
#: By which page a record opens.
OPENS = {
    "initiative": "initiatives.show",
    "moment": "moments.show",
    "department": "departments.show",
    "person": "sponsors.show",
    "journey": "journeys.show",
}


@blueprint.get("")
def index() -> Response:
    """List the imports, the newest first, and the ways of reading files that are remembered."""
    policies.require(current_actor(), "import")
    asked = page_request(request.args)
    rows = list_imports(db.session, limit=asked.size, offset=asked.offset)
    return render(
        "importing/imports.html",
        page=Page(rows, asked.number, asked.size, count_imports(db.session)),
        kept=mappings.list_mappings(db.session),
    )


@blueprint.get("/<public_id>")
def show(public_id: str) -> Response:
    """Show an import: who, when, which file, how it was read, what it created and changed."""
    actor = current_actor()
    run = runs.find(_undoing(public_id))
    db.session.rollback()  # what was read before that look may be older than what the work has saved
    batch = find_import(db.session, actor, public_id)
    if run is not None and not run.is_over:
        return render(
            "importing/going-back.html", fragment="importing/_going-back.html", batch=batch, run=run
        )
    if run is not None:
        runs.forget(_undoing(public_id))
        return redirect_after(url_for("imports.show", public_id=public_id), message=_ended(run, batch))
    return _page(batch, what_leans(db.session, batch) if batch.undone_at is None else ())


@blueprint.post("/<public_id>/undo")
def undo(public_id: str) -> Response:
    """Take an import back, or say what later work leans on it; a long one goes while a page says how far it is."""
    actor = current_actor()
    batch = find_import(db.session, actor, public_id)
    if batch.last_line - batch.first_line > LINES_AT_ONCE and batch.undone_at is None:
        runs.start(_undoing(public_id), with_session(_taking_back(actor, public_id)))
        return redirect_after(url_for("imports.show", public_id=public_id))
    try:
        batch = undo_import(db.session, actor=actor, public_id=public_id)
    except StillNeeded as needed:
        db.session.rollback()
        batch = find_import(db.session, current_actor(), public_id)
        return _page(batch, needed.leaning, status=409)
    db.session.commit()
    return redirect_after(
        url_for("imports.show", public_id=public_id),
        message=f"“{batch.name}” was taken back. The register is as it was before.",
    )


@blueprint.post("/<public_id>/stop")
def stop(public_id: str) -> Response:
    """Stop taking an import back; all of it stays."""
    find_import(db.session, current_actor(), public_id)
    runs.stop(_undoing(public_id))
    return redirect_after(url_for("imports.show", public_id=public_id))


@blueprint.post("/mappings/<public_id>/forget")
def forget(public_id: str) -> Response:
    """Keep a way of reading files no longer."""
    name = mappings.forget_mapping(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("imports.index"), message=f"“{name}” is not kept any more.")


def _ended(run: Run, batch: ImportBatch) -> str:
    """Say how taking an import back ended."""
    if batch.undone_at is not None:
        return f"“{batch.name}” was taken back. The register is as it was before."
    return "" if run.failed_by(StillNeeded) else early_words(run)


def _undoing(public_id: str) -> str:
    return f"undo {public_id}"


def _taking_back(actor: Actor, public_id: str) -> Callable[[RecordingSession, Progress, Path], None]:
    def work(session: RecordingSession, tell: Progress, _made: Path) -> None:
        undo_import(session, actor=actor, public_id=public_id, progress=tell)
        tell("Saving", 0, 0)
        session.commit()

    return work


def _page(batch: ImportBatch, leaning: tuple[Leaning, ...], *, status: int = 200) -> Response:
    asked = page_request(request.args)
    rows = touched(db.session, batch, limit=asked.size, offset=asked.offset)
    return render(
        "importing/import.html",
        status=status,
        batch=batch,
        leaning=leaning,
        page=Page(rows, asked.number, asked.size, count_touched(db.session, batch)),
        opens=OPENS,
        targets=TARGET_WORDS,
        encoding=ENCODINGS.get(batch.mapping.get("encoding", ""), ""),
        delimiter=DELIMITERS.get(batch.mapping.get("delimiter", ""), ""),
        on=last_day(batch.as_of, is_table=batch.kind == "table"),
    )
