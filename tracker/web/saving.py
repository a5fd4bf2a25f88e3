"""How a view saves: one commit at the edge, and a refused form comes back with its messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from tracker.extensions import db
from tracker.models.engines import impatient
from tracker.models.recording import RecordingSession
from tracker.services.errors import InvalidInput
from tracker.web.forms import FormReader

log = logging.getLogger(__name__)

T = TypeVar("T")


def save(form: FormReader, action: Callable[[], T]) -> T | None:
    """Run the service and commit, or keep its messages in the form and return None.

    A form that could not even be read saves nothing. A service that refuses may have opened the write
    transaction, so it is ended here: the page that shows the messages only reads.
    """
    if form.errors:
        return None
    try:
        result = action()
    except InvalidInput as refused:
        db.session.rollback()
        form.add(refused.errors)
        return None
    db.session.commit()
    return result


def needed(value: date | None) -> date:
    """Return a day that the form had to bring; a form without it never gets so far."""
    if value is None:
        raise BadRequest("A day is missing.")
    return value


def save_in_passing(what: str, note: Callable[[Session], None]) -> None:
    """Write a note once the page is done, on a connection of its own and without waiting for anybody who writes.

    Without it the page is no worse, so what stands in its way is told in the log alone.
    """
    db.session.rollback()
    try:
        with impatient(db.engine) as connection, RecordingSession(connection) as session:
            note(session)
            session.commit()
    except SQLAlchemyError:
        log.warning("%s could not be noted; the page was served all the same.", what)
