"""What a reader sees when something cannot be done: plain words, the next step, nothing typed lost."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.services import errors as refused
from tracker.web.fragments import wants_fragment
from tracker.web.htmx import READ_HEADERS
from tracker.web.security import SAFE_METHODS, is_cross_site, said_path

log = logging.getLogger(__name__)

BUSY_SECONDS = 5
API_PREFIX = "/api/"

#: Fields that are never sent back to the page.
SECRET_WORDS = ("password", "token", "secret", "code")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong: its status, a heading, and what to do now."""

    status: int
    title: str
    advice: str


PROBLEMS = {
    problem.status: problem
    for problem in (
        Problem(400, "This request cannot be read", "Check the address or the form, and try again."),
        Problem(401, "Please sign in", "This page is for people who are signed in."),
        Problem(403, "You may not do this", "Ask the transformation office if you think you should."),
        Problem(404, "There is nothing here", "The address may be mistyped, or the record is in the bin."),
        Problem(405, "This address does not work that way", "Open its page and use the buttons there."),
        Problem(409, "Somebody saved this before you", "Your text is below; open the record to compare."),
        Problem(413, "This is too large", "Send a smaller file or a shorter text."),
        Problem(422, "Some of this cannot be saved", "Go back and correct what is named here."),
        Problem(429, "Too many tries", "Wait a little, then try again."),
        Problem(500, "Something went wrong here", "Nothing was saved. Try again, or report the number."),
        Problem(503, "Not saved: the database is busy", "Nothing is lost. Wait a little and send it again."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptField:
    """One field of a form that could not be saved, shown so that it can be sent again or copied."""

    name: str
    value: str
    secret: bool = False
    internal: bool = False

    @property
    def label(self) -> str:
        """Return the field's name as words."""
        return self.name.replace("_", " ").replace("-", " ").capitalize()


def init_app(app: Flask) -> None:
    """Give every failure of an application its page."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(refused.ServiceError, _refused)
    app.register_error_handler(StaleDataError, _stale_row)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: Any) -> Any:
    """Answer an HTTP error raised anywhere; a response that a view aborted with passes unchanged."""
    if error.code is None or error.response is not None:
        return error
    if 300 <= error.code < 400:
        return error.get_response()
    own_words = error.description if error.description != type(error).description else ""
    # What a session that ended meanwhile brought can be sent again once its owner is back.
    back = error.code == 401
    response = _answer(error.code, own_words or "", keep=error.code not in {404, 405, 403}, resend=back)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _expired_form(error: CSRFError) -> Response:
    """Answer a form whose token is gone: offer to send it again, unless it came from elsewhere."""
    log.info("form token refused: %s", error.description)
    advice = "It was open too long, or you signed in again meanwhile. Nothing was saved and nothing is lost."
    return _answer(400, advice, title="This form is out of date", keep=True, resend=not is_cross_site())


def _refused(error: refused.ServiceError) -> Response:
    """Turn what a service refused into its status."""
    if isinstance(error, refused.InvalidInput) and request.method in SAFE_METHODS:
        return _answer(
            422,
            "Change what is named here in the address.",
            title="This cannot be shown",
            errors=error.errors,
        )
    if isinstance(error, refused.InvalidInput):
        return _answer(422, "", errors=error.errors, keep=True)
    if isinstance(error, refused.NotFound):
        return _answer(404, str(error))
    if isinstance(error, refused.Forbidden):
        return _answer(403, str(error))
    if isinstance(error, refused.Stale):
        return _answer(409, "", keep=True)
    if isinstance(error, refused.TooMany):
        response = _answer(429, str(error), keep=True)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return _unexpected(error)


def _stale_row(error: StaleDataError) -> Response:
    log.info("stale row: %s", error)
    return _answer(409, "", keep=True)


def _database(error: DBAPIError) -> Response:
    """Answer a database that is locked, full, unreachable or too slow with 503; other faults are ours."""
    if not _is_passing(error):
        return _unexpected(error)
    log.warning("database not available: %s", error.orig)
    if request.method in SAFE_METHODS:
        response = _answer(503, "Wait a few seconds and open the page again.", title="The database is busy")
    else:
        response = _answer(503, "", keep=True, resend=True)
    response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def _is_passing(error: DBAPIError) -> bool:
    """Say whether waiting or making room may help, rather than mending the program."""
    words = str(error.orig).lower()
    busy = (
        "locked",
        "disk is full",
        "disk i/o",
        "database or disk",
        "readonly database",
        "unable to open",
        "timeout",
    )
    if error.connection_invalidated or any(part in words for part in busy):
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith(("08", "53", "57")) or state in {"40001", "40P01", "55P03", "58030", "25006"}


def _unexpected(error: Exception) -> Response:
    """Answer a fault of the program: the log gets the trace, the reader a number to quote."""
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS") is not False:
        raise error
    number = secrets.token_hex(4)
    log.error("error %s on %s %s", number, request.method, said_path(), exc_info=error)
    return _answer(500, "", number=number)


def _answer(
    status: int,
    advice: str = "",
    *,
    title: str = "",
    errors: dict[str, str] | None = None,
    keep: bool = False,
    resend: bool = False,
    number: str = "",
) -> Response:
    """Build the answer in the form its reader can use: JSON, a message in the open page, or a page."""
    _forget_changes()
    known = PROBLEMS.get(status, PROBLEMS[500 if status >= 500 else 400])
    problem = Problem(status, title or known.title, advice or known.advice)
    if request.path.startswith(API_PREFIX):
        return _as_json(problem, errors or {}, number)
    if wants_fragment():
        response = make_response(
            render_bare("errors/_problem.html", problem=problem, errors=errors, number=number)
        )
        response.status_code = status
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML"
        response.vary.update(READ_HEADERS)
        return response
    context: dict[str, Any] = {
        "problem": problem,
        "errors": errors,
        "number": number,
        "kept": [],
        "resend": False,
    }
    if keep and request.method not in SAFE_METHODS:
        fields, resend = _kept_fields(), resend and not _brought_file()
        context.update(kept=fields, resend=resend, token=_fresh_token(), action=_same_address())
    return make_response(_page(status, context), status)


def _page(status: int, context: dict[str, Any]) -> str:
    """Render the page in its frame, or bare when the frame itself may not be had (it reads the database)."""
    if status < 500:
        try:
            return render_template("errors/page.html", **context)
        except Exception:  # the frame failed, and the reader still needs the answer
            log.exception("the frame of the error page failed")
    return render_bare("errors/bare.html", **context)


def render_bare(template: str, **context: Any) -> str:
    """Render a template without context processors, so that neither the session nor the database is asked."""
    return current_app.jinja_env.get_template(template).render(**context)


def _as_json(problem: Problem, errors: dict[str, str], number: str) -> Response:
    field, message = next(iter(errors.items()), (None, f"{problem.title}. {problem.advice}"))
    body: dict[str, Any] = {"message": message, "field": field}
    if len(errors) > 1:
        body["fields"] = errors
    if number:
        body["number"] = number
    response = jsonify(error=body)
    response.status_code = problem.status
    return response


def _kept_fields() -> list[KeptField]:
    """Return what was typed, in order; a body that cannot be read again gives nothing."""
    try:
        pairs = list(request.form.items(multi=True))
    except HTTPException:
        return []
    kept = []
    for name, value in pairs:
        if name == "csrf_token":
            continue
        secret = any(word in name.lower() for word in SECRET_WORDS)
        kept.append(KeptField(name, "" if secret else value, secret, internal=name == "version"))
    return kept


def _brought_file() -> bool:
    """Say whether the form carried a file, which a page cannot give back."""
    try:
        return any(file.filename for file in request.files.values())
    except HTTPException:
        return True


def _forget_changes() -> None:
    """Roll back what the request had begun, so that the frame of the page neither sees nor saves it."""
    database = current_app.extensions.get("sqlalchemy")
    if database is None:
        return
    try:
        database.session.rollback()
    except DBAPIError:  # the connection itself is gone; there is nothing left to roll back
        log.exception("no rollback")


def _fresh_token() -> str:
    try:
        return str(generate_csrf())
    except Exception:  # the session store may be what failed; the token that came in is still good
        log.exception("no fresh form token")
        return request.form.get("csrf_token", "")


def _same_address() -> str:
    query = request.query_string.decode("latin-1")
    return f"{request.path}?{query}" if query else request.path
