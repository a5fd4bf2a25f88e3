"""The dry run of a file that waits, whichever process of the server read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tracker import clock
from tracker.extensions import db
from tracker.models.import_drafts import ImportDraft
from tracker.models.recording import RecordingSession
from tracker.services import import_drafts as drafts
from tracker.services.actors import Actor
from tracker.services.imports import ImportPlan
from tracker.services.progress import Progress
from tracker.services.sessions import hash_of
from tracker.web.runs import Run, Work, runs


def reading_key(token: str) -> str:
    """Return by what reading a file is known."""
    return f"read {hash_of(token)}"


def writing_key(token: str) -> str:
    """Return by what writing a file into the register is known."""
    return f"write {hash_of(token)}"


def forget_runs(token: str) -> None:
    """Drop what was worked out for a file that is here no longer."""
    for key in (reading_key(token), writing_key(token)):
        runs.forget(key)


def plan_if_read(draft: ImportDraft, token: str) -> tuple[int, ImportPlan | None]:
    """Return the version of the register and the dry run at it, None where no process has it."""
    today = clock.today()
    version, found = drafts.kept_plan(db.session, draft, today)
    made = runs.made(reading_key(token)) if found is None else None
    if made is not None:
        try:
            text = made.read_bytes()
        except FileNotFoundError:  # it was let go of meanwhile, in another window
            return version, None
        return drafts.take_over_plan(db.session, draft, today, text)
    return version, found


def known_plan(draft: ImportDraft, token: str) -> tuple[int, ImportPlan | None]:
    """Return the same of a short file in any case, for reading it takes but a moment."""
    version, found = plan_if_read(draft, token)
    if found is None and drafts.is_short(draft.name, draft.size):
        return drafts.plan_draft(db.session, draft, clock.today())
    return version, found


def read_in_background(actor: Actor, token: str) -> Run:
    """Begin to read a file, or join those who do; one that failed says so once and begins anew when asked again."""
    key, today = reading_key(token), clock.today()
    known = runs.find(key)
    if known is not None and known.error:
        runs.forget(key)
        return known

    def work(session: RecordingSession, tell: Progress, made: Path) -> None:
        found = drafts.find_draft(session, actor=actor, token=token)
        made.write_bytes(drafts.plan_text(session, found, today, tell))

    return runs.start(key, with_session(work))


def with_session(work: Callable[[RecordingSession, Progress, Path], None]) -> Work:
    """Give work in the background a session of its own on the database of this request."""
    engine = db.engine

    def run(tell: Progress, made: Path) -> None:
        with RecordingSession(engine, expire_on_commit=False) as session:
            work(session, tell, made)

    return run


def early_words(run: Run) -> str:
    """Say why work on a file came to nothing, "" while nothing stood in the way."""
    if not run.error:
        return ""
    if run.has_died:
        return "The server stopped in the middle of it. Nothing was changed."
    return run.words or (
        "It was stopped before the end. Nothing was changed."
        if run.is_stopped
        else "Something went wrong on the way. Nothing was changed."
    )
