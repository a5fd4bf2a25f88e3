"""What takes long to make: begun by a click, made in the background while a page says how far it is, then fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, copy_current_request_context, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.queries.keeping import facts_of, state_of
from tracker.services import policies
from tracker.services.errors import NotFound
from tracker.services.progress import Progress
from tracker.web.fragments import redirect_after, render
from tracker.web.list_files import response_of
from tracker.web.runs import Run, Work, runs
from tracker.web.sessions import current_actor

blueprint = Blueprint("making", __name__, url_prefix="/making")

#: With so many initiatives the measures of all days take long to work out.
MANY = 5_000
#: What an answer says of the file that it holds.
HEADERS = ("Content-Type", "Content-Disposition", "Content-Security-Policy")
#: What is done, told how far it is; returns where whoever waits goes then, and what they are told there.
Doing = Callable[[Progress], tuple[str, str]]


def is_large() -> bool:
    """Say whether the register is so large that its files take longer than a click."""
    return len(facts_of(db.session).initiatives) > MANY


def send_when_made(
    title: str, make: Callable[[Progress], Response], *more: str, needs: str = "export"
) -> Response:
    """Send a file that takes long: at once where it is made already, else begin and show how far it is.

    ``make`` answers as the view would, in a request of its own with the same address. ``more`` is what the file
    depends on beside the address, the reader and the register.
    """

    def work(tell: Progress, made: Path) -> Mapping[str, str]:
        answer = make(tell)
        with made.open("wb") as file:
            file.writelines(answer.iter_encoded())
        answer.close()
        return {name: answer.headers[name] for name in HEADERS if name in answer.headers}

    name = _name(more)
    made = runs.made(_key(name))
    run = runs.find(_key(name)) if made else None
    if made and run:
        return _sent(made, run)
    return _begin(name, work, title=title, needs=needs)


def do_in_background(title: str, do: Doing, *more: str, needs: str) -> Response:
    """Begin something that takes long, and show how far it is; it leads to another page."""

    def work(tell: Progress, _made: Path) -> Mapping[str, str]:
        then, message = do(tell)
        return {"then": then, "message": message}

    return _begin(_name(more), work, title=title, needs=needs)


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """Show how far the work is, or where its file is; what was done leads to its page."""
    run = _own(name)
    if run.is_over and not run.error and run.note.get("then"):
        runs.forget(_key(name))
        return redirect_after(run.note["then"], message=run.note["message"])
    return render("making/show.html", fragment="making/_show.html", run=run, name=name, error=_words(run))


@blueprint.get("/<name>/file")
def file(name: str) -> Response:
    """Send the file that was made."""
    run, made = _own(name), runs.made(_key(name))
    if made is None or run.note.get("then"):
        raise NotFound("This file is not kept any more. Make it again.")
    return _sent(made, run)


@blueprint.post("/<name>/stop")
def stop(name: str) -> Response:
    """Stop the work; nothing of it stays."""
    _own(name)
    runs.stop(_key(name))
    return redirect_after(url_for("making.show", name=name))


def _begin(name: str, work: Work, *, title: str, needs: str) -> Response:
    """Begin the work in a request of its own, which sees the same address and the same reader."""
    came_from = urlsplit(request.referrer or "")
    back = came_from.path if came_from.netloc == request.host else url_for("home.index")
    if came_from.query and came_from.netloc == request.host:
        back += f"?{came_from.query}"
    runs.start(
        _key(name),
        copy_current_request_context(work),
        owner=str(current_actor().user_id),
        needs=needs,
        title=title,
        back=back,
        again=request.full_path if request.method == "GET" else back,
    )
    return redirect_after(url_for("making.show", name=name))


def _name(more: tuple[str, ...]) -> str:
    """Return what a piece of work is called: the same for the same reader, address and state of the register."""
    state = state_of(db.session)
    parts = (
        current_actor().user_id, request.method, request.url, str(clock.today()), state.version,
        state.newest_line, *more,
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _key(name: str) -> str:
    return f"make {name}"


def _own(name: str) -> Run:
    """Return a run to whoever began it and may still have what it makes."""
    actor, run = current_actor(), runs.find(_key(name))
    if run is None or run.note["owner"] != str(actor.user_id):
        raise NotFound("This is not kept any more. Begin again where you came from.")
    policies.require(actor, run.note["needs"])
    return run


def _sent(made: Path, run: Run) -> Response:
    answer = response_of(made.open("rb"))
    answer.content_length = made.stat().st_size
    for name in HEADERS:
        if name in run.note:
            answer.headers[name] = run.note[name]
    return answer


def _words(run: Run) -> str:
    """Say why the work came to nothing, "" while nothing stood in the way."""
    if not run.error:
        return ""
    if run.is_stopped:
        return "It was stopped before the end. Nothing was changed."
    if run.has_died:
        return "The server stopped in the middle of it. Nothing was changed."
    return run.words or "Something went wrong on the way. Nothing was changed."
